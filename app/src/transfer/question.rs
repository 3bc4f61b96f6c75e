//! What a file does not tell of itself, and the answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::values::day::DayOrder;

/// What a column of a table holds. The names are those of the answer `columns`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableColumn {
    Title,
    OriginalTitle,
    Year,
    Director,
    ImdbId,
    TmdbId,
    /// An id of either, told apart by its form.
    FilmId,
    WatchedOn,
    Rating,
    /// A rating that is out of ten beside one that is out of five.
    RatingOutOfTen,
    Rewatch,
    Liked,
    Tags,
    Comment,
    Note,
    Type,
    Position,
    /// The day of the entry there: logged, rated, or added.
    EnteredOn,
    /// The address of the row at the service.
    Link,
    /// The name of a list that the row stands in. Only kept for files whose lists are known.
    ListName,
    /// Known, and not imported.
    Unused,
}

impl TableColumn {
    /// The columns that a member can assign, in the order of a form.
    pub const ASSIGNABLE: [Self; 12] = [
        Self::Title,
        Self::OriginalTitle,
        Self::Year,
        Self::Director,
        Self::WatchedOn,
        Self::Rating,
        Self::Rewatch,
        Self::Liked,
        Self::Tags,
        Self::Comment,
        Self::ImdbId,
        Self::TmdbId,
    ];
}

/// A column by its header, or by its number, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ColumnName {
    Number(usize),
    Header(String),
}

/// What the rows of a file are, where its columns fit several things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowMeaning {
    /// Films that were seen, days unknown.
    Watched,
    /// Viewings, each on its day.
    Viewings,
    Ratings,
    Watchlist,
    Likes,
    List,
}

/// One thing to ask before anything is imported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// What the rows are. For a list, its name is asked, too.
    What {
        choices: Vec<RowMeaning>,
        suggested_name: String,
    },
    Columns {
        /// Empty where the file has no header.
        header: Vec<String>,
        has_header: bool,
        guess: BTreeMap<TableColumn, ColumnName>,
        /// The first five rows.
        preview: Vec<Vec<String>>,
    },
    RatingOutOf {
        guess: Option<i64>,
    },
    DateFormat {
        choices: [DayOrder; 2],
        /// A day of the file that can be read in both ways.
        example: String,
    },
}

impl Question {
    /// The word of the API's `needs`, and the key of its answer.
    pub fn name(&self) -> &'static str {
        match self {
            Self::What { .. } => "what",
            Self::Columns { .. } => "columns",
            Self::RatingOutOf { .. } => "rating_out_of",
            Self::DateFormat { .. } => "date_format",
        }
    }
}

/// The answers for one upload, in the form of the API.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answers {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<RowMeaning>,
    /// The name of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<BTreeMap<TableColumn, ColumnName>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_header: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating_out_of: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_format: Option<DayOrder>,
}

/// The highest scale that a member can name.
pub const MAX_RATING_OUT_OF: i64 = 1000;

impl Answers {
    /// The scale, if it is one.
    pub fn rating_scale(&self) -> Option<i64> {
        self.rating_out_of
            .filter(|out_of| (1..=MAX_RATING_OUT_OF).contains(out_of))
    }
}
