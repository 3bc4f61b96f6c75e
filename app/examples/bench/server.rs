//! A server that is measured.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process of ours, which ends with this.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) base: String,
}

/// A program that was built beside this one: the diary, or another example.
pub(crate) fn beside(name: &str) -> Outcome<PathBuf> {
    let examples = std::env::current_exe()?;
    let examples = examples.parent().ok_or("this program is in no folder")?;
    let found = [examples.join(name), examples.join("..").join(name)];
    let found = found.into_iter().find(|path| path.is_file());
    found.ok_or_else(|| format!("{name} is not built: `just bench` builds it").into())
}

/// A command that runs on that processor alone, with no settings but those of a database in
/// `folder`.
pub(crate) fn command_on(processor: usize, program: &Path, folder: &Path) -> Command {
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
        // Whoever asks stands for many.
        .env("API_REQUESTS_PER_MINUTE_BY_ADDRESS", "1000000")
        .env("API_REQUESTS_PER_MINUTE_BY_TOKEN", "1000000")
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

impl Server {
    /// Starts it, and waits until it says where it is.
    pub(crate) fn start(program: &Path, folder: &Path) -> Outcome<Self> {
        Self::start_by(command(program, folder))
    }

    /// The same by a command of its own.
    pub(crate) fn start_by(mut command: Command) -> Outcome<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut greeting = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut greeting)?;
        }
        let base = greeting
            .split_whitespace()
            .find(|word| word.starts_with("http://"));
        // By number: what is looked up by name is tried by IPv6 first.
        let base = base.map(|base| base.replace("localhost", "127.0.0.1"));
        let mut server = Self {
            child,
            base: String::new(),
        };
        // It ends with the server, also where it said nothing.
        server.base = base.ok_or("the server did not start")?;
        Ok(server)
    }

    /// How long it takes from nothing to the first answer.
    pub(crate) async fn cold_start(program: &Path, folder: &Path) -> Outcome<Duration> {
        let began = Instant::now();
        let server = Self::start(program, folder)?;
        let client = reqwest::Client::builder().no_proxy().build()?;
        while began.elapsed() < PATIENCE {
            let answer = client.get(format!("{}/health", server.base)).send().await;
            if answer.is_ok_and(|answer| answer.status() == 200) {
                return Ok(began.elapsed());
            }
        }
        Err("the server does not answer".into())
    }

    /// What its threads have used of processors so far.
    pub(crate) fn cpu(&self) -> Outcome<Cpu> {
        let mut threads = HashMap::new();
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let thread = thread?;
            // It may have ended since it was listed.
            let Ok(used) = std::fs::read_to_string(thread.path().join("schedstat")) else {
                continue;
            };
            let nanos = used.split_whitespace().next().unwrap_or_default().parse()?;
            threads.insert(thread.file_name(), nanos);
        }
        Ok(Cpu(threads))
    }

    /// The memory that is its own and on no disk, in kilobytes.
    pub(crate) fn memory(&self) -> Outcome<u64> {
        let rollup = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id()))?;
        let line = rollup
            .lines()
            .find_map(|line| line.strip_prefix("Anonymous:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        Ok(number.ok_or("the kernel does not tell memory")?.parse()?)
    }
}

/// As it would by hand: asked to stop, and waited for.
impl Drop for Server {
    fn drop(&mut self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.child.wait();
    }
}

/// What each thread has used, in nanoseconds. A process's own account has steps of ten
/// milliseconds; this one is exact, but for threads that have ended in between.
#[derive(Debug)]
pub(crate) struct Cpu(HashMap<std::ffi::OsString, u64>);

impl Cpu {
    /// What was used from then until this.
    pub(crate) fn since(&self, then: &Self) -> Duration {
        let used = self.0.iter().map(|(thread, nanos)| {
            let before = then.0.get(thread).copied().unwrap_or(0);
            nanos.saturating_sub(before)
        });
        Duration::from_nanos(used.sum())
    }
}
