//! Checks answers about the files of an import.

use crate::transfer::{Answers, Question};
use crate::web::FieldErrors;

/// A question that was answered, and is still open, was not answered well.
pub fn check_answers(answers: &Answers, open: &[Question]) -> Result<(), FieldErrors> {
    check_scale(answers)?;
    let mut errors = FieldErrors::default();
    for question in open {
        let (is_answered, advice) = match question {
            Question::What { .. } => (answers.what.is_some(), BAD_MEANING),
            Question::Columns { .. } => (answers.columns.is_some(), BAD_COLUMNS),
            Question::RatingOutOf { .. } => (answers.rating_out_of.is_some(), BAD_SCALE),
            Question::DateFormat { .. } => (answers.date_format.is_some(), BAD_FORMAT),
            Question::Profile { .. } => (answers.profile.is_some(), BAD_PROFILE),
        };
        if is_answered {
            errors.add(question.name(), advice);
        }
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(errors),
    }
}

/// Fails for a scale that no file can have.
pub fn check_scale(answers: &Answers) -> Result<(), FieldErrors> {
    match answers.rating_out_of.is_some() && answers.rating_scale().is_none() {
        true => Err(FieldErrors::single("rating_out_of", BAD_SCALE)),
        false => Ok(()),
    }
}

const BAD_MEANING: &str = "Send one of the choices; for a list, also its name.";

const BAD_COLUMNS: &str = "Name columns that the file has, each once. One of title, imdb_id and \
    tmdb_id must be among them.";

const BAD_SCALE: &str = "This is a whole number from 1 to 1000.";

const BAD_PROFILE: &str = "Send one of the choices, as it is written there.";

const BAD_FORMAT: &str = "Send D/M/YY or M/D/YY.";
