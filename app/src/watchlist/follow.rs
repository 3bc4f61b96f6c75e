//! What happens to watchlists when reviews and movies change, in the same transaction.

use entity::movie_merge_watchlist_entry as moved_entry;
use entity::watchlist_entry::{ActiveModel, Column, Entity};
use futures_util::future::BoxFuture;
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect, QueryTrait,
};

use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::diary::queries::merges_leading_to;
use crate::diary::{DiaryChange, DiaryFollower, FollowNotice, ReviewRef};
use crate::paths;

/// Takes films off when they are logged, puts them back when the review is deleted, and moves
/// entries with merged movies.
#[derive(Clone, Copy, Debug)]
pub struct WatchlistFollower;

impl DiaryFollower for WatchlistFollower {
    fn follow<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        change: &'a DiaryChange,
    ) -> BoxFuture<'a, Result<Option<FollowNotice>, DbErr>> {
        Box::pin(async move {
            match *change {
                DiaryChange::Logged(review) => {
                    let is_off = take_off(tx, review).await?;
                    return Ok(is_off.then(|| taken_off_notice(review.movie)));
                }
                DiaryChange::Restored(review) => {
                    take_off(tx, review).await?;
                }
                DiaryChange::Deleted(review) => put_back(tx, review).await?,
                DiaryChange::MovieChanged(review) => {
                    put_back(tx, review.id).await?;
                    take_off(tx, review).await?;
                }
                DiaryChange::Merged { merge, from, into } => {
                    merge_entries(tx, merge, from, into).await?;
                }
                DiaryChange::MergeUndone { merge, from, stays } => {
                    separate_entries(tx, merge, from, stays).await?;
                }
                DiaryChange::MemberDisabled(_) => {}
            }
            Ok(None)
        })
    }
}

fn taken_off_notice(movie: MovieId) -> FollowNotice {
    FollowNotice {
        message: "It’s off your watchlist.",
        button: "Keep it there",
        undo_path: paths::WatchlistingKeeping { id: movie }.to_string(),
    }
}

/// Returns whether the film was on the list. It stays there if it was watched before it was saved.
async fn take_off(tx: &DatabaseTransaction, review: ReviewRef) -> Result<bool, DbErr> {
    let taken_off = ActiveModel {
        is_listed: Set(false),
        taken_off_by: Set(Some(review.id)),
        ..Default::default()
    };
    let mut entries = Entity::update_many()
        .set(taken_off)
        .filter(Column::MemberId.eq(review.member))
        .filter(Column::MovieId.eq(review.movie))
        .filter(Column::IsListed.eq(true));
    if let Some(day) = review.watched_on {
        entries = entries.filter(Column::AddedOn.lte(day));
    }
    Ok(entries.exec(tx).await?.rows_affected > 0)
}

async fn put_back(tx: &DatabaseTransaction, review: i64) -> Result<(), DbErr> {
    let listed = Expr::col(Column::MergedBy).is_null();
    Entity::update_many()
        .col_expr(Column::IsListed, listed)
        .col_expr(Column::TakenOffBy, Expr::value(None::<i64>))
        .filter(Column::TakenOffBy.eq(review))
        .exec(tx)
        .await?;
    Ok(())
}

/// Moves the entries of `from` to `into`. Members who have both keep that of `into`; the other one
/// is put aside.
async fn merge_entries(
    tx: &DatabaseTransaction,
    merge: i64,
    from: MovieId,
    into: MovieId,
) -> Result<(), DbErr> {
    let put_aside = ActiveModel {
        is_listed: Set(false),
        merged_by: Set(Some(merge)),
        ..Default::default()
    };
    Entity::update_many()
        .set(put_aside)
        .filter(Column::MovieId.eq(from))
        .filter(Column::MergedBy.is_null())
        .filter(Column::MemberId.in_subquery(members_with(into)))
        .exec(tx)
        .await?;
    let members: Vec<MemberId> = Entity::find()
        .select_only()
        .column(Column::MemberId)
        .filter(Column::MovieId.eq(from))
        .filter(Column::MergedBy.is_null())
        .into_tuple()
        .all(tx)
        .await?;
    for chunk in members.chunks(1000) {
        let rows = chunk.iter().map(|member| moved_entry::ActiveModel {
            merge_id: Set(merge),
            member_id: Set(*member),
        });
        moved_entry::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
    }
    move_entries(tx, from, into, members_moved_by(merge)).await
}

/// Moves the entries back that the merge had moved, and lists those again that it had put aside.
async fn separate_entries(
    tx: &DatabaseTransaction,
    merge: i64,
    from: MovieId,
    stays: MovieId,
) -> Result<(), DbErr> {
    move_entries(tx, stays, from, members_moved_by(merge)).await?;
    // Undoing a later merge must not take them along.
    moved_entry::Entity::delete_many()
        .filter(moved_entry::Column::MergeId.gt(merge))
        .filter(moved_entry::Column::MemberId.in_subquery(members_moved_by(merge)))
        .filter(moved_entry::Column::MergeId.in_subquery(merges_leading_to(stays)))
        .exec(tx)
        .await?;
    let listed = Expr::col(Column::TakenOffBy).is_null();
    Entity::update_many()
        .col_expr(Column::IsListed, listed)
        .col_expr(Column::MergedBy, Expr::value(None::<i64>))
        .filter(Column::MergedBy.eq(merge))
        .exec(tx)
        .await?;
    Ok(())
}

async fn move_entries(
    tx: &DatabaseTransaction,
    from: MovieId,
    into: MovieId,
    members: SelectStatement,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::MovieId, Expr::value(into))
        .filter(Column::MovieId.eq(from))
        .filter(Column::MemberId.in_subquery(members))
        .exec(tx)
        .await?;
    Ok(())
}

fn members_with(movie: MovieId) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::MemberId)
        .filter(Column::MovieId.eq(movie))
        .into_query()
}

fn members_moved_by(merge: i64) -> SelectStatement {
    moved_entry::Entity::find()
        .select_only()
        .column(moved_entry::Column::MemberId)
        .filter(moved_entry::Column::MergeId.eq(merge))
        .into_query()
}
