//! Measures overload: ten times as many requests as the server can handle.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::task::spawn_blocking;

use crate::client::Client;
use crate::mixed_load::{LoadPace, LoadSummary, ReadLoad, ReviewWriter};
use crate::server::{BenchServer, command_on_cpu, sibling_program};
use crate::{BenchResult, Options, benchmark, machine, oha, progress};

/// The server has a CPU of its own, so that generating the load does not slow it down.
const SERVER_CPU: usize = 0;
const LOAD_CPU: usize = 1;

/// Numbers of connections to try when looking for peak throughput.
const CONNECTION_COUNTS: [u32; 5] = [4, 16, 64, 128, 192];

const REVIEW_INTERVAL: Duration = Duration::from_millis(100);

/// The server has recovered after this many pages in a row within this time.
const RECOVERED: (usize, Duration) = (20, Duration::from_millis(100));

/// Returns the report as Markdown.
pub(crate) async fn run(options: &Options) -> BenchResult<String> {
    oha::check_installed()?;
    machine::pin_to_cpu(LOAD_CPU)?;
    let folder = tempfile::Builder::new()
        .prefix("movies-diary-overload-")
        .tempdir()?;
    let diary = sibling_program("movies-diary")?;
    progress("filling a database");
    let fill = crate::server::command(&diary, folder.path());
    let (filled, password) = benchmark::fill_database(fill, options.reviews)?;
    let server = BenchServer::start_command(command_on_cpu(SERVER_CPU, &diary, folder.path()))?;
    let member = Client::member(&server.base, "bench", &password).await?;
    let readers = ReadLoad::for_member(&server.base, &member, &password, folder.path()).await?;

    // Each review invalidates cached pages, so reviews are logged in both measurements.
    let writer = ReviewWriter::start(member.clone(), REVIEW_INTERVAL);
    let (peak, connections) = find_peak(&readers, &member).await?;
    writer.end().await?;
    let normal = server.memory()?;
    let pace = LoadPace {
        connections: options.crowd,
        per_second: Some((peak.goodput() * 10.0) as u64),
        seconds: options.seconds,
    };
    progress(&format!("overload: {pace:?}"));
    let server = Arc::new(server);
    let writer = ReviewWriter::start(member.clone(), REVIEW_INTERVAL);
    let memory = MemoryWatcher::start(Arc::clone(&server));
    let crowd = readers.run(pace).await?;
    let most = memory.finish().await?;
    let written = writer.end().await?;
    let back = time_to_recover(&member).await?;

    let mut report = format!(
        "\n### Overload, ten times the capacity: {}\n\n",
        filled.trim_end_matches('.')
    );
    writeln!(
        report,
        "- peak: {:.0} responses/s over {connections} connections, p99 {:.0} ms",
        peak.goodput(),
        peak.p99
    )?;
    write_report(&mut report, pace, &crowd, &peak)?;
    writeln!(
        report,
        "- reviews logged meanwhile: {} acknowledged (the slowest after {} ms), {} refused",
        written.acknowledged.len(),
        written.slowest.as_millis(),
        written.refused
    )?;
    writeln!(
        report,
        "- memory (anonymous): {} MB before, {} MB at peak",
        normal / 1024,
        most / 1024
    )?;
    writeln!(report, "- recovered after {} ms", back.as_millis())?;
    Ok(report)
}

fn write_report(
    report: &mut String,
    pace: LoadPace,
    crowd: &LoadSummary,
    peak: &LoadSummary,
) -> std::fmt::Result {
    let sent = crowd.total() as f64 / crowd.seconds;
    let share = |count: u64| count as f64 * 100.0 / crowd.total().max(1) as f64;
    writeln!(
        report,
        "- target: {} requests/s over {} connections for {} s; sent: {sent:.0}/s, {:.1} times the peak",
        pace.per_second.unwrap_or_default(),
        pace.connections,
        pace.seconds,
        sent / peak.goodput()
    )?;
    writeln!(
        report,
        "- {:.0} successful responses/s, {:.0} % of the peak; median {:.0} ms, p99 {:.0} ms",
        crowd.goodput(),
        crowd.goodput() * 100.0 / peak.goodput(),
        crowd.median,
        crowd.p99
    )?;
    writeln!(
        report,
        "- {:.1} % got a 503; responses by status: {:?}",
        share(crowd.of("503")),
        crowd.by_status
    )
}

/// The peak throughput, and the number of connections that reaches it.
async fn find_peak(readers: &ReadLoad, member: &Client) -> BenchResult<(LoadSummary, u32)> {
    let mut best: Option<(LoadSummary, u32)> = None;
    for connections in CONNECTION_COUNTS {
        let pace = LoadPace {
            connections,
            per_second: None,
            seconds: 8,
        };
        let writer = ReviewWriter::start(member.clone(), REVIEW_INTERVAL);
        let answers = readers.run(pace).await?;
        writer.end().await?;
        progress(&format!(
            "{connections} connections: {:.0}/s",
            answers.goodput()
        ));
        let is_better = best
            .as_ref()
            .is_none_or(|(best, _)| answers.goodput() > best.goodput());
        if is_better {
            best = Some((answers, connections));
        }
    }
    best.ok_or_else(|| "nothing was measured".into())
}

/// How long the server takes to recover.
async fn time_to_recover(member: &Client) -> BenchResult<Duration> {
    let (wanted, within) = RECOVERED;
    let began = Instant::now();
    let (mut since, mut row) = (began, 0);
    while row < wanted {
        let asked = Instant::now();
        let (status, _) = member.fetch("/users/bench").await?;
        if status == 200 && asked.elapsed() < within {
            row += 1;
        } else {
            (since, row) = (Instant::now(), 0);
        }
    }
    Ok(since - began)
}

/// Records the server's peak memory.
struct MemoryWatcher {
    stop: Arc<AtomicBool>,
    peak: tokio::task::JoinHandle<Result<u64, String>>,
}

impl MemoryWatcher {
    fn start(server: Arc<BenchServer>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&stop);
        let peak = spawn_blocking(move || {
            let mut most = 0;
            while !until.load(Ordering::Relaxed) {
                most = most.max(server.memory().map_err(|error| error.to_string())?);
                std::thread::sleep(Duration::from_millis(250));
            }
            Ok(most)
        });
        Self { stop, peak }
    }

    async fn finish(self) -> BenchResult<u64> {
        self.stop.store(true, Ordering::Relaxed);
        Ok(self.peak.await??)
    }
}
