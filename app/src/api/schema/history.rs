//! The caller's own viewings of a movie in responses.

use chrono::NaiveDate;
use entity::Rating;
use serde::Serialize;
use utoipa::ToSchema;

use super::{VisibilityField, to_stars};
use crate::diary::queries::OwnViewing;
use crate::stats::{ChangeDirection, RatingChange, rating_change};

/// Your own viewings of a movie.
#[derive(Serialize, ToSchema)]
pub struct History {
    /// At most 50 viewings, latest first.
    viewings: Vec<MovieViewing>,
    /// How your rating has changed; `null` if you have rated the movie fewer than two times.
    trend: Option<Trend>,
}

/// One of your viewings of a movie.
#[derive(Serialize, ToSchema)]
pub struct MovieViewing {
    /// The id of the review.
    id: i64,
    /// The day on which the movie was watched; `null` if unknown.
    watched_on: Option<NaiveDate>,
    /// The rating in stars; `null` if not rated.
    #[schema(example = 4.5)]
    rating: Option<f64>,
    /// Whether you had seen the movie before.
    rewatch: bool,
    /// Who may see the review.
    visibility: VisibilityField,
}

/// The latest rating, compared with those before it.
#[derive(Serialize, ToSchema)]
pub struct Trend {
    /// The latest rating, in stars.
    #[schema(example = 4.5)]
    latest: f64,
    /// The average of the ratings before it, in stars.
    #[schema(example = 4.0)]
    before: f64,
    /// The direction of the change.
    way: TrendWay,
}

/// The direction in which a rating has changed. Less than a quarter of a star is `steady`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TrendWay {
    Improved,
    Declined,
    Steady,
}

impl From<&[OwnViewing]> for History {
    fn from(viewings: &[OwnViewing]) -> Self {
        let ratings: Vec<Rating> = viewings
            .iter()
            .filter_map(|viewing| viewing.rating)
            .collect();
        Self {
            trend: rating_change(&ratings).map(Trend::from),
            viewings: viewings.iter().map(MovieViewing::from).collect(),
        }
    }
}

impl From<&OwnViewing> for MovieViewing {
    fn from(seen: &OwnViewing) -> Self {
        Self {
            id: seen.id,
            watched_on: seen.watched_on,
            rating: seen.rating.map(to_stars),
            rewatch: seen.rewatch,
            visibility: seen.visibility.into(),
        }
    }
}

impl From<RatingChange> for Trend {
    fn from(change: RatingChange) -> Self {
        Self {
            latest: change.latest,
            before: change.earlier_mean,
            way: match change.direction {
                ChangeDirection::Improved => TrendWay::Improved,
                ChangeDirection::Declined => TrendWay::Declined,
                ChangeDirection::Steady => TrendWay::Steady,
            },
        }
    }
}
