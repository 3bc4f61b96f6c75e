//! How somebody's rating of a movie moved from viewing to viewing.

use entity::Rating;

/// The latest rating against the mean of those before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The latest rating, in stars.
    pub latest: f64,
    /// The mean of those before, in stars.
    pub before: f64,
    /// Which way it went.
    pub way: Way,
}

/// Which way a rating went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// At least a quarter of a star up.
    Improved,
    /// At least a quarter of a star down.
    Declined,
    /// Less than that.
    Steady,
}

/// Less than this, in stars, is no change: half of the step between two ratings.
const STEP: f64 = 0.25;

/// How a rating moved; `ratings` the latest first. `None` with fewer than two.
pub fn change(ratings: &[Rating]) -> Option<Change> {
    let stars = |rating: &Rating| f64::from(rating.half_stars()) / 2.0;
    let (latest, before) = ratings.split_first()?;
    if before.is_empty() {
        return None;
    }
    let sum: f64 = before.iter().map(stars).sum();
    let (latest, before) = (stars(latest), sum / before.len() as f64);
    let way = match latest - before {
        up if up >= STEP => Way::Improved,
        down if down <= -STEP => Way::Declined,
        _ => Way::Steady,
    };
    Some(Change {
        latest,
        before,
        way,
    })
}

#[cfg(test)]
mod tests {
    use entity::Rating;

    use super::{Way, change};

    fn way(half_stars: &[i16]) -> Option<Way> {
        let ratings: Vec<Rating> = half_stars
            .iter()
            .filter_map(|half| Rating::from_half_stars(*half))
            .collect();
        change(&ratings).map(|change| change.way)
    }

    #[test]
    fn the_latest_is_held_against_the_mean_of_those_before() {
        assert_eq!(way(&[]), None);
        assert_eq!(way(&[8]), None);
        assert_eq!(way(&[8, 8]), Some(Way::Steady));
        assert_eq!(way(&[9, 8]), Some(Way::Improved));
        assert_eq!(way(&[7, 8]), Some(Way::Declined));
        // A quarter of a star above the mean of 8 and 9.
        assert_eq!(way(&[9, 8, 9]), Some(Way::Improved));
        // A sixth is too little.
        assert_eq!(way(&[9, 8, 9, 9]), Some(Way::Steady));
        assert_eq!(way(&[0, 10, 10]), Some(Way::Declined));
    }
}
