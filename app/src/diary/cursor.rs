//! The position where the next page of a list starts, as written in `?older=`.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::web;

/// The end of the year 9999, in microseconds since 1970.
const MAX_MICROS: i64 = 253_402_300_799_999_999;

/// Greater than any day key, so that a rating and a day fit into one number.
const DAY_KEY_RANGE: i64 = 10_000_000;

/// The last entry of a page: its sort key and its review id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// Microseconds since 1970 of the time logged, a day key, or a rating and a day key combined.
    pub key: i64,
    pub id: i64,
}

/// The text is not a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid cursor")]
pub struct InvalidCursor;

impl From<InvalidCursor> for web::Error {
    fn from(InvalidCursor: InvalidCursor) -> Self {
        Self::BadRequest("This list has no such page. Start again from the first page.".to_owned())
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.key, self.id)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let (key, id) = text.split_once('.').ok_or(InvalidCursor)?;
        Ok(Self {
            key: key.parse().map_err(|_| InvalidCursor)?,
            id: id.parse().map_err(|_| InvalidCursor)?,
        })
    }
}

impl Cursor {
    /// Clamped to the years that both databases support.
    pub fn logged_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.key.clamp(0, MAX_MICROS)).unwrap_or_default()
    }

    /// The rating key (-1 for no rating) and the day key.
    pub fn rating_and_day(&self) -> (i16, i32) {
        let rating = i16::try_from(self.key.div_euclid(DAY_KEY_RANGE)).unwrap_or(i16::MIN);
        let day = i32::try_from(self.key.rem_euclid(DAY_KEY_RANGE)).unwrap_or_default();
        (rating, day)
    }

    /// Combines both into one number that sorts by rating, then by day.
    pub fn from_rating_and_day(rating: i16, day: i32, id: i64) -> Self {
        Self {
            key: i64::from(rating) * DAY_KEY_RANGE + i64::from(day),
            id,
        }
    }

    /// Parses the value of `?older=`; `None` when it is empty.
    pub fn parse_older(older: &str) -> Result<Option<Self>, InvalidCursor> {
        match older {
            "" => Ok(None),
            text => text.parse().map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Cursor;

    proptest! {
        #[test]
        fn a_cursor_survives_a_round_trip(key in any::<i64>(), id in any::<i64>()) {
            let cursor = Cursor { key, id };
            prop_assert_eq!(cursor.to_string().parse::<Cursor>().ok(), Some(cursor));
        }

        #[test]
        fn rating_and_day_survive_a_round_trip(rating in -1_i16..=10, day in 0..3_652_059, id in any::<i64>()) {
            let cursor = Cursor::from_rating_and_day(rating, day, id);
            prop_assert_eq!(cursor.rating_and_day(), (rating, day));
        }

        #[test]
        fn text_without_digits_is_not_a_cursor(text in "[^0-9]*") {
            prop_assert!(text.parse::<Cursor>().is_err());
        }
    }
}
