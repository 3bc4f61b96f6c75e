//! What a column holds: in the words of either database, in a row, and in a backup.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{DbErr, QueryResult, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// What a column holds, whatever each database calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    Boolean,
    /// Of any size up to 64 bits.
    Integer,
    Text,
    Date,
    Timestamp,
}

impl ColumnKind {
    /// The types that the migrations use, as SQLite and PostgreSQL report them.
    pub(super) fn of_declared(declared: &str) -> Option<Self> {
        let declared = declared.to_lowercase();
        Some(match declared.split('(').next().unwrap_or_default() {
            "boolean" => Self::Boolean,
            "smallint" | "integer" | "bigint" => Self::Integer,
            "text" | "varchar" | "character varying" => Self::Text,
            "date" | "date_text" => Self::Date,
            "timestamp with time zone" | "timestamp_with_timezone_text" => Self::Timestamp,
            _ => return None,
        })
    }

    /// Casts `column` to the widest type of its kind.
    pub(super) fn widen(self, column: Expr) -> SimpleExpr {
        match self {
            Self::Integer => column.cast_as("bigint"),
            Self::Text => column.cast_as("text"),
            Self::Boolean | Self::Date | Self::Timestamp => column,
        }
    }

    pub(super) fn read(self, row: &QueryResult, index: usize) -> Result<Json, DbErr> {
        Ok(match self {
            Self::Boolean => row.try_get_by_index::<Option<bool>>(index)?.into(),
            Self::Integer => row.try_get_by_index::<Option<i64>>(index)?.into(),
            Self::Text => row.try_get_by_index::<Option<String>>(index)?.into(),
            Self::Date => {
                let date: Option<NaiveDate> = row.try_get_by_index(index)?;
                date.map(|date| date.to_string()).into()
            }
            Self::Timestamp => {
                let time: Option<DateTime<Utc>> = row.try_get_by_index(index)?;
                time.map(|time| time.to_rfc3339()).into()
            }
        })
    }

    pub(super) fn parse(self, value: &Json) -> Option<Value> {
        Some(match (self, value) {
            (Self::Boolean, Json::Null) => Value::Bool(None),
            (Self::Integer, Json::Null) => Value::BigInt(None),
            (Self::Text, Json::Null) => Value::String(None),
            (Self::Date, Json::Null) => Value::ChronoDate(None),
            (Self::Timestamp, Json::Null) => Value::ChronoDateTimeUtc(None),
            (Self::Boolean, value) => value.as_bool()?.into(),
            (Self::Integer, value) => value.as_i64()?.into(),
            (Self::Text, value) => value.as_str()?.into(),
            (Self::Date, value) => value.as_str()?.parse::<NaiveDate>().ok()?.into(),
            (Self::Timestamp, value) => {
                let time = DateTime::parse_from_rfc3339(value.as_str()?).ok()?;
                time.to_utc().into()
            }
        })
    }
}
