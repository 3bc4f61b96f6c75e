//! The order of a list. Positions have gaps, so that a film moves without changing others.

use entity::list_entry::{Column, Entity};
use sea_orm::sea_query::CaseStatement;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::catalog::MovieId;

/// How far apart the positions of new entries are, so that others fit in between.
const POSITION_GAP: i64 = 1 << 20;

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
    spread_positions(tx, list, &mut others).await?;
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

/// A position between the entries before and at `index`. `None` if there is no room.
fn free_position(others: &[(MovieId, i64)], index: usize) -> Option<i64> {
    let position_at = |index: usize| others.get(index).map(|(_, position)| *position);
    let previous = index.checked_sub(1).and_then(position_at);
    match (previous, position_at(index)) {
        (None, None) => Some(POSITION_GAP),
        (Some(previous), None) => Some(previous + POSITION_GAP),
        (None, Some(next)) => Some(next - POSITION_GAP),
        (Some(previous), Some(next)) => {
            (next - previous > 1).then(|| previous + (next - previous) / 2)
        }
    }
}

/// Makes room between all entries again.
async fn spread_positions(
    tx: &DatabaseTransaction,
    list: i64,
    entries: &mut [(MovieId, i64)],
) -> Result<(), DbErr> {
    for (place, (_, position)) in (1..).zip(entries.iter_mut()) {
        *position = place * POSITION_GAP;
    }
    for some in entries.chunks(500) {
        let positions = some
            .iter()
            .fold(CaseStatement::new(), |cases, (movie, position)| {
                cases.case(Column::MovieId.eq(*movie), *position)
            });
        Entity::update_many()
            .col_expr(Column::Position, positions.finally(0).into())
            .filter(Column::ListId.eq(list))
            .filter(Column::MovieId.is_in(some.iter().map(|(movie, _)| *movie)))
            .exec(tx)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{POSITION_GAP, free_position};

    #[test]
    fn a_position_is_free_unless_its_neighbours_touch() {
        assert_eq!(free_position(&[], 0), Some(POSITION_GAP));
        let two = [(7, 10), (8, 12)];
        assert_eq!(free_position(&two, 0), Some(10 - POSITION_GAP));
        assert_eq!(free_position(&two, 1), Some(11));
        assert_eq!(free_position(&two, 2), Some(12 + POSITION_GAP));
        for touching in [[(7, 10), (8, 11)], [(7, 10), (8, 10)]] {
            assert_eq!(free_position(&touching, 1), None);
        }
    }
}
