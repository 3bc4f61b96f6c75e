//! Completing movies in the background: the catalog is asked, its answer is kept, and
//! where a movie turns out to be another that is here, the two become one.

use sea_orm::{DatabaseTransaction, DbErr};

use super::commands::merge;
use crate::catalog::commands::{Applied, Job, NoAnswer, QUEUE, apply, keep_no_answer};
use crate::catalog::sources::Trouble;
use crate::catalog::{self, Facts, Outside, fitting};
use crate::clock::Clock;
use crate::db::Db;
use crate::queue::Outcome;

/// How many movies can turn out to be one at once: one for each number, and one more.
const MERGES: usize = 4;

/// Asks about the movie that has waited longest, if one is due.
pub async fn complete_next(db: &Db, clock: &Clock, outside: &Outside) -> Result<Outcome, DbErr> {
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
    settle(db, clock, job, answer).await?;
    Ok(Outcome::Worked)
}

async fn settle(
    db: &Db,
    clock: &Clock,
    job: Job,
    answer: Result<Option<Facts>, Trouble>,
) -> Result<(), DbErr> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            // Whoever was too slow must not write over the one who came after.
            if !QUEUE.still_holds(tx, job.lease).await? {
                return Ok(());
            }
            match answer {
                Ok(Some(facts)) => keep(tx, &clock, &job, &facts).await,
                Ok(None) => keep_no_answer(tx, &clock, &job, NoAnswer::Unknown).await,
                Err(trouble) => {
                    tracing::debug!(movie = job.movie.id, %trouble, "the catalog gave no answer");
                    keep_no_answer(tx, &clock, &job, NoAnswer::Unasked).await
                }
            }
        })
    })
    .await
}

/// Keeps the facts, and follows them from one movie to the next that is the same.
async fn keep(
    tx: &DatabaseTransaction,
    clock: &Clock,
    job: &Job,
    facts: &Facts,
) -> Result<(), DbErr> {
    let mut movie = job.movie.clone();
    for _ in 0..MERGES {
        let Applied::SameAs(other) = apply(tx, clock, &movie, facts).await? else {
            return Ok(());
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
        true => keep_no_answer(tx, clock, job, NoAnswer::Unasked).await,
        // It went into the other already, which is asked about in its own time.
        false => Ok(()),
    }
}
