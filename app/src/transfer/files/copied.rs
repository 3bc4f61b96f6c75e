//! What only our own archive says, so that it comes back as it was.

use chrono::{DateTime, Utc};
use entity::Visibility;
use serde::{Deserialize, Serialize};

use crate::transfer::ImportOptions;
use crate::transfer::archive_items::visibility_name;

/// A film of an archive: nothing about it is to be guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CopiedMovie {
    pub wikidata_id: Option<String>,
    /// The server that the archive is from, if it says so, and the movie there.
    pub server: Option<String>,
    pub movie: Option<i64>,
}

/// What only our own archive says of a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopiedViewing {
    #[serde(with = "visibility_name")]
    pub visibility: Visibility,
    /// Who could see the diary there.
    #[serde(with = "visibility_name")]
    pub diary_visibility: Visibility,
    pub rewatch_by_hand: bool,
    /// `None` if nobody knows it.
    pub logged_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
    /// Set for a review that can still be restored.
    pub deleted_at: Option<DateTime<Utc>>,
}

impl CopiedViewing {
    /// Who may see the review here. Without the settings of the archive, it stays as private as its
    /// diary was.
    pub fn visibility_here(&self, options: ImportOptions) -> Visibility {
        let own = self.visibility.max(options.visibility);
        match options.settings {
            Some(true) => own,
            _ => own.max(self.diary_visibility),
        }
    }
}

/// What only our own archive says of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopiedList {
    #[serde(with = "visibility_name")]
    pub visibility: Visibility,
    pub ranked: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
