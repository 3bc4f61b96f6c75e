//! The words for what a row of an import is, and what becomes of it.

use entity::import_outcome::{RowRole, RowState};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::transfer::RowFact;

/// What becomes of a row.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportRowState)]
#[serde(rename_all = "lowercase")]
pub enum RowStateField {
    /// Its film is known, and it can be written.
    Matched,
    /// You have to say which film it is.
    Undecided,
    /// It is left out.
    #[default]
    Skipped,
    Written,
    /// It is in the diary already, or was deleted there.
    Duplicate,
    /// It could not be written.
    Failed,
}

impl From<RowState> for RowStateField {
    fn from(state: RowState) -> Self {
        match state {
            RowState::Matched => Self::Matched,
            RowState::Undecided => Self::Undecided,
            RowState::Skipped => Self::Skipped,
            RowState::Written => Self::Written,
            RowState::Duplicate => Self::Duplicate,
            RowState::Failed => Self::Failed,
        }
    }
}

impl From<RowStateField> for RowState {
    fn from(state: RowStateField) -> Self {
        match state {
            RowStateField::Matched => Self::Matched,
            RowStateField::Undecided => Self::Undecided,
            RowStateField::Skipped => Self::Skipped,
            RowStateField::Written => Self::Written,
            RowStateField::Duplicate => Self::Duplicate,
            RowStateField::Failed => Self::Failed,
        }
    }
}

/// What a row is among the rows of its film.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
#[schema(as = ImportRowRole)]
#[serde(rename_all = "snake_case")]
pub enum RowRoleField {
    Viewing,
    /// A rating without a viewing.
    RatingOnly,
    /// It belongs to the viewing of another row.
    Merged,
    Like,
    Watchlist,
    ListEntry,
    Goal,
    Settings,
    /// A correction of the film.
    Correction,
    /// A poster of the film.
    Picture,
    /// Nothing, because it is left out.
    #[default]
    None,
}

impl From<RowRole> for RowRoleField {
    fn from(role: RowRole) -> Self {
        match role {
            RowRole::Viewing => Self::Viewing,
            RowRole::RatingOnly => Self::RatingOnly,
            RowRole::Merged => Self::Merged,
            RowRole::Like => Self::Like,
            RowRole::Watchlist => Self::Watchlist,
            RowRole::ListEntry => Self::ListEntry,
            RowRole::Goal => Self::Goal,
            RowRole::Settings => Self::Settings,
            RowRole::Correction => Self::Correction,
            RowRole::Picture => Self::Picture,
            RowRole::None => Self::None,
        }
    }
}

/// What a row is in its file.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
#[schema(as = ImportRowKind)]
#[serde(rename_all = "snake_case")]
pub enum RowKindField {
    Viewing,
    /// Seen at least once, no more is known.
    Watched,
    Rating,
    Comment,
    Watchlist,
    ListEntry,
    Like,
    Goal,
    Settings,
    Correction,
    Picture,
    /// It cannot be read, or is nothing that can be imported.
    #[default]
    Skipped,
}

impl RowKindField {
    pub fn of(fact: &RowFact) -> Self {
        match fact {
            RowFact::Viewing(_) => Self::Viewing,
            RowFact::Watched => Self::Watched,
            RowFact::Rating { .. } => Self::Rating,
            RowFact::Comment { .. } => Self::Comment,
            RowFact::Watchlist { .. } => Self::Watchlist,
            RowFact::ListEntry { .. } => Self::ListEntry,
            RowFact::Like { .. } => Self::Like,
            RowFact::Goal(_) => Self::Goal,
            RowFact::Settings(_) => Self::Settings,
            RowFact::Correction { .. } => Self::Correction,
            RowFact::Picture { .. } => Self::Picture,
        }
    }
}
