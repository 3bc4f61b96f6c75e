//! What is known of a film before an import: the member’s reviews, and what earlier imports wrote.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use entity::Rating;

#[derive(Clone, Debug, Default)]
pub struct FilmHere {
    /// In the order of viewing.
    pub reviews: Vec<ReviewHere>,
    /// The days of reviews that the member deleted and can restore; 0 for an unknown day.
    pub deleted_days: Vec<i32>,
    /// What earlier imports wrote for this film.
    pub imported: Vec<ImportedRow>,
    /// What earlier imports wrote of rows with these keys, for whatever film.
    pub by_key: HashMap<String, ImportedRow>,
    /// Whether the film is on the watchlist, or was taken off it.
    pub is_on_watchlist: bool,
    /// The lists of the import that have the film here, or had it.
    pub lists: HashSet<i64>,
}

/// A review of the member that is not deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewHere {
    pub id: i64,
    /// 0 for an unknown day.
    pub day_key: i32,
    pub rating: Option<Rating>,
    pub liked: bool,
    pub has_comment: bool,
    /// Of what it says; `None` if no import wrote it.
    pub hash: Option<String>,
}

/// A row that an import wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedRow {
    pub kind: String,
    pub is_viewing: bool,
    /// The day in the file; 0 for an unknown day.
    pub day_key: i32,
    pub review_id: Option<i64>,
    /// Of what the review said when it was written.
    pub review_hash: Option<String>,
    /// When the member deleted the review.
    pub deleted_on: Option<NaiveDate>,
}

/// How something is in the diary already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    There,
    /// The member deleted it on this day.
    Deleted(NaiveDate),
}

impl ImportedRow {
    pub fn existing(&self) -> Existing {
        self.deleted_on.map_or(Existing::There, Existing::Deleted)
    }
}

impl FilmHere {
    pub fn has_imported(&self, kind: &str) -> bool {
        self.imported.iter().any(|row| row.kind == kind)
    }

    /// The latest review up to a day that fits, or the first one after. Without a day, the latest
    /// of all.
    pub fn latest_up_to(
        &self,
        day: Option<NaiveDate>,
        fits: impl Fn(&ReviewHere) -> bool,
    ) -> Option<&ReviewHere> {
        let until = day.map_or(i32::MAX, |day| day.num_days_from_ce());
        let fitting = || self.reviews.iter().filter(|review| fits(review));
        let before = fitting().filter(|review| review.day_key <= until).last();
        before.or_else(|| fitting().next())
    }

    fn review(&self, id: i64) -> Option<&ReviewHere> {
        self.reviews.iter().find(|review| review.id == id)
    }
}

/// Which viewings here the viewings of an import are. Each is taken once.
#[derive(Clone, Debug)]
pub struct Claims<'a> {
    pub here: &'a FilmHere,
    reviews: HashSet<i64>,
    imported: HashSet<usize>,
    /// The review here, by the place of the row.
    by_row: HashMap<usize, i64>,
}

/// A viewing that is here already.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    pub existing: Existing,
    pub review: Option<&'a ReviewHere>,
    /// Whether an import made the review and nobody edited it since.
    pub is_untouched: bool,
}

impl<'a> Claims<'a> {
    pub fn new(here: &'a FilmHere) -> Self {
        Self {
            here,
            reviews: HashSet::new(),
            imported: HashSet::new(),
            by_row: HashMap::new(),
        }
    }

    /// The review here that the viewing of a row is.
    pub fn review_of(&self, row: usize) -> Option<&'a ReviewHere> {
        self.by_row.get(&row).and_then(|id| self.here.review(*id))
    }

    /// Takes what an earlier import wrote of a row with this key.
    pub fn take_by_key(&mut self, row: usize, key: &str) -> Option<Claim<'a>> {
        let imported = self.here.by_key.get(key)?;
        let same = |other: &ImportedRow| {
            other.review_id == imported.review_id && other.day_key == imported.day_key
        };
        let place = self.here.imported.iter().position(same);
        self.imported.extend(place);
        Some(self.claim(row, imported))
    }

    /// Takes a viewing of this day that an import wrote, or that is in the diary.
    pub fn take_by_day(&mut self, row: usize, day_key: i32) -> Option<Claim<'a>> {
        let imported = self.here.imported.iter().enumerate();
        let mut free = imported.filter(|(place, imported)| {
            let is_taken = imported
                .review_id
                .is_some_and(|review| self.reviews.contains(&review));
            imported.is_viewing
                && imported.day_key == day_key
                && !is_taken
                && !self.imported.contains(place)
        });
        if let Some((place, imported)) = free.next() {
            self.imported.insert(place);
            return Some(self.claim(row, imported));
        }
        let mut reviews = self.here.reviews.iter();
        let review = reviews
            .find(|review| review.day_key == day_key && !self.reviews.contains(&review.id))?;
        self.reviews.insert(review.id);
        self.by_row.insert(row, review.id);
        Some(Claim {
            existing: Existing::There,
            review: Some(review),
            is_untouched: false,
        })
    }

    /// Takes any viewing, for a row that only says that the film was seen.
    pub fn any_viewing(&self) -> Option<Existing> {
        if !self.here.reviews.is_empty() {
            return Some(Existing::There);
        }
        let mut imported = self.here.imported.iter().filter(|row| row.is_viewing);
        imported.next().map(ImportedRow::existing)
    }

    fn claim(&mut self, row: usize, imported: &ImportedRow) -> Claim<'a> {
        let review = imported.review_id.and_then(|id| self.here.review(id));
        if let Some(review) = review {
            self.reviews.insert(review.id);
            self.by_row.insert(row, review.id);
        }
        Claim {
            existing: imported.existing(),
            review,
            is_untouched: review
                .is_some_and(|review| review.hash.is_some() && review.hash == imported.review_hash),
        }
    }
}
