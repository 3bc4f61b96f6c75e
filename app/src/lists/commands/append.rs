//! Adding many films to a list at once, for imports.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::list_entry::{ActiveModel, Column, Entity};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};

use super::{ListError, insert_list, lock_list, touch};
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::clock::Clock;
use crate::db::spread_positions;
use crate::lists::form::ListFields;

/// A film to put at the end of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppendedFilm {
    pub movie: MovieId,
    pub note: String,
    /// `None` for now.
    pub added_at: Option<DateTime<Utc>>,
}

/// Makes an empty list, which may be older than today. Returns its id.
pub async fn insert_older_list(
    tx: &DatabaseTransaction,
    clock: &Clock,
    member: MemberId,
    fields: ListFields,
    created_at: DateTime<Utc>,
) -> Result<i64, DbErr> {
    let list = insert_list(tx, member, fields, created_at.min(clock.now())).await?;
    touch(tx, list, clock).await?;
    Ok(list)
}

/// Sets when a list was last changed, for lists of an archive.
pub async fn set_last_change(
    tx: &DatabaseTransaction,
    clock: &Clock,
    list: i64,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    use entity::list::{Column as ListColumn, Entity as Lists};
    use sea_orm::sea_query::Expr;
    Lists::update_many()
        .col_expr(ListColumn::UpdatedAt, Expr::value(at.min(clock.now())))
        .filter(ListColumn::Id.eq(list))
        .exec(tx)
        .await?;
    Ok(())
}

/// Puts films at the end of a list, in this order. Those that are on it stay where they are. Returns
/// those that are new on it.
pub async fn append_films(
    tx: &DatabaseTransaction,
    clock: &Clock,
    member: MemberId,
    list: i64,
    films: &[AppendedFilm],
) -> Result<Vec<MovieId>, ListError> {
    lock_list(tx, list, member).await?;
    let known: Vec<(MovieId, i64)> = Entity::find()
        .select_only()
        .columns([Column::MovieId, Column::Position])
        .filter(Column::ListId.eq(list))
        .into_tuple()
        .all(tx)
        .await?;
    let last = known.iter().map(|(_, position)| *position).max();
    let mut listed: HashSet<MovieId> = known.iter().map(|(movie, _)| *movie).collect();
    let new: Vec<&AppendedFilm> = films
        .iter()
        .filter(|film| listed.insert(film.movie))
        .collect();
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let mut positions: Vec<_> = new.iter().map(|film| (film.movie, 0)).collect();
    spread_positions(&mut positions);
    let now = clock.now();
    let rows = new
        .iter()
        .zip(positions)
        .map(|(film, (_, position))| ActiveModel {
            list_id: Set(list),
            movie_id: Set(film.movie),
            note: Set(film.note.clone()),
            position: Set(last.unwrap_or_default() + position),
            added_at: Set(film.added_at.map_or(now, |at| at.min(now))),
            added_by: Set(Some(member)),
            merged_by: Set(None),
        });
    Entity::insert_many(rows).exec_without_returning(tx).await?;
    touch(tx, list, clock).await?;
    Ok(new.iter().map(|film| film.movie).collect())
}

/// Takes films off a list whose notes are still these.
pub async fn take_off_films(
    tx: &DatabaseTransaction,
    clock: &Clock,
    member: MemberId,
    list: i64,
    films: &[AppendedFilm],
) -> Result<Vec<MovieId>, ListError> {
    lock_list(tx, list, member).await?;
    let listed: Vec<(MovieId, String)> = Entity::find()
        .select_only()
        .columns([Column::MovieId, Column::Note])
        .filter(Column::ListId.eq(list))
        .filter(Column::MergedBy.is_null())
        .filter(Column::MovieId.is_in(films.iter().map(|film| film.movie)))
        .into_tuple()
        .all(tx)
        .await?;
    let is_same = |film: &&AppendedFilm| listed.contains(&(film.movie, film.note.clone()));
    let taken: Vec<MovieId> = films
        .iter()
        .filter(is_same)
        .map(|film| film.movie)
        .collect();
    Entity::delete_many()
        .filter(Column::ListId.eq(list))
        .filter(Column::MergedBy.is_null())
        .filter(Column::MovieId.is_in(taken.iter().copied()))
        .exec(tx)
        .await?;
    touch(tx, list, clock).await?;
    Ok(taken)
}

/// Deletes a list that is empty and that its owner has not changed. It can be restored for a day.
/// Returns whether it did.
pub async fn delete_if_empty(
    tx: &DatabaseTransaction,
    clock: &Clock,
    member: MemberId,
    list: i64,
) -> Result<bool, DbErr> {
    use entity::list::{Column as ListColumn, Entity as Lists};
    use sea_orm::sea_query::Expr;
    let entries = Entity::find()
        .filter(Column::ListId.eq(list))
        .one(tx)
        .await?;
    if entries.is_some() {
        return Ok(false);
    }
    let deleted = Lists::update_many()
        .col_expr(ListColumn::DeletedAt, Expr::value(clock.now()))
        .filter(ListColumn::Id.eq(list))
        .filter(ListColumn::MemberId.eq(member))
        .filter(ListColumn::Version.eq(1))
        .filter(ListColumn::DeletedAt.is_null())
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected > 0)
}
