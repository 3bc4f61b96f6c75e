//! The viewings of a film, each with the rows that tell of it again.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::duplicates::Numbered;
use super::joined::JoinedReview;
use super::rows::{JoinFact, JoinRow};

/// The viewings by day, with those of several `sittings`. Days unknown come before all; of one day,
/// in the order of the file.
pub fn viewings_of(rows: &Numbered, sittings: Vec<JoinedReview>) -> Vec<JoinedReview> {
    let mut entries = Entries::default();
    let rows = rows.iter().filter(|(_, known)| known.sitting().is_none());
    let rows: Numbered = rows.copied().collect();
    for (row, known) in &rows {
        if let Some((viewing, false)) = viewing_of(*row, known) {
            entries.add(known, viewing);
        }
    }
    for (row, known) in &rows {
        if let Some((review, true)) = viewing_of(*row, known) {
            entries.add_review(known, review);
        }
    }
    let mut viewings = entries.viewings;
    viewings.extend(sittings);
    viewings.sort_by_key(|viewing| (viewing.day, viewing.at, viewing.row));
    for (place, viewing) in viewings.iter_mut().enumerate() {
        viewing.rewatch = viewing.told_rewatch.unwrap_or(place > 0);
    }
    viewings
}

/// A row as a viewing of its own, and whether it may tell again of another.
pub fn viewing_of(row: usize, known: &JoinRow) -> Option<(JoinedReview, bool)> {
    let JoinFact::Viewing {
        day,
        at,
        rating,
        rewatch,
        is_review,
        characters,
        ..
    } = known.fact
    else {
        return None;
    };
    let viewing = JoinedReview {
        day,
        at,
        rating,
        characters,
        told_rewatch: rewatch,
        ..JoinedReview::of_row(row)
    };
    Some((viewing, is_review))
}

/// The entries of a diary, by what rows of reviews know of them.
#[derive(Default)]
struct Entries<'a> {
    viewings: Vec<JoinedReview>,
    by_key: HashMap<&'a str, usize>,
    /// Entries without a key.
    by_day: HashMap<NaiveDate, Vec<usize>>,
}

impl<'a> Entries<'a> {
    fn add(&mut self, known: &'a JoinRow, viewing: JoinedReview) {
        let place = self.viewings.len();
        match (&known.own_key, viewing.day) {
            (Some(key), _) => drop(self.by_key.insert(key, place)),
            (None, Some(day)) => self.by_day.entry(day).or_default().push(place),
            (None, None) => {}
        }
        self.viewings.push(viewing);
    }

    /// Joins a review with its entry: by the key, or by the day where there is no key.
    fn add_review(&mut self, known: &JoinRow, review: JoinedReview) {
        let by_key = known
            .own_key
            .as_deref()
            .and_then(|key| self.by_key.get(key));
        let place = match (by_key, review.day) {
            (Some(place), _) => Some(*place),
            (None, Some(day)) => self.by_day.get_mut(&day).and_then(|places| places.pop()),
            (None, None) => None,
        };
        let Some(place) = place else {
            self.viewings.push(review);
            return;
        };
        let entry = &mut self.viewings[place];
        entry.rating = entry.rating.or(review.rating);
        entry.characters += review.characters;
        entry.words_from.push(review.row);
        entry.merged.push(review.row);
    }
}
