//! What the reviews of an import say.

use chrono_tz::Tz;

use crate::catalog::MovieId;
use crate::diary::Viewing;
use crate::diary::commands::{ImportedReview, ReviewCompletion, UNKNOWN_LOG_TIME};
use crate::transfer::ImportOptions;
use crate::transfer::files::row::{ImportRow, RowFact};
use crate::transfer::join::{JoinedReview, content_of};
use crate::transfer::plan::{FilmPlan, ReviewFill, RowAction};
use crate::transfer::work::noon::noon;
use crate::transfer::work::target::Target;

/// What is written in one transaction, with the places in `targets` and in their rows.
#[derive(Default)]
pub(super) struct Writing {
    pub(super) reviews: Vec<ImportedReview>,
    pub(super) review_rows: Vec<(usize, usize)>,
    pub(super) completions: Vec<ReviewCompletion>,
    pub(super) completion_rows: Vec<(usize, usize)>,
}

impl Writing {
    pub(super) fn add(
        &mut self,
        target_place: usize,
        movie: MovieId,
        target: &Target,
        plan: &FilmPlan,
        options: ImportOptions,
        zone: Tz,
    ) {
        let facts = target.facts();
        for (row, planned) in plan.rows.iter().enumerate() {
            match &planned.action {
                RowAction::NewReview(review) => {
                    let review = &plan.joined.reviews[*review];
                    self.reviews
                        .push(imported_review(review, &facts, movie, options, zone));
                    self.review_rows.push((target_place, row));
                }
                RowAction::Fill(fill) if !fill.like || options.likes => {
                    self.completions.push(completion_of(fill, plan, &facts));
                    self.completion_rows.push((target_place, row));
                }
                RowAction::Fill(_)
                | RowAction::Nothing
                | RowAction::Watchlist
                | RowAction::ListEntry => {}
            }
        }
    }
}

fn imported_review(
    review: &JoinedReview,
    facts: &[ImportRow],
    movie: MovieId,
    options: ImportOptions,
    zone: Tz,
) -> ImportedReview {
    let content = content_of(review, facts);
    let said_on = match &facts[review.row].fact {
        RowFact::Rating { rated_on, .. } => *rated_on,
        RowFact::Comment { written_on, .. } => *written_on,
        _ => None,
    };
    let is_seen_when_rated = review.is_rating_only && options.rated_on_is_watched_on;
    let watched_on = if is_seen_when_rated {
        said_on
    } else {
        review.day
    };
    let logged_on = content.logged_on.or(said_on).or(watched_on);
    ImportedReview {
        movie,
        viewing: Viewing {
            rating: review.rating,
            liked: content.liked && options.likes,
            comment: content.comment,
            spoiler: content.spoiler,
            rewatch: review.told_rewatch,
            watched_on,
            tags: content.tags,
            visibility: options.visibility,
        },
        logged_at: logged_on.map_or(UNKNOWN_LOG_TIME, |day| noon(day, zone)),
    }
}

fn completion_of(fill: &ReviewFill, plan: &FilmPlan, facts: &[ImportRow]) -> ReviewCompletion {
    let words = fill.words_of.map(|review| {
        let content = content_of(&plan.joined.reviews[review], facts);
        (content.comment, content.spoiler)
    });
    ReviewCompletion {
        review: fill.review,
        rating: fill.rating,
        like: fill.like,
        comment: words.filter(|(comment, _)| !comment.is_empty()),
    }
}
