//! Addresses of imports, of their films and of their rows.

use axum_extra::routing::TypedPath;
use serde::{Deserialize, Serialize};

plain! {
    Imports "/settings/import"
}

by_id! {
    Import "/settings/import/{id}"
    /// Answers questions about the files.
    ImportAnswers "/settings/import/{id}/answers"
    /// Has the import written.
    ImportConfirmation "/settings/import/{id}/confirmation"
    ImportPausing "/settings/import/{id}/pausing"
    ImportResuming "/settings/import/{id}/resuming"
    ImportUndoing "/settings/import/{id}/undoing"
    ImportDeletion "/settings/import/{id}/deletion"
    /// The films that the rows name, to choose others for them.
    ImportFilms "/settings/import/{id}/films"
    ImportRows "/settings/import/{id}/rows"
    /// What was left out, as a file.
    ImportProblems "/settings/import/{id}/problems.csv"
}

/// One film of an import: other films are searched here, and posting chooses one.
#[derive(Clone, Copy, Debug, Deserialize, TypedPath)]
#[typed_path("/settings/import/{id}/films/{number}", rejection(crate::web::Error))]
pub struct ImportFilmChoice {
    pub id: i64,
    pub number: i64,
}

/// Query string of the films or rows of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct ImportListParams {
    /// The name of a state; all if it is empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// The last number of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
}

impl ImportListParams {
    pub fn of(state: &str) -> Self {
        Self {
            state: state.to_owned(),
            after: None,
        }
    }
}

/// `?q=…`, what a film of an import is searched for.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct ImportSearchParams {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub q: String,
}
