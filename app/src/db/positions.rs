//! Orders by hand. Positions have gaps, so that a row moves without changing others.

use sea_orm::ColumnTrait;
use sea_orm::sea_query::{CaseStatement, SimpleExpr};

/// How far apart the positions of new rows are, so that others fit in between.
const POSITION_GAP: i64 = 1 << 20;

/// A position between the rows before and at `index`, given as ids and positions in order. `None`
/// if there is no room.
pub fn free_position(others: &[(i64, i64)], index: usize) -> Option<i64> {
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

/// Makes room between all rows again. They must be stored with [`position_by_id`].
pub fn spread_positions(rows: &mut [(i64, i64)]) {
    for (place, (_, position)) in (1..).zip(rows) {
        *position = place * POSITION_GAP;
    }
}

/// The positions of these rows, to update them in one statement.
pub fn position_by_id(id: impl ColumnTrait, rows: &[(i64, i64)]) -> SimpleExpr {
    let cases = rows
        .iter()
        .fold(CaseStatement::new(), |cases, (row, position)| {
            cases.case(id.eq(*row), *position)
        });
    cases.finally(0).into()
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
