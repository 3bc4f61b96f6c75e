//! Rows that say the same thing twice.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::rows::{JoinFact, JoinRow};
use crate::transfer::files::reasons::SkipReason;

/// Rows with their places in the slice that is joined.
pub type Numbered<'a> = Vec<(usize, &'a JoinRow)>;

/// Leaves out rows that say again what another says. The first of them counts; of ratings, the
/// latest.
pub fn without_duplicates<'a>(
    rows: &'a [JoinRow],
    skipped: &mut Vec<(usize, SkipReason)>,
) -> Numbered<'a> {
    let mut kept: HashMap<Sameness, usize> = HashMap::new();
    for (number, row) in rows.iter().enumerate() {
        let Some(same) = sameness(row) else {
            continue;
        };
        let is_newer = |earlier: &usize| rating_day(row) > rating_day(&rows[*earlier]);
        match kept.get(&same).copied() {
            None => drop(kept.insert(same, number)),
            Some(earlier) if is_newer(&earlier) => {
                skipped.push((earlier, SkipReason::Duplicate));
                kept.insert(same, number);
            }
            Some(_) => skipped.push((number, SkipReason::Duplicate)),
        }
    }
    let left_out: HashSet<usize> = skipped.iter().map(|(row, _)| *row).collect();
    let numbered = rows.iter().enumerate();
    numbered
        .filter(|(number, _)| !left_out.contains(number))
        .collect()
}

/// What makes two rows of a film the same one.
#[derive(PartialEq, Eq, Hash)]
enum Sameness<'a> {
    Entry(&'a str, bool),
    FilmRating,
    Watched,
    Like,
    Watchlist,
    InList(&'a str),
}

fn sameness(row: &JoinRow) -> Option<Sameness<'_>> {
    match &row.fact {
        JoinFact::Viewing { is_review, .. } => {
            let key = row.own_key.as_deref()?;
            Some(Sameness::Entry(key, *is_review))
        }
        // What is said of a film is said once.
        JoinFact::Rating { .. } => Some(Sameness::FilmRating),
        JoinFact::Watched => Some(Sameness::Watched),
        JoinFact::Like { .. } => Some(Sameness::Like),
        JoinFact::Watchlist => Some(Sameness::Watchlist),
        JoinFact::ListEntry { list } => Some(Sameness::InList(list)),
        JoinFact::Comment { .. }
        | JoinFact::DeletedViewing { .. }
        | JoinFact::Correction
        | JoinFact::Picture
        | JoinFact::AboutAccount => None,
    }
}

fn rating_day(row: &JoinRow) -> Option<NaiveDate> {
    match row.fact {
        JoinFact::Rating { day, .. } => day,
        _ => None,
    }
}
