//! Names of poster files. A name contains a keyed hash of the picture, so it cannot be guessed:
//! knowing the name is the permission to read the file. A file never changes.

use std::fmt;

use entity::poster_secret::{self, PosterSecret};
use hmac::{Hmac, KeyInit, Mac};
use picture::{Format, MAX_WIDTH, WIDTHS};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};
use sha2::Sha256;

use crate::db::Db;
use crate::secret::hex;

/// Increase this when the encoder's output changes: browsers cache poster files for a year.
const ENCODER_VERSION: u8 = 1;

const SECRET_ROW_ID: i64 = 1;

/// Bytes of the hash used in a name: 128 bits.
const HASH_BYTES: usize = 16;

/// Computes the hash in the names of a poster's files.
#[derive(Clone)]
pub struct PosterHasher {
    mac: Hmac<Sha256>,
}

impl PosterHasher {
    /// Loads this site's secret; creates it on the first start.
    pub async fn open(db: &Db) -> Result<Self, DbErr> {
        let existing = poster_secret::Entity::find_by_id(SECRET_ROW_ID)
            .one(db.reader())
            .await?;
        let row = match existing {
            Some(row) => row,
            None => db.write(|tx| Box::pin(create_secret(tx))).await?,
        };
        let mac = Hmac::new_from_slice(row.secret.0.as_bytes());
        Ok(Self {
            mac: mac.expect("a key of any length will do"),
        })
    }

    /// `picture` is the original file, before it is re-encoded.
    pub fn hash(&self, picture: &[u8]) -> String {
        let mut mac = self.mac.clone();
        mac.update(&[ENCODER_VERSION]);
        mac.update(picture);
        hex(&mac.finalize().into_bytes()[..HASH_BYTES])
    }
}

async fn create_secret(tx: &sea_orm::DatabaseTransaction) -> Result<poster_secret::Model, DbErr> {
    let new = poster_secret::ActiveModel {
        id: Set(SECRET_ROW_ID),
        secret: Set(PosterSecret(hex(&rand::random::<[u8; 32]>()))),
    };
    // Another instance that starts at the same time may have inserted it first.
    poster_secret::Entity::insert(new)
        .on_conflict_do_nothing_on([poster_secret::Column::Id])
        .exec_without_returning(tx)
        .await?;
    poster_secret::Entity::find_by_id(SECRET_ROW_ID)
        .one(tx)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the secret of posters".to_owned()))
}

impl fmt::Debug for PosterHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PosterHasher(…)")
    }
}

fn extension(format: Format) -> &'static str {
    match format {
        Format::Webp => "webp",
        Format::Jpeg => "jpg",
    }
}

/// One file of a poster: `{hash}-{width}.{extension}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileName {
    hash: String,
    pub width: u16,
    pub format: Format,
}

impl FileName {
    pub fn of(hash: &str, width: u16, format: Format) -> Self {
        Self {
            hash: hash.to_owned(),
            width,
            format,
        }
    }

    pub fn all_of(hash: &str) -> impl Iterator<Item = Self> {
        let webps = WIDTHS.map(|width| Self::of(hash, width, Format::Webp));
        webps
            .into_iter()
            .chain([Self::of(hash, MAX_WIDTH, Format::Jpeg)])
    }

    /// `None` unless `name` is exactly the name of a file in one of our widths and formats.
    pub fn parse(name: &str) -> Option<Self> {
        let hash = name.get(..2 * HASH_BYTES)?;
        let is_hash = hash.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        let find_file = || Self::all_of(hash).find(|file| file.to_string() == name);
        is_hash.then(find_file).flatten()
    }

    pub fn media_type(&self) -> &'static str {
        match self.format {
            Format::Webp => "image/webp",
            Format::Jpeg => "image/jpeg",
        }
    }

    pub fn hash(&self) -> &str {
        &self.hash
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (width, format) = (self.width, self.format);
        let hash = &self.hash;
        FileNameRef {
            hash,
            width,
            format,
        }
        .fmt(f)
    }
}

/// Borrowed parts of a [`FileName`], to format one without an allocation for the hash.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileNameRef<'a> {
    pub(super) hash: &'a str,
    pub(super) width: u16,
    pub(super) format: Format,
}

impl fmt::Display for FileNameRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}.{}", self.hash, self.width, extension(self.format))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::FileName;

    const HASH: &str = "00112233445566778899aabbccddeeff";

    #[test]
    fn poster_file_names_round_trip() {
        let files: Vec<_> = FileName::all_of(HASH).collect();
        assert_eq!(files.len(), 5);
        assert_eq!(files[1].to_string(), format!("{HASH}-185.webp"));
        assert_eq!(files[4].to_string(), format!("{HASH}-500.jpg"));
        for file in files {
            assert_eq!(FileName::parse(&file.to_string()), Some(file));
        }
    }

    // Names are untrusted input: no other name, such as a path, may reach the store.
    #[test]
    fn other_names_are_rejected() {
        for bad in [
            "",
            "..",
            HASH,
            &format!("{HASH}-185.png"),
            &format!("{HASH}-186.webp"),
            &format!("{HASH}-185.jpg"),
            &format!("{HASH}-0185.webp"),
            &format!("{HASH}-185.webp/"),
            &format!("{}-185.webp", HASH.to_uppercase()),
            &format!("../{HASH}-185.webp"),
            "../../../../etc/passwd-000000000000000-185.webp",
        ] {
            assert_eq!(FileName::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn parsed_names_round_trip(name in any::<String>()) {
            if let Some(file) = FileName::parse(&name) {
                prop_assert_eq!(file.to_string(), name);
            }
        }
    }
}
