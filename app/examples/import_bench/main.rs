//! Measures imports: how long 3,000 and 50,000 rows take, how much memory, and what others notice of
//! it. The server runs as a process of its own, with a catalog of 20,000 made-up films.
//!
//!     cargo build --profile bench-run --bin movies-diary --example import_bench
//!     target/bench-run/examples/import_bench [DATABASE_URL]

mod client;
mod server;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{DateTime, Days, NaiveDate, Utc};
use movies_diary::catalog::local::{
    CATALOG_FILE, CatalogBuilder, CatalogFilm, CatalogOrigin, LocalCatalog,
};

use client::ApiClient;
use server::BenchServer;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const FILMS: u32 = 20_000;
/// A member with a diary of 200.
const READ: &str = "reader";

const PASSWORD: &str = "four unrelated words";

/// Rows, and how many films they name.
const SIZES: [(u32, u32); 2] = [(3_000, 2_000), (50_000, 5_000)];

#[tokio::main]
async fn main() -> Outcome<()> {
    movies_diary::outgoing::install_crypto_provider();
    let folder = tempfile::tempdir()?;
    build_catalog(folder.path()).await?;
    let database = std::env::args().nth(1);
    let server = BenchServer::start(folder.path(), database.as_deref())?;
    // Somebody whose page others look at meanwhile.
    server.add_member(READ)?;
    let client = ApiClient::sign_in(&server.base, READ).await?;
    let id = client.upload(&diary(200, 100)).await?;
    server.watch(&client, id, "ready").await?;
    let path = format!("/api/imports/{id}/confirmation");
    client.post(&path).await?;
    server.watch(&client, id, "done").await?;
    for (number, (rows, films)) in SIZES.into_iter().enumerate() {
        let member = format!("importer{number}");
        server.add_member(&member)?;
        measure(&server, &member, rows, films).await?;
    }
    Ok(())
}

async fn measure(server: &BenchServer, member: &str, rows: u32, films: u32) -> Outcome<()> {
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
fn diary(rows: u32, films: u32) -> String {
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

fn title(film: u32) -> String {
    const WORDS: [&str; 20] = [
        "Amber", "Bridge", "Copper", "Distant", "Ember", "Forest", "Garden", "Harbour", "Island",
        "Journey", "Kingdom", "Lantern", "Mirror", "Northern", "Orchard", "Paper", "Quiet",
        "River", "Silver", "Winter",
    ];
    let word = |place: u32| WORDS[(film / 20_u32.pow(place) % 20) as usize];
    format!("{} {} {} {film}", word(0), word(1), word(2))
}

fn year(film: u32) -> i16 {
    i16::try_from(1930 + film % 95).unwrap_or(1930)
}

async fn build_catalog(folder: &Path) -> Outcome<()> {
    let mut builder = CatalogBuilder::create_in(folder)?;
    for film in 0..FILMS {
        builder.add(CatalogFilm {
            title: title(film),
            year: Some(year(film)),
            directors: vec![format!("Director {}", film % 4_000)],
            imdb_id: Some(format!("tt{:07}", 9_000_000 + film)),
            runtime_minutes: Some(100),
            genres: vec!["Drama".to_owned()],
            popularity: FILMS - film,
            ..CatalogFilm::default()
        })?;
    }
    let origin = CatalogOrigin {
        source: "a benchmark".to_owned(),
        language: "en".to_owned(),
        built_at: DateTime::<Utc>::UNIX_EPOCH,
        starter: None,
    };
    let built = builder.finish(origin).await?;
    fs::copy(built.path(), folder.join(CATALOG_FILE))?;
    LocalCatalog::open_in(folder).await;
    Ok(())
}

fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn line(text: &str) -> Outcome<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}
