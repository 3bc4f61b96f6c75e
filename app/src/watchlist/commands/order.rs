//! The order by hand. Positions have gaps, so that a film moves without changing others.

use entity::watchlist_entry::{Column, Entity};
use sea_orm::sea_query::{CaseStatement, Expr};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{entry, listed, lock_watchlist};
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::Db;

/// How far apart the positions of new entries are, so that others fit in between.
const POSITION_GAP: i64 = 1 << 20;

/// The position behind all others.
pub(super) async fn end_position(tx: &DatabaseTransaction, member: MemberId) -> Result<i64, DbErr> {
    let last: Option<i64> = listed(member)
        .select_only()
        .column(Column::Position)
        .order_by_desc(Column::Position)
        .into_tuple()
        .one(tx)
        .await?;
    Ok(last.unwrap_or_default() + POSITION_GAP)
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
            let Some(position) = free_position(tx, member, movie, before).await? else {
                return Ok(false);
            };
            let moved = Entity::update_many()
                .col_expr(Column::Position, Expr::value(position))
                .filter(entry(member, movie))
                .exec(tx)
                .await?;
            Ok(moved.rows_affected > 0)
        })
    })
    .await
}

/// A position before the movie `before`, or at the end. `None` if `before` is not on the list.
async fn free_position(
    tx: &DatabaseTransaction,
    member: MemberId,
    movie: MovieId,
    before: Option<MovieId>,
) -> Result<Option<i64>, DbErr> {
    let Some(before) = before else {
        return Ok(Some(end_position(tx, member).await?));
    };
    for _ in 0..2 {
        let Some(next) = position_of(tx, member, before).await? else {
            return Ok(None);
        };
        let previous: Option<i64> = listed(member)
            .select_only()
            .column(Column::Position)
            .filter(Column::Position.lt(next))
            .filter(Column::MovieId.ne(movie))
            .order_by_desc(Column::Position)
            .into_tuple()
            .one(tx)
            .await?;
        let previous = previous.unwrap_or(next - 2 * POSITION_GAP);
        if next - previous > 1 {
            return Ok(Some(previous + (next - previous) / 2));
        }
        spread_positions(tx, member).await?;
    }
    Ok(None)
}

async fn position_of(
    tx: &DatabaseTransaction,
    member: MemberId,
    movie: MovieId,
) -> Result<Option<i64>, DbErr> {
    listed(member)
        .select_only()
        .column(Column::Position)
        .filter(Column::MovieId.eq(movie))
        .into_tuple()
        .one(tx)
        .await
}

/// Makes room between all entries again.
async fn spread_positions(tx: &DatabaseTransaction, member: MemberId) -> Result<(), DbErr> {
    let in_order: Vec<MovieId> = listed(member)
        .select_only()
        .column(Column::MovieId)
        .order_by_asc(Column::Position)
        .order_by_asc(Column::MovieId)
        .into_tuple()
        .all(tx)
        .await?;
    let mut position = 0;
    for movies in in_order.chunks(500) {
        let mut positions = CaseStatement::new();
        for movie in movies {
            position += POSITION_GAP;
            positions = positions.case(Column::MovieId.eq(*movie), position);
        }
        Entity::update_many()
            .col_expr(Column::Position, positions.finally(0).into())
            .filter(Column::MemberId.eq(member))
            .filter(Column::MovieId.is_in(movies.iter().copied()))
            .exec(tx)
            .await?;
    }
    Ok(())
}
