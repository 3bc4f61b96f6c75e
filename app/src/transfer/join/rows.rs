//! The rows of one film, with no more than joining has to know, so that many fit into memory.

use chrono::{DateTime, NaiveDate, Utc};
use entity::Rating;

use crate::transfer::files::row::{ImportRow, RowFact, Sitting};

/// What joining has to know of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinRow {
    pub own_key: Option<String>,
    pub fact: JoinFact,
}

impl JoinRow {
    pub fn sitting(&self) -> Option<Sitting> {
        match self.fact {
            JoinFact::Viewing { sitting, .. } => sitting,
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum JoinFact {
    Viewing {
        day: Option<NaiveDate>,
        at: Option<DateTime<Utc>>,
        rating: Option<Rating>,
        rewatch: Option<bool>,
        is_review: bool,
        characters: usize,
        /// If the film may take several rows.
        sitting: Option<Sitting>,
    },
    Watched,
    Rating {
        rating: Option<Rating>,
        day: Option<NaiveDate>,
    },
    Comment {
        day: Option<NaiveDate>,
        characters: usize,
    },
    Like {
        day: Option<NaiveDate>,
    },
    Watchlist,
    ListEntry {
        list: String,
    },
    /// Of our own archive, deleted and still to be restored.
    DeletedViewing {
        day: Option<NaiveDate>,
    },
    Correction,
    Picture,
    /// Goals and settings never get here.
    AboutAccount,
}

impl From<&ImportRow> for JoinRow {
    fn from(row: &ImportRow) -> Self {
        let fact = match &row.fact {
            RowFact::Viewing(seen) if seen.is_deleted() => JoinFact::DeletedViewing {
                day: seen.watched_on,
            },
            RowFact::Viewing(seen) => JoinFact::Viewing {
                day: seen.watched_on,
                at: seen.watched_at,
                rating: seen.rating,
                rewatch: seen.rewatch,
                is_review: seen.is_review,
                characters: seen.comment.chars().count(),
                sitting: seen.sitting,
            },
            RowFact::Watched => JoinFact::Watched,
            RowFact::Rating { rating, rated_on } => JoinFact::Rating {
                rating: *rating,
                day: *rated_on,
            },
            RowFact::Comment {
                comment,
                written_on,
                ..
            } => JoinFact::Comment {
                day: *written_on,
                characters: comment.chars().count(),
            },
            RowFact::Watchlist { .. } => JoinFact::Watchlist,
            RowFact::ListEntry { list, .. } => JoinFact::ListEntry { list: list.clone() },
            RowFact::Like { liked_on } => JoinFact::Like { day: *liked_on },
            RowFact::Correction { .. } => JoinFact::Correction,
            RowFact::Picture { .. } => JoinFact::Picture,
            RowFact::Goal(_) | RowFact::Settings(_) => JoinFact::AboutAccount,
        };
        Self {
            // Further plays of a row share its key and are not the same play.
            own_key: row.own_key.clone().filter(|_| row.play.is_none()),
            fact,
        }
    }
}
