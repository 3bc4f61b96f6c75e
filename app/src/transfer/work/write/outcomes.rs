//! What becomes of the rows that were written.

use std::collections::{BTreeSet, HashMap};

use entity::import_film::ImportFilmState;
use entity::import_outcome::{self, RowRole, RowState};
use entity::{Rating, import_film};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::reviews::Writing;
use super::{MOVIE_GONE, ROLES};
use crate::secret::short_hash;
use crate::transfer::ImportOptions;
use crate::transfer::json::to_json;
use crate::transfer::matching::SEVERAL_FILMS;
use crate::transfer::plan::{FilmPlan, LIKED_NOT_WATCHED, NOT_WANTED, PlannedRow, RowAction};
use crate::transfer::work::films::replace_films;
use crate::transfer::work::resolve::FoundMovie;
use crate::transfer::work::target::Target;

/// What a row filled in on an older review.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::transfer::work) struct FilledIn {
    /// The rating in half stars.
    pub(in crate::transfer::work) rating: Option<i16>,
    pub(in crate::transfer::work) like: bool,
    /// Hash of the comment.
    pub(in crate::transfer::work) comment: Option<String>,
}

/// Rows of films that are gone fail, and what the member does not want is left out.
pub(super) fn settle(
    outcomes: &mut [Vec<import_outcome::Model>],
    plans: &[FilmPlan],
    movies: &[Option<FoundMovie>],
    options: ImportOptions,
) {
    for ((outcomes, plan), movie) in outcomes.iter_mut().zip(plans).zip(movies) {
        if *movie == Some(FoundMovie::Ambiguous) {
            continue;
        }
        let is_gone = *movie == Some(FoundMovie::Gone);
        for (outcome, planned) in outcomes.iter_mut().zip(&plan.rows) {
            if outcome.state != RowState::Matched {
                continue;
            }
            let is_here = ROLES.contains(&outcome.role) || outcome.role == RowRole::Merged;
            if is_gone {
                outcome.state = RowState::Failed;
                outcome.reason = Some(MOVIE_GONE.to_owned());
            } else if outcome.role == RowRole::Like && !options.likes {
                outcome.state = RowState::Skipped;
                outcome.reason = Some(NOT_WANTED.to_owned());
            } else if is_unseen_like(outcome, planned, plan) {
                outcome.state = RowState::Skipped;
                outcome.reason = Some(LIKED_NOT_WATCHED.to_owned());
            } else if is_here {
                outcome.state = RowState::Written;
            }
        }
    }
}

fn is_unseen_like(outcome: &import_outcome::Model, planned: &PlannedRow, plan: &FilmPlan) -> bool {
    let has_new_review = plan
        .rows
        .iter()
        .any(|row| matches!(row.action, RowAction::NewReview(_)));
    outcome.role == RowRole::Like && planned.action == RowAction::Nothing && !has_new_review
}

pub(super) fn mark_written(
    outcomes: &mut [Vec<import_outcome::Model>],
    plans: &[FilmPlan],
    writing: &Writing,
    new: &[i64],
    hashes: &HashMap<i64, String>,
) {
    for (((target, row), review), id) in writing.review_rows.iter().zip(&writing.reviews).zip(new) {
        let written = &mut outcomes[*target][*row];
        written.review_id = Some(*id);
        written.review_hash = hashes.get(id).cloned();
        written.deleted_at = review.copied.and_then(|copied| copied.deleted_at);
        let merged = plans[*target].rows.iter().enumerate();
        for (place, _) in merged.filter(|(_, planned)| planned.merged_into == Some(*row)) {
            outcomes[*target][place].review_id = Some(*id);
        }
    }
}

pub(super) fn completed_reviews(writing: &Writing) -> Vec<i64> {
    let reviews = writing.completions.iter();
    let reviews: BTreeSet<i64> = reviews.map(|completion| completion.review).collect();
    reviews.into_iter().collect()
}

/// What was filled in is remembered, to be taken back.
pub(super) fn mark_completed(
    outcomes: &mut [Vec<import_outcome::Model>],
    writing: &Writing,
    hashes: &HashMap<i64, String>,
) {
    for (completion, (target, row)) in writing.completions.iter().zip(&writing.completion_rows) {
        let outcome = &mut outcomes[*target][*row];
        outcome.review_id = Some(completion.review);
        outcome.review_hash = hashes.get(&completion.review).cloned();
        let comment = completion.comment.as_ref();
        outcome.filled_in = Some(to_json(&FilledIn {
            rating: completion.rating.map(Rating::half_stars),
            like: completion.like,
            comment: comment.map(|(comment, _)| short_hash(comment)),
        }));
    }
}

/// What imports do to a review is no edit of its member: earlier imports learn what it says now.
pub(in crate::transfer::work) async fn update_known_hash(
    tx: &DatabaseTransaction,
    review: i64,
    before: Option<&String>,
    after: Option<&String>,
) -> Result<(), DbErr> {
    use import_outcome::{Column, Entity};
    Entity::update_many()
        .col_expr(Column::ReviewHash, Expr::value(after.cloned()))
        .filter(Column::ReviewId.eq(review))
        .filter(Column::ReviewHash.eq(before.cloned()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The member decides between movies that came to have the same title and year.
pub(in crate::transfer::work) async fn keep_ambiguous_films_open(
    tx: &DatabaseTransaction,
    targets: &[Target],
    movies: &[Option<FoundMovie>],
) -> Result<(), DbErr> {
    let ambiguous = targets.iter().zip(movies);
    let ambiguous = ambiguous.filter(|(_, movie)| **movie == Some(FoundMovie::Ambiguous));
    let films = ambiguous.flat_map(|(target, _)| &target.films).map(|film| {
        let (import_id, number) = (film.import_id, film.number);
        import_film::Model {
            state: ImportFilmState::Undecided,
            reason: Some(SEVERAL_FILMS.to_owned()),
            target: format!("film:{number}"),
            import_id,
            number,
            ..film.clone()
        }
    });
    replace_films(tx, films.collect()).await
}
