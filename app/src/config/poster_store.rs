//! Settings of the poster store: a folder, or a bucket of an S3-compatible service.

use std::path::{Path, PathBuf};

use url::Url;

use super::SettingsReader;
use super::catalog::{ServiceKey, service_key, url_prefix};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PosterStore {
    Folder(PathBuf),
    S3(Box<S3Bucket>),
}

/// An S3 bucket and its credentials. Missing values are looked up as AWS SDKs do: in the
/// environment, or from the instance's metadata service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct S3Bucket {
    pub name: String,
    /// Prefix of all object keys; may be empty.
    pub prefix: String,
    /// `None` for Amazon's own endpoint.
    pub endpoint: Option<Url>,
    pub region: Option<String>,
    pub access_key: Option<ServiceKey>,
    pub secret_key: Option<ServiceKey>,
    /// Only for temporary credentials.
    pub session_token: Option<ServiceKey>,
}

impl PosterStore {
    pub(super) fn read(reader: &mut SettingsReader<'_>, data_dir: &Path) -> Self {
        let folder = Self::Folder(data_dir.join("posters"));
        let store = reader.read("POSTER_STORE", folder, poster_store);
        let bucket = S3Bucket {
            endpoint: reader.read("AWS_ENDPOINT_URL", None, |value| {
                url_prefix(value).map(Some)
            }),
            region: reader.read("AWS_REGION", None, aws_region),
            access_key: reader.read("AWS_ACCESS_KEY_ID", None, service_key),
            secret_key: reader.read("AWS_SECRET_ACCESS_KEY", None, service_key),
            session_token: reader.read("AWS_SESSION_TOKEN", None, service_key),
            ..S3Bucket::default()
        };
        match store {
            Self::S3(named) => Self::S3(Box::new(S3Bucket {
                name: named.name,
                prefix: named.prefix,
                ..bucket
            })),
            folder @ Self::Folder(_) => folder,
        }
    }
}

fn poster_store(value: &str) -> Result<PosterStore, &'static str> {
    const EXPECTED: &str = "a folder, or s3://BUCKET/PREFIX";
    let Some(place) = value.strip_prefix("s3://") else {
        let is_folder = !value.contains("://");
        return is_folder
            .then(|| PosterStore::Folder(value.into()))
            .ok_or(EXPECTED);
    };
    let (name, prefix) = place.split_once('/').unwrap_or((place, ""));
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let is_name = !name.is_empty() && name.chars().all(fits);
    let mut parts = prefix.split('/').filter(|part| !part.is_empty());
    let is_prefix = parts.all(|part| part.chars().all(fits) && !part.starts_with('.'));
    let bucket = || S3Bucket {
        name: name.to_owned(),
        prefix: prefix.trim_matches('/').to_owned(),
        ..S3Bucket::default()
    };
    (is_name && is_prefix)
        .then(|| PosterStore::S3(Box::new(bucket())))
        .ok_or(EXPECTED)
}

fn aws_region(value: &str) -> Result<Option<String>, &'static str> {
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
    fn posters_are_stored_in_the_data_dir_or_as_configured() {
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
    fn bucket_credentials_are_never_printed() {
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
        let message = wrong.expect_err("no key").to_string();
        assert!(!message.contains("hunter"), "{message}");
    }
}
