//! PostgreSQL stops under load, as in a crash, and comes back.

use std::collections::HashSet;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::sleep;

use crate::client::Client;
use crate::cluster::Cluster;
use crate::mixed::{Pace, Readers, Writer, Written};
use crate::server::{Server, beside, command};
use crate::{Options, Outcome, note, run};

/// For how long it is there before, away, and there afterwards.
const PHASE: Duration = Duration::from_secs(10);

/// How many log reviews all the time, as fast as they can.
const WRITERS: usize = 4;

/// Over how many connections pages are read.
const READERS: u32 = 16;

/// Measures it, and tells.
pub(crate) async fn run(options: &Options) -> Outcome<String> {
    let Some(cluster) = Cluster::start()? else {
        note("SKIPPED: PostgreSQL that goes away, because it is not installed");
        return Ok(String::new());
    };
    let cluster = Arc::new(cluster);
    let folder = tempfile::Builder::new()
        .prefix("movies-diary-outage-")
        .tempdir()?;
    let diary = beside("movies-diary")?;
    let by_url = || {
        let mut command = command(&diary, folder.path());
        command.env("DATABASE_URL", cluster.url());
        command
    };
    note("filling a database of PostgreSQL");
    let (_, password) = run::fill(by_url(), options.reviews)?;
    let server = Server::start_by(by_url())?;
    let member = Client::member(&server.base, "bench", &password).await?;
    let readers = Readers::of(&server.base, &member, &password, folder.path()).await?;

    note("PostgreSQL goes away");
    let pace = Pace {
        connections: READERS,
        per_second: None,
        seconds: PHASE.as_secs() * 3,
    };
    let reading = tokio::spawn(async move { readers.read(pace).await });
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| Writer::begin(member.clone(), Duration::ZERO))
        .collect();
    let watcher = Watcher::begin(member.clone());
    sleep(PHASE).await;
    let stopping = Instant::now();
    on_the_side(&cluster, Cluster::crash).await?;
    sleep(PHASE).await;
    on_the_side(&cluster, Cluster::again).await?;
    let started = Instant::now();
    sleep(PHASE).await;
    let seen = watcher.end().await?;
    let answers = reading.await??;
    let mut written = Written::default();
    for writer in writers {
        let one = writer.end().await?;
        written.acknowledged.extend(one.acknowledged);
        written.refused += one.refused;
        written.slowest = written.slowest.max(one.slowest);
    }
    let lost = lost(&cluster.url(), &written).await?;

    let slowest = seen.iter().filter(|look| look.status != 200);
    let slowest = slowest.map(|look| look.took).max().unwrap_or_default();
    let first = seen.iter().find(|look| look.status != 200);
    let back = seen.iter().rfind(|look| look.status != 200);
    let back = back.map_or(Duration::ZERO, |look| {
        (look.began + look.took).saturating_duration_since(started)
    });
    let mut told = "\n### PostgreSQL stopped under load, and started again\n\n".to_owned();
    writeln!(
        told,
        "- away for {:.1} s, with {READERS} connections that read and {WRITERS} that log",
        (started - stopping).as_secs_f64()
    )?;
    writeln!(
        told,
        "- the first who was refused was told after {} ms, the slowest after {} ms",
        first.map_or(0, |look| look.took.as_millis()),
        slowest.max(written.slowest).as_millis()
    )?;
    writeln!(
        told,
        "- {} ms after PostgreSQL had started the last one was refused",
        back.as_millis()
    )?;
    writeln!(told, "- pages: {:?}", answers.by_status)?;
    writeln!(
        told,
        "- reviews: {} acknowledged, {} refused, {lost} acknowledged and lost",
        written.acknowledged.len(),
        written.refused
    )?;
    Ok(told)
}

async fn on_the_side(cluster: &Arc<Cluster>, act: fn(&Cluster) -> Outcome<()>) -> Outcome<()> {
    let cluster = Arc::clone(cluster);
    let acted = spawn_blocking(move || act(&cluster).map_err(|error| error.to_string()));
    Ok(acted.await??)
}

/// How many reviews were acknowledged and are not there.
async fn lost(url: &str, written: &Written) -> Outcome<usize> {
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

/// One look at a page.
#[derive(Clone, Copy, Debug)]
struct Look {
    began: Instant,
    took: Duration,
    status: u16,
}

/// Somebody who looks at one page, again and again.
struct Watcher {
    stop: Arc<AtomicBool>,
    seen: JoinHandle<Vec<Look>>,
}

impl Watcher {
    fn begin(member: Client) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&stop);
        let seen = tokio::spawn(async move {
            let mut seen = Vec::new();
            while !until.load(Ordering::Relaxed) {
                let began = Instant::now();
                let status = member.look("/").await.map_or(0, |(status, _)| status);
                let took = began.elapsed();
                seen.push(Look {
                    began,
                    took,
                    status,
                });
                sleep(Duration::from_millis(5)).await;
            }
            seen
        });
        Self { stop, seen }
    }

    async fn end(self) -> Outcome<Vec<Look>> {
        self.stop.store(true, Ordering::Relaxed);
        Ok(self.seen.await?)
    }
}
