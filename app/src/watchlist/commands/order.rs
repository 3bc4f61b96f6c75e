//! The order by hand.

use entity::watchlist_entry::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{entry, listed, lock_watchlist, raise_version};
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::{Db, free_position, position_by_id, spread_positions};

/// The position behind all others.
pub(super) async fn end_position(tx: &DatabaseTransaction, member: MemberId) -> Result<i64, DbErr> {
    let last: Option<(MovieId, i64)> = listed(member)
        .select_only()
        .columns([Column::MovieId, Column::Position])
        .order_by_desc(Column::Position)
        .into_tuple()
        .one(tx)
        .await?;
    let last: Vec<_> = last.into_iter().collect();
    Ok(free_position(&last, last.len()).unwrap_or_default())
}

/// Moves a film before another one in the order by hand, or to the end. Returns whether both are
/// on the list.
pub async fn move_entry(
    db: &Db,
    member: MemberId,
    movie: MovieId,
    before: Option<MovieId>,
) -> Result<bool, DbErr> {
    db.write(move |tx| {
        Box::pin(async move {
            lock_watchlist(tx, member).await?;
            if before == Some(movie) {
                return Ok(listed(member)
                    .filter(Column::MovieId.eq(movie))
                    .one(tx)
                    .await?
                    .is_some());
            }
            let Some(position) = position_before(tx, member, movie, before).await? else {
                return Ok(false);
            };
            let moved = Entity::update_many()
                .col_expr(Column::Position, Expr::value(position))
                .filter(entry(member, movie))
                .exec(tx)
                .await?;
            raise_version(tx, member).await?;
            Ok(moved.rows_affected > 0)
        })
    })
    .await
}

/// A position before the movie `before`, or at the end. `None` if `before` is not on the list.
async fn position_before(
    tx: &DatabaseTransaction,
    member: MemberId,
    movie: MovieId,
    before: Option<MovieId>,
) -> Result<Option<i64>, DbErr> {
    let Some(before) = before else {
        return Ok(Some(end_position(tx, member).await?));
    };
    let mut others = in_order(tx, member).await?;
    others.retain(|(other, _)| *other != movie);
    let Some(index) = others.iter().position(|(other, _)| *other == before) else {
        return Ok(None);
    };
    if let Some(position) = free_position(&others, index) {
        return Ok(Some(position));
    }
    spread_entries(tx, member, &mut others).await?;
    Ok(free_position(&others, index))
}

async fn in_order(
    tx: &DatabaseTransaction,
    member: MemberId,
) -> Result<Vec<(MovieId, i64)>, DbErr> {
    listed(member)
        .select_only()
        .columns([Column::MovieId, Column::Position])
        .order_by_asc(Column::Position)
        .order_by_asc(Column::MovieId)
        .into_tuple()
        .all(tx)
        .await
}

/// Makes room between all entries again.
async fn spread_entries(
    tx: &DatabaseTransaction,
    member: MemberId,
    entries: &mut [(MovieId, i64)],
) -> Result<(), DbErr> {
    spread_positions(entries);
    for some in entries.chunks(500) {
        Entity::update_many()
            .col_expr(Column::Position, position_by_id(Column::MovieId, some))
            .filter(Column::MemberId.eq(member))
            .filter(Column::MovieId.is_in(some.iter().map(|(movie, _)| *movie)))
            .exec(tx)
            .await?;
    }
    Ok(())
}
