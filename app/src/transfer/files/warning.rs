//! What the preview tells about files and rows.

use serde::{Deserialize, Serialize};

use super::place::{RowNumber, RowPlace};
use super::reasons::WarningCode;

/// Something that the preview tells, about a file or a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportWarning {
    pub code: WarningCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array: Option<String>,
    /// The row that it is about.
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    pub at: Option<RowNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_as: Option<String>,
    /// Tags that were left out.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub left_out: Vec<String>,
}

impl ImportWarning {
    pub fn of_file(code: WarningCode, file: &str) -> Self {
        Self {
            code,
            file: Some(file.to_owned()),
            array: None,
            at: None,
            column: None,
            read_as: None,
            left_out: Vec::new(),
        }
    }

    pub fn of_row(code: WarningCode, place: &RowPlace) -> Self {
        Self {
            array: place.array.clone(),
            at: Some(place.at),
            ..Self::of_file(code, &place.file)
        }
    }
}
