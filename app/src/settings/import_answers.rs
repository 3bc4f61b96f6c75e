//! The form with answers about the files of an import.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::transfer::{Answers, ColumnName, Question, RowMeaning, TableColumn};
use crate::web::FieldErrors;
use crate::web::form::is_ticked;

/// Characters of a list's name.
const MAX_LIST_NAME: usize = 100;

/// Answers as they were posted, by the name of their field.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>")]
pub struct RawAnswers(BTreeMap<String, String>);

/// The fields of questions, besides those of columns.
const ANSWERS: [&str; 6] = [
    "what",
    "name",
    "has_header",
    "rating_out_of",
    "date_format",
    "profile",
];

const COLUMN_PREFIX: &str = "column-";

impl TryFrom<BTreeMap<String, String>> for RawAnswers {
    type Error = &'static str;

    fn try_from(fields: BTreeMap<String, String>) -> Result<Self, Self::Error> {
        let is_known =
            |name: &String| ANSWERS.contains(&name.as_str()) || name.starts_with(COLUMN_PREFIX);
        match fields.keys().all(is_known) {
            true => Ok(Self(fields)),
            false => Err("an unknown field"),
        }
    }
}

impl RawAnswers {
    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    /// Checks the answers to `questions`. Fields of other questions are ignored.
    pub fn check(&self, questions: &[Question]) -> Result<Answers, FieldErrors> {
        let mut answers = Answers::default();
        let mut errors = FieldErrors::default();
        for question in questions {
            match question {
                Question::What { choices, .. } => {
                    self.check_what(choices, &mut answers, &mut errors);
                }
                Question::Columns {
                    header, preview, ..
                } => {
                    let width = column_count(header, preview);
                    self.check_columns(width, &mut answers, &mut errors);
                }
                Question::RatingOutOf { .. } => {
                    answers.rating_out_of = self.get("rating_out_of").trim().parse().ok();
                    if answers.rating_scale().is_none() {
                        errors.add("rating_out_of", "Enter the highest rating, 1 to 1000.");
                    }
                }
                Question::DateFormat { .. } => {
                    answers.date_format = parse_word(self.get("date_format"));
                    if answers.date_format.is_none() {
                        errors.add("date_format", "Choose how the file writes days.");
                    }
                }
                Question::Profile { choices } => {
                    let chosen = self.get("profile").to_owned();
                    answers.profile = Some(chosen).filter(|chosen| choices.contains(chosen));
                    if answers.profile.is_none() {
                        errors.add("profile", "Choose whose films these are.");
                    }
                }
            }
        }
        match errors.is_empty() {
            true => Ok(answers),
            false => Err(errors),
        }
    }

    fn check_what(&self, choices: &[RowMeaning], answers: &mut Answers, errors: &mut FieldErrors) {
        let meaning: Option<RowMeaning> = parse_word(self.get("what"));
        answers.what = meaning.filter(|meaning| choices.contains(meaning));
        if answers.what.is_none() {
            errors.add("what", "Choose what the films in this file are.");
        }
        if answers.what == Some(RowMeaning::List) {
            answers.name = errors.required_line("name", self.get("name"), MAX_LIST_NAME);
        }
    }

    fn check_columns(&self, width: usize, answers: &mut Answers, errors: &mut FieldErrors) {
        let mut columns = BTreeMap::new();
        let mut repeated = BTreeSet::new();
        for number in 1..=width {
            let word = self.get(&column_field(number));
            let Some(column) = parse_word::<TableColumn>(word) else {
                continue;
            };
            if columns.insert(column, ColumnName::Number(number)).is_some() {
                repeated.insert(column);
            }
        }
        let identifying = [TableColumn::Title, TableColumn::ImdbId, TableColumn::TmdbId];
        if let Some(column) = repeated.first() {
            let label = column_label(*column).to_lowercase();
            errors.add(
                "columns",
                format!("Two columns are the {label}. Choose one."),
            );
        } else if !identifying.iter().any(|known| columns.contains_key(known)) {
            errors.add(
                "columns",
                "Say which column has the title, the IMDb id or the TMDB id.",
            );
        }
        answers.columns = Some(columns);
        answers.has_header = Some(is_ticked(self.get("has_header")));
    }
}

/// How many columns a table has.
pub fn column_count(header: &[String], preview: &[Vec<String>]) -> usize {
    let widest = preview.iter().map(Vec::len).max();
    header.len().max(widest.unwrap_or_default())
}

/// The field that says what a column holds; columns count from 1.
pub fn column_field(number: usize) -> String {
    format!("{COLUMN_PREFIX}{number}")
}

/// The word of a value in the API, which the forms use, too.
pub fn word_of<T: serde::Serialize>(value: &T) -> String {
    let word = serde_json::to_value(value).unwrap_or_default();
    word.as_str().unwrap_or_default().to_owned()
}

fn parse_word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(word.into()).ok()
}

/// What a column holds, as the form calls it.
pub fn column_label(column: TableColumn) -> &'static str {
    match column {
        TableColumn::Title => "Title",
        TableColumn::OriginalTitle => "Original title",
        TableColumn::Year => "Year",
        TableColumn::Director => "Director",
        TableColumn::ImdbId => "IMDb id",
        TableColumn::TmdbId => "TMDB id",
        TableColumn::FilmId => "IMDb or TMDB id",
        TableColumn::WatchedOn => "Day seen",
        TableColumn::Rating | TableColumn::RatingOutOfTen => "Rating",
        TableColumn::Rewatch => "Rewatch",
        TableColumn::Liked => "Liked",
        TableColumn::Tags => "Tags",
        TableColumn::Comment => "Comment",
        TableColumn::Note => "Note",
        TableColumn::Type => "Type",
        TableColumn::Position => "Position",
        TableColumn::EnteredOn => "Day entered",
        TableColumn::Link => "Link",
        TableColumn::ListName => "List",
        TableColumn::Profile => "Profile",
        TableColumn::Named | TableColumn::Ignored | TableColumn::Unused => "Nothing",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns_question(width: usize) -> Question {
        Question::Columns {
            header: Vec::new(),
            has_header: false,
            guess: BTreeMap::new(),
            preview: vec![vec![String::new(); width]],
        }
    }

    fn posted(fields: &[(&str, &str)]) -> RawAnswers {
        let fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        RawAnswers::try_from(fields.collect::<BTreeMap<_, _>>()).expect("known fields")
    }

    #[test]
    fn columns_need_a_title_and_no_column_twice() {
        let questions = [columns_question(3)];
        let good = posted(&[("column-1", "title"), ("column-3", "year")]);
        let columns = good.check(&questions).expect("answers").columns;
        assert_eq!(
            columns.expect("columns")[&TableColumn::Year],
            ColumnName::Number(3)
        );
        for (fields, message) in [
            (&[("column-1", "year")][..], "Say which column"),
            (
                &[("column-1", "title"), ("column-2", "title")],
                "Two columns are the title",
            ),
            // There is no such column.
            (&[("column-4", "title")], "Say which column"),
        ] {
            let errors = posted(fields).check(&questions).expect_err("refused");
            let found = errors.get("columns").expect("an error");
            assert!(found.starts_with(message), "{found}");
        }
    }

    #[test]
    fn each_question_needs_its_answer() {
        let questions = [
            Question::What {
                choices: vec![RowMeaning::Watched, RowMeaning::List],
                suggested_name: String::new(),
            },
            Question::RatingOutOf { guess: None },
        ];
        for (fields, wrong) in [
            (&[("rating_out_of", "10")][..], "what"),
            (&[("what", "likes"), ("rating_out_of", "10")], "what"),
            (&[("what", "list"), ("rating_out_of", "10")], "name"),
            (
                &[("what", "watched"), ("rating_out_of", "0")],
                "rating_out_of",
            ),
        ] {
            let errors = posted(fields).check(&questions).expect_err("refused");
            assert!(errors.get(wrong).is_some(), "{errors:?}");
        }
        let good = posted(&[("what", "list"), ("name", "Rain"), ("rating_out_of", "10")]);
        let answers = good.check(&questions).expect("answers");
        assert_eq!(answers.what, Some(RowMeaning::List));
        assert_eq!(answers.rating_out_of, Some(10));
    }
}
