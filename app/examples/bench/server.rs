//! Starts and observes the server under test.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::BenchResult;

const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A child process, stopped when dropped.
#[derive(Debug)]
pub(crate) struct BenchServer {
    child: Child,
    pub(crate) base: String,
}

/// The path of a program in the same target folder: the diary, or another example.
pub(crate) fn sibling_program(name: &str) -> BenchResult<PathBuf> {
    let examples = std::env::current_exe()?;
    let examples = examples
        .parent()
        .ok_or("this program has no parent folder")?;
    let found = [examples.join(name), examples.join("..").join(name)];
    let found = found.into_iter().find(|path| path.is_file());
    found.ok_or_else(|| format!("{name} is not built: `just bench` builds it").into())
}

/// Like [`command`], pinned to one CPU.
pub(crate) fn command_on_cpu(processor: usize, program: &Path, folder: &Path) -> Command {
    let mut command = command(Path::new("taskset"), folder);
    command
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .args(["-c", &processor.to_string()])
        .arg(program);
    command
}

/// A command with no settings but those of a database in `folder`.
pub(crate) fn command(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("DATA_DIR", folder)
        .env("CATALOG", "off")
        .env("PORT", "0")
        .env("RUST_LOG", "warn")
        // One client stands for many, so the limits must not apply.
        .env("API_REQUESTS_PER_MINUTE_BY_ADDRESS", "1000000")
        .env("API_REQUESTS_PER_MINUTE_BY_TOKEN", "1000000")
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

impl BenchServer {
    /// Starts the server and waits until it prints its address.
    pub(crate) fn start(program: &Path, folder: &Path) -> BenchResult<Self> {
        Self::start_command(command(program, folder))
    }

    /// Like [`start`](Self::start), with a custom command.
    pub(crate) fn start_command(mut command: Command) -> BenchResult<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut greeting = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut greeting)?;
        }
        let base = greeting
            .split_whitespace()
            .find(|word| word.starts_with("http://"));
        // Use the IP address: names are tried with IPv6 first.
        let base = base.map(|base| base.replace("localhost", "127.0.0.1"));
        let mut server = Self {
            child,
            base: String::new(),
        };
        // The child is owned by now, so it is stopped on this error too.
        server.base = base.ok_or("the server did not start")?;
        Ok(server)
    }

    /// The time from starting the process to the first response.
    pub(crate) async fn cold_start(program: &Path, folder: &Path) -> BenchResult<Duration> {
        let began = Instant::now();
        let server = Self::start(program, folder)?;
        let client = reqwest::Client::builder().no_proxy().build()?;
        while began.elapsed() < START_TIMEOUT {
            let answer = client.get(format!("{}/health", server.base)).send().await;
            if answer.is_ok_and(|answer| answer.status() == 200) {
                return Ok(began.elapsed());
            }
        }
        Err("the server does not answer".into())
    }

    /// CPU time of each thread so far.
    pub(crate) fn cpu(&self) -> BenchResult<CpuUsage> {
        let mut threads = HashMap::new();
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let thread = thread?;
            // The thread may have ended since it was listed.
            let Ok(used) = std::fs::read_to_string(thread.path().join("schedstat")) else {
                continue;
            };
            let nanos = used.split_whitespace().next().unwrap_or_default().parse()?;
            threads.insert(thread.file_name(), nanos);
        }
        Ok(CpuUsage(threads))
    }

    /// Anonymous memory in kilobytes.
    pub(crate) fn memory(&self) -> BenchResult<u64> {
        let rollup = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id()))?;
        let line = rollup
            .lines()
            .find_map(|line| line.strip_prefix("Anonymous:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        Ok(number.ok_or("the kernel does not report memory")?.parse()?)
    }
}

/// Asks the server to stop, and waits for it.
impl Drop for BenchServer {
    fn drop(&mut self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.child.wait();
    }
}

/// CPU time per thread, in nanoseconds. The totals of a process have steps of 10 ms; these are
/// exact, except that threads which end in between are lost.
#[derive(Debug)]
pub(crate) struct CpuUsage(HashMap<std::ffi::OsString, u64>);

impl CpuUsage {
    /// CPU time used since `then`.
    pub(crate) fn since(&self, then: &Self) -> Duration {
        let used = self.0.iter().map(|(thread, nanos)| {
            let before = then.0.get(thread).copied().unwrap_or(0);
            nanos.saturating_sub(before)
        });
        Duration::from_nanos(used.sum())
    }
}
