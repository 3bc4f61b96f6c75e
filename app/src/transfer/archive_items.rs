//! The items of our own archive, as JSON. Exports write them, imports read them back, and
//! `docs/EXPORT.md` describes them.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entity::{Rating, Visibility};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// Goes up when a program that knows only the version before would lose something.
pub const ARCHIVE_VERSION: u32 = 1;

/// The word for our own archive, as the source of an import.
pub const ARCHIVE_SOURCE: &str = "archive";

/// One item of a file of the archive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ArchiveItem {
    /// What the archive is.
    Archive(ArchiveHead),
    Review(ReviewItem),
    /// Deleted in the last day, so it can still be restored.
    DeletedReview(ReviewItem),
    Watchlist(WatchlistItem),
    List(ListItem),
    ListEntry(ListEntryItem),
    Goal(GoalItem),
    Settings(SettingsItem),
    Correction(CorrectionItem),
    Picture(PictureItem),
    Waiting(WaitingItem),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveHead {
    pub version: u32,
    #[serde(deserialize_with = "read_time")]
    pub exported_at: DateTime<Utc>,
    /// A tag URI (RFC 4151) that no other server has. Ids of reviews and movies count there only.
    pub server: String,
    pub username: String,
    pub display_name: String,
}

/// A movie, by all that can identify it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MovieItem {
    pub id: Option<i64>,
    pub title: String,
    pub year: Option<i16>,
    pub directors: Vec<String>,
    pub imdb_id: Option<String>,
    pub tmdb_id: Option<i64>,
    pub wikidata_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviewItem {
    pub id: i64,
    pub movie: MovieItem,
    pub watched_on: Option<NaiveDate>,
    #[serde(with = "stars")]
    pub rating: Option<Rating>,
    pub liked: bool,
    pub rewatch: bool,
    /// Whether the member said so. Otherwise it follows the days watched.
    pub rewatch_by_hand: bool,
    pub spoiler: bool,
    pub tags: Vec<String>,
    pub comment: String,
    #[serde(with = "visibility_name")]
    pub visibility: Visibility,
    /// `None` for an imported review of which nobody knows it.
    #[serde(default, deserialize_with = "read_time_or_none")]
    pub logged_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "read_time")]
    pub updated_at: DateTime<Utc>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "read_time_or_none"
    )]
    pub deleted_at: Option<DateTime<Utc>>,
}

/// A film on the watchlist. The items are in the order of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchlistItem {
    pub movie: MovieItem,
    pub note: String,
    #[serde(deserialize_with = "read_time")]
    pub added_at: DateTime<Utc>,
    pub added_on: NaiveDate,
}

/// A list of the member’s own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListItem {
    pub id: i64,
    pub title: String,
    pub description: String,
    #[serde(with = "visibility_name")]
    pub visibility: Visibility,
    pub ranked: bool,
    #[serde(deserialize_with = "read_time")]
    pub created_at: DateTime<Utc>,
    #[serde(deserialize_with = "read_time")]
    pub updated_at: DateTime<Utc>,
}

/// A film on a list. The items are in the order of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEntryItem {
    /// The id of a [`ListItem`].
    pub list: i64,
    pub movie: MovieItem,
    /// Empty if somebody else wrote it.
    pub note: String,
    #[serde(deserialize_with = "read_time")]
    pub added_at: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoalItem {
    pub year: i32,
    pub films: i32,
    pub rewatches_count: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsItem {
    pub display_name: String,
    /// An IANA time zone; `None` for that of the site.
    pub time_zone: Option<String>,
    #[serde(with = "visibility_name")]
    pub diary_visibility: Visibility,
    /// `None` for that of the diary.
    #[serde(with = "own_visibility")]
    pub watchlist_visibility: Option<Visibility>,
}

/// A correction of a movie that is not undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionItem {
    pub movie: MovieItem,
    /// `title`, `year` or `directors`.
    pub field: String,
    pub old_value: String,
    /// Directors are one a line. An unknown year is empty.
    pub new_value: String,
    #[serde(deserialize_with = "read_time")]
    pub corrected_at: DateTime<Utc>,
}

/// A poster that the member chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureItem {
    pub movie: MovieItem,
    /// The name of the picture in the archive.
    pub file: String,
}

/// A row of an earlier import whose film the member has not decided yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitingItem {
    /// `viewing`, `watched`, `rating`, `comment`, `watchlist`, `list_entry` or `like`.
    pub row: String,
    pub title: Option<String>,
    pub original_title: Option<String>,
    pub year: Option<i16>,
    pub directors: Vec<String>,
    pub imdb_id: Option<String>,
    pub tmdb_id: Option<i64>,
    /// Whether its service does not tell films from series, so that nothing is made of it that nobody
    /// knows.
    #[serde(default)]
    pub may_be_series: bool,
    /// The day of what the row says: watched, rated, written, added or liked.
    pub day: Option<NaiveDate>,
    #[serde(with = "stars")]
    pub rating: Option<Rating>,
    pub liked: bool,
    pub rewatch: Option<bool>,
    pub spoiler: bool,
    pub tags: Vec<String>,
    /// A comment, or the note of a list.
    pub text: String,
    /// The id of a [`ListItem`].
    pub list: Option<i64>,
    /// The place on the list; 0 if nobody knows it.
    #[serde(default)]
    pub position: u32,
}

/// The time as databases have it, in microseconds. `None` for times that no server ever had, some of
/// which no database knows.
pub fn possible_time(at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let is_possible = (1888..=9999).contains(&at.year());
    DateTime::from_timestamp_micros(at.timestamp_micros()).filter(|_| is_possible)
}

fn read_time<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
    let at = possible_time(DateTime::deserialize(from)?);
    at.ok_or_else(|| D::Error::custom("not a time of an archive"))
}

fn read_time_or_none<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<DateTime<Utc>>, D::Error> {
    let at: Option<DateTime<Utc>> = Option::deserialize(from)?;
    let read = |at| possible_time(at).ok_or_else(|| D::Error::custom("not a time of an archive"));
    at.map(read).transpose()
}

/// Serializes a rating as stars: 0 to 5 in steps of 0.5.
mod stars {
    use entity::Rating;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    pub fn serialize<S: Serializer>(rating: &Option<Rating>, to: S) -> Result<S::Ok, S::Error> {
        let stars = rating.map(|rating| f64::from(rating.half_stars()) / 2.0);
        stars.serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Rating>, D::Error> {
        let stars: Option<f64> = Option::deserialize(from)?;
        let rating = |stars: f64| Rating::parse(&stars.to_string()).ok_or("not a rating");
        stars.map(rating).transpose().map_err(de::Error::custom)
    }
}

pub mod visibility_name {
    use entity::Visibility;
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes fields by reference"
    )]
    pub fn serialize<S: Serializer>(visibility: &Visibility, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(visibility.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Visibility, D::Error> {
        let name = String::deserialize(from)?;
        Visibility::parse(&name).ok_or_else(|| de::Error::custom("not a visibility"))
    }
}

mod own_visibility {
    use entity::Visibility;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    pub fn serialize<S: Serializer>(own: &Option<Visibility>, to: S) -> Result<S::Ok, S::Error> {
        own.map(Visibility::name).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Visibility>, D::Error> {
        let name: Option<String> = Option::deserialize(from)?;
        let parse = |name: String| Visibility::parse(&name).ok_or("not a visibility");
        name.map(parse).transpose().map_err(de::Error::custom)
    }
}
