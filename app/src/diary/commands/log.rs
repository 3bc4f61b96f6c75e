//! Logging a review, once for each idempotency key.

use entity::idempotency_key;
use entity::review::{ActiveModel, Entity, Model};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait, QueryResult,
    QueryTrait, TryIntoModel,
};

use super::review_words::words_insert;
use super::{day_key, review_columns, tags_insert};
use crate::accounts::{self, MemberId};
use crate::catalog::{self, KnownMovie, OnlineCatalog, ResolveError, ResolvedMovie};
use crate::clock::Clock;
use crate::db::{self, Batch, Db};
use crate::diary::follow::{DiaryChange, DiaryWriter, FollowNotice, ReviewRef};
use crate::diary::form::NewReview;
use crate::diary::tally::{self, EarlierViewings};
use crate::events::{Event, EventSender};
use crate::posters::commands::create_row;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedReview {
    pub id: i64,
    /// `false` when the same form had already logged it.
    pub is_new: bool,
    /// What else has changed.
    pub notices: Vec<FollowNotice>,
}

#[derive(Debug, thiserror::Error)]
pub enum LogReviewError {
    /// Several movies match what was typed.
    #[error("several movies match")]
    Ambiguous(Vec<KnownMovie>),
    /// The chosen movie no longer exists.
    #[error("no such movie")]
    MovieGone,
    /// The movie came out in this year, after the day watched, and the member has not confirmed it.
    #[error("the day is before the release")]
    BeforeRelease(i16),
    /// The key was already used for a different review.
    #[error("the key was used for a different review")]
    KeyReused,
    /// The account is disabled or deleted.
    #[error("no such member")]
    MemberGone,
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<ResolveError> for LogReviewError {
    fn from(unresolved: ResolveError) -> Self {
        match unresolved {
            ResolveError::NotFound => Self::MovieGone,
            ResolveError::Ambiguous(movies) => Self::Ambiguous(movies),
            ResolveError::Database(error) => Self::Database(error),
        }
    }
}

/// Logs a review, once per key. The response does not wait for the catalog: an event has the
/// movie's facts looked up in the background.
pub async fn log(
    writer: &DiaryWriter,
    events: &EventSender,
    online: &OnlineCatalog,
    member: MemberId,
    new: NewReview,
) -> Result<LoggedReview, LogReviewError> {
    let (db, writer) = (&writer.db, writer.clone());
    let catalog_enabled = !online.is_off();
    let (key, body_hash) = (new.key.clone(), new.body_hash.clone());
    let logged = db
        .write(move |tx| {
            Box::pin(
                async move { log_in_transaction(tx, &writer, catalog_enabled, member, new).await },
            )
        })
        .await;
    match logged {
        Ok((id, movie, notices)) => {
            if movie.facts_queued {
                events.send(Event::FactsQueued(movie.id));
            }
            Ok(LoggedReview {
                id,
                is_new: true,
                notices,
            })
        }
        Err(why) if is_database_failure(&why) => Err(why),
        // A review that this key logged earlier stays logged, whatever fails now. Keys are unique
        // in the database, so no lookup is needed before the insert.
        Err(why) => match find_logged(db, member, key, &body_hash).await? {
            Some(logged) => Ok(logged),
            None => Err(why),
        },
    }
}

/// Whether the database failed. A violated unique constraint is no failure: it means that the key
/// was used before.
fn is_database_failure(why: &LogReviewError) -> bool {
    match why {
        LogReviewError::Database(error) => !db::is_unique_violation(error),
        _ => false,
    }
}

async fn log_in_transaction(
    tx: &DatabaseTransaction,
    writer: &DiaryWriter,
    catalog_enabled: bool,
    member: MemberId,
    new: NewReview,
) -> Result<(i64, ResolvedMovie, Vec<FollowNotice>), LogReviewError> {
    let clock = &writer.clock;
    // A member's logs run one after the other, so that each one notices a rewatch.
    db::advisory_lock(tx, &format!("log {member}")).await?;
    let resolved = catalog::resolve(tx, clock, &writer.local_catalog, &new.movie_ref).await?;
    let statements = [
        accounts::commands::lock_member_shared_query(member),
        catalog::commands::lock_movie_shared_query(resolved.id),
        db::next_id_query(tx, "review"),
    ];
    let [diary, movie, id] = db::first_row_of_each(tx, statements).await?;
    let diary =
        accounts::commands::locked_member_visibility(diary)?.ok_or(LogReviewError::MemberGone)?;
    let movie = finish_resolving(tx, clock, catalog_enabled, resolved, movie).await?;
    if let Some(year) = movie.year.filter(|year| new.viewing.is_before(*year))
        && !new.day_is_confirmed
    {
        return Err(LogReviewError::BeforeRelease(year));
    }
    let id: i64 = id.ok_or(DbErr::RecordNotInserted)?.try_get("", "id")?;
    let day_key = day_key(new.viewing.watched_on);
    tally::lock_tallies(tx).await?;
    let others = EarlierViewings::read(tx, member, movie.id, day_key).await?;
    let rewatch = new.viewing.rewatch.unwrap_or(others.has_earlier);
    let now = clock.now();
    let review = ActiveModel {
        id: Set(id),
        member_id: Set(member),
        movie_id: Set(movie.id),
        rewatch: Set(rewatch),
        rewatch_by_hand: Set(rewatch != others.has_earlier),
        version: Set(1),
        logged_at: Set(now),
        updated_at: Set(now),
        deleted_at: Set(None),
        ..review_columns(&new.viewing, diary)
    };
    let review = review.try_into_model()?;
    let logged = DiaryChange::Logged(ReviewRef::from(&review));
    let notices = writer.tell_followers(tx, logged).await?;
    write_review(tx, clock, review, !others.has_others, new).await?;
    Ok((id, movie, notices))
}

/// Writes the review with its tags, its idempotency key and the tallies in one batch.
async fn write_review(
    tx: &DatabaseTransaction,
    clock: &Clock,
    review: Model,
    is_first: bool,
    new: NewReview,
) -> Result<(), DbErr> {
    let mut batch = Batch::new(tx);
    let row = ActiveModel::from(review.clone()).reset_all();
    batch.add(&Entity::insert(row).into_query());
    let tags = std::iter::once((review.id, new.viewing.tags.as_slice()));
    if let Some(tagging) = tags_insert(tags) {
        batch.add(&tagging);
    }
    let commented = std::iter::once((review.id, review.member_id, review.comment.as_str()));
    if let Some(words) = words_insert(batch.backend(), commented) {
        batch.push(words);
    }
    let key = idempotency_key::ActiveModel {
        member_id: Set(review.member_id),
        key: Set(new.key),
        body_hash: Set(new.body_hash),
        review_id: Set(review.id),
        created_at: Set(review.logged_at),
    };
    batch.add(&idempotency_key::Entity::insert(key).into_query());
    tally::tally_new_review(tx, clock, &review, is_first, batch).await
}

/// The movie to log: the resolved one, or the one that it was merged into. A new movie gets a row
/// for its poster.
pub async fn finish_resolving(
    tx: &DatabaseTransaction,
    clock: &Clock,
    catalog_enabled: bool,
    resolved: ResolvedMovie,
    locked_row: Option<QueryResult>,
) -> Result<ResolvedMovie, ResolveError> {
    let movie = catalog::commands::finish_resolve(tx, clock, resolved, locked_row).await?;
    if movie.is_new {
        create_row(tx, clock, movie.id, catalog_enabled).await?;
    }
    Ok(movie)
}

/// The review that this key logged earlier.
async fn find_logged(
    db: &Db,
    member: MemberId,
    key: String,
    body_hash: &str,
) -> Result<Option<LoggedReview>, LogReviewError> {
    let used_key = idempotency_key::Entity::find_by_id((member, key))
        .one(db.reader())
        .await?;
    match used_key {
        None => Ok(None),
        Some(known) if known.body_hash == body_hash => Ok(Some(LoggedReview {
            id: known.review_id,
            is_new: false,
            notices: Vec::new(),
        })),
        Some(_) => Err(LogReviewError::KeyReused),
    }
}
