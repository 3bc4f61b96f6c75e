//! Where posters are kept: a folder, or a bucket of a store that speaks S3.

use std::path::{Path, PathBuf};

use url::Url;

use super::Reader;
use super::outside::{Key, base, key};

/// Where posters are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PosterStore {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket.
    S3(Box<Bucket>),
}

/// A bucket, and who opens it. What is not said here is looked for where programs that use
/// AWS look for it: in the environment, or by asking the machine that they run on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What the names of our files begin with; may be empty.
    pub prefix: String,
    /// The server, where it is not Amazon's.
    pub endpoint: Option<Url>,
    /// The region.
    pub region: Option<String>,
    /// Who opens it,
    pub access_key: Option<Key>,
    /// with this password,
    pub secret_key: Option<Key>,
    /// for as long as this is valid, where it is not for good.
    pub session_token: Option<Key>,
}

impl PosterStore {
    pub(super) fn read(reader: &mut Reader<'_>, data_dir: &Path) -> Self {
        let folder = Self::Folder(data_dir.join("posters"));
        let store = reader.read("POSTER_STORE", folder, place);
        let bucket = Bucket {
            endpoint: reader.read("AWS_ENDPOINT_URL", None, |value| base(value).map(Some)),
            region: reader.read("AWS_REGION", None, region),
            access_key: reader.read("AWS_ACCESS_KEY_ID", None, key),
            secret_key: reader.read("AWS_SECRET_ACCESS_KEY", None, key),
            session_token: reader.read("AWS_SESSION_TOKEN", None, key),
            ..Bucket::default()
        };
        match store {
            Self::S3(named) => Self::S3(Box::new(Bucket {
                name: named.name,
                prefix: named.prefix,
                ..bucket
            })),
            folder @ Self::Folder(_) => folder,
        }
    }
}

fn place(value: &str) -> Result<PosterStore, &'static str> {
    const WANTED: &str = "a folder, or s3://BUCKET/PREFIX";
    let Some(place) = value.strip_prefix("s3://") else {
        let is_folder = !value.contains("://");
        return is_folder
            .then(|| PosterStore::Folder(value.into()))
            .ok_or(WANTED);
    };
    let (name, prefix) = place.split_once('/').unwrap_or((place, ""));
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let is_name = !name.is_empty() && name.chars().all(fits);
    let mut parts = prefix.split('/').filter(|part| !part.is_empty());
    let is_prefix = parts.all(|part| part.chars().all(fits) && !part.starts_with('.'));
    let bucket = || Bucket {
        name: name.to_owned(),
        prefix: prefix.trim_matches('/').to_owned(),
        ..Bucket::default()
    };
    (is_name && is_prefix)
        .then(|| PosterStore::S3(Box::new(bucket())))
        .ok_or(WANTED)
}

fn region(value: &str) -> Result<Option<String>, &'static str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    value
        .chars()
        .all(fits)
        .then(|| Some(value.to_owned()))
        .ok_or("a region, such as eu-central-1")
}

#[cfg(test)]
mod tests {
    use super::PosterStore;
    use crate::config::Config;

    fn store(value: &str) -> Option<PosterStore> {
        let config = Config::from_values([("POSTER_STORE", value), ("DATA_DIR", "here")]);
        config.ok().map(|config| config.poster_store)
    }

    #[test]
    fn posters_are_kept_beside_the_diary_or_where_it_is_said() {
        assert_eq!(store(""), Some(PosterStore::Folder("here/posters".into())));
        assert_eq!(store("/srv/p"), Some(PosterStore::Folder("/srv/p".into())));
        for (value, name, prefix) in [
            ("s3://films", "films", ""),
            ("s3://films/", "films", ""),
            ("s3://my.films/diary/posters/", "my.films", "diary/posters"),
        ] {
            let Some(PosterStore::S3(bucket)) = store(value) else {
                panic!("{value}");
            };
            assert_eq!(
                (bucket.name.as_str(), bucket.prefix.as_str()),
                (name, prefix)
            );
        }
        for bad in ["s3://", "s3:///x", "s3://a/../b", "gs://films", "s3://a b"] {
            assert_eq!(store(bad), None, "{bad}");
        }
    }

    #[test]
    fn who_opens_a_bucket_does_not_print() {
        let config = Config::from_values([
            ("POSTER_STORE", "s3://films"),
            ("AWS_ACCESS_KEY_ID", "hunter1"),
            ("AWS_SECRET_ACCESS_KEY", "hunter2"),
            ("AWS_SESSION_TOKEN", "hunter3"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:9000"),
        ]);
        let config = config.expect("valid");
        assert!(!format!("{config:?}").contains("hunter"));
        let wrong = Config::from_values([("AWS_SECRET_ACCESS_KEY", "hunter 2")]);
        let told = wrong.expect_err("no key").to_string();
        assert!(!told.contains("hunter"), "{told}");
    }
}
