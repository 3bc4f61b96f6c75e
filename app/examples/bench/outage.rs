//! Measures an outage: PostgreSQL is killed under load and started again.

use std::collections::HashSet;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::sleep;

use crate::client::Client;
use crate::cluster::PostgresCluster;
use crate::mixed_load::{LoadPace, ReadLoad, ReviewWriter, WriteSummary};
use crate::server::{BenchServer, command, sibling_program};
use crate::{BenchResult, Options, benchmark, progress};

/// How long each phase lasts: before, during and after the outage.
const PHASE: Duration = Duration::from_secs(10);

/// Writers that log reviews as fast as they can.
const WRITERS: usize = 4;

/// Connections that read pages.
const READERS: u32 = 16;

/// Returns the report as Markdown.
pub(crate) async fn run(options: &Options) -> BenchResult<String> {
    let Some(cluster) = PostgresCluster::start()? else {
        progress("SKIPPED: the PostgreSQL outage, because PostgreSQL is not installed");
        return Ok(String::new());
    };
    let cluster = Arc::new(cluster);
    let folder = tempfile::Builder::new()
        .prefix("movies-diary-outage-")
        .tempdir()?;
    let diary = sibling_program("movies-diary")?;
    let by_url = || {
        let mut command = command(&diary, folder.path());
        command.env("DATABASE_URL", cluster.url());
        command
    };
    progress("filling a PostgreSQL database");
    let (_, password) = benchmark::fill_database(by_url(), options.reviews)?;
    let server = BenchServer::start_command(by_url())?;
    let member = Client::member(&server.base, "bench", &password).await?;
    let readers = ReadLoad::for_member(&server.base, &member, &password, folder.path()).await?;

    progress("stopping PostgreSQL");
    let pace = LoadPace {
        connections: READERS,
        per_second: None,
        seconds: PHASE.as_secs() * 3,
    };
    let reading = tokio::spawn(async move { readers.run(pace).await });
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| ReviewWriter::start(member.clone(), Duration::ZERO))
        .collect();
    let watcher = Watcher::start(member.clone());
    sleep(PHASE).await;
    let stopping = Instant::now();
    run_blocking(&cluster, PostgresCluster::crash).await?;
    sleep(PHASE).await;
    run_blocking(&cluster, PostgresCluster::again).await?;
    let started = Instant::now();
    sleep(PHASE).await;
    let seen = watcher.finish().await?;
    let answers = reading.await??;
    let mut written = WriteSummary::default();
    for writer in writers {
        let one = writer.end().await?;
        written.acknowledged.extend(one.acknowledged);
        written.refused += one.refused;
        written.slowest = written.slowest.max(one.slowest);
    }
    let lost = count_lost(&cluster.url(), &written).await?;

    let slowest = seen.iter().filter(|look| look.status != 200);
    let slowest = slowest.map(|look| look.took).max().unwrap_or_default();
    let first = seen.iter().find(|look| look.status != 200);
    let back = seen.iter().rfind(|look| look.status != 200);
    let back = back.map_or(Duration::ZERO, |look| {
        (look.began + look.took).saturating_duration_since(started)
    });
    let mut report = "\n### PostgreSQL stopped under load, and started again\n\n".to_owned();
    writeln!(
        report,
        "- down for {:.1} s, under {READERS} reading connections and {WRITERS} writers",
        (started - stopping).as_secs_f64()
    )?;
    writeln!(
        report,
        "- the first refusal took {} ms, the slowest response {} ms",
        first.map_or(0, |look| look.took.as_millis()),
        slowest.max(written.slowest).as_millis()
    )?;
    writeln!(
        report,
        "- last refusal {} ms after PostgreSQL was up again",
        back.as_millis()
    )?;
    writeln!(report, "- pages: {:?}", answers.by_status)?;
    writeln!(
        report,
        "- reviews: {} acknowledged, {} refused, {lost} acknowledged but lost",
        written.acknowledged.len(),
        written.refused
    )?;
    Ok(report)
}

async fn run_blocking(
    cluster: &Arc<PostgresCluster>,
    act: fn(&PostgresCluster) -> BenchResult<()>,
) -> BenchResult<()> {
    let cluster = Arc::clone(cluster);
    let acted = spawn_blocking(move || act(&cluster).map_err(|error| error.to_string()));
    Ok(acted.await??)
}

/// How many acknowledged reviews are missing from the database.
async fn count_lost(url: &str, written: &WriteSummary) -> BenchResult<usize> {
    let db = Database::connect(url).await?;
    let keys = "SELECT k.key FROM idempotency_key k JOIN review r ON r.id = k.review_id";
    let rows = db
        .query_all_raw(Statement::from_string(DbBackend::Postgres, keys))
        .await?;
    let there: Result<HashSet<String>, _> =
        rows.iter().map(|row| row.try_get_by_index(0)).collect();
    let there = there?;
    let acknowledged = written.acknowledged.iter();
    Ok(acknowledged.filter(|key| !there.contains(*key)).count())
}

#[derive(Clone, Copy, Debug)]
struct PageFetch {
    began: Instant,
    took: Duration,
    status: u16,
}

/// Requests one page again and again and records each response.
struct Watcher {
    stop: Arc<AtomicBool>,
    fetches: JoinHandle<Vec<PageFetch>>,
}

impl Watcher {
    fn start(member: Client) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&stop);
        let fetches = tokio::spawn(async move {
            let mut seen = Vec::new();
            while !until.load(Ordering::Relaxed) {
                let began = Instant::now();
                let status = member.fetch("/").await.map_or(0, |(status, _)| status);
                let took = began.elapsed();
                seen.push(PageFetch {
                    began,
                    took,
                    status,
                });
                sleep(Duration::from_millis(5)).await;
            }
            seen
        });
        Self { stop, fetches }
    }

    async fn finish(self) -> BenchResult<Vec<PageFetch>> {
        self.stop.store(true, Ordering::Relaxed);
        Ok(self.fetches.await?)
    }
}
