//! Measures imports and exports: how long they take, how much memory, and what others notice of it.
//! The server runs as a process of its own, with a catalog of 20,000 made-up films.
//!
//!     cargo build --profile bench-run --bin movies-diary --example transfer_bench
//!     target/bench-run/examples/transfer_bench import|export [DATABASE_URL]

mod client;
mod exports;
mod imports;
mod server;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use movies_diary::catalog::local::{
    CATALOG_FILE, CatalogBuilder, CatalogFilm, CatalogOrigin, LocalCatalog,
};

use client::ApiClient;
use server::BenchServer;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

pub(crate) const FILMS: u32 = 20_000;
/// A member with a diary of 200.
const READ: &str = "reader";

const PASSWORD: &str = "four unrelated words";

#[tokio::main]
async fn main() -> Outcome<()> {
    movies_diary::outgoing::install_crypto_provider();
    let folder = tempfile::tempdir()?;
    build_catalog(folder.path()).await?;
    let what = std::env::args().nth(1).unwrap_or_default();
    let database = std::env::args().nth(2);
    let server = BenchServer::start(folder.path(), database.as_deref())?;
    // Somebody whose page others look at meanwhile.
    server.add_member(READ)?;
    let client = ApiClient::sign_in(&server.base, READ).await?;
    imports::import(&server, &client, &imports::diary(200, 100)).await?;
    match what.as_str() {
        "export" => exports::measure(&server).await,
        _ => imports::measure(&server).await,
    }
}

pub(crate) fn title(film: u32) -> String {
    const WORDS: [&str; 20] = [
        "Amber", "Bridge", "Copper", "Distant", "Ember", "Forest", "Garden", "Harbour", "Island",
        "Journey", "Kingdom", "Lantern", "Mirror", "Northern", "Orchard", "Paper", "Quiet",
        "River", "Silver", "Winter",
    ];
    let word = |place: u32| WORDS[(film / 20_u32.pow(place) % 20) as usize];
    format!("{} {} {} {film}", word(0), word(1), word(2))
}

pub(crate) fn year(film: u32) -> i16 {
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

pub(crate) fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

pub(crate) fn line(text: &str) -> Outcome<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}
