//! Job queues in the database: each row is worked on by one worker at a time, and none is
//! forgotten.

use chrono::TimeDelta;
use entity::movie;
use movies_diary::catalog::commands::FACTS_QUEUE as FACTS;
use movies_diary::posters::commands::POSTER_QUEUE as POSTERS;
use movies_diary::queue::{Lease, Queue, QueueOutcome};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, Statement};

use crate::support::{App, ReviewBuilder};

const QUEUES: [Queue; 2] = [FACTS, POSTERS];

/// Each movie has a row in every queue.
async fn app_with_movies(count: usize) -> App {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for number in 0..count {
        ReviewBuilder::of(&format!("Film {number}"), 1999)
            .log(&ada)
            .await;
    }
    // Posters are queued only once the facts are known, so this queues them directly.
    let queue_posters = "UPDATE movie_poster SET state = 'wanted', source = 'tmdb', url = 'https://pictures.test/a.jpg'";
    let db = &app.state.db;
    db.write(move |tx| Box::pin(async move { tx.execute_unprepared(queue_posters).await }))
        .await
        .expect("wanted");
    app
}

async fn take_lease(app: &App, queue: Queue) -> Option<Lease> {
    let taken = queue.lease_next(&app.state.db, &app.state.clock).await;
    taken.expect("an answer").ok()
}

/// An expired lease goes to the next worker, and its previous holder has lost it.
#[tokio::test]
async fn an_expired_lease_goes_to_the_next_worker() {
    let app = app_with_movies(1).await;
    for queue in QUEUES {
        let first = take_lease(&app, queue).await.expect("a row");
        assert_eq!(take_lease(&app, queue).await, None);
        app.state.clock.advance(TimeDelta::seconds(61));
        let second = take_lease(&app, queue).await.expect("the row again");
        assert_eq!(second.movie, first.movie);
        for (lease, holds) in [(first, false), (second, true)] {
            let still_holds = app
                .state
                .db
                .write(move |tx| Box::pin(async move { queue.is_lease_current(tx, lease).await }));
            assert_eq!(still_holds.await.expect("an answer"), holds, "{queue:?}");
        }
    }
}

/// A row that is queued again with its tries reset goes to the next worker, too.
#[tokio::test]
async fn a_requeued_row_belongs_to_its_latest_lease() {
    let app = app_with_movies(1).await;
    let db = &app.state.db;
    for queue in QUEUES {
        let first = take_lease(&app, queue).await.expect("a row");
        let table = queue.table;
        let due = format!(
            "UPDATE {table} SET state = 'wanted', tries = 0, \
             try_at = (SELECT created_at FROM movie)"
        );
        db.write(move |tx| Box::pin(async move { tx.execute_unprepared(&due).await }))
            .await
            .expect("wanted");
        let second = take_lease(&app, queue).await.expect("the row again");
        assert_eq!(second.tries, first.tries);
        for (lease, holds) in [(first, false), (second, true)] {
            let still_holds = db
                .write(move |tx| Box::pin(async move { queue.is_lease_current(tx, lease).await }));
            assert_eq!(still_holds.await.expect("an answer"), holds, "{queue:?}");
        }
    }
}

/// A restarted server does not wait for the leases it had before.
#[tokio::test]
async fn a_restart_releases_its_own_leases() {
    let app = app_with_movies(1).await;
    let (db, clock) = (&app.state.db, &app.state.clock);
    for queue in QUEUES {
        take_lease(&app, queue).await.expect("a row");
        queue.requeue_abandoned(db, clock).await.expect("released");
        // On a shared database other servers may hold leases, so those have to expire.
        let again = take_lease(&app, queue).await;
        assert_eq!(again.is_some(), !db.is_shared(), "{queue:?}");
    }
}

/// A worker that finds the row locked looks again soon: the queue is not empty.
#[tokio::test]
async fn a_worker_that_loses_a_row_looks_again() {
    let app = app_with_movies(1).await;
    let (db, clock) = (&app.state.db, &app.state.clock);
    if !db.is_shared() {
        // SQLite has a single writer, so no row is ever locked by another one.
        return;
    }
    for queue in QUEUES {
        let due = clock.now();
        let lock = Statement::from_string(
            DbBackend::Postgres,
            format!("SELECT movie_id FROM {} FOR UPDATE", queue.table),
        );
        let (other_db, other_clock) = (db.clone(), clock.clone());
        let lost = db.write(move |tx| {
            Box::pin(async move {
                tx.query_all_raw(lock).await?;
                queue.lease_next(&other_db, &other_clock).await
            })
        });
        let Err(QueueOutcome::Idle { until }) = lost.await.expect("an answer") else {
            panic!("{queue:?}: it is locked");
        };
        assert!(until.is_some_and(|until| until <= due), "{until:?}");
        take_lease(&app, queue).await.expect("the row");
    }
}

/// Many instances on one database never work on the same row at once.
#[tokio::test]
async fn each_row_is_leased_once() {
    let app = app_with_movies(12).await;
    for queue in QUEUES {
        let workers: Vec<_> = (0..24)
            .map(|_| {
                let (db, clock) = (app.state.db.clone(), app.state.clock.clone());
                tokio::spawn(async move { queue.lease_next(&db, &clock).await })
            })
            .collect();
        let mut taken = Vec::new();
        for worker in workers {
            let answer = worker.await.expect("no panic").expect("an answer");
            taken.extend(answer.ok().map(|lease| lease.movie));
        }
        let count = taken.len();
        taken.sort_unstable();
        taken.dedup();
        assert_eq!(taken.len(), count, "none twice");
        // Contention may leave some rows, but not most.
        assert!(count >= 6, "{queue:?}: {count}");
    }
    let movies = movie::Entity::find().all(app.state.db.reader()).await;
    assert_eq!(movies.expect("an answer").len(), 12);
}
