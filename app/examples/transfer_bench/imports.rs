//! How long 3,000 and 50,000 rows take to be read, matched and written.

use std::time::Instant;

use chrono::{Days, NaiveDate};

use crate::client::ApiClient;
use crate::server::BenchServer;
use crate::{FILMS, Outcome, line, median, title, year};

/// Rows, and how many films they name.
const SIZES: [(u32, u32); 2] = [(3_000, 2_000), (50_000, 5_000)];

pub(crate) async fn measure(server: &BenchServer) -> Outcome<()> {
    for (number, (rows, films)) in SIZES.into_iter().enumerate() {
        let member = format!("importer{number}");
        server.add_member(&member)?;
        measure_import(server, &member, rows, films).await?;
    }
    Ok(())
}

/// Imports a diary to its end.
pub(crate) async fn import(server: &BenchServer, client: &ApiClient, diary: &str) -> Outcome<()> {
    let id = client.upload(diary).await?;
    server.watch(client, id, "ready").await?;
    client
        .post(&format!("/api/imports/{id}/confirmation"))
        .await?;
    server.watch(client, id, "done").await?;
    Ok(())
}

async fn measure_import(server: &BenchServer, member: &str, rows: u32, films: u32) -> Outcome<()> {
    let client = ApiClient::sign_in(&server.base, member).await?;
    let idle = median(&client.load_pages_slowly(60).await?);
    let before = server.anonymous_memory()?;
    let start = Instant::now();
    let id = client.upload(&diary(rows, films)).await?;
    let reading = server.watch(&client, id, "ready").await?;
    let read = start.elapsed();
    let start = Instant::now();
    client
        .post(&format!("/api/imports/{id}/confirmation"))
        .await?;
    let writing = server.watch(&client, id, "done").await?;
    let written = start.elapsed();
    let import = client.import(id).await?;
    let memory = reading.memory.max(writing.memory).saturating_sub(before);
    let mut busy = reading.pages;
    busy.extend(writing.pages);
    let busy = median(&busy);
    line(&format!(
        "{rows} rows of {films} films: read and matched in {:.2} s, written in {:.2} s ({}); {} kB \
         more memory; another member’s diary takes {:.2} ms, {:.2} ms when idle",
        read.as_secs_f64(),
        written.as_secs_f64(),
        import["counts"]["written"],
        memory,
        busy.as_secs_f64() * 1000.0,
        idle.as_secs_f64() * 1000.0,
    ))
}

/// A diary as Letterboxd exports it. Every tenth viewing has a few words in its tags.
pub(crate) fn diary(rows: u32, films: u32) -> String {
    let mut text = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n".to_owned();
    let first = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
    for row in 0..rows {
        let day = first + Days::new(u64::from(row * 9_000 / rows));
        let film = row * 7_919 % films * (FILMS / films);
        let tags = if row % 10 == 0 { "cinema" } else { "" };
        let stars = f64::from(row % 10 + 1) / 2.0;
        text += &format!(
            "{day},{},{},https://boxd.it/r{row},{stars},,{tags},{day}\n",
            title(film),
            year(film)
        );
    }
    text
}
