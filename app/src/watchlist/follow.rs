//! What happens to watchlists when reviews and movies change, in the same transaction.

use entity::movie_merge_watchlist_entry as moved_entry;
use entity::watchlist_entry::{ActiveModel, Column, Entity};
use futures_util::future::BoxFuture;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};

use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::Db;
use crate::diary::{DiaryChange, DiaryFollower, FollowNotice, MergedEntries, ReviewRef};
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
                DiaryChange::Imported(ref reviews) => take_off_imported(tx, reviews).await?,
                DiaryChange::Logged(review) => {
                    let is_off = take_off(tx, review).await?;
                    return Ok(is_off.then(|| taken_off_notice(review.movie)));
                }
                DiaryChange::Restored(review) => {
                    take_off(tx, review).await?;
                }
                DiaryChange::Deleted(ref reviews) => put_back(tx, reviews).await?,
                DiaryChange::MovieChanged(review) => {
                    put_back(tx, &[review.id]).await?;
                    take_off(tx, review).await?;
                }
                DiaryChange::Merged { merge, from, into } => {
                    merged_entries().merge(tx, merge, from, into).await?;
                }
                DiaryChange::MergeUndone { merge, from, stays } => {
                    merged_entries().separate(tx, merge, from, stays).await?;
                }
                DiaryChange::MemberDisabled(_) => {}
            }
            Ok(None)
        })
    }

    fn notice_of<'a>(
        &'a self,
        db: &'a Db,
        member: MemberId,
        review: i64,
    ) -> BoxFuture<'a, Result<Option<FollowNotice>, DbErr>> {
        Box::pin(async move {
            let taken_off: Option<MovieId> = Entity::find()
                .select_only()
                .column(Column::MovieId)
                .filter(Column::TakenOffBy.eq(review))
                .filter(Column::MemberId.eq(member))
                .into_tuple()
                .one(db.reader())
                .await?;
            Ok(taken_off.map(taken_off_notice))
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

/// Takes films off that an import says were watched since they were saved.
async fn take_off_imported(tx: &DatabaseTransaction, reviews: &[ReviewRef]) -> Result<(), DbErr> {
    let Some(first) = reviews.first() else {
        return Ok(());
    };
    let listed: Vec<MovieId> = Entity::find()
        .select_only()
        .column(Column::MovieId)
        .filter(Column::MemberId.eq(first.member))
        .filter(Column::MovieId.is_in(reviews.iter().map(|review| review.movie)))
        .filter(Column::IsListed.eq(true))
        .into_tuple()
        .all(tx)
        .await?;
    // Nearly all films of an import are on no list.
    let dated = reviews.iter().filter(|review| review.watched_on.is_some());
    for review in dated.filter(|review| listed.contains(&review.movie)) {
        take_off(tx, *review).await?;
    }
    Ok(())
}

async fn put_back(tx: &DatabaseTransaction, reviews: &[i64]) -> Result<(), DbErr> {
    let listed = Expr::col(Column::MergedBy).is_null();
    Entity::update_many()
        .col_expr(Column::IsListed, listed)
        .col_expr(Column::TakenOffBy, Expr::value(None::<i64>))
        .filter(Column::TakenOffBy.is_in(reviews.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

fn merged_entries() -> MergedEntries<Entity, moved_entry::Entity> {
    let listed = Expr::col(Column::TakenOffBy).is_null();
    MergedEntries {
        owner: Column::MemberId,
        movie: Column::MovieId,
        merged_by: Column::MergedBy,
        is_listed: Some((Column::IsListed, listed)),
        moved_by: moved_entry::Column::MergeId,
        moved_owner: moved_entry::Column::MemberId,
    }
}
