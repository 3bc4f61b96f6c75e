//! Rows that are queues: each is worked on by one at a time, and by somebody in the end.

use chrono::TimeDelta;
use entity::movie;
use movies_diary::catalog::commands::QUEUE as FACTS;
use movies_diary::posters::commands::QUEUE as POSTERS;
use movies_diary::queue::{Lease, Queue};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::support::{App, Review};

/// Every queue there is.
const QUEUES: [Queue; 2] = [FACTS, POSTERS];

/// A server with so many movies, each with a row in every queue.
async fn with_movies(count: usize) -> App {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for number in 0..count {
        Review::of(&format!("Film {number}"), 1999).log(&ada).await;
    }
    // Where each has a poster to be fetched, which is known only after the facts are.
    let known = "UPDATE movie_poster SET state = 'wanted', source = 'tmdb', url = 'https://pictures.test/a.jpg'";
    let db = &app.state.db;
    db.write(move |tx| Box::pin(async move { tx.execute_unprepared(known).await }))
        .await
        .expect("wanted");
    app
}

async fn take(app: &App, queue: Queue) -> Option<Lease> {
    let taken = queue.take(&app.state.db, &app.state.clock).await;
    taken.expect("an answer").ok()
}

/// E3: whoever dies over a row leaves it to the next; whoever was too slow holds nothing.
#[tokio::test]
async fn a_lease_that_ran_out_goes_to_the_next() {
    let app = with_movies(1).await;
    for queue in QUEUES {
        let first = take(&app, queue).await.expect("a row");
        assert_eq!(take(&app, queue).await, None);
        app.state.clock.advance(TimeDelta::seconds(61));
        let second = take(&app, queue).await.expect("the row again");
        assert_eq!(second.movie, first.movie);
        for (lease, holds) in [(first, false), (second, true)] {
            let held = app
                .state
                .db
                .write(move |tx| Box::pin(async move { queue.still_holds(tx, lease).await }));
            assert_eq!(held.await.expect("an answer"), holds, "{queue:?}");
        }
    }
}

/// Also where a row was taken anew because something else is to be tried.
#[tokio::test]
async fn a_row_that_begins_anew_belongs_to_whoever_took_it_last() {
    let app = with_movies(1).await;
    let db = &app.state.db;
    for queue in QUEUES {
        let first = take(&app, queue).await.expect("a row");
        let table = queue.table;
        let due = format!(
            "UPDATE {table} SET state = 'wanted', tries = 0, \
             try_at = (SELECT created_at FROM movie)"
        );
        db.write(move |tx| Box::pin(async move { tx.execute_unprepared(&due).await }))
            .await
            .expect("wanted");
        let second = take(&app, queue).await.expect("the row again");
        assert_eq!(second.tries, first.tries);
        for (lease, holds) in [(first, false), (second, true)] {
            let held =
                db.write(move |tx| Box::pin(async move { queue.still_holds(tx, lease).await }));
            assert_eq!(held.await.expect("an answer"), holds, "{queue:?}");
        }
    }
}

/// A server that starts again does not wait for the lease of the one that died.
#[tokio::test]
async fn what_a_dead_server_had_taken_is_free_at_once() {
    let app = with_movies(1).await;
    let (db, clock) = (&app.state.db, &app.state.clock);
    for queue in QUEUES {
        take(&app, queue).await.expect("a row");
        queue.release(db, clock).await.expect("released");
        // Where other servers may be working, the lease has to run out.
        let again = take(&app, queue).await;
        assert_eq!(again.is_some(), !db.is_shared(), "{queue:?}");
    }
}

/// Many instances on one database never work on the same row at once.
#[tokio::test]
async fn each_row_is_taken_once_however_many_ask() {
    let app = with_movies(12).await;
    for queue in QUEUES {
        let askers: Vec<_> = (0..24)
            .map(|_| {
                let (db, clock) = (app.state.db.clone(), app.state.clock.clone());
                tokio::spawn(async move { queue.take(&db, &clock).await })
            })
            .collect();
        let mut taken = Vec::new();
        for asker in askers {
            let answer = asker.await.expect("no panic").expect("an answer");
            taken.extend(answer.ok().map(|lease| lease.movie));
        }
        let count = taken.len();
        taken.sort_unstable();
        taken.dedup();
        assert_eq!(taken.len(), count, "none twice");
        // Those that were busy left some, not most.
        assert!(count >= 6, "{queue:?}: {count}");
    }
    let movies = movie::Entity::find().all(app.state.db.reader()).await;
    assert_eq!(movies.expect("an answer").len(), 12);
}
