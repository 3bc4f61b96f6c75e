//! A mixed load: pages of a member, the API, and reviews to log.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use movies_diary::secret::SecretCode;
use serde_json::Value;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::BenchResult;
use crate::client::Client;

/// Paths that are requested equally often.
const MIXED_PATHS: [&str; 5] = ["/", "/users/bench", "/movies/1", "/api/me", "/api/feed"];

#[derive(Clone, Debug)]
pub(crate) struct ReadLoad {
    addresses: String,
    headers: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct LoadPace {
    pub(crate) connections: u32,
    /// `None` for as many as the server can handle.
    pub(crate) per_second: Option<u64>,
    pub(crate) seconds: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct LoadSummary {
    pub(crate) by_status: HashMap<String, u64>,
    pub(crate) seconds: f64,
    /// Of successful responses, in milliseconds.
    pub(crate) median: f64,
    pub(crate) p99: f64,
}

impl LoadSummary {
    pub(crate) fn total(&self) -> u64 {
        self.by_status.values().sum()
    }

    pub(crate) fn of(&self, status: &str) -> u64 {
        self.by_status.get(status).copied().unwrap_or(0)
    }

    /// Successful responses per second.
    pub(crate) fn goodput(&self) -> f64 {
        self.of("200") as f64 / self.seconds
    }
}

impl ReadLoad {
    /// Requests carry the session and an API token of the member `bench`.
    pub(crate) async fn for_member(
        base: &str,
        member: &Client,
        password: &str,
        folder: &Path,
    ) -> BenchResult<Self> {
        let token = member.create_token("bench", password).await?;
        let cookie = member.cookie.as_deref().unwrap_or_default();
        let file = folder.join("addresses");
        let addresses = MIXED_PATHS.map(|path| format!("{base}{path}\n")).concat();
        std::fs::write(&file, addresses)?;
        Ok(Self {
            addresses: file.display().to_string(),
            headers: vec![
                format!("cookie: {cookie}"),
                format!("authorization: Bearer {token}"),
                "accept-encoding: zstd".to_owned(),
            ],
        })
    }

    /// Runs oha at the given pace.
    pub(crate) async fn run(&self, pace: LoadPace) -> BenchResult<LoadSummary> {
        let mut command = Command::new("oha");
        command
            .args(["--no-tui", "--output-format", "json", "--redirect", "0"])
            .args(["--disable-compression", "--stats-success-breakdown"])
            .args(["--wait-ongoing-requests-after-deadline"])
            .args(["-z", &format!("{}s", pace.seconds)])
            .args(["-c", &pace.connections.to_string()]);
        if let Some(per_second) = pace.per_second {
            command.args(["-q", &per_second.to_string()]);
        }
        for header in &self.headers {
            command.args(["-H", header]);
        }
        command.args(["--urls-from-file", &self.addresses]);
        command.stdin(Stdio::null());
        let output = spawn_blocking(move || command.output()).await??;
        if !output.status.success() {
            return Err(format!("oha: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        let output: Value = serde_json::from_slice(&output.stdout)?;
        let mut by_status: HashMap<String, u64> =
            serde_json::from_value(output["statusCodeDistribution"].clone())?;
        let broken: HashMap<String, u64> =
            serde_json::from_value(output["errorDistribution"].clone())?;
        by_status.extend(broken);
        let latency = &output["latencyPercentilesSuccessful"];
        Ok(LoadSummary {
            by_status,
            seconds: output["summary"]["total"]
                .as_f64()
                .ok_or("oha did not report the total time")?,
            median: latency["p50"].as_f64().unwrap_or_default() * 1000.0,
            p99: latency["p99"].as_f64().unwrap_or_default() * 1000.0,
        })
    }
}

/// Logs reviews one after another until it is stopped.
#[derive(Debug)]
pub(crate) struct ReviewWriter {
    stop: Arc<AtomicBool>,
    written: JoinHandle<BenchResult<WriteSummary>>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct WriteSummary {
    /// Idempotency keys of the acknowledged reviews.
    pub(crate) acknowledged: Vec<String>,
    pub(crate) refused: u64,
    pub(crate) slowest: Duration,
}

impl ReviewWriter {
    /// Pauses between reviews for `pause`.
    pub(crate) fn start(member: Client, pause: Duration) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&stop);
        let written = tokio::spawn(async move {
            let day = chrono::Utc::now().date_naive().to_string();
            let mut written = WriteSummary::default();
            for movie in (1..=1000).cycle() {
                if until.load(Ordering::Relaxed) {
                    break;
                }
                let (key, began) = (SecretCode::mint().expose().to_owned(), Instant::now());
                match member.try_log(&key, movie, &day).await {
                    Ok(303) => written.acknowledged.push(key),
                    _ => written.refused += 1,
                }
                written.slowest = written.slowest.max(began.elapsed());
                tokio::time::sleep(pause).await;
            }
            Ok(written)
        });
        Self { stop, written }
    }

    pub(crate) async fn end(self) -> BenchResult<WriteSummary> {
        self.stop.store(true, Ordering::Relaxed);
        self.written.await?
    }
}
