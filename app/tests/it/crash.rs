//! E3: the server is killed in the middle of fetching posters.

use std::time::Duration;

use chrono::TimeDelta;
use entity::movie_poster::{self, PosterState};
use movies_diary::posters::{prune, sync_next, verify};
use movies_diary::queue::Outcome;
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::posters::image;
use crate::support::outside::{Upstream, pairs};
use crate::support::pictures::numbered;
use crate::support::process::Process;
use crate::support::{App, Review};

/// How many films have a poster to be fetched.
const FILMS: u8 = 100;

/// More rounds with `KILL_ROUNDS`.
fn rounds() -> u64 {
    let rounds = std::env::var("KILL_ROUNDS").ok();
    rounds.and_then(|rounds| rounds.parse().ok()).unwrap_or(50)
}

/// Every poster arrives, each once, and none is stuck.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_poster_is_lost_doubled_or_stuck_when_the_server_is_killed() {
    let upstream = Upstream::start().await;
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let mut settings = pairs(&settings);
    let app = App::with(&settings).await;
    film_by_film(&upstream, &app).await;
    let store = app.database.folder().join("posters").display().to_string();
    settings.push(("POSTER_STORE", &store));
    for round in 0..rounds() {
        let server = Process::serve_with(&app.database, &settings);
        // Not a sleep that anything depends on: how far it gets before the kill varies from
        // round to round on purpose.
        tokio::time::sleep(Duration::from_millis(round % 10 * 15 + 5)).await;
        server.kill();
    }
    let asked = upstream.count("/pictures/").await;
    assert!(asked > 50, "it was killed while fetching: {asked}");

    // What the last one held runs out, and what it was to try again is due.
    let state = &app.state;
    state.clock.advance(TimeDelta::minutes(2));
    while sync_next(&state.db, &state.clock, &state.posters)
        .await
        .expect("an outcome")
        == Outcome::Worked
    {}
    let rows = movie_poster::Entity::find().all(state.db.reader()).await;
    let rows = rows.expect("rows");
    assert_eq!(rows.len(), usize::from(FILMS));
    let stuck: Vec<_> = rows
        .iter()
        .filter(|row| row.state != PosterState::Ready)
        .collect();
    assert!(stuck.is_empty(), "{stuck:?}");
    let mut shown: Vec<_> = rows.into_iter().filter_map(|row| row.poster).collect();
    shown.sort();
    shown.dedup();
    assert_eq!(shown.len(), usize::from(FILMS), "each its own");
    let found = verify(&state.db, state.posters.store()).await;
    let found = found.expect("checked");
    assert_eq!(found.posters, usize::from(FILMS));
    assert!(found.incomplete.is_empty(), "{found:?}");
    // What was left behind is what came again under the same name.
    state.clock.advance(TimeDelta::hours(2));
    let pruned = prune(&state.db, &state.clock, state.posters.store()).await;
    assert_eq!(pruned.expect("pruned").files, 0);
}

/// Films, each with a picture of its own that takes a moment.
async fn film_by_film(upstream: &Upstream, app: &App) {
    let ada = app.member("ada").await;
    for number in 0..FILMS {
        Review::of(&format!("Film {number}"), 2000).log(&ada).await;
        let picture = image(numbered(number)).set_delay(Duration::from_millis(10));
        let path = format!("/pictures/{}.png", number + 1);
        upstream.answers(&path, &[], picture).await;
    }
    let wanted = format!(
        "UPDATE movie_poster SET state = 'wanted', source = 'tmdb', \
         url = '{}' || movie_id || '.png'",
        upstream.at("/pictures/")
    );
    // The catalog is not what this is about.
    let known = "UPDATE movie_facts SET state = 'unknown'";
    app.state
        .db
        .write(move |tx| {
            Box::pin(async move {
                tx.execute_unprepared(known).await?;
                tx.execute_unprepared(&wanted).await
            })
        })
        .await
        .expect("wanted");
}
