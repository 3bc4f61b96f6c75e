//! What the rows of one film come to.

use chrono::{DateTime, NaiveDate, Utc};
use entity::Rating;

use crate::transfer::files::reasons::{SkipReason, WarningCode};

/// What the rows of one film come to. Rows are numbers of the slice that was joined, and each is
/// in exactly one place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JoinedFilm {
    pub reviews: Vec<JoinedReview>,
    pub watchlist: Vec<usize>,
    pub list_entries: Vec<usize>,
    pub likes: Vec<JoinedLike>,
    /// Viewings that were deleted and can be restored.
    pub deleted: Vec<usize>,
    pub corrections: Vec<usize>,
    pub pictures: Vec<usize>,
    pub skipped: Vec<(usize, SkipReason)>,
    pub warnings: Vec<JoinWarning>,
}

/// One review to write.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinedReview {
    /// The row that it is known by.
    pub row: usize,
    pub is_rating_only: bool,
    pub day: Option<NaiveDate>,
    pub rating: Option<Rating>,
    pub rewatch: bool,
    /// A row of likes says so. The row itself may say so, too.
    pub is_liked: bool,
    /// Rows whose words, tags and spoiler marks are added to those of `row`, in this order.
    pub words_from: Vec<usize>,
    /// Rows that are part of it.
    pub merged: Vec<usize>,
    pub(super) at: Option<DateTime<Utc>>,
    /// Of all its words.
    pub characters: usize,
    /// Whether it is a rewatch, if the service says so.
    pub told_rewatch: Option<bool>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct JoinedLike {
    pub row: usize,
    /// The place in [`JoinedFilm::reviews`] of the review that gets the heart.
    pub review: Option<usize>,
}

/// Something to tell about a row.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinWarning {
    pub code: WarningCode,
    pub row: usize,
    /// Both ratings, where two differ: the one that is kept, and the other.
    pub ratings: Option<(Rating, Rating)>,
}

impl JoinedReview {
    pub(super) fn of_row(row: usize) -> Self {
        Self {
            row,
            is_rating_only: false,
            day: None,
            rating: None,
            rewatch: false,
            is_liked: false,
            words_from: Vec::new(),
            merged: Vec::new(),
            at: None,
            characters: 0,
            told_rewatch: None,
        }
    }
}
