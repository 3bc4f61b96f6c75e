//! Counts and sums over reviews: the ratings of a movie, the months of a member, the totals of a
//! diary. They are updated in the transaction that changes the reviews.
//!
//! Every change goes through `tally_review_change` and its relatives for many reviews, which subtract the
//! reviews before the change and add them again after it. [`verify`] counts from scratch and
//! compares.

mod counts;
mod latest_review;
mod member;
mod rebuild;
mod rewatches;

use entity::{Audience, review};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, DerivePartialModel,
    EntityTrait, QueryFilter, QuerySelect, QueryTrait,
};

use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::clock::Clock;
use crate::db::{self, Batch};
use crate::revision::{self, Change, ChangedReview};
use counts::Sign;

pub use rebuild::{TallyCheck, rebuild, verify};
pub(super) use rewatches::{
    EarlierViewings, is_rewatch, is_rewatch_of, is_rewatch_on, mark_unless_by_hand,
};

/// From the most open to the strictest. Each one sees all that those before it see.
const AUDIENCES: [Audience; 3] = [Audience::Public, Audience::Members, Audience::Owner];

/// The columns of a review that the tallies use.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "review::Entity")]
struct TalliedReview {
    id: i64,
    member_id: MemberId,
    movie_id: MovieId,
    audience: Audience,
    rating: Option<entity::Rating>,
    rating_key: i16,
    day_key: i32,
    month_key: i32,
    rewatch: bool,
}

impl From<&review::Model> for TalliedReview {
    fn from(row: &review::Model) -> Self {
        Self {
            id: row.id,
            member_id: row.member_id,
            movie_id: row.movie_id,
            audience: row.audience,
            rating: row.rating,
            rating_key: row.rating_key,
            day_key: row.day_key,
            month_key: row.month_key,
            rewatch: row.rewatch,
        }
    }
}

/// Lets one transaction at a time change reviews and tallies, so that exactly what was added is
/// subtracted. Take this lock after those of members and movies.
pub(super) async fn lock_tallies(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    db::advisory_lock(tx, "tallies").await
}

/// Runs `change`, which must affect no review but `review`, updates the tallies and the marks of
/// other viewings, and records the revision. Must come last in its transaction.
pub(super) async fn tally_review_change<T, E: From<DbErr>>(
    tx: &DatabaseTransaction,
    clock: &Clock,
    review: i64,
    change: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    lock_tallies(tx).await?;
    let before = find_tallied(tx, review).await?;
    if let Some(before) = &before {
        for taking in
            counts::apply_one_statements(tx.get_database_backend(), before, Sign::Subtract)
        {
            tx.execute_raw(taking).await?;
        }
        member::subtract_review(tx, before).await?;
    }
    let done = change.await?;
    let after = find_tallied(tx, review).await?;
    let mut batch = Batch::new(tx);
    if let Some(after) = &after {
        add_review(&mut batch, after);
    }
    if let Some(mut changed) = changed_review(before.iter().chain(&after)) {
        changed.is_public |= rewatches::update_marks(tx, viewings_of(&changed)).await?;
        revision::record_review_change(&mut batch, clock, &changed);
    }
    batch.run(tx).await?;
    Ok(done)
}

/// Runs the statements in `rest`, adds the review that they insert to the tallies and records the
/// revision. `is_first` if the member has no other viewing of the movie. Must come last in its
/// transaction, after [`lock_tallies`].
pub(super) async fn tally_new_review(
    tx: &DatabaseTransaction,
    clock: &Clock,
    review: &review::Model,
    is_first: bool,
    mut rest: Batch,
) -> Result<(), DbErr> {
    let new = TalliedReview::from(review);
    add_review(&mut rest, &new);
    if let Some(mut change) = changed_review(std::iter::once(&new)) {
        if !is_first {
            std::mem::replace(&mut rest, Batch::new(tx)).run(tx).await?;
            change.is_public |= rewatches::update_marks(tx, viewings_of(&change)).await?;
        }
        revision::record_review_change(&mut rest, clock, &change);
    }
    rest.run(tx).await
}

/// Runs `change`, which affects no reviews but `reviews` of `member` and those whose ids it returns,
/// and updates the tallies, the marks of other viewings and the revision. Must come last in its
/// transaction.
pub(super) async fn tally_reviews_change<T, E: From<DbErr>>(
    tx: &DatabaseTransaction,
    clock: &Clock,
    member: MemberId,
    reviews: &[i64],
    change: impl Future<Output = Result<(T, Vec<i64>), E>>,
) -> Result<T, E> {
    lock_tallies(tx).await?;
    let these = |ids: &[i64]| Condition::all().add(review::Column::Id.is_in(ids.iter().copied()));
    let mut affected = find_tallied_of(tx, reviews).await?;
    if !reviews.is_empty() {
        counts::apply_reviews(tx, these(reviews), Sign::Subtract).await?;
    }
    let (done, new) = change.await?;
    let all: Vec<i64> = reviews.iter().chain(&new).copied().collect();
    counts::apply_reviews(tx, these(&all), Sign::Add).await?;
    affected.extend(find_tallied_of(tx, &all).await?);
    if let Some(mut changed) = changed_review(affected.iter()) {
        changed.is_public |= rewatches::update_marks(tx, viewings_of(&changed)).await?;
        let theirs = Condition::all().add(review::Column::MemberId.eq(member));
        member::recount_members(tx, theirs).await?;
        revision::record_change(tx, clock, Change::Review(changed)).await?;
    }
    Ok(done)
}

fn viewings_of(change: &ChangedReview) -> Condition {
    let movies = change.movies.iter().copied();
    Condition::all()
        .add(review::Column::MemberId.eq(change.member))
        .add(review::Column::MovieId.is_in(movies))
}

/// Runs `change`, which must affect no reviews but those of `member`, and updates the tallies.
pub(super) async fn tally_member_change<T, E: From<DbErr>>(
    tx: &DatabaseTransaction,
    member: MemberId,
    change: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let theirs = || Condition::all().add(review::Column::MemberId.eq(member));
    lock_tallies(tx).await?;
    counts::apply_reviews(tx, theirs(), Sign::Subtract).await?;
    let done = change.await?;
    counts::apply_reviews(tx, theirs(), Sign::Add).await?;
    member::recount_members(tx, theirs()).await?;
    Ok(done)
}

/// The members who reviewed both movies. Merging or separating the two changes how many movies
/// these members have seen.
pub(super) async fn reviewers_of_both(
    tx: &DatabaseTransaction,
    movies: [MovieId; 2],
) -> Result<Vec<MemberId>, DbErr> {
    let [one, other] = movies;
    review::Entity::find()
        .select_only()
        .distinct()
        .column(review::Column::MemberId)
        .filter(review::Column::MovieId.eq(one))
        .filter(review::Column::MemberId.in_subquery(reviewers_of(other)))
        .into_tuple()
        .all(tx)
        .await
}

fn reviewers_of(movie: MovieId) -> SelectStatement {
    review::Entity::find()
        .select_only()
        .column(review::Column::MemberId)
        .filter(review::Column::MovieId.eq(movie))
        .into_query()
}

/// Recomputes the tallies after reviews moved from one of two movies to the other. `members`
/// reviewed both.
pub(super) async fn recount_after_move(
    tx: &DatabaseTransaction,
    movies: [MovieId; 2],
    members: Vec<MemberId>,
) -> Result<(), DbErr> {
    counts::recount_movies(tx, movies).await?;
    for chunk in members.chunks(500) {
        let theirs = review::Column::MemberId.is_in(chunk.iter().copied());
        member::recount_members(tx, Condition::all().add(theirs.clone())).await?;
        let of_both = review::Column::MovieId.is_in(movies);
        rewatches::update_marks(tx, Condition::all().add(theirs).add(of_both)).await?;
    }
    Ok(())
}

fn add_review(batch: &mut Batch, review: &TalliedReview) {
    for adding in counts::apply_one_statements(batch.backend(), review, Sign::Add) {
        batch.push(adding);
    }
    batch.add(&member::member_upsert(review));
}

/// `states` are the review before and after the change, as far as anyone could see it. `None`
/// when nobody could.
fn changed_review<'a>(
    states: impl Iterator<Item = &'a TalliedReview> + Clone,
) -> Option<ChangedReview> {
    let member = states.clone().next()?.member_id;
    let mut movies: Vec<MovieId> = states.clone().map(|state| state.movie_id).collect();
    movies.sort_unstable();
    movies.dedup();
    let is_public = states
        .into_iter()
        .any(|state| state.audience == Audience::Public);
    Some(ChangedReview {
        member,
        movies,
        is_public,
    })
}

/// Those of the reviews that somebody can see.
async fn find_tallied_of(
    db: &impl ConnectionTrait,
    reviews: &[i64],
) -> Result<Vec<TalliedReview>, DbErr> {
    if reviews.is_empty() {
        return Ok(Vec::new());
    }
    review::Entity::find()
        .filter(review::Column::Id.is_in(reviews.iter().copied()))
        .filter(review::Column::Audience.ne(Audience::Nobody))
        .into_partial_model()
        .all(db)
        .await
}

/// `None` if nobody can see the review.
async fn find_tallied(
    db: &impl ConnectionTrait,
    review: i64,
) -> Result<Option<TalliedReview>, DbErr> {
    review::Entity::find_by_id(review)
        .filter(review::Column::Audience.ne(Audience::Nobody))
        .into_partial_model()
        .one(db)
        .await
}
