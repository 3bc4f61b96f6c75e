//! Where a row stands.

use serde::{Deserialize, Serialize};

/// Where a row stands. Lines count from 1, the header's too; a row begins on its line. Items of JSON
/// count from 1, in each array.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RowPlace {
    pub file: String,
    /// The name of the array, if the file is an object of arrays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array: Option<String>,
    #[serde(flatten)]
    pub at: RowNumber,
}

impl RowPlace {
    /// The file and the array as one text, as the database has them: `backup.json#/movies`.
    pub fn file_and_array(&self) -> String {
        match &self.array {
            Some(array) => format!("{}#/{array}", self.file),
            None => self.file.clone(),
        }
    }

    /// The place in a file that was stored with its array.
    pub fn in_stored(file: String, at: RowNumber) -> Self {
        let split = match at {
            RowNumber::Item(_) => file.rsplit_once("#/"),
            RowNumber::Line(_) => None,
        };
        let (name, array) = match split {
            Some((name, array)) => (name.to_owned(), Some(array.to_owned())),
            None => (file, None),
        };
        Self {
            file: name,
            array,
            at,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowNumber {
    Line(u64),
    Item(u64),
}

impl RowNumber {
    /// The number as it is stored.
    pub fn of_stored(number: i64, is_item: bool) -> Self {
        let number = u64::try_from(number).unwrap_or_default();
        match is_item {
            true => Self::Item(number),
            false => Self::Line(number),
        }
    }
}
