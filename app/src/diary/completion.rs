//! Completing movies in the background: the catalog is asked, its answer is kept, and
//! where a movie turns out to be another that is here, the two become one.

use sea_orm::{DatabaseTransaction, DbErr};

use super::commands::merge;
use crate::catalog::commands::{Applied, Job, NoAnswer, QUEUE, apply, begin, keep_no_answer};
use crate::catalog::sources::Trouble;
use crate::catalog::{self, Facts, Known, MovieId, Outside, fitting};
use crate::clock::Clock;
use crate::db::Db;
use crate::events::{Event, Events};
use crate::posters::commands::{stop_expecting, want};
use crate::queue::Outcome;
use crate::revision::{self, Change};

/// How many movies can turn out to be one at once: one for each number, and one more.
const MERGES: usize = 4;

/// Asks about the movie that has waited longest, if one is due. Where its poster can be
/// fetched, that is told.
pub async fn complete_next(
    db: &Db,
    clock: &Clock,
    outside: &Outside,
    events: &Events,
) -> Result<Outcome, DbErr> {
    if outside.is_off() {
        return Ok(Outcome::Idle { until: None });
    }
    let lease = match QUEUE.take(db, clock).await? {
        Ok(lease) => lease,
        Err(idle) => return Ok(idle),
    };
    let Some(job) = Job::read(db, lease).await? else {
        return Ok(Outcome::Worked);
    };
    let answer = fitting::ask(outside, &job).await;
    if let Some(movie) = settle(db, clock, job, answer).await? {
        events.tell(Event::PosterFound(movie));
    }
    Ok(Outcome::Worked)
}

/// Keeps the answer. Returns the movie whose poster is to be fetched now.
async fn settle(
    db: &Db,
    clock: &Clock,
    job: Job,
    answer: Result<Option<Facts>, Trouble>,
) -> Result<Option<MovieId>, DbErr> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let facts = answer.as_ref().ok().and_then(Option::as_ref);
            let Some(movie) = begin(tx, &job, facts).await? else {
                return Ok(None);
            };
            // Whoever was too slow must not write over the one who came after.
            if !QUEUE.still_holds(tx, job.lease).await? {
                return Ok(None);
            }
            let why = match answer {
                Ok(Some(facts)) => return keep(tx, &clock, &job, movie, &facts).await,
                Ok(None) => NoAnswer::Unknown,
                Err(trouble) => {
                    tracing::debug!(movie = job.movie.id, %trouble, "the catalog gave no answer");
                    NoAnswer::Unasked
                }
            };
            go_without(tx, &clock, &job, why).await?;
            Ok(None)
        })
    })
    .await
}

/// Notes that there are no facts, and where that is final, that no poster comes.
async fn go_without(
    tx: &DatabaseTransaction,
    clock: &Clock,
    job: &Job,
    why: NoAnswer,
) -> Result<(), DbErr> {
    match keep_no_answer(tx, clock, job, why).await? {
        true => {
            stop_expecting(tx, job.movie.id).await?;
            revision::note(tx, clock, Change::Movie(job.movie.id)).await
        }
        false => Ok(()),
    }
}

/// Keeps the facts, and follows them from one movie to the next that is the same.
async fn keep(
    tx: &DatabaseTransaction,
    clock: &Clock,
    job: &Job,
    mut movie: Known,
    facts: &Facts,
) -> Result<Option<MovieId>, DbErr> {
    for _ in 0..MERGES {
        let Applied::SameAs(other) = apply(tx, clock, &movie, facts).await? else {
            let poster = facts.poster.as_ref();
            let is_wanted = want(tx, clock, movie.id, facts.source, poster).await?;
            revision::note(tx, clock, Change::Movie(movie.id)).await?;
            return Ok(is_wanted.then_some(movie.id));
        };
        if !merge(tx, clock, movie.id, other).await? {
            break;
        }
        match catalog::find(tx, other).await? {
            Some(staying) => movie = staying,
            None => break,
        }
    }
    match movie.id == job.movie.id {
        true => go_without(tx, clock, job, NoAnswer::Unasked).await?,
        // It went into the other already, which is asked about in its own time.
        false => revision::note(tx, clock, Change::Movie(movie.id)).await?,
    }
    Ok(None)
}
