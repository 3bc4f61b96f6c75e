//! The queue of movies whose facts are to be fetched: adding movies, retries and giving up.

use chrono::TimeDelta;
use entity::movie_facts::{ActiveModel, Column, Entity, FactsState};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};

use super::lock::LockedMovie;
use crate::catalog::facts::ExternalIds;
use crate::catalog::queries::{self, KnownMovie, MovieId};
use crate::clock::Clock;
use crate::db::Db;
use crate::queue::{Lease, Queue, retry_delay};

pub const FACTS_QUEUE: Queue = Queue {
    table: "movie_facts",
    leased_state: "asking",
};

/// Facts older than this are fetched again when someone logs the movie again.
const STALE_AFTER: TimeDelta = TimeDelta::days(30);

/// Queues the movies that match, with the number of tries reset. Returns how many.
async fn enqueue_facts(
    tx: &DatabaseTransaction,
    clock: &Clock,
    condition: Condition,
) -> Result<u64, DbErr> {
    let now = ActiveModel {
        state: Set(FactsState::Queued),
        try_at: Set(clock.now()),
        tries: Set(0),
        ..Default::default()
    };
    let updated = Entity::update_many()
        .set(now)
        .filter(condition)
        .exec(tx)
        .await?;
    Ok(updated.rows_affected)
}

/// Queues a movie that is logged again, if its facts are stale. Returns whether it was queued.
pub(super) async fn requeue_facts_when_stale(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: &LockedMovie,
) -> Result<bool, DbErr> {
    const ANSWERED: [FactsState; 2] = [FactsState::Known, FactsState::Unknown];
    let stale_before = clock.now() - STALE_AFTER;
    let has_answered = movie.state.is_some_and(|state| ANSWERED.contains(&state));
    if !has_answered || movie.answered_at.is_none_or(|then| then >= stale_before) {
        return Ok(false);
    }
    // Another transaction may have queued it since.
    let is_stale = Condition::all()
        .add(Column::MovieId.eq(movie.id))
        .add(Column::State.is_in(ANSWERED))
        .add(Column::AnsweredAt.lt(stale_before));
    Ok(enqueue_facts(tx, clock, is_stale).await? > 0)
}

/// Queues a movie without facts that no worker would try again, since its new id may help.
pub(super) async fn requeue_unanswered_facts(
    tx: &DatabaseTransaction,
    clock: &Clock,
    id: MovieId,
) -> Result<(), DbErr> {
    let unanswered = Condition::all()
        .add(Column::MovieId.eq(id))
        .add(Column::State.is_in([FactsState::Unknown, FactsState::Failed]));
    enqueue_facts(tx, clock, unanswered).await?;
    Ok(())
}

/// Queues `movie` even if its facts are fresh or a worker has leased it; that worker's result is
/// then discarded. Returns `false` when the movie is excluded from the catalog
/// (`FactsState::Excluded`).
pub async fn requeue_facts(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: MovieId,
) -> Result<bool, DbErr> {
    let not_excluded = Condition::all()
        .add(Column::MovieId.eq(movie))
        .add(Column::State.ne(FactsState::Excluded));
    Ok(enqueue_facts(tx, clock, not_excluded).await? == 1)
}

/// Queues all movies whose retries were used up. Returns how many.
pub async fn retry_failed_facts(tx: &DatabaseTransaction, clock: &Clock) -> Result<u64, DbErr> {
    let failed = Condition::all().add(Column::State.eq(FactsState::Failed));
    enqueue_facts(tx, clock, failed).await
}

/// A leased row of the queue, with what is needed to find the movie online.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactsJob {
    pub movie: KnownMovie,
    pub wikidata_id: Option<String>,
    pub lease: Lease,
}

impl FactsJob {
    /// `None` when the movie does not exist.
    pub async fn load(db: &Db, lease: Lease) -> Result<Option<Self>, DbErr> {
        let wikidata_id = Entity::find_by_id(lease.movie)
            .select_only()
            .column(Column::WikidataId)
            .into_tuple::<Option<String>>()
            .one(db.reader())
            .await?;
        let movie = queries::find(db.reader(), lease.movie).await?;
        Ok(movie.map(|movie| Self {
            lease,
            movie,
            wikidata_id: wikidata_id.flatten(),
        }))
    }

    pub fn ids(&self) -> ExternalIds {
        self.movie.external_ids(self.wikidata_id.clone())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFacts {
    /// Every source answered, and none knows the movie.
    Unknown,
    /// A source failed, so the movie may still be known there.
    SourceFailed,
}

/// Stores that there are no facts. After a failure the row is queued again with a growing delay,
/// until the retries are used up. Returns whether this is final, so that no worker will try
/// again by itself.
pub async fn record_no_facts(
    tx: &DatabaseTransaction,
    clock: &Clock,
    job: &FactsJob,
    why: NoFacts,
) -> Result<bool, DbErr> {
    let now = clock.now();
    let change = match (why, retry_delay(job.lease.tries)) {
        (NoFacts::Unknown, _) => ActiveModel {
            state: Set(FactsState::Unknown),
            tries: Set(0),
            answered_at: Set(Some(now)),
            ..Default::default()
        },
        (NoFacts::SourceFailed, Some(wait)) => ActiveModel {
            state: Set(FactsState::Queued),
            try_at: Set(now + wait),
            ..Default::default()
        },
        (NoFacts::SourceFailed, None) => ActiveModel {
            state: Set(FactsState::Failed),
            ..Default::default()
        },
    };
    let change = ActiveModel {
        movie_id: Set(job.movie.id),
        ..change
    };
    let is_final = change.state != Set(FactsState::Queued);
    Entity::update(change).exec(tx).await?;
    Ok(is_final)
}
