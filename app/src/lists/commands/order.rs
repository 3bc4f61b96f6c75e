//! The order of a list.

use entity::list_entry::{Column, Entity};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::catalog::MovieId;
use crate::db::{free_position, position_by_id, spread_positions};

/// Where a film goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Before(MovieId),
    /// A place from 1; beyond the end it is the end.
    Place(usize),
    End,
}

/// A free position for `movie`. `None` if the movie that it shall stand before is not on the list.
pub(super) async fn position_for(
    tx: &DatabaseTransaction,
    list: i64,
    movie: MovieId,
    target: Target,
) -> Result<Option<i64>, DbErr> {
    let mut others = in_order(tx, list).await?;
    others.retain(|(other, _)| *other != movie);
    let index = match target {
        Target::End => others.len(),
        Target::Place(place) => place.saturating_sub(1).min(others.len()),
        Target::Before(before) => {
            let Some(index) = others.iter().position(|(other, _)| *other == before) else {
                return Ok(None);
            };
            index
        }
    };
    if let Some(position) = free_position(&others, index) {
        return Ok(Some(position));
    }
    spread_entries(tx, list, &mut others).await?;
    Ok(free_position(&others, index))
}

async fn in_order(tx: &DatabaseTransaction, list: i64) -> Result<Vec<(MovieId, i64)>, DbErr> {
    Entity::find()
        .select_only()
        .columns([Column::MovieId, Column::Position])
        .filter(Column::ListId.eq(list))
        .filter(Column::MergedBy.is_null())
        .order_by_asc(Column::Position)
        .order_by_asc(Column::MovieId)
        .into_tuple()
        .all(tx)
        .await
}

/// Makes room between all entries again.
async fn spread_entries(
    tx: &DatabaseTransaction,
    list: i64,
    entries: &mut [(MovieId, i64)],
) -> Result<(), DbErr> {
    spread_positions(entries);
    for some in entries.chunks(500) {
        Entity::update_many()
            .col_expr(Column::Position, position_by_id(Column::MovieId, some))
            .filter(Column::ListId.eq(list))
            .filter(Column::MovieId.is_in(some.iter().map(|(movie, _)| *movie)))
            .exec(tx)
            .await?;
    }
    Ok(())
}
