//! Where a list goes on.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::web::Error;

/// The last microsecond of the year 9999.
const LAST: i64 = 253_402_300_799_999_999;

/// More days than there are day keys.
const DAYS: i64 = 10_000_000;

/// The last entry of a page: what its list is ordered by, and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// Microseconds since 1970 of the time logged, or a day key.
    pub key: i64,
    /// The review.
    pub id: i64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.key, self.id)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts = text.split_once('.');
        parts
            .and_then(|(key, id)| {
                Some(Self {
                    key: key.parse().ok()?,
                    id: id.parse().ok()?,
                })
            })
            .ok_or_else(|| {
                Error::BadRequest(
                    "There is no such place in this list. Start again at its top.".to_owned(),
                )
            })
    }
}

impl Cursor {
    /// The key as a time, within what both databases know.
    pub fn time(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.key.clamp(0, LAST)).unwrap_or_default()
    }

    /// The key as a rating's, -1 for none, and a day's.
    pub fn rating_and_day(&self) -> (i16, i32) {
        let rating = i16::try_from(self.key.div_euclid(DAYS)).unwrap_or(i16::MIN);
        let day = i32::try_from(self.key.rem_euclid(DAYS)).unwrap_or_default();
        (rating, day)
    }

    /// The same in one number, of the same order.
    pub fn of_rating_and_day(rating: i16, day: i32, id: i64) -> Self {
        Self {
            key: i64::from(rating) * DAYS + i64::from(day),
            id,
        }
    }

    /// The cursor of `?older=…`; none where there is no such thing.
    pub fn read(older: &str) -> Result<Option<Self>, Error> {
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
        fn a_cursor_is_read_back(key in any::<i64>(), id in any::<i64>()) {
            let cursor = Cursor { key, id };
            prop_assert_eq!(cursor.to_string().parse::<Cursor>().ok(), Some(cursor));
        }

        #[test]
        fn rating_and_day_are_told_apart(rating in -1_i16..=10, day in 0..3_652_059, id in any::<i64>()) {
            let cursor = Cursor::of_rating_and_day(rating, day, id);
            prop_assert_eq!(cursor.rating_and_day(), (rating, day));
        }

        #[test]
        fn whatever_else_is_refused(text in "[^0-9]*") {
            prop_assert!(text.parse::<Cursor>().is_err());
        }
    }
}
