//! What only our own archive has: deleted reviews, corrections and posters.

use entity::import_outcome::RowRole;

use super::film_here::Existing;
use super::reviews::day_key;
use super::{PlannedRow, Planning, RowAction};
use crate::transfer::join::JoinFact;

impl Planning<'_> {
    /// What only our own archive has. Deleted viewings come last, so that they take nothing from those
    /// that are not.
    pub(super) fn plan_copied(&mut self) {
        let mut deleted_days = self.claims.here.deleted_days.clone();
        for row in &self.joined.deleted {
            let JoinFact::DeletedViewing { day } = self.rows[*row].row.fact else {
                continue;
            };
            let own_key = self.rows[*row].own_key.as_ref();
            let claim = own_key.and_then(|key| self.claims.take_by_key(*row, key));
            let same_day = deleted_days.iter().position(|here| *here == day_key(day));
            let existing = claim.map(|claim| claim.existing);
            let existing = existing.or(same_day.map(|place| {
                deleted_days.swap_remove(place);
                Existing::There
            }));
            let planned = match existing {
                Some(existing) => PlannedRow::existing(RowRole::Viewing, existing),
                None => PlannedRow::matched(RowRole::Viewing, RowAction::DeletedReview),
            };
            self.planned.insert(*row, planned);
        }
        for (role, rows) in [
            (RowRole::Correction, &self.joined.corrections),
            (RowRole::Picture, &self.joined.pictures),
        ] {
            let planned = PlannedRow::matched(role, RowAction::Nothing);
            self.planned
                .extend(rows.iter().map(|row| (*row, planned.clone())));
        }
    }
}
