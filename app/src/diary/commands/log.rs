//! Logging a review.

use entity::idempotency_key;
use entity::review::{ActiveModel, Entity, Model};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait, QueryResult,
    QueryTrait, SqlErr, TryIntoModel,
};

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
    let (key, body_hash) = (new.key.clone(), new.body_hash.clone());
    let logged = db
        .write(move |tx| {
            Box::pin(async move { log_in(tx, &clock, asks_catalog, member, new).await })
        })
        .await;
    match logged {
        Ok((id, movie)) => {
            if movie.wants_facts {
                events.tell(Event::FactsWanted(movie.id));
            }
            Ok(Logged { id, is_new: true })
        }
        Err(why) if is_fault(&why) => Err(why),
        // Whatever speaks against it: what was logged stays logged. A key can be put in once,
        // so this need not be looked for before.
        Err(why) => match find_logged(db, member, key, &body_hash).await? {
            Some(logged) => Ok(logged),
            None => Err(why),
        },
    }
}

/// Whether the database did not do its part, rather than find that something is there already.
fn is_fault(why: &NotLogged) -> bool {
    match why {
        NotLogged::Database(error) => {
            !matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
        }
        _ => false,
    }
}

async fn log_in(
    tx: &DatabaseTransaction,
    clock: &Clock,
    asks_catalog: bool,
    member: MemberId,
    new: NewReview,
) -> Result<(i64, Resolved), NotLogged> {
    // One member's logs take turns, so that a rewatch is seen.
    db::lock(tx, &format!("log {member}")).await?;
    let meant = catalog::resolve(tx, clock, &new.claim).await?;
    let held = [
        accounts::commands::holding(member),
        catalog::commands::holding(meant.id),
        db::next_id(tx, "review"),
    ];
    let [diary, movie, id] = db::first_of_each(tx, held).await?;
    let diary = accounts::commands::held(diary)?.ok_or(NotLogged::MemberGone)?;
    let movie = settle(tx, clock, asks_catalog, meant, movie).await?;
    let id: i64 = id.ok_or(DbErr::RecordNotInserted)?.try_get("", "id")?;
    let is_rewatch = new.viewing.rewatch || is_rewatch(tx, member, movie.id, &new.claim).await?;
    let now = clock.now();
    let review = ActiveModel {
        id: Set(id),
        member_id: Set(member),
        movie_id: Set(movie.id),
        rewatch: Set(is_rewatch),
        version: Set(1),
        logged_at: Set(now),
        updated_at: Set(now),
        deleted_at: Set(None),
        ..said(&new.viewing, diary)
    };
    write(tx, clock, review.try_into_model()?, new).await?;
    Ok((id, movie))
}

/// Writes the review and all that hangs on it.
async fn write(
    tx: &DatabaseTransaction,
    clock: &Clock,
    review: Model,
    new: NewReview,
) -> Result<(), DbErr> {
    let mut writing = Batch::of(tx);
    let row = ActiveModel::from(review.clone()).reset_all();
    writing.add(&Entity::insert(row).into_query());
    let tags = std::iter::once((review.id, new.viewing.tags.as_slice()));
    if let Some(tagging) = tagging(tags) {
        writing.add(&tagging);
    }
    let key = idempotency_key::ActiveModel {
        member_id: Set(review.member_id),
        key: Set(new.key),
        body_hash: Set(new.body_hash),
        review_id: Set(review.id),
        created_at: Set(review.logged_at),
    };
    writing.add(&idempotency_key::Entity::insert(key).into_query());
    tally::keep_new(tx, clock, &review, writing).await
}

/// The movie that is written of; a new one gets a place for its poster.
pub(super) async fn settle(
    tx: &DatabaseTransaction,
    clock: &Clock,
    asks_catalog: bool,
    meant: Resolved,
    found: Option<QueryResult>,
) -> Result<Resolved, Unresolved> {
    let movie = catalog::commands::settle(tx, clock, meant, found).await?;
    if movie.is_new {
        expect(tx, clock, movie.id, asks_catalog).await?;
    }
    Ok(movie)
}

/// What was logged by the key before.
async fn find_logged(
    db: &Db,
    member: MemberId,
    key: String,
    body_hash: &str,
) -> Result<Option<Logged>, NotLogged> {
    let known = idempotency_key::Entity::find_by_id((member, key))
        .one(db.reader())
        .await?;
    match known {
        None => Ok(None),
        Some(known) if known.body_hash == body_hash => Ok(Some(Logged {
            id: known.review_id,
            is_new: false,
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
