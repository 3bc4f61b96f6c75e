//! Undoing a merge of two movies.

use std::collections::HashSet;

use entity::review::Column;
use entity::{movie_alias, movie_merge, movie_merge_review};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect, QueryTrait,
};

use super::merge::move_reviews;
use crate::accounts::commands::LockAdminsError;
use crate::accounts::{self, MemberId};
use crate::catalog::MovieId;
use crate::catalog::commands::{MovedIds, ReinstateError, lock_movie_changes, reinstate_movie};
use crate::diary::{DiaryChange, DiaryWriter, tally};
use crate::revision::{self, Change};
use crate::web;

#[derive(Debug, thiserror::Error)]
pub enum UndoMergeError {
    #[error("not an admin")]
    NotAdmin,
    /// There was no such merge, or it is undone already.
    #[error("no such merge")]
    Gone,
    /// Another movie has the title and year, or the ids, of one of the two.
    #[error("another movie has that identity")]
    Taken,
    #[error(transparent)]
    Database(#[from] DbErr),
}

const TAKEN: &str = "This can’t be undone, because another film here has the same title, year and \
     directors by now. Correct that film first, then try again.";

impl From<LockAdminsError> for UndoMergeError {
    fn from(error: LockAdminsError) -> Self {
        match error {
            LockAdminsError::NotAdmin => Self::NotAdmin,
            LockAdminsError::Database(error) => Self::Database(error),
        }
    }
}

impl From<ReinstateError> for UndoMergeError {
    fn from(error: ReinstateError) -> Self {
        match error {
            ReinstateError::Taken => Self::Taken,
            ReinstateError::Database(error) => Self::Database(error),
        }
    }
}

impl From<UndoMergeError> for web::Error {
    fn from(error: UndoMergeError) -> Self {
        match error {
            UndoMergeError::NotAdmin | UndoMergeError::Gone => Self::NotFound,
            UndoMergeError::Taken => Self::Conflict(TAKEN.to_owned()),
            UndoMergeError::Database(error) => error.into(),
        }
    }
}

/// Undoes a merge: the merged movie comes back with the reviews that it brought along. Reviews
/// logged since the merge stay. Merges can be undone in any order. Returns the movie that came
/// back.
pub async fn undo_merge(
    writer: &DiaryWriter,
    admin: MemberId,
    id: i64,
) -> Result<MovieId, UndoMergeError> {
    let (db, writer) = (&writer.db, writer.clone());
    db.write(move |tx| {
        Box::pin(async move {
            accounts::commands::lock_admins(tx, admin).await?;
            lock_movie_changes(tx).await?;
            let merge = movie_merge::Entity::find_by_id(id)
                .filter(movie_merge::Column::UndoneAt.is_null())
                .lock_exclusive()
                .one(tx)
                .await?
                .ok_or(UndoMergeError::Gone)?;
            let alias = movie_alias::Entity::find_by_id(merge.from_id)
                .one(tx)
                .await?
                .ok_or(UndoMergeError::Gone)?;
            restore_aliases(tx, &merge, alias.leads_to).await?;
            let moved = MovedIds {
                imdb_id: merge.imdb_id,
                tmdb_id: merge.tmdb_id,
            };
            reinstate_movie(tx, merge.from_id, alias.leads_to, &moved).await?;
            let movies = [alias.leads_to, merge.from_id];
            tally::lock_tallies(tx).await?;
            move_reviews(tx, alias.leads_to, merge.from_id, moved_by(id)).await?;
            forget_later_moves(tx, id).await?;
            let reviewed_both = tally::reviewers_of_both(tx, movies).await?;
            tally::recount_after_move(tx, movies, reviewed_both).await?;
            let undone = DiaryChange::MergeUndone {
                merge: id,
                from: merge.from_id,
                stays: alias.leads_to,
            };
            writer.tell_followers(tx, undone).await?;
            let undone = movie_merge::ActiveModel {
                id: Set(id),
                undone_at: Set(Some(writer.clock.now())),
                ..Default::default()
            };
            movie_merge::Entity::update(undone).exec(tx).await?;
            for movie in [alias.leads_to, merge.from_id] {
                revision::record_change(tx, &writer.clock, Change::Movie(movie)).await?;
            }
            Ok(merge.from_id)
        })
    })
    .await
}

/// Removes the reviews that `merge` moved from the records of later merges, which moved them on.
/// Undoing those must not take them along, even if they have been merged again by then.
async fn forget_later_moves(tx: &DatabaseTransaction, merge: i64) -> Result<(), DbErr> {
    use movie_merge_review::{Column, Entity};
    let returned = Entity::find()
        .select_only()
        .column(Column::ReviewId)
        .filter(Column::MergeId.eq(merge))
        .into_query();
    Entity::delete_many()
        .filter(Column::MergeId.gt(merge))
        .filter(Column::ReviewId.in_subquery(returned))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes the alias of the movie that comes back. The movies that had been merged into it before
/// lead to it again.
async fn restore_aliases(
    tx: &DatabaseTransaction,
    merge: &movie_merge::Model,
    stays: MovieId,
) -> Result<(), DbErr> {
    movie_alias::Entity::delete_by_id(merge.from_id)
        .exec(tx)
        .await?;
    let aliases: Vec<(MovieId, MovieId)> = movie_alias::Entity::find()
        .select_only()
        .column(movie_alias::Column::MovieId)
        .column(movie_merge::Column::IntoId)
        .inner_join(movie_merge::Entity)
        .filter(movie_alias::Column::LeadsTo.eq(stays))
        .into_tuple()
        .all(tx)
        .await?;
    let mut returning = HashSet::from([merge.from_id]);
    while let Some((movie, _)) = aliases
        .iter()
        .find(|(movie, into)| returning.contains(into) && !returning.contains(movie))
    {
        returning.insert(*movie);
    }
    let redirect = movie_alias::ActiveModel {
        leads_to: Set(merge.from_id),
        ..Default::default()
    };
    movie_alias::Entity::update_many()
        .set(redirect)
        .filter(movie_alias::Column::MovieId.is_in(returning))
        .exec(tx)
        .await?;
    Ok(())
}

/// The reviews that a merge has moved.
fn moved_by(merge: i64) -> Condition {
    let moved = movie_merge_review::Entity::find()
        .select_only()
        .column(movie_merge_review::Column::ReviewId)
        .filter(movie_merge_review::Column::MergeId.eq(merge))
        .into_query();
    Condition::all().add(Column::Id.in_subquery(moved))
}
