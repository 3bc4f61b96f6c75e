//! The rows of an import in responses.

use chrono::NaiveDate;
use entity::import_outcome::RowState;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::import_row_words::{RowKindField, RowRoleField, RowStateField};
use super::to_stars;
use crate::api::pagination::empty_as_none;
use crate::transfer::queries::{ImportRowView, RowFilter};
use crate::transfer::{ImportCandidate, RowFact, SeenFilm};

/// A row, and what becomes of it. Fields that its kind does not have are `null`.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = ImportRow)]
pub struct ImportRowBody {
    /// Its number in the import, from 1.
    pub row: i64,
    /// The file that it stands in.
    #[schema(example = "diary.csv")]
    file: String,
    /// The array that it stands in, if the file is an object of several.
    #[schema(example = "movies")]
    array: Option<String>,
    /// The line on which it begins, from 1; `null` in JSON.
    line: Option<i64>,
    /// The number of the item in its array of JSON, from 1; `null` elsewhere.
    item: Option<i64>,
    /// 2 and more for further things that one row says, such as viewings of which only the number
    /// is known.
    play: Option<i32>,
    kind: RowKindField,
    role: RowRoleField,
    state: RowStateField,
    /// Why it is left out, undecided, there already, or could not be written.
    #[schema(example = "future_date")]
    reason: Option<String>,
    /// The day on which you deleted what the row says, if that is the reason.
    deleted_on: Option<NaiveDate>,
    /// How many characters there are, if these are too many.
    characters: Option<i64>,
    /// How many characters fit, if there are too many.
    most: Option<i64>,
    /// The title as the row has it; empty if it has none.
    #[schema(example = "Heat")]
    title: String,
    /// The year of release as the row has it.
    year: Option<i16>,
    /// The row of the viewing that it belongs to.
    merged_into: Option<i64>,
    /// The day on which the film was watched; `null` if unknown.
    watched_on: Option<NaiveDate>,
    /// The rating in stars.
    #[schema(minimum = 0, maximum = 5, multiple_of = 0.5)]
    rating: Option<f64>,
    /// Whether it is a rewatch; `null` if the file does not say.
    rewatch: Option<bool>,
    liked: Option<bool>,
    spoiler: Option<bool>,
    tags: Option<Vec<String>>,
    comment: Option<String>,
    note: Option<String>,
    /// The day of the rating.
    rated_on: Option<NaiveDate>,
    /// The day on which the film was put on the watchlist.
    added_on: Option<NaiveDate>,
    /// The day of the like.
    liked_on: Option<NaiveDate>,
    /// The day of the comment.
    written_on: Option<NaiveDate>,
    /// The name of the list.
    list: Option<String>,
    /// The place on the list, from 1.
    position: Option<u32>,
    /// How its film was matched, or `hand` if you chose it; `null` if it is not known.
    #[schema(example = "name-year")]
    matched_by: Option<String>,
    /// The film that it is, or films to choose from.
    candidates: Vec<ImportCandidate>,
    /// The movie on this site that it is; `null` if there is none yet.
    movie_id: Option<i64>,
    /// The review that it made or changed.
    review_id: Option<i64>,
    /// The row as it stands in the file.
    raw: String,
}

impl ImportRowBody {
    /// A row with nothing but its kind and what it says.
    fn with_content(fact: RowFact, list_name: Option<String>) -> Self {
        let kind = RowKindField::of(&fact);
        let nothing = Self {
            kind,
            ..Self::default()
        };
        match fact {
            RowFact::Viewing(seen) => nothing.with_viewing(seen),
            RowFact::Watched => nothing,
            RowFact::Rating { rating, rated_on } => Self {
                rating: rating.map(to_stars),
                rated_on,
                ..nothing
            },
            RowFact::Comment {
                comment,
                spoiler,
                written_on,
            } => Self {
                comment: Some(comment),
                spoiler: Some(spoiler),
                written_on,
                ..nothing
            },
            RowFact::Watchlist { added_on, note, .. } => Self {
                added_on,
                note: Some(note),
                ..nothing
            },
            RowFact::ListEntry {
                list,
                position,
                note,
                ..
            } => Self {
                list: Some(list_name.unwrap_or(list)),
                position: (position > 0).then_some(position),
                note: Some(note),
                ..nothing
            },
            RowFact::Like { liked_on } => Self {
                liked_on,
                ..nothing
            },
            RowFact::Goal(_)
            | RowFact::Settings(_)
            | RowFact::Correction { .. }
            | RowFact::Picture { .. } => nothing,
        }
    }

    fn with_viewing(self, seen: SeenFilm) -> Self {
        Self {
            watched_on: seen.watched_on,
            rating: seen.rating.map(to_stars),
            rewatch: seen.rewatch,
            liked: Some(seen.liked),
            spoiler: Some(seen.spoiler),
            tags: Some(seen.tags),
            comment: Some(seen.comment),
            ..self
        }
    }
}

impl From<ImportRowView> for ImportRowBody {
    fn from(row: ImportRowView) -> Self {
        let content = row.fact.map(|fact| Self::with_content(fact, row.list));
        let detail = |name: &str| row.detail.as_ref().and_then(|detail| detail.get(name));
        let day = |value: &Value| value.as_str()?.parse().ok();
        Self {
            row: row.row,
            file: row.file,
            array: row.array,
            line: (!row.is_item).then_some(row.line),
            item: row.is_item.then_some(row.line),
            play: row.play,
            role: row.role.into(),
            state: row.state.into(),
            reason: row.reason,
            deleted_on: detail("deleted_on").and_then(day),
            characters: detail("characters").and_then(Value::as_i64),
            most: detail("most").and_then(Value::as_i64),
            title: row.title,
            year: row.year,
            merged_into: row.merged_into,
            matched_by: match row.is_by_hand {
                true => Some("hand".to_owned()),
                false => row.rung,
            },
            candidates: row.candidates,
            movie_id: row.movie_id,
            review_id: row.review_id,
            raw: row.raw,
            ..content.unwrap_or_default()
        }
    }
}

/// A page of the rows of an import.
#[derive(Serialize, ToSchema)]
pub struct ImportRows {
    /// At most 100 rows, in the order of the files.
    pub rows: Vec<ImportRowBody>,
    /// The address of the next page; `null` on the last page.
    #[schema(example = "/api/imports/1/rows?cursor=100")]
    pub next: Option<String>,
}

/// The page of the rows, and which of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ImportRowQuery {
    /// Only rows in this state.
    #[param(inline)]
    state: Option<RowStateField>,
    /// The `cursor` in the `next` address of the previous page.
    #[serde(deserialize_with = "empty_as_none")]
    #[param(value_type = Option<String>)]
    cursor: Option<i64>,
}

impl ImportRowQuery {
    pub fn filter(&self) -> RowFilter {
        RowFilter {
            states: self.state.map(RowState::from).into_iter().collect(),
            after: self.cursor.unwrap_or_default(),
        }
    }
}
