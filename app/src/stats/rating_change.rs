//! Compares a member's latest rating of a movie with their earlier ones.

use entity::Rating;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatingChange {
    /// In stars.
    pub latest: f64,
    /// The mean of all earlier ratings, in stars.
    pub earlier_mean: f64,
    pub direction: ChangeDirection,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeDirection {
    /// Up by at least `MIN_CHANGE`.
    Improved,
    /// Down by at least `MIN_CHANGE`.
    Declined,
    /// Changed by less than `MIN_CHANGE`.
    Steady,
}

/// In stars: half the step between two ratings.
const MIN_CHANGE: f64 = 0.25;

/// Expects the latest rating first; `None` with fewer than two ratings.
pub fn rating_change(ratings: &[Rating]) -> Option<RatingChange> {
    let stars = |rating: &Rating| f64::from(rating.half_stars()) / 2.0;
    let (latest, earlier) = ratings.split_first()?;
    if earlier.is_empty() {
        return None;
    }
    let sum: f64 = earlier.iter().map(stars).sum();
    let (latest, before) = (stars(latest), sum / earlier.len() as f64);
    let direction = match latest - before {
        up if up >= MIN_CHANGE => ChangeDirection::Improved,
        down if down <= -MIN_CHANGE => ChangeDirection::Declined,
        _ => ChangeDirection::Steady,
    };
    Some(RatingChange {
        latest,
        earlier_mean: before,
        direction,
    })
}

#[cfg(test)]
mod tests {
    use entity::Rating;

    use super::{ChangeDirection, rating_change};

    fn direction_of(half_stars: &[i16]) -> Option<ChangeDirection> {
        let ratings: Vec<Rating> = half_stars
            .iter()
            .filter_map(|half| Rating::from_half_stars(*half))
            .collect();
        rating_change(&ratings).map(|change| change.direction)
    }

    #[test]
    fn compares_the_latest_rating_with_the_mean_of_earlier_ones() {
        assert_eq!(direction_of(&[]), None);
        assert_eq!(direction_of(&[8]), None);
        assert_eq!(direction_of(&[8, 8]), Some(ChangeDirection::Steady));
        assert_eq!(direction_of(&[9, 8]), Some(ChangeDirection::Improved));
        assert_eq!(direction_of(&[7, 8]), Some(ChangeDirection::Declined));
        // A quarter of a star above the mean of 8 and 9.
        assert_eq!(direction_of(&[9, 8, 9]), Some(ChangeDirection::Improved));
        // A sixth of a star is too little.
        assert_eq!(direction_of(&[9, 8, 9, 9]), Some(ChangeDirection::Steady));
        assert_eq!(direction_of(&[0, 10, 10]), Some(ChangeDirection::Declined));
    }
}
