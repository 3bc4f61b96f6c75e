//! Forms that save a film, and change its note and its place.

use chrono::NaiveDate;
use serde::Deserialize;

use super::commands::NewEntry;
use crate::catalog::MovieId;
use crate::diary::RawReview;
use crate::text;
use crate::web::FieldErrors;

const MAX_NOTE_CHARS: usize = 500;

/// Checks a film to save, which the form that logs a film sends too. A comment becomes the note.
pub fn check_entry(raw: &RawReview, today: NaiveDate) -> Result<NewEntry, FieldErrors> {
    let mut errors = FieldErrors::default();
    let movie_ref = raw.raw_movie().check(today, &mut errors);
    let note = check_note("comment", &raw.comment, &mut errors);
    match (movie_ref, note) {
        (Some(movie_ref), Some(note)) => Ok(NewEntry {
            movie_ref,
            note: Some(note).filter(|note| !note.is_empty()),
            today,
        }),
        _ => Err(errors),
    }
}

/// One line: line breaks become spaces.
pub fn check_note(field: &'static str, raw: &str, errors: &mut FieldErrors) -> Option<String> {
    let lines = errors.ok_or_add(
        field,
        text::clean_lines(raw, MAX_NOTE_CHARS).map_err(text::TextError::message),
    )?;
    Some(lines.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawNote {
    pub note: String,
}

/// The film before which an entry moves; empty for the end of the list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawPosition {
    pub before: String,
}

impl RawPosition {
    /// `None` if it is no id.
    pub fn parse(&self) -> Option<Option<MovieId>> {
        match self.before.as_str() {
            "" => Some(None),
            id => id.parse().ok().map(Some),
        }
    }
}

/// Who may see the watchlist; empty for those who may see the diary.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawWatchlistVisibility {
    pub visibility: String,
}
