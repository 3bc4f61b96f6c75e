//! Completes movies in the background: looks a movie up in the catalog, saves the facts, and
//! merges the movie with another one when both turn out to be the same.

use sea_orm::{DatabaseTransaction, DbErr};

use super::commands::merge_movies;
use super::follow::DiaryWriter;
use crate::catalog::commands::{
    FACTS_QUEUE, FactsJob, FactsOutcome, NoFacts, apply_facts, lock_for_facts, record_no_facts,
    requeue_facts,
};
use crate::catalog::sources::SourceError;
use crate::catalog::{self, KnownMovie, MovieId, OnlineCatalog, SourceFacts, matching};
use crate::clock::Clock;
use crate::events::{Event, EventSender};
use crate::posters::commands::{clear_expected, set_source};
use crate::queue::QueueOutcome;
use crate::revision::{self, Change};

/// Looks up the movie that has waited longest, if one is due. Sends an event when the movie's
/// poster can be fetched.
pub async fn complete_next(
    writer: &DiaryWriter,
    online: &OnlineCatalog,
    events: &EventSender,
) -> Result<QueueOutcome, DbErr> {
    if online.is_off() {
        return Ok(QueueOutcome::Idle { until: None });
    }
    let DiaryWriter { db, clock, .. } = writer;
    let lease = match FACTS_QUEUE.lease_next(db, clock).await? {
        Ok(lease) => lease,
        Err(idle) => return Ok(idle),
    };
    let Some(job) = FactsJob::load(db, lease).await? else {
        return Ok(QueueOutcome::Worked);
    };
    let answer = matching::fetch_facts(online, &job).await;
    if let Some(movie) = save_lookup(writer, job, answer).await? {
        events.send(Event::PosterQueued(movie));
    }
    Ok(QueueOutcome::Worked)
}

/// Saves the result of the lookup. Returns the movie if its poster should be fetched now.
async fn save_lookup(
    writer: &DiaryWriter,
    job: FactsJob,
    answer: Result<Option<SourceFacts>, SourceError>,
) -> Result<Option<MovieId>, DbErr> {
    let (db, writer) = (&writer.db, writer.clone());
    db.write(move |tx| {
        Box::pin(async move {
            let facts = answer.as_ref().ok().and_then(Option::as_ref);
            let Some(movie) = lock_for_facts(tx, &job, facts).await? else {
                return Ok(None);
            };
            // If the lease has expired, another worker took the job over and its result wins.
            if !FACTS_QUEUE.is_lease_current(tx, job.lease).await? {
                return Ok(None);
            }
            let reason = match answer {
                Ok(Some(facts)) => return save_facts(tx, &writer, &job, movie, &facts).await,
                Ok(None) => NoFacts::Unknown,
                Err(error) => {
                    tracing::debug!(movie = job.movie.id, %error, "catalog lookup failed");
                    NoFacts::SourceFailed
                }
            };
            save_no_facts(tx, &writer.clock, &job, reason).await?;
            Ok(None)
        })
    })
    .await
}

/// Records that the lookup brought no facts. If that is final, no poster is expected either.
async fn save_no_facts(
    tx: &DatabaseTransaction,
    clock: &Clock,
    job: &FactsJob,
    reason: NoFacts,
) -> Result<(), DbErr> {
    if record_no_facts(tx, clock, job, reason).await? {
        clear_expected(tx, job.movie.id).await?;
        revision::record_change(tx, clock, Change::Movie(job.movie.id)).await
    } else {
        Ok(())
    }
}

/// Saves the facts. If they show that another movie here is the same, merges the two and saves
/// them there.
async fn save_facts(
    tx: &DatabaseTransaction,
    writer: &DiaryWriter,
    job: &FactsJob,
    movie: KnownMovie,
    facts: &SourceFacts,
) -> Result<Option<MovieId>, DbErr> {
    let clock = &writer.clock;
    match apply_facts(tx, clock, &movie, facts).await? {
        FactsOutcome::Stored => save_poster_source(tx, clock, movie.id, facts).await,
        FactsOutcome::DuplicateOf(other) => {
            if !merge_movies(tx, writer, movie.id, other).await? {
                save_no_facts(tx, clock, job, NoFacts::SourceFailed).await?;
                return Ok(None);
            }
            save_facts_of_duplicate(tx, clock, other, facts).await
        }
    }
}

/// Saves the facts for the movie that a duplicate was merged into. If that is a duplicate as well,
/// its own lookup finds out: a second merge would lock a movie after the tallies.
async fn save_facts_of_duplicate(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: MovieId,
    facts: &SourceFacts,
) -> Result<Option<MovieId>, DbErr> {
    let known = catalog::find(tx, movie)
        .await?
        .ok_or(DbErr::RecordNotUpdated)?;
    match apply_facts(tx, clock, &known, facts).await? {
        FactsOutcome::Stored => save_poster_source(tx, clock, movie, facts).await,
        FactsOutcome::DuplicateOf(_) => {
            requeue_facts(tx, clock, movie).await?;
            revision::record_change(tx, clock, Change::Movie(movie)).await?;
            Ok(None)
        }
    }
}

/// Saves where the facts say that the poster is. Returns the movie if it should be fetched now.
async fn save_poster_source(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: MovieId,
    facts: &SourceFacts,
) -> Result<Option<MovieId>, DbErr> {
    let poster = facts.poster.as_ref();
    let has_poster_to_fetch = set_source(tx, clock, movie, facts.source, poster).await?;
    revision::record_change(tx, clock, Change::Movie(movie)).await?;
    Ok(has_poster_to_fetch.then_some(movie))
}
