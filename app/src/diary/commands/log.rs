//! Logging a review.

use entity::idempotency_key;
use entity::review::{ActiveModel, Entity};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait, QueryTrait};

use super::{said, tagging};
use crate::accounts::{self, MemberId};
use crate::catalog::{self, Claim, Known, MovieId, Outside, Resolved, Unresolved};
use crate::clock::Clock;
use crate::db::{self, Batch, Db};
use crate::diary::form::NewReview;
use crate::diary::{queries, tally};
use crate::events::{Event, Events};
use crate::posters::commands::expect;

/// A review that is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Which one.
    pub id: i64,
    /// `false` when the same form had logged it before.
    pub is_new: bool,
    /// The movie, when it was named for the first time.
    pub discovered: Option<MovieId>,
}

/// Why a review was not logged.
#[derive(Debug, thiserror::Error)]
pub enum NotLogged {
    /// Several movies fit what was typed.
    #[error("several movies fit")]
    Ambiguous(Vec<Known>),
    /// The movie that was chosen is not there.
    #[error("no such movie")]
    MovieGone,
    /// The same key came before with something else.
    #[error("the key was used for something else")]
    KeyReused,
    /// The account is disabled or gone.
    #[error("no such member")]
    MemberGone,
    /// The database did not do its part.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<Unresolved> for NotLogged {
    fn from(unresolved: Unresolved) -> Self {
        match unresolved {
            Unresolved::Gone => Self::MovieGone,
            Unresolved::Ambiguous(movies) => Self::Ambiguous(movies),
            Unresolved::Database(error) => Self::Database(error),
        }
    }
}

/// Logs a review, once for each key. Nobody else is asked about its movie before the
/// answer: that is told as an event, and done after.
pub async fn log(
    db: &Db,
    clock: &Clock,
    events: &Events,
    outside: &Outside,
    member: MemberId,
    new: NewReview,
) -> Result<Logged, NotLogged> {
    let clock = clock.clone();
    let asks_catalog = !outside.is_off();
    let logged = db
        .write(move |tx| {
            Box::pin(async move { log_in(tx, &clock, asks_catalog, member, new).await })
        })
        .await?;
    if let Some(movie) = logged.discovered {
        events.tell(Event::MovieDiscovered(movie));
    }
    if logged.is_new {
        events.tell(Event::ReviewLogged(logged.id));
    }
    Ok(logged)
}

async fn log_in(
    tx: &DatabaseTransaction,
    clock: &Clock,
    asks_catalog: bool,
    member: MemberId,
    new: NewReview,
) -> Result<Logged, NotLogged> {
    // One member's logs take turns, so that a key is used once and a rewatch is seen.
    db::lock(tx, &format!("log {member}")).await?;
    if let Some(logged) = logged_before(tx, member, &new).await? {
        return Ok(logged);
    }
    let diary = accounts::commands::hold(tx, member)
        .await?
        .ok_or(NotLogged::MemberGone)?;
    let movie = resolve(tx, clock, asks_catalog, &new.claim).await?;
    let is_rewatch = new.viewing.rewatch || is_rewatch(tx, member, movie.id, &new.claim).await?;
    let now = clock.now();
    let row = ActiveModel {
        member_id: Set(member),
        movie_id: Set(movie.id),
        version: Set(1),
        logged_at: Set(now),
        updated_at: Set(now),
        deleted_at: Set(None),
        ..said(&new.viewing, diary)
    };
    let row = ActiveModel {
        rewatch: Set(is_rewatch),
        ..row
    };
    let review = Entity::insert(row).exec_with_returning(tx).await?;
    let mut rest = Batch::of(tx);
    let tags = std::iter::once((review.id, new.viewing.tags.as_slice()));
    if let Some(tagging) = tagging(tags) {
        rest.add(&tagging);
    }
    let row = idempotency_key::ActiveModel {
        member_id: Set(member),
        key: Set(new.key),
        body_hash: Set(new.body_hash),
        review_id: Set(review.id),
        created_at: Set(now),
    };
    rest.add(&idempotency_key::Entity::insert(row).into_query());
    tally::keep_new(tx, clock, &review, rest).await?;
    Ok(Logged {
        id: review.id,
        is_new: true,
        discovered: movie.is_new.then_some(movie.id),
    })
}

/// The movie that is meant; a new one gets a place for its poster.
pub(super) async fn resolve(
    tx: &DatabaseTransaction,
    clock: &Clock,
    asks_catalog: bool,
    claim: &Claim,
) -> Result<Resolved, Unresolved> {
    let movie = catalog::resolve(tx, clock, claim).await?;
    if movie.is_new {
        expect(tx, clock, movie.id, asks_catalog).await?;
    }
    Ok(movie)
}

async fn logged_before(
    tx: &DatabaseTransaction,
    member: MemberId,
    new: &NewReview,
) -> Result<Option<Logged>, NotLogged> {
    let known = idempotency_key::Entity::find_by_id((member, new.key.clone()))
        .one(tx)
        .await?;
    match known {
        None => Ok(None),
        Some(known) if known.body_hash == new.body_hash => Ok(Some(Logged {
            id: known.review_id,
            is_new: false,
            discovered: None,
        })),
        Some(_) => Err(NotLogged::KeyReused),
    }
}

/// Whoever types a title does not see the box ticked by itself, so it is ticked here.
async fn is_rewatch(
    tx: &DatabaseTransaction,
    member: MemberId,
    movie: MovieId,
    claim: &Claim,
) -> Result<bool, DbErr> {
    match claim {
        Claim::Known(_) => Ok(false),
        Claim::Typed(_) => queries::has_seen(tx, member, movie).await,
    }
}
