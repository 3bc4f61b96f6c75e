//! What the files of a poster are called. A name is a keyed hash of the picture: who was not
//! shown it cannot guess it, so that the name is the permission, and its files never change.

use std::fmt;

use entity::poster_secret::{self, Secret};
use hmac::{Hmac, KeyInit, Mac};
use picture::{Format, LARGEST, WIDTHS};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};
use sha2::Sha256;

use crate::db::Db;
use crate::secret::hex;

/// Rises whenever the same picture would make other files: they are kept by browsers for a
/// year.
const EDITION: u8 = 1;

/// The one row of its table.
const ROW: i64 = 1;

/// Bytes of a hash that make a name: 128 bits.
const BYTES: usize = 16;

/// Makes the names of posters.
#[derive(Clone)]
pub struct Naming {
    keyed: Hmac<Sha256>,
}

impl Naming {
    /// With the secret of this site, which is made at the first start.
    pub async fn open(db: &Db) -> Result<Self, DbErr> {
        let found = poster_secret::Entity::find_by_id(ROW)
            .one(db.reader())
            .await?;
        let row = match found {
            Some(row) => row,
            None => db.write(|tx| Box::pin(mint(tx))).await?,
        };
        let keyed = Hmac::new_from_slice(row.secret.0.as_bytes());
        Ok(Self {
            keyed: keyed.expect("a key of any length will do"),
        })
    }

    /// The name of what is made of this picture.
    pub fn hash(&self, picture: &[u8]) -> String {
        let mut keyed = self.keyed.clone();
        keyed.update(&[EDITION]);
        keyed.update(picture);
        hex(&keyed.finalize().into_bytes()[..BYTES])
    }
}

async fn mint(tx: &sea_orm::DatabaseTransaction) -> Result<poster_secret::Model, DbErr> {
    let new = poster_secret::ActiveModel {
        id: Set(ROW),
        secret: Set(Secret(hex(&rand::random::<[u8; 32]>()))),
    };
    // Another instance that starts at the same time may be first.
    poster_secret::Entity::insert(new)
        .on_conflict_do_nothing_on([poster_secret::Column::Id])
        .exec_without_returning(tx)
        .await?;
    poster_secret::Entity::find_by_id(ROW)
        .one(tx)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the secret of posters".to_owned()))
}

impl fmt::Debug for Naming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Naming(…)")
    }
}

/// The ending of files in that format.
fn ending(format: Format) -> &'static str {
    match format {
        Format::Webp => "webp",
        Format::Jpeg => "jpg",
    }
}

/// One file of a poster: `{hash}-{width}.{ending}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileName {
    hash: String,
    /// How wide it is, in pixels.
    pub width: u16,
    /// What it is written in.
    pub format: Format,
}

impl FileName {
    /// A file of the poster called `hash`.
    pub fn of(hash: &str, width: u16, format: Format) -> Self {
        Self {
            hash: hash.to_owned(),
            width,
            format,
        }
    }

    /// Every file of the poster called `hash`.
    pub fn all(hash: &str) -> impl Iterator<Item = Self> {
        let webps = WIDTHS.map(|width| Self::of(hash, width, Format::Webp));
        webps
            .into_iter()
            .chain([Self::of(hash, LARGEST, Format::Jpeg)])
    }

    /// The file of that name; `None` where no file is called so.
    pub fn parse(name: &str) -> Option<Self> {
        let hash = name.get(..2 * BYTES)?;
        let is_hash = hash.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        let named = || Self::all(hash).find(|file| file.to_string() == name);
        is_hash.then(named).flatten()
    }

    /// Its media type.
    pub fn media_type(&self) -> &'static str {
        match self.format {
            Format::Webp => "image/webp",
            Format::Jpeg => "image/jpeg",
        }
    }

    /// The name of the poster that it belongs to.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (width, format) = (self.width, self.format);
        let hash = &self.hash;
        Named {
            hash,
            width,
            format,
        }
        .fmt(f)
    }
}

/// The name of a file, before it is one's own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<'a> {
    pub(super) hash: &'a str,
    pub(super) width: u16,
    pub(super) format: Format,
}

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}.{}", self.hash, self.width, ending(self.format))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::FileName;

    const HASH: &str = "00112233445566778899aabbccddeeff";

    #[test]
    fn a_poster_has_five_files_and_each_is_found_by_its_name() {
        let files: Vec<_> = FileName::all(HASH).collect();
        assert_eq!(files.len(), 5);
        assert_eq!(files[1].to_string(), format!("{HASH}-185.webp"));
        assert_eq!(files[4].to_string(), format!("{HASH}-500.jpg"));
        for file in files {
            assert_eq!(FileName::parse(&file.to_string()), Some(file));
        }
    }

    /// D11
    #[test]
    fn nothing_else_is_a_name() {
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
        fn whatever_is_asked_for_names_a_file_or_none(name in any::<String>()) {
            if let Some(file) = FileName::parse(&name) {
                prop_assert_eq!(file.to_string(), name);
            }
        }
    }
}
