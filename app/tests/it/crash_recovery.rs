//! The server is killed while it fetches posters.

use std::time::Duration;

use chrono::TimeDelta;
use entity::movie_poster::{self, PosterState};
use movies_diary::posters::{fetch_next_poster, prune_files, verify_files};
use movies_diary::queue::QueueOutcome;
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::posters::image_response;
use crate::support::catalog_stub::{CatalogStub, as_str_pairs};
use crate::support::pictures::distinct_png;
use crate::support::process::ServerProcess;
use crate::support::{App, ReviewBuilder};

const MOVIES: u8 = 100;

/// `KILL_ROUNDS` sets another number.
pub fn kill_rounds() -> u64 {
    let rounds = std::env::var("KILL_ROUNDS").ok();
    rounds.and_then(|rounds| rounds.parse().ok()).unwrap_or(50)
}

/// Every poster arrives exactly once, and no row is stuck.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_poster_is_lost_doubled_or_stuck_when_the_server_is_killed() {
    let upstream = CatalogStub::start().await;
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let mut settings = as_str_pairs(&settings);
    let app = App::start_with(&settings).await;
    log_movies_with_posters(&upstream, &app).await;
    let store = app.database.folder().join("posters").display().to_string();
    settings.push(("POSTER_STORE", &store));
    for round in 0..kill_rounds() / 2 {
        let server = ServerProcess::serve_with(&app.database, &settings);
        // Nothing depends on how long this sleeps: it varies how far the server gets before the
        // kill.
        tokio::time::sleep(Duration::from_millis(round % 10 * 15 + 5)).await;
        server.kill();
    }
    let requests = upstream.request_count("/pictures/").await;
    assert!(requests > 25, "it was killed while fetching: {requests}");

    // The last lease expires, and retries become due.
    let state = &app.state;
    state.clock.advance(TimeDelta::minutes(2));
    while fetch_next_poster(&state.db, &state.clock, &state.posters)
        .await
        .expect("an outcome")
        == QueueOutcome::Worked
    {}
    let rows = movie_poster::Entity::find().all(state.db.reader()).await;
    let rows = rows.expect("rows");
    assert_eq!(rows.len(), usize::from(MOVIES));
    let stuck: Vec<_> = rows
        .iter()
        .filter(|row| row.state != PosterState::Ready)
        .collect();
    assert!(stuck.is_empty(), "{stuck:?}");
    let mut posters: Vec<_> = rows.into_iter().filter_map(|row| row.poster).collect();
    posters.sort();
    posters.dedup();
    assert_eq!(posters.len(), usize::from(MOVIES), "each its own");
    let found = verify_files(&state.db, state.posters.store()).await;
    let found = found.expect("checked");
    assert_eq!(found.posters, usize::from(MOVIES));
    assert!(found.incomplete.is_empty(), "{found:?}");
    // Files that were left behind have been written again under the same name.
    state.clock.advance(TimeDelta::hours(2));
    let pruned = prune_files(&state.db, &state.clock, state.posters.store()).await;
    assert_eq!(pruned.expect("pruned").files, 0);
}

/// Logs movies, each with a picture of its own that takes 10 ms to serve.
async fn log_movies_with_posters(upstream: &CatalogStub, app: &App) {
    let ada = app.member("ada").await;
    for number in 0..MOVIES {
        ReviewBuilder::of(&format!("Film {number}"), 2000)
            .log(&ada)
            .await;
        let picture = image_response(distinct_png(number)).set_delay(Duration::from_millis(10));
        let path = format!("/pictures/{}.png", number + 1);
        upstream.respond(&path, &[], picture).await;
    }
    let queue_posters = format!(
        "UPDATE movie_poster SET state = 'wanted', source = 'tmdb', \
         url = '{}' || movie_id || '.png'",
        upstream.url("/pictures/")
    );
    // Keeps the catalog out of this test.
    let finish_facts = "UPDATE movie_facts SET state = 'unknown'";
    app.state
        .db
        .write(move |tx| {
            Box::pin(async move {
                tx.execute_unprepared(finish_facts).await?;
                tx.execute_unprepared(&queue_posters).await
            })
        })
        .await
        .expect("wanted");
}
