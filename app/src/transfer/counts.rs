//! How many of each kind of thing are in an import.

use std::collections::HashMap;

use entity::import_outcome::{Column, Entity, RowRole, RowState};
use entity::{import_film, import_list, import_warning};
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many of each kind of thing are in an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ImportCounts {
    /// Rows of all files.
    pub rows: i64,
    /// Rows that belong to the viewing of another row.
    pub merged_rows: i64,
    /// Films on the lists.
    pub list_entries: i64,
    pub viewings: i64,
    /// Ratings without a viewing.
    pub ratings_only: i64,
    pub watchlist: i64,
    pub lists: i64,
    pub likes: i64,
    /// What waits until the member says which film it is.
    pub undecided: i64,
    /// What is left out.
    pub skipped: i64,
    pub warnings: i64,
    /// Viewings and ratings without one, which become reviews.
    pub reviews_in_the_diary: i64,
    /// Films that are known, or are taken as typed.
    pub films: i64,
    /// What is in the diary already, or was deleted there.
    pub duplicates: i64,
    pub written: i64,
    /// What could not be written.
    pub failed: i64,
}

/// Counts what is stored of an import whose files have `rows` rows.
pub async fn count_import(
    db: &impl ConnectionTrait,
    import: i64,
    rows: i64,
) -> Result<ImportCounts, DbErr> {
    let by_kind = count_outcomes(db, import).await?;
    let sum = |is_counted: &dyn Fn(RowState, RowRole) -> bool| -> i64 {
        let counted = by_kind
            .iter()
            .filter(|((state, role), _)| is_counted(*state, *role));
        counted.map(|(_, count)| count).sum()
    };
    let known =
        |wanted: RowRole| sum(&|state, role| role == wanted && state != RowState::Undecided);
    let (viewings, ratings_only) = (known(RowRole::Viewing), known(RowRole::RatingOnly));
    Ok(ImportCounts {
        rows,
        merged_rows: sum(&|_, role| role == RowRole::Merged),
        list_entries: sum(&|_, role| role == RowRole::ListEntry),
        viewings,
        ratings_only,
        watchlist: known(RowRole::Watchlist),
        lists: count_lists(db, import).await?,
        likes: known(RowRole::Like),
        undecided: sum(&|state, role| {
            let is_in_another = matches!(role, RowRole::Merged | RowRole::ListEntry);
            state == RowState::Undecided && !is_in_another
        }),
        skipped: sum(&|_, role| role == RowRole::None),
        warnings: count_warnings(db, import).await?,
        reviews_in_the_diary: viewings + ratings_only,
        films: count_films(db, import).await?,
        duplicates: sum(&|state, role| state == RowState::Duplicate && role != RowRole::Merged),
        written: sum(&|state, role| state == RowState::Written && role != RowRole::Merged),
        failed: sum(&|state, _| state == RowState::Failed),
    })
}

async fn count_outcomes(
    db: &impl ConnectionTrait,
    import: i64,
) -> Result<HashMap<(RowState, RowRole), i64>, DbErr> {
    let counted: Vec<(RowState, RowRole, i64)> = Entity::find()
        .select_only()
        .columns([Column::State, Column::Role])
        .column_as(Column::Row.count(), "counted")
        .filter(Column::ImportId.eq(import))
        .group_by(Column::State)
        .group_by(Column::Role)
        .into_tuple()
        .all(db)
        .await?;
    let counted = counted.into_iter();
    Ok(counted
        .map(|(state, role, count)| ((state, role), count))
        .collect())
}

async fn count_lists(db: &impl ConnectionTrait, import: i64) -> Result<i64, DbErr> {
    let lists = import_list::Entity::find()
        .select_only()
        .column_as(import_list::Column::Number.count(), "counted")
        .filter(import_list::Column::ImportId.eq(import));
    Ok(lists.into_tuple().one(db).await?.unwrap_or_default())
}

async fn count_warnings(db: &impl ConnectionTrait, import: i64) -> Result<i64, DbErr> {
    let of_files = import_warning::Entity::find()
        .select_only()
        .column_as(import_warning::Column::Number.count(), "counted")
        .filter(import_warning::Column::ImportId.eq(import));
    let of_files: Option<i64> = of_files.into_tuple().one(db).await?;
    let of_rows = Entity::find()
        .select_only()
        .column_as(Column::Warning.count(), "counted")
        .filter(Column::ImportId.eq(import));
    let of_rows: Option<i64> = of_rows.into_tuple().one(db).await?;
    Ok(of_files.unwrap_or_default() + of_rows.unwrap_or_default())
}

async fn count_films(db: &impl ConnectionTrait, import: i64) -> Result<i64, DbErr> {
    use import_film::{Column, Entity, ImportFilmState};
    let targets = Expr::expr(Func::count_distinct(Expr::col(Column::Target)));
    let films = Entity::find()
        .select_only()
        .expr_as(targets, "counted")
        .filter(Column::ImportId.eq(import))
        .filter(Column::State.is_in([ImportFilmState::Decided, ImportFilmState::AsTyped]));
    Ok(films.into_tuple().one(db).await?.unwrap_or_default())
}
