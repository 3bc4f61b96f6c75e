//! The server is killed while it reads and writes an import.

use std::collections::HashSet;
use std::time::Duration;

use chrono::TimeDelta;
use movies_diary::diary::tally;
use serde_json::{Value, json};

use super::repeats::letterboxd_diary;
use crate::crash_recovery::kill_rounds;
use crate::support::process::ServerProcess;
use crate::support::{App, Importer};

const FILMS: u16 = 400;
const VIEWINGS: u16 = 1_200;

/// Nothing is doubled or lost, and each start goes on where the last one was killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_row_is_lost_or_doubled_when_the_server_is_killed() {
    let app = App::start().await;
    let ana = Importer::new(&app, "ana").await;
    let answer = ana.send(&[("diary.csv", &diary())], &Value::Null).await;
    let id = answer.json()["id"].as_i64().expect("an id");
    let store = app.database.folder().join("posters").display().to_string();
    let settings = [("CATALOG", "off"), ("POSTER_STORE", store.as_str())];
    let mut progress = HashSet::new();
    for round in 0..kill_rounds() / 2 {
        let server = ServerProcess::serve_with(&app.database, &settings);
        // Nothing depends on how long this sleeps: it varies how far the server gets before the
        // kill.
        tokio::time::sleep(Duration::from_millis(round % 10 * 40 + 20)).await;
        server.kill();
        // On PostgreSQL, another instance goes on once the lease has expired.
        app.execute("UPDATE import SET lease_until = '2000-01-01 00:00:00+00:00'")
            .await;
        let import = ana.import(id).await;
        progress.insert(format!("{} {}", import["state"], import["progress"]));
        if import["state"] == "ready" {
            let path = format!("/api/imports/{id}/confirmation");
            ana.api.post(&path, &json!({})).await;
        }
    }
    assert!(progress.len() > 2, "it was killed on the way: {progress:?}");

    // The last lease expires.
    app.state.clock.advance(TimeDelta::minutes(5));
    app.work_on_imports().await;
    if ana.import(id).await["state"] == "ready" {
        ana.write(id).await;
    }
    let import = ana.import(id).await;
    assert_eq!(import["state"], "done", "{import}");
    assert_eq!(import["counts"]["rows"], VIEWINGS);
    assert_eq!(import["counts"]["written"], VIEWINGS);
    assert_eq!(import["counts"]["films"], FILMS);
    let diary = ana.diary().await;
    assert_eq!(diary.len(), usize::from(VIEWINGS));
    let days: HashSet<&String> = diary.iter().collect();
    assert_eq!(days.len(), diary.len(), "each viewing once");
    let counted = tally::verify(&app.state.db).await.expect("counted");
    assert_eq!(counted.wrong, 0);
}

fn diary() -> Vec<u8> {
    let rows: Vec<(String, String, String)> = (0..VIEWINGS)
        .map(|number| {
            let (year, month) = (2000 + number / 100, 1 + number % 100 / 10);
            let day = format!("{year}-{month:02}-{:02}", 1 + number % 10);
            let film = format!("Film {}", number % FILMS);
            (day, film, format!("r{number}"))
        })
        .collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|(day, film, address)| (day.as_str(), film.as_str(), 1999, address.as_str(), "4"))
        .collect();
    letterboxd_diary(&rows)
}
