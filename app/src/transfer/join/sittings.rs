//! Films that were watched in several sittings, each a row of its own.

use super::duplicates::Numbered;
use super::joined::JoinedReview;
use super::viewings::viewing_of;
use crate::transfer::files::reasons::SkipReason;
use crate::transfer::files::row::Sitting;

/// Less than this in all sittings, in seconds, is no viewing.
///
/// Nothing in the rows says how long the film is. Hardly a feature film is shorter than an hour, and
/// stand-up specials are about that long. So it errs with short films, which are left out, and with
/// films that were given up after three quarters of an hour, which become viewings.
const SHORTEST_VIEWING: u32 = 45 * 60;

/// Less than this at once, in seconds, is a preview or a look at the credits. It neither begins a
/// viewing nor moves its day.
const SHORTEST_SITTING: u32 = 2 * 60;

/// People rewind a little before they go on.
const REWIND: u32 = 10 * 60;

/// One sitting, as a viewing of its own.
struct OneSitting {
    viewing: JoinedReview,
    sitting: Sitting,
}

/// A viewing of a film, up to where it stopped.
struct OpenViewing {
    played: u32,
    stopped_at: u32,
    /// The last one is the one on which the film was finished.
    sittings: Vec<JoinedReview>,
}

/// Puts sittings together: one goes on with the viewing that stopped where it begins. What is too
/// short for a viewing is left out.
pub fn join_sittings(rows: &Numbered, skipped: &mut Vec<(usize, SkipReason)>) -> Vec<JoinedReview> {
    let sittings = rows.iter().filter_map(|(row, known)| {
        let (viewing, _) = viewing_of(*row, known)?;
        let sitting = known.sitting()?;
        Some(OneSitting { viewing, sitting })
    });
    let (mut long, short): (Vec<_>, Vec<_>) =
        sittings.partition(|one| one.sitting.played >= SHORTEST_SITTING);
    long.sort_by_key(|one| (one.viewing.day, one.viewing.at, one.viewing.row));
    let (viewings, begun): (Vec<_>, Vec<_>) = open_viewings(long)
        .into_iter()
        .partition(|viewing| viewing.played >= SHORTEST_VIEWING);
    let begun = begun.into_iter().flat_map(|viewing| viewing.sittings);
    let short = short.into_iter().map(|one| one.viewing);
    skipped.extend(
        short
            .chain(begun)
            .map(|left_out| (left_out.row, SkipReason::NotFinished)),
    );
    viewings
        .into_iter()
        .filter_map(OpenViewing::finish)
        .collect()
}

/// `sittings` are in the order of watching.
fn open_viewings(sittings: Vec<OneSitting>) -> Vec<OpenViewing> {
    let mut open: Vec<OpenViewing> = Vec::new();
    for OneSitting { viewing, sitting } in sittings {
        let began_at = sitting.stopped_at.saturating_sub(sitting.played);
        let before = open
            .iter_mut()
            .filter(|before| before.stopped_at <= began_at.saturating_add(REWIND))
            .max_by_key(|before| before.stopped_at);
        match before {
            Some(before) => {
                before.played = before.played.saturating_add(sitting.played);
                before.stopped_at = sitting.stopped_at;
                before.sittings.push(viewing);
            }
            None => open.push(OpenViewing {
                played: sitting.played,
                stopped_at: sitting.stopped_at,
                sittings: vec![viewing],
            }),
        }
    }
    open
}

impl OpenViewing {
    fn finish(mut self) -> Option<JoinedReview> {
        let last = self.sittings.pop()?;
        Some(JoinedReview {
            merged: self.sittings.iter().map(|before| before.row).collect(),
            ..last
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use crate::transfer::files::reasons::SkipReason;
    use crate::transfer::files::row::Sitting;
    use crate::transfer::join::{JoinFact, JoinRow, join_film};

    /// A sitting on a day of January 2024, in minutes.
    fn sitting(day: u32, played: u32, stopped_at: u32) -> JoinRow {
        JoinRow {
            own_key: None,
            fact: JoinFact::Viewing {
                day: NaiveDate::from_ymd_opt(2024, 1, day),
                at: None,
                rating: None,
                rewatch: None,
                is_review: false,
                characters: 0,
                sitting: Some(Sitting {
                    played: played * 60,
                    stopped_at: stopped_at * 60,
                }),
            },
        }
    }

    /// The last row of each viewing, and those before it; then the rows that are left out.
    fn joined(rows: &[JoinRow]) -> (Vec<(usize, Vec<usize>)>, Vec<usize>) {
        let film = join_film(rows);
        let reviews = film.reviews.into_iter();
        let is_short = |(row, reason): (usize, SkipReason)| {
            assert_eq!(reason, SkipReason::NotFinished);
            row
        };
        let skipped = film.skipped.into_iter().map(is_short);
        let reviews = reviews.map(|review| (review.row, review.merged));
        (reviews.collect(), skipped.collect())
    }

    #[test]
    fn a_sitting_goes_on_where_one_stopped() {
        // The newest first, as Netflix writes them; a little rewound.
        let rows = [sitting(9, 40, 120), sitting(7, 50, 85), sitting(2, 40, 40)];
        assert_eq!(joined(&rows), (vec![(0, vec![2, 1])], vec![]));
    }

    #[test]
    fn a_film_that_begins_anew_is_watched_again() {
        let rows = [
            sitting(1, 100, 100),
            sitting(5, 60, 60),
            sitting(6, 40, 100),
        ];
        let expected = vec![(0, vec![]), (2, vec![1])];
        assert_eq!(joined(&rows), (expected, vec![]));
    }

    #[test]
    fn a_short_piece_is_no_viewing() {
        assert_eq!(joined(&[sitting(1, 44, 44)]), (vec![], vec![0]));
        assert_eq!(joined(&[sitting(1, 45, 45)]), (vec![(0, vec![])], vec![]));
        // The end alone, and a beginning after the whole film.
        assert_eq!(joined(&[sitting(1, 5, 100)]), (vec![], vec![0]));
        let rows = [sitting(1, 100, 100), sitting(2, 5, 5)];
        assert_eq!(joined(&rows), (vec![(0, vec![])], vec![1]));
        // A preview before, and the credits after.
        let rows = [sitting(1, 1, 1), sitting(2, 100, 100), sitting(3, 1, 101)];
        assert_eq!(joined(&rows), (vec![(1, vec![])], vec![0, 2]));
    }
}
