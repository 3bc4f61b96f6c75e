//! What happens to lists when movies are merged and separated, in the same transaction.

use entity::list_entry::{ActiveModel, Column, Entity};
use entity::movie_merge_list_entry as moved_entry;
use futures_util::future::BoxFuture;
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect, QueryTrait,
};

use super::commands::address::revoke_addresses_of;
use crate::catalog::MovieId;
use crate::diary::queries::merges_leading_to;
use crate::diary::{DiaryChange, DiaryFollower, FollowNotice};

/// Moves entries with merged movies, and revokes addresses of disabled members. Reviews change
/// nothing on lists.
#[derive(Clone, Copy, Debug)]
pub struct ListFollower;

impl DiaryFollower for ListFollower {
    fn follow<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        change: &'a DiaryChange,
    ) -> BoxFuture<'a, Result<Option<FollowNotice>, DbErr>> {
        Box::pin(async move {
            match *change {
                DiaryChange::Merged { merge, from, into } => {
                    merge_entries(tx, merge, from, into).await?;
                }
                DiaryChange::MergeUndone { merge, from, stays } => {
                    separate_entries(tx, merge, from, stays).await?;
                }
                DiaryChange::MemberDisabled(member) => revoke_addresses_of(tx, member).await?,
                DiaryChange::Logged(_)
                | DiaryChange::Deleted(_)
                | DiaryChange::Restored(_)
                | DiaryChange::MovieChanged(_) => {}
            }
            Ok(None)
        })
    }
}

/// Moves the entries of `from` to `into`. Lists that have both keep that of `into`; the other one
/// is put aside.
async fn merge_entries(
    tx: &DatabaseTransaction,
    merge: i64,
    from: MovieId,
    into: MovieId,
) -> Result<(), DbErr> {
    let put_aside = ActiveModel {
        merged_by: Set(Some(merge)),
        ..Default::default()
    };
    Entity::update_many()
        .set(put_aside)
        .filter(Column::MovieId.eq(from))
        .filter(Column::MergedBy.is_null())
        .filter(Column::ListId.in_subquery(lists_with(into)))
        .exec(tx)
        .await?;
    let lists: Vec<i64> = Entity::find()
        .select_only()
        .column(Column::ListId)
        .filter(Column::MovieId.eq(from))
        .filter(Column::MergedBy.is_null())
        .into_tuple()
        .all(tx)
        .await?;
    for chunk in lists.chunks(1000) {
        let rows = chunk.iter().map(|list| moved_entry::ActiveModel {
            merge_id: Set(merge),
            list_id: Set(*list),
        });
        moved_entry::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
    }
    move_entries(tx, from, into, lists_moved_by(merge)).await
}

/// Moves the entries back that the merge had moved, and lists those again that it had put aside.
async fn separate_entries(
    tx: &DatabaseTransaction,
    merge: i64,
    from: MovieId,
    stays: MovieId,
) -> Result<(), DbErr> {
    move_entries(tx, stays, from, lists_moved_by(merge)).await?;
    // Undoing a later merge must not take them along.
    moved_entry::Entity::delete_many()
        .filter(moved_entry::Column::MergeId.gt(merge))
        .filter(moved_entry::Column::ListId.in_subquery(lists_moved_by(merge)))
        .filter(moved_entry::Column::MergeId.in_subquery(merges_leading_to(stays)))
        .exec(tx)
        .await?;
    Entity::update_many()
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
    lists: SelectStatement,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::MovieId, Expr::value(into))
        .filter(Column::MovieId.eq(from))
        .filter(Column::ListId.in_subquery(lists))
        .exec(tx)
        .await?;
    Ok(())
}

fn lists_with(movie: MovieId) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::ListId)
        .filter(Column::MovieId.eq(movie))
        .into_query()
}

fn lists_moved_by(merge: i64) -> SelectStatement {
    moved_entry::Entity::find()
        .select_only()
        .column(moved_entry::Column::ListId)
        .filter(moved_entry::Column::MergeId.eq(merge))
        .into_query()
}
