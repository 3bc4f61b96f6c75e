//! What is asked of a server that is loaded: pages of a member, the API, and reviews to log.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use movies_diary::secret::Code;
use serde_json::Value;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::Outcome;
use crate::client::Client;

/// What is read, as often each.
const READ: [&str; 5] = ["/", "/users/bench", "/movies/1", "/api/me", "/api/feed"];

/// Somebody who reads.
#[derive(Clone, Debug)]
pub(crate) struct Readers {
    addresses: String,
    headers: Vec<String>,
}

/// How often.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) connections: u32,
    /// As many as can be answered, where it does not say.
    pub(crate) per_second: Option<u64>,
    pub(crate) seconds: u64,
}

/// What they were answered.
#[derive(Clone, Debug)]
pub(crate) struct Answers {
    pub(crate) by_status: HashMap<String, u64>,
    pub(crate) seconds: f64,
    /// Of answers that are no refusals, in milliseconds.
    pub(crate) median: f64,
    pub(crate) p99: f64,
}

impl Answers {
    pub(crate) fn all(&self) -> u64 {
        self.by_status.values().sum()
    }

    pub(crate) fn of(&self, status: &str) -> u64 {
        self.by_status.get(status).copied().unwrap_or(0)
    }

    /// Per second.
    pub(crate) fn goodput(&self) -> f64 {
        self.of("200") as f64 / self.seconds
    }
}

impl Readers {
    /// The member `bench`, by session and by token.
    pub(crate) async fn of(
        base: &str,
        member: &Client,
        password: &str,
        folder: &Path,
    ) -> Outcome<Self> {
        let token = member.token("bench", password).await?;
        let cookie = member.cookie.as_deref().unwrap_or_default();
        let file = folder.join("addresses");
        let addresses = READ.map(|path| format!("{base}{path}\n")).concat();
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

    /// Reads at that pace.
    pub(crate) async fn read(&self, pace: Pace) -> Outcome<Answers> {
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
        let said: Value = serde_json::from_slice(&output.stdout)?;
        let mut by_status: HashMap<String, u64> =
            serde_json::from_value(said["statusCodeDistribution"].clone())?;
        let broken: HashMap<String, u64> =
            serde_json::from_value(said["errorDistribution"].clone())?;
        by_status.extend(broken);
        let taken = &said["latencyPercentilesSuccessful"];
        Ok(Answers {
            by_status,
            seconds: said["summary"]["total"]
                .as_f64()
                .ok_or("oha says no time")?,
            median: taken["p50"].as_f64().unwrap_or_default() * 1000.0,
            p99: taken["p99"].as_f64().unwrap_or_default() * 1000.0,
        })
    }
}

/// Somebody who logs reviews, one after the other, until told to stop.
#[derive(Debug)]
pub(crate) struct Writer {
    stop: Arc<AtomicBool>,
    written: JoinHandle<Outcome<Written>>,
}

/// What became of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    /// The keys of those that were acknowledged.
    pub(crate) acknowledged: Vec<String>,
    pub(crate) refused: u64,
    pub(crate) slowest: Duration,
}

impl Writer {
    /// Begins, and pauses so long in between.
    pub(crate) fn begin(member: Client, pause: Duration) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&stop);
        let written = tokio::spawn(async move {
            let day = chrono::Utc::now().date_naive().to_string();
            let mut written = Written::default();
            for movie in (1..=1000).cycle() {
                if until.load(Ordering::Relaxed) {
                    break;
                }
                let (key, began) = (Code::mint().expose().to_owned(), Instant::now());
                match member.try_to_log(&key, movie, &day).await {
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

    pub(crate) async fn end(self) -> Outcome<Written> {
        self.stop.store(true, Ordering::Relaxed);
        self.written.await?
    }
}
