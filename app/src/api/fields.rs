//! Reads fields of JSON bodies that may be left out or `null`.

use chrono::NaiveDate;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::web::form::parse_day;

/// Reads a field of a merge patch (RFC 7396): `Some(None)` for `null`, and with `serde(default)`
/// `None` if it is left out.
pub fn double_option<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Like [`double_option`], for a day, which must be `YYYY-MM-DD`.
pub fn optional_day<'de, D>(deserializer: D) -> Result<Option<Option<NaiveDate>>, D::Error>
where
    D: Deserializer<'de>,
{
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(Some(None));
    };
    match parse_day(&text) {
        Some(day) => Ok(Some(Some(day))),
        None => Err(D::Error::custom("expected a day as YYYY-MM-DD")),
    }
}

/// Like [`double_option`], but `null` is an error, for fields that always have a value.
pub fn non_null<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let value = Option::deserialize(deserializer)?;
    let value = value.ok_or_else(|| D::Error::custom("this cannot be null"))?;
    Ok(Some(value))
}
