//! What a file does not tell of itself, and the answers.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::day::DayOrder;

/// What a column of a table holds. The names are those of the answer `columns`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
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
    /// Whose row it is. Where there are several, the member chooses one.
    Profile,
    /// The reader knows it by the name of the column.
    Named,
    /// Known, and there is no place for it here, which is told.
    Ignored,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum ColumnName {
    Number(usize),
    Header(String),
}

/// What the rows of a file are, where its columns fit several things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
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
    /// Whose rows are imported.
    Profile {
        choices: Vec<String>,
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
            Self::Profile { .. } => "profile",
        }
    }
}

/// The first question of each name: several files may ask the same.
pub fn each_once(questions: impl Iterator<Item = Question>) -> Vec<Question> {
    let mut asked = HashSet::new();
    questions
        .filter(|question| asked.insert(question.name()))
        .collect()
}

/// The answers for one upload, in the form of the API.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Answers {
    /// What the rows of the file are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<RowMeaning>,
    /// The name of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The column of each thing that is known. Other columns are not imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<BTreeMap<TableColumn, ColumnName>>,
    /// Whether the first row has the names of the columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_header: Option<bool>,
    /// The best mark that the file can have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating_out_of: Option<i64>,
    /// Whether the day or the month comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_format: Option<DayOrder>,
    /// The profile whose rows are imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}

/// The highest scale that a member can name.
pub const MAX_RATING_OUT_OF: i64 = 1000;

impl Answers {
    /// These answers, and those of `others`, which take precedence.
    #[must_use]
    pub fn completed_by(self, others: Self) -> Self {
        Self {
            what: others.what.or(self.what),
            name: others.name.or(self.name),
            columns: others.columns.or(self.columns),
            has_header: others.has_header.or(self.has_header),
            rating_out_of: others.rating_out_of.or(self.rating_out_of),
            date_format: others.date_format.or(self.date_format),
            profile: others.profile.or(self.profile),
        }
    }

    /// The scale, if it is one.
    pub fn rating_scale(&self) -> Option<i64> {
        self.rating_out_of
            .filter(|out_of| (1..=MAX_RATING_OUT_OF).contains(out_of))
    }
}
