//! What the reviews of an import say.

use chrono_tz::Tz;

use crate::catalog::MovieId;
use crate::diary::Viewing;
use crate::diary::commands::{CopiedReview, ImportedReview, ReviewCompletion, UNKNOWN_LOG_TIME};
use crate::transfer::ImportOptions;
use crate::transfer::files::row::{CopiedViewing, ImportRow, RowFact, SeenFilm};
use crate::transfer::join::{JoinedReview, content_of};
use crate::transfer::noon::noon;
use crate::transfer::plan::{FilmPlan, ReviewFill, RowAction};
use crate::transfer::work::target::Target;

/// What is the same for all reviews of a batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct WritingOptions {
    pub(super) options: ImportOptions,
    pub(super) zone: Tz,
    /// The id that is reserved for the first row of an archive.
    pub(super) first_review: Option<i64>,
}

impl WritingOptions {
    /// Rows count from 1.
    fn reserved_id(self, row: i64) -> Option<i64> {
        self.first_review.map(|first| first + row - 1)
    }
}

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
        how: WritingOptions,
    ) {
        let facts = target.facts();
        for (row, planned) in plan.rows.iter().enumerate() {
            match &planned.action {
                RowAction::NewReview(review) => {
                    let review = &plan.joined.reviews[*review];
                    let mut written = imported_review(review, &facts, movie, how);
                    if let Some((_, copied)) = copied_viewing(&facts[row]) {
                        let id = how.reserved_id(target.rows[row].plan.number);
                        take_over(&mut written, copied, id, how.options);
                    }
                    self.reviews.push(written);
                    self.review_rows.push((target_place, row));
                }
                RowAction::DeletedReview => {
                    let id = how.reserved_id(target.rows[row].plan.number);
                    if let Some(review) = deleted_review(&facts[row], movie, id, how.options) {
                        self.reviews.push(review);
                        self.review_rows.push((target_place, row));
                    }
                }
                RowAction::Fill(fill) if !fill.like || how.options.likes => {
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

impl Writing {
    /// Reviews of one day are then in the order of the file.
    pub(super) fn sort_by_row(&mut self, targets: &[Target]) {
        let number = |(target, row): (usize, usize)| targets[target].rows[row].plan.number;
        let reviews = std::mem::take(&mut self.reviews).into_iter();
        let rows = std::mem::take(&mut self.review_rows).into_iter();
        let mut sorted: Vec<_> = reviews.zip(rows).collect();
        sorted.sort_by_key(|(_, place)| number(*place));
        (self.reviews, self.review_rows) = sorted.into_iter().unzip();
    }
}

fn imported_review(
    review: &JoinedReview,
    facts: &[ImportRow],
    movie: MovieId,
    WritingOptions { options, zone, .. }: WritingOptions,
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
        copied: None,
    }
}

/// What only our own archive says of a viewing.
fn copied_viewing(row: &ImportRow) -> Option<(&SeenFilm, &CopiedViewing)> {
    match &row.fact {
        RowFact::Viewing(seen) => seen.copied.as_ref().map(|copied| (seen, &**copied)),
        _ => None,
    }
}

/// A review of our own archive is as it was there. Other rows may have added words or stars.
fn take_over(
    review: &mut ImportedReview,
    copied: &CopiedViewing,
    id: Option<i64>,
    options: ImportOptions,
) {
    review.viewing.visibility = copied.visibility_here(options);
    review.logged_at = copied.logged_at.unwrap_or(UNKNOWN_LOG_TIME);
    review.copied = id.map(|id| CopiedReview {
        id,
        rewatch_by_hand: copied.rewatch_by_hand,
        updated_at: copied.updated_at,
        deleted_at: copied.deleted_at,
    });
}

/// `None` unless the row is a deleted review of our own archive.
fn deleted_review(
    row: &ImportRow,
    movie: MovieId,
    id: Option<i64>,
    options: ImportOptions,
) -> Option<ImportedReview> {
    let (seen, copied) = copied_viewing(row)?;
    let mut review = ImportedReview {
        movie,
        viewing: Viewing {
            rating: seen.rating,
            liked: seen.liked && options.likes,
            comment: seen.comment.clone(),
            spoiler: seen.spoiler,
            rewatch: seen.rewatch,
            watched_on: seen.watched_on,
            tags: seen.tags.clone(),
            visibility: options.visibility,
        },
        logged_at: UNKNOWN_LOG_TIME,
        copied: None,
    };
    take_over(&mut review, copied, id, options);
    review.copied.is_some().then_some(review)
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
