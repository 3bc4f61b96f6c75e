//! How many rows there are for each reason, and how many films in each state.

use std::collections::HashMap;

use entity::import_film::{self, ImportFilmState};
use entity::import_outcome::{Column, Entity, RowRole, RowState};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::db::Db;

/// How many rows are in a state for the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonCount {
    pub state: RowState,
    /// The code of the reason.
    pub reason: String,
    pub rows: i64,
}

pub type FilmCounts = HashMap<ImportFilmState, i64>;

/// The reasons of all rows that have one, the most frequent first. Rows that are part of another
/// row’s viewing have none of their own.
pub async fn reason_counts(db: &Db, import: i64) -> Result<Vec<ReasonCount>, DbErr> {
    let counted: Vec<(RowState, String, i64)> = Entity::find()
        .select_only()
        .columns([Column::State, Column::Reason])
        .column_as(Column::Row.count(), "counted")
        .filter(Column::ImportId.eq(import))
        .filter(Column::Role.ne(RowRole::Merged))
        .filter(Column::Reason.is_not_null())
        .group_by(Column::State)
        .group_by(Column::Reason)
        .into_tuple()
        .all(db.reader())
        .await?;
    let counted = counted.into_iter();
    let mut counts: Vec<ReasonCount> = counted
        .map(|(state, reason, rows)| ReasonCount {
            state,
            reason,
            rows,
        })
        .collect();
    counts.sort_by(|one, other| {
        let by_rows = other.rows.cmp(&one.rows);
        by_rows.then_with(|| one.reason.cmp(&other.reason))
    });
    Ok(counts)
}

/// How many rows of each kind are in the diary.
pub async fn written_counts(db: &Db, import: i64) -> Result<HashMap<RowRole, i64>, DbErr> {
    let counted: Vec<(RowRole, i64)> = Entity::find()
        .select_only()
        .column(Column::Role)
        .column_as(Column::Row.count(), "counted")
        .filter(Column::ImportId.eq(import))
        .filter(Column::State.eq(RowState::Written))
        .group_by(Column::Role)
        .into_tuple()
        .all(db.reader())
        .await?;
    Ok(counted.into_iter().collect())
}

/// How many films are in each state. States without films are not there.
pub async fn film_counts(db: &Db, import: i64) -> Result<FilmCounts, DbErr> {
    use import_film::{Column, Entity};
    let counted: Vec<(ImportFilmState, i64)> = Entity::find()
        .select_only()
        .column(Column::State)
        .column_as(Column::Number.count(), "counted")
        .filter(Column::ImportId.eq(import))
        .group_by(Column::State)
        .into_tuple()
        .all(db.reader())
        .await?;
    Ok(counted.into_iter().collect())
}
