//! What every reader makes of a file: rows of one neutral type, whatever the service.

use chrono::{DateTime, NaiveDate, Utc};
use entity::Rating;
use serde::{Deserialize, Serialize};

pub use super::copied::{CopiedList, CopiedMovie, CopiedViewing};
pub use super::place::{RowNumber, RowPlace};
use super::reasons::SkipReason;
pub use super::warning::ImportWarning;
use crate::transfer::archive_items::{GoalItem, SettingsItem};

/// A film as a file names it. At least one of title and ids is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedFilm {
    pub title: Option<String>,
    /// The title in the film's own language, where a file has both.
    pub original_title: Option<String>,
    pub year: Option<i16>,
    /// The letters `tt` and digits.
    pub imdb_id: Option<String>,
    pub tmdb_id: Option<i64>,
    pub directors: Vec<String>,
    /// The service does not tell films from series and episodes here, so that a film that nobody
    /// knows is not taken as typed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_be_series: bool,
    /// Set for a film of our own archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copied: Option<CopiedMovie>,
}

/// One row that can be imported, once its film is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportRow {
    pub place: RowPlace,
    /// The row as it stands in the file: a line of CSV with the file's separator, or JSON.
    pub raw: String,
    pub film: NamedFilm,
    pub fact: RowFact,
    /// The number or address that the service gave to this row. Rows of one kind with the same key
    /// are one row: within a file, and in a newer export of the same account.
    pub own_key: Option<String>,
    /// 2 and more for further things that one row says.
    pub play: Option<u32>,
}

/// What a row says of its film.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowFact {
    Viewing(SeenFilm),
    /// Seen at least once, no more is known: Letterboxd's `watched.csv`.
    Watched,
    /// A rating of the film rather than of a viewing.
    Rating {
        #[serde(with = "half_stars")]
        rating: Option<Rating>,
        rated_on: Option<NaiveDate>,
    },
    /// Words about the film rather than about a viewing: Trakt's comments.
    Comment {
        comment: String,
        spoiler: bool,
        written_on: Option<NaiveDate>,
    },
    Watchlist {
        added_on: Option<NaiveDate>,
        note: String,
        /// The moment, which only our own archive has.
        #[serde(default)]
        added_at: Option<DateTime<Utc>>,
    },
    ListEntry {
        /// The [`ImportedList::key`] of its list, which came before.
        list: String,
        /// Counts from 1; 0 where the file does not say, so that the order of rows counts.
        position: u32,
        note: String,
        /// Only our own archive has it.
        #[serde(default)]
        added_at: Option<DateTime<Utc>>,
    },
    Like {
        liked_on: Option<NaiveDate>,
    },
    /// The rest is only in our own archive.
    Goal(GoalItem),
    Settings(SettingsItem),
    Correction {
        field: String,
        old_value: String,
        new_value: String,
        corrected_at: DateTime<Utc>,
    },
    /// A poster that the member chose.
    Picture {
        /// Its file in the upload.
        file: String,
    },
}

impl RowFact {
    /// A film on the watchlist of another service, which has no moment but the day.
    pub fn on_watchlist(added_on: Option<NaiveDate>, note: String) -> Self {
        Self::Watchlist {
            added_on,
            note,
            added_at: None,
        }
    }

    /// A film on a list of another service.
    pub fn on_list(list: String, position: u32, note: String) -> Self {
        Self::ListEntry {
            list,
            position,
            note,
            added_at: None,
        }
    }

    /// The note on the watchlist or a list; otherwise empty.
    pub fn note(&self) -> &str {
        match self {
            Self::Watchlist { note, .. } | Self::ListEntry { note, .. } => note,
            _ => "",
        }
    }

    /// Whether it is about the account rather than about a film.
    pub fn is_about_account(&self) -> bool {
        matches!(self, Self::Goal(_) | Self::Settings(_))
    }
}

/// A viewing, as far as its own row tells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenFilm {
    /// `None` where the day is unknown.
    pub watched_on: Option<NaiveDate>,
    /// The moment, where the file has it: it orders viewings of one day.
    pub watched_at: Option<DateTime<Utc>>,
    #[serde(with = "half_stars")]
    pub rating: Option<Rating>,
    /// `None` where the service doesn't say: then every viewing but the first is a rewatch.
    pub rewatch: Option<bool>,
    pub liked: bool,
    pub spoiler: bool,
    pub tags: Vec<String>,
    pub comment: String,
    /// When it was entered there, which becomes the time logged.
    pub logged_on: Option<NaiveDate>,
    /// The row tells again of a viewing in another file of the same export, with its words:
    /// Letterboxd's `reviews.csv`.
    pub is_review: bool,
    /// How much was watched at once, where a film may take several rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sitting: Option<Sitting>,
    /// Set for a review of our own archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copied: Option<Box<CopiedViewing>>,
}

/// A part of a film that was watched at once, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sitting {
    pub played: u32,
    /// The place in the film where it stopped.
    pub stopped_at: u32,
}

impl SeenFilm {
    /// Whether it is a review of our own archive that was deleted there.
    pub fn is_deleted(&self) -> bool {
        let copied = self.copied.as_ref();
        copied.is_some_and(|copied| copied.deleted_at.is_some())
    }
}

/// A list that entries follow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedList {
    pub key: String,
    pub file: String,
    pub name: String,
    pub created_on: Option<NaiveDate>,
    pub tags: Vec<String>,
    pub description: String,
    /// Set for a list of our own archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copied: Option<CopiedList>,
}

/// A row that is left out, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedRow {
    pub place: RowPlace,
    pub raw: String,
    pub reason: SkipReason,
    /// The row's title as far as it can be shown, or an empty string.
    pub title: String,
    /// How many characters there are, and how many fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub characters: Option<(usize, usize)>,
}

/// What reading a file yields, in the order of its rows.
#[derive(Clone, Debug, PartialEq)]
pub enum ReadItem {
    Row(Box<ImportRow>),
    Skipped(SkippedRow),
    List(ImportedList),
    Warning(ImportWarning),
}

/// Serializes a rating as its number of half stars.
mod half_stars {
    use entity::Rating;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    pub fn serialize<S: Serializer>(rating: &Option<Rating>, to: S) -> Result<S::Ok, S::Error> {
        rating.map(Rating::half_stars).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Rating>, D::Error> {
        let half_stars: Option<i16> = Option::deserialize(from)?;
        half_stars
            .map(|half_stars| Rating::from_half_stars(half_stars).ok_or("not a rating"))
            .transpose()
            .map_err(de::Error::custom)
    }
}
