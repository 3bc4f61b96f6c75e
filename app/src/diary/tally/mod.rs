//! Numbers over reviews that are kept as reviews are written, in the same transaction:
//! how a movie is rated, what a member saw each month, what a diary comes to.
//!
//! Whatever changes reviews does it through `keep_one` or `keep_all`, which take them
//! out of the numbers and put them in again as they are then. [`verify`] counts from
//! scratch and compares.

mod counts;
mod member;
mod rebuild;

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
use crate::revision::{self, ReviewChange};
use counts::Sign;

pub use rebuild::{Verified, rebuild, verify};

/// A review as far as it is counted.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "review::Entity")]
struct Counted {
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

impl From<&review::Model> for Counted {
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

/// Lets one transaction at a time change reviews and numbers, so that what is taken out is
/// what was put in. It comes after the locks of members and movies.
pub(super) async fn hold(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    db::lock(tx, "tallies").await
}

/// Makes `change`, which concerns no review but `review`, with the numbers kept, and notes
/// it: the last thing of its transaction.
pub(super) async fn keep_one<T, E: From<DbErr>>(
    tx: &DatabaseTransaction,
    clock: &Clock,
    review: i64,
    change: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    hold(tx).await?;
    let before = find(tx, review).await?;
    if let Some(before) = &before {
        for taking in counts::adding_one(tx.get_database_backend(), before, Sign::Out) {
            tx.execute_raw(taking).await?;
        }
        member::take_out(tx, before).await?;
    }
    let done = change.await?;
    let after = find(tx, review).await?;
    let mut batch = Batch::of(tx);
    if let Some(after) = &after {
        put_in(&mut batch, after);
    }
    if let Some(change) = self::change(before.iter().chain(&after)) {
        revision::note_in(&mut batch, clock, &change);
    }
    batch.run(tx).await?;
    Ok(done)
}

/// Counts a review that was just logged, after the rest of what is written of it, and notes
/// it: the last thing of its transaction.
pub(super) async fn keep_new(
    tx: &DatabaseTransaction,
    clock: &Clock,
    review: &review::Model,
    mut rest: Batch,
) -> Result<(), DbErr> {
    hold(tx).await?;
    let new = Counted::from(review);
    put_in(&mut rest, &new);
    if let Some(change) = change(std::iter::once(&new)) {
        revision::note_in(&mut rest, clock, &change);
    }
    rest.run(tx).await
}

/// Makes `change`, which concerns reviews of `member` and nobody else's, with the numbers
/// kept.
pub(super) async fn keep_all<T, E: From<DbErr>>(
    tx: &DatabaseTransaction,
    member: MemberId,
    change: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let theirs = || Condition::all().add(review::Column::MemberId.eq(member));
    hold(tx).await?;
    counts::add(tx, theirs(), Sign::Out).await?;
    let done = change.await?;
    counts::add(tx, theirs(), Sign::In).await?;
    member::recount(tx, theirs()).await?;
    Ok(done)
}

/// Those who reviewed both of two movies: who saw one of them has seen as many movies when
/// they become one, or part.
pub(super) async fn who_saw_both(
    tx: &DatabaseTransaction,
    movies: [MovieId; 2],
) -> Result<Vec<MemberId>, DbErr> {
    let [one, other] = movies;
    review::Entity::find()
        .select_only()
        .distinct()
        .column(review::Column::MemberId)
        .filter(review::Column::MovieId.eq(one))
        .filter(review::Column::MemberId.in_subquery(who_saw(other)))
        .into_tuple()
        .all(tx)
        .await
}

fn who_saw(movie: MovieId) -> SelectStatement {
    review::Entity::find()
        .select_only()
        .column(review::Column::MemberId)
        .filter(review::Column::MovieId.eq(movie))
        .into_query()
}

/// Counts anew what reviews that went from one of two movies to the other have changed, of
/// which `members` reviewed both.
pub(super) async fn keep_moved(
    tx: &DatabaseTransaction,
    movies: [MovieId; 2],
    members: Vec<MemberId>,
) -> Result<(), DbErr> {
    counts::recount_movies(tx, movies).await?;
    for some in members.chunks(500) {
        let theirs = review::Column::MemberId.is_in(some.iter().copied());
        member::recount(tx, Condition::all().add(theirs)).await?;
    }
    Ok(())
}

/// Counts a review in.
fn put_in(batch: &mut Batch, review: &Counted) {
    for adding in counts::adding_one(batch.backend(), review, Sign::In) {
        batch.push(adding);
    }
    batch.add(&member::putting_in(review));
}

/// What has changed with a review, as it was and as it is.
fn change<'a>(states: impl Iterator<Item = &'a Counted> + Clone) -> Option<ReviewChange> {
    let member = states.clone().next()?.member_id;
    let mut movies: Vec<MovieId> = states.clone().map(|state| state.movie_id).collect();
    movies.sort_unstable();
    movies.dedup();
    let is_public = states
        .into_iter()
        .any(|state| state.audience == Audience::Public);
    Some(ReviewChange {
        member,
        movies,
        is_public,
    })
}

/// The review, if anybody sees it.
async fn find(db: &impl ConnectionTrait, review: i64) -> Result<Option<Counted>, DbErr> {
    review::Entity::find_by_id(review)
        .filter(review::Column::Audience.ne(Audience::Nobody))
        .into_partial_model()
        .one(db)
        .await
}
