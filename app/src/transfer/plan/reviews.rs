//! The reviews of a film: which are new, which are here already, and what those here lack.

use chrono::{Datelike, NaiveDate};
use entity::import_outcome::{RowRole, RowState};

use super::film_here::{Claim, Existing, ReviewHere};
use super::{PlannedRow, Planning, ReviewFill, RowAction};
use crate::transfer::join::{JoinFact, JoinedReview};

impl<'a> Planning<'a> {
    pub(super) fn plan_reviews(&mut self) {
        let joined = self.joined;
        // Keys are certain, so they come before days.
        let mut waiting = Vec::new();
        for (place, review) in joined.reviews.iter().enumerate() {
            match self.claim_by_key(review) {
                Some(claim) => self.plan_claimed(place, review, claim),
                None => waiting.push((place, review)),
            }
        }
        for (place, review) in waiting {
            self.plan_without_key(place, review);
        }
        for review in &joined.reviews {
            self.plan_merged(review);
        }
    }

    fn claim_by_key(&mut self, review: &JoinedReview) -> Option<Claim<'a>> {
        let rows = std::iter::once(&review.row).chain(&review.words_from);
        for row in rows {
            if let Some(key) = &self.rows[*row].own_key
                && let Some(claim) = self.claims.take_by_key(review.row, key)
            {
                return Some(claim);
            }
        }
        None
    }

    fn plan_without_key(&mut self, place: usize, review: &JoinedReview) {
        let day = self.day_of(review);
        let role = role_of(review);
        let new = || PlannedRow::matched(role, RowAction::NewReview(place));
        let planned = match self.rows[review.row].row.fact {
            JoinFact::Watched => self
                .claims
                .any_viewing()
                .map_or_else(new, |existing| PlannedRow::existing(role, existing)),
            JoinFact::Rating { day: rated_on, .. } if day.is_none() => {
                self.rating_alone(review, rated_on).unwrap_or_else(new)
            }
            _ => match self.claims.take_by_day(review.row, day_key(day)) {
                Some(claim) => return self.plan_claimed(place, review, claim),
                None => new(),
            },
        };
        self.planned.insert(review.row, planned);
    }

    /// The day on which the film was seen, as the member wants it.
    fn day_of(&self, review: &JoinedReview) -> Option<NaiveDate> {
        match self.rows[review.row].row.fact {
            JoinFact::Rating { day, .. } if self.options.rated_on_is_watched_on => day,
            _ => review.day,
        }
    }

    /// A rating without a viewing goes to an unrated viewing that is here. `None` if there is no
    /// viewing here.
    fn rating_alone(
        &self,
        review: &JoinedReview,
        rated_on: Option<NaiveDate>,
    ) -> Option<PlannedRow> {
        let here = self.claims.here;
        let role = RowRole::RatingOnly;
        if let Some(earlier) = here.imported.iter().find(|row| row.kind == "rating") {
            return Some(PlannedRow::existing(role, earlier.existing()));
        }
        if here.reviews.is_empty() {
            return None;
        }
        let unrated = here.latest_up_to(rated_on, |review| review.rating.is_none());
        Some(match unrated {
            Some(unrated) if review.rating.is_some() => {
                let fill = ReviewFill {
                    review: unrated.id,
                    rating: review.rating,
                    ..ReviewFill::default()
                };
                PlannedRow::matched(role, RowAction::Fill(fill))
            }
            _ => PlannedRow::existing(role, Existing::There),
        })
    }

    /// A viewing that is here already may lack a rating or words that are new in the files.
    fn plan_claimed(&mut self, place: usize, review: &JoinedReview, claim: Claim<'a>) {
        let mut planned = PlannedRow::existing(role_of(review), claim.existing);
        if let Some(fill) = claim
            .review
            .and_then(|here| self.fill_of(place, review, here, claim.is_untouched))
        {
            planned = PlannedRow::matched(role_of(review), RowAction::Fill(fill));
        }
        self.planned.insert(review.row, planned);
    }

    fn fill_of(
        &self,
        place: usize,
        review: &JoinedReview,
        here: &ReviewHere,
        is_untouched: bool,
    ) -> Option<ReviewFill> {
        let is_rating = |row: &usize| self.rows[*row].kind == "rating";
        let has_new_rating =
            review.merged.iter().any(is_rating) && !self.claims.here.has_imported("rating");
        let takes_rating = here.rating.is_none() && (is_untouched || has_new_rating);
        let takes_words = is_untouched && !here.has_comment && review.characters > 0;
        let fill = ReviewFill {
            review: here.id,
            rating: review.rating.filter(|_| takes_rating),
            like: false,
            words_of: takes_words.then_some(place),
        };
        let does_nothing = fill.rating.is_none() && fill.words_of.is_none();
        (!does_nothing).then_some(fill)
    }

    /// Rows that belong to the review of another row share what becomes of it.
    fn plan_merged(&mut self, review: &JoinedReview) {
        let state = match self.planned[&review.row].state {
            RowState::Duplicate => RowState::Duplicate,
            _ => RowState::Matched,
        };
        for row in &review.merged {
            let merged = PlannedRow {
                merged_into: Some(review.row),
                ..PlannedRow::new(state, RowRole::Merged)
            };
            self.planned.insert(*row, merged);
        }
    }
}

fn role_of(review: &JoinedReview) -> RowRole {
    if review.is_rating_only {
        RowRole::RatingOnly
    } else {
        RowRole::Viewing
    }
}

/// Sorts like the days of reviews: an unknown day is 0.
pub(super) fn day_key(day: Option<NaiveDate>) -> i32 {
    day.map_or(0, |day| day.num_days_from_ce())
}
