//! How long a diary of 100,000 takes in each format.

use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use tokio_util::sync::CancellationToken;

use crate::client::ApiClient;
use crate::imports::import;
use crate::server::BenchServer;
use crate::{FILMS, Outcome, line, median, title, year};

const REVIEWS: u32 = 100_000;

const FORMATS: [&str; 6] = ["csv", "json", "letterboxd", "imdb", "trakt", "archive"];

pub(crate) async fn measure(server: &BenchServer) -> Outcome<()> {
    server.add_member("exporter")?;
    let client = ApiClient::sign_in(&server.base, "exporter").await?;
    import(server, &client, &diary()).await?;
    let idle = median(&client.load_pages_slowly(60).await?);
    for format in FORMATS {
        let before = server.anonymous_memory()?;
        let cpu = server.cpu_time()?;
        let start = Instant::now();
        // Others look at pages meanwhile, as seldom as when nothing is exported.
        let stop = CancellationToken::new();
        let others = tokio::spawn(load_pages_until(client.clone(), stop.clone()));
        let mut download = client.download(format).await?;
        let (mut bytes, mut memory) = (0, before);
        while let Some(chunk) = download.chunk().await? {
            bytes += chunk.len();
            memory = memory.max(server.anonymous_memory()?);
        }
        let (seconds, used) = (start.elapsed(), server.cpu_time()?);
        stop.cancel();
        let pages = others.await??;
        let used = used.saturating_sub(cpu);
        let seconds = seconds.as_secs_f64();
        report(
            format,
            (bytes, seconds, used),
            memory - before,
            &pages,
            idle,
        )?;
    }
    Ok(())
}

async fn load_pages_until(client: ApiClient, stop: CancellationToken) -> Outcome<Vec<Duration>> {
    let mut pages = Vec::new();
    while !stop.is_cancelled() {
        pages.extend(client.load_pages_slowly(1).await?);
    }
    Ok(pages)
}

fn report(
    format: &str,
    (bytes, seconds, used): (usize, f64, Duration),
    memory: u64,
    pages: &[Duration],
    idle: Duration,
) -> Outcome<()> {
    line(&format!(
        "{format}: {REVIEWS} reviews, {:.1} MB in {seconds:.1} s, {:.1} s of CPU; {memory} kB more \
         memory; another member’s diary takes {:.2} ms, {:.2} ms when idle",
        bytes as f64 / 1_000_000.0,
        used.as_secs_f64(),
        median(pages).as_secs_f64() * 1000.0,
        idle.as_secs_f64() * 1000.0,
    ))
}

/// Every second viewing has words, of 200 characters on average.
fn diary() -> String {
    let mut text = "Title,Year,Rating,WatchedDate,Rewatch,Tags,Review\n".to_owned();
    let first = NaiveDate::from_ymd_opt(1996, 1, 1).unwrap_or_default();
    for row in 0..REVIEWS {
        let day = first + Days::new(u64::from(row / 10));
        let film = row * 7_919 % FILMS;
        let tags = if row % 10 == 0 { "cinema" } else { "" };
        let stars = f64::from(row % 10 + 1) / 2.0;
        let words = match row % 2 {
            0 => format!("Seen in row {row}. ").repeat((row % 23) as usize),
            _ => String::new(),
        };
        text += &format!(
            "{},{},{stars},{day},,{tags},{words}\n",
            title(film),
            year(film)
        );
    }
    text
}
