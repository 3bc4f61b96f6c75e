//! Filters for the reviews of a diary.

use chrono::NaiveDate;
use entity::Rating;

/// Conditions that a listed review must meet. `None` means no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// First and last day watched, both inclusive.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// First year of the decade in which the movie came out.
    pub decade: Option<i16>,
    pub rating: Option<RatingFilter>,
    /// Whether only reviews with a heart are listed.
    pub liked: bool,
    /// Slug of one of the movie's genres.
    pub genre: Option<String>,
    /// Person id of one of the movie's directors.
    pub director: Option<i64>,
    /// `true` for rewatches only, `false` for first viewings only.
    pub rewatch: Option<bool>,
    /// A tag of the review.
    pub tag: Option<String>,
    /// Words of the movie's titles or directors' names, or of the comment, or a whole tag.
    pub text: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RatingFilter {
    /// The lowest and the highest rating, both inclusive.
    Between(Rating, Rating),
    Unrated,
}

impl Filter {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl RatingFilter {
    pub fn exactly(rating: Rating) -> Self {
        Self::Between(rating, rating)
    }

    /// `rating_key` is half stars, or -1 without a rating.
    pub fn matches(self, rating_key: i16) -> bool {
        match self {
            Self::Unrated => rating_key < 0,
            Self::Between(lowest, highest) => {
                (lowest.half_stars()..=highest.half_stars()).contains(&rating_key)
            }
        }
    }
}
