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
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, DerivePartialModel,
    EntityTrait, QueryFilter,
};

use crate::accounts::MemberId;
use crate::catalog::MovieId;
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
}

/// Makes `change`, which concerns no review but `review`, with the numbers kept.
pub(super) async fn keep_one<T, E: From<DbErr>>(
    tx: &DatabaseTransaction,
    review: i64,
    change: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    count(tx, review, Sign::Out).await?;
    let done = change.await?;
    count(tx, review, Sign::In).await?;
    Ok(done)
}

/// Counts a review that was just logged.
pub(super) async fn keep_new(tx: &DatabaseTransaction, review: i64) -> Result<(), DbErr> {
    count(tx, review, Sign::In).await
}

/// Makes `change`, which concerns reviews of `member` and nobody else's, with the numbers
/// kept.
pub(super) async fn keep_all<T, E: From<DbErr>>(
    tx: &DatabaseTransaction,
    member: MemberId,
    change: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let theirs = || Condition::all().add(review::Column::MemberId.eq(member));
    counts::add(tx, theirs(), Sign::Out).await?;
    let done = change.await?;
    counts::add(tx, theirs(), Sign::In).await?;
    member::recount(
        tx,
        Condition::all().add(review::Column::MemberId.eq(member)),
    )
    .await?;
    Ok(done)
}

/// Counts anew what reviews that went from one of two movies to the other have changed.
pub(super) async fn keep_moved(
    tx: &DatabaseTransaction,
    movies: [MovieId; 2],
) -> Result<(), DbErr> {
    counts::recount_movies(tx, movies).await?;
    member::recount(tx, member::who_reviewed(movies)).await
}

async fn count(tx: &DatabaseTransaction, review: i64, sign: Sign) -> Result<(), DbErr> {
    let Some(counted) = find(tx, review).await? else {
        return Ok(());
    };
    let this = Condition::all().add(review::Column::Id.eq(review));
    counts::add(tx, this, sign).await?;
    member::shift(tx, &counted, sign).await
}

/// The review, if anybody sees it.
async fn find(db: &impl ConnectionTrait, review: i64) -> Result<Option<Counted>, DbErr> {
    review::Entity::find_by_id(review)
        .filter(review::Column::Audience.ne(Audience::Nobody))
        .into_partial_model()
        .one(db)
        .await
}
