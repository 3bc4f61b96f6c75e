//! Ratings of movies, in half stars.

use std::fmt;

use sea_orm::DeriveValueType;

/// A rating in half stars, 0 to 10; shown as 0 to 5 stars in steps of 0.5.
///
/// Values read from a row bypass [`Rating::from_half_stars`], so the column has the same bounds as
/// a `CHECK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Rating(i16);

impl Rating {
    pub const MAX_HALF_STARS: i16 = 10;

    /// `None` unless `half_stars` is 0 to 10.
    pub fn from_half_stars(half_stars: i16) -> Option<Self> {
        (0..=Self::MAX_HALF_STARS)
            .contains(&half_stars)
            .then_some(Self(half_stars))
    }

    /// Parses stars as forms and scripts write them: `0`, `3`, `3.5`, `5.0`.
    pub fn parse(stars: &str) -> Option<Self> {
        let (whole, half) = match stars.split_once('.') {
            None | Some((_, "0")) => (stars.split('.').next()?, 0),
            Some((whole, "5")) => (whole, 1),
            Some(_) => return None,
        };
        let one_digit = whole.len() == 1 && whole.as_bytes()[0].is_ascii_digit();
        let whole: i16 = one_digit.then(|| whole.parse().ok())??;
        Self::from_half_stars(whole * 2 + half)
    }

    /// All ratings, the lowest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=Self::MAX_HALF_STARS).map(Self)
    }

    pub fn half_stars(self) -> i16 {
        self.0
    }
}

/// Prints stars: `3.5`, and `4` rather than `4.0`.
impl fmt::Display for Rating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 2 {
            0 => write!(f, "{}", self.0 / 2),
            _ => write!(f, "{}.5", self.0 / 2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rating;

    #[test]
    fn every_rating_parses_from_its_display_form() {
        for rating in Rating::all() {
            assert_eq!(Rating::parse(&rating.to_string()), Some(rating));
        }
    }

    #[test]
    fn only_half_stars_from_0_to_5_are_ratings() {
        for good in ["0", "0.5", "5", "5.0", "3.0"] {
            assert!(Rating::parse(good).is_some(), "{good}");
        }
        for bad in [
            "", ".5", "5.5", "6", "-1", "1.25", "1.", "+3", "03", "3.50", "٣", "1e0", "NaN",
        ] {
            assert!(Rating::parse(bad).is_none(), "{bad}");
        }
    }
}
