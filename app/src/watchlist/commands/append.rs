//! Saving many films at once, for imports.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use entity::watchlist_entry::{ActiveModel, Column, Entity};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};

use super::order::end_position;
use super::{listed, lock_watchlist, raise_version};
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::spread_positions;

/// A film that was saved at another service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedFilm {
    pub movie: MovieId,
    pub note: String,
    pub added_at: DateTime<Utc>,
    /// In the member's time zone.
    pub added_on: NaiveDate,
}

/// Puts films at the end of the order by hand. Those that are on the list, or were taken off it,
/// stay as they are. Returns those that are new on it.
pub async fn append_films(
    tx: &DatabaseTransaction,
    member: MemberId,
    films: &[SavedFilm],
) -> Result<Vec<MovieId>, DbErr> {
    lock_watchlist(tx, member).await?;
    let known: Vec<MovieId> = Entity::find()
        .select_only()
        .column(Column::MovieId)
        .filter(Column::MemberId.eq(member))
        .filter(Column::MovieId.is_in(films.iter().map(|film| film.movie)))
        .into_tuple()
        .all(tx)
        .await?;
    let mut known: HashSet<MovieId> = known.into_iter().collect();
    let new: Vec<&SavedFilm> = films
        .iter()
        .filter(|film| known.insert(film.movie))
        .collect();
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let first = end_position(tx, member).await?;
    let mut positions: Vec<_> = new.iter().map(|film| (film.movie, 0)).collect();
    spread_positions(&mut positions);
    let rows = new
        .iter()
        .zip(positions)
        .map(|(film, (_, position))| ActiveModel {
            member_id: Set(member),
            movie_id: Set(film.movie),
            note: Set(film.note.clone()),
            added_at: Set(film.added_at),
            added_on: Set(film.added_on),
            position: Set(first + position),
            is_listed: Set(true),
            taken_off_by: Set(None),
            merged_by: Set(None),
        });
    Entity::insert_many(rows).exec_without_returning(tx).await?;
    raise_version(tx, member).await?;
    Ok(new.iter().map(|film| film.movie).collect())
}

/// Takes films off whose notes are still these. Returns those that were on the list.
pub async fn take_off_films(
    tx: &DatabaseTransaction,
    member: MemberId,
    films: &[(MovieId, String)],
) -> Result<Vec<MovieId>, DbErr> {
    lock_watchlist(tx, member).await?;
    let saved: Vec<(MovieId, String)> = listed(member)
        .select_only()
        .columns([Column::MovieId, Column::Note])
        .filter(Column::MovieId.is_in(films.iter().map(|(movie, _)| *movie)))
        .into_tuple()
        .all(tx)
        .await?;
    let same = films.iter().filter(|film| saved.contains(film));
    let taken: Vec<MovieId> = same.map(|(movie, _)| *movie).collect();
    Entity::delete_many()
        .filter(Column::MemberId.eq(member))
        .filter(Column::IsListed.eq(true))
        .filter(Column::MovieId.is_in(taken.iter().copied()))
        .exec(tx)
        .await?;
    raise_version(tx, member).await?;
    Ok(taken)
}
