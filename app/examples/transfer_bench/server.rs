//! The server under test, as a process of its own.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::client::ApiClient;
use crate::{Outcome, PASSWORD};

pub(crate) struct BenchServer {
    child: Child,
    pub(crate) base: String,
    folder: PathBuf,
    database: Option<String>,
}

/// What was seen while an import ran.
#[derive(Default)]
pub(crate) struct Watched {
    /// The most anonymous memory, in kB.
    pub(crate) memory: u64,
    pub(crate) pages: Vec<Duration>,
}

impl BenchServer {
    pub(crate) fn start(folder: &Path, database: Option<&str>) -> Outcome<Self> {
        let mut server = command(folder, database)?;
        let mut child = server.stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().ok_or("no output")?;
        let mut ready = String::new();
        BufReader::new(output).read_line(&mut ready)?;
        let base = ready
            .split_whitespace()
            .find(|word| word.starts_with("http"));
        let base = base.ok_or_else(|| format!("no address in {ready:?}"))?;
        Ok(Self {
            base: base.trim_end_matches(['/', '.']).to_owned(),
            child,
            folder: folder.to_owned(),
            database: database.map(str::to_owned),
        })
    }

    pub(crate) fn add_member(&self, name: &str) -> Outcome<()> {
        let mut add = command(&self.folder, self.database.as_deref())?;
        add.args(["user", "add", name])
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        let mut child = add.spawn()?;
        let mut input = child.stdin.take().ok_or("no input")?;
        writeln!(input, "{PASSWORD}")?;
        drop(input);
        match child.wait()?.success() {
            true => Ok(()),
            false => Err("the member could not be added".into()),
        }
    }

    /// In kB.
    pub(crate) fn anonymous_memory(&self) -> Outcome<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let anonymous = status
            .lines()
            .find_map(|line| line.strip_prefix("RssAnon:"));
        let anonymous = anonymous
            .ok_or("no RssAnon")?
            .trim()
            .trim_end_matches(" kB");
        Ok(anonymous.parse()?)
    }

    /// What the server has used of the processors so far.
    pub(crate) fn cpu_time(&self) -> Outcome<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name in brackets may have spaces. Ticks are hundredths of a second.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Looks at the server, and loads a page, until the import is in this state.
    pub(crate) async fn watch(&self, client: &ApiClient, id: i64, state: &str) -> Outcome<Watched> {
        let mut watched = Watched::default();
        loop {
            watched.memory = watched.memory.max(self.anonymous_memory()?);
            watched.pages.extend(client.load_pages(2).await?);
            let import = client.import(id).await?;
            if import["state"] == state {
                return Ok(watched);
            }
            if import["state"] == "failed" {
                return Err(import.to_string().into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for BenchServer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program beside this one.
fn command(folder: &Path, database: Option<&str>) -> Outcome<Command> {
    let here = std::env::current_exe()?;
    let examples = here.parent().ok_or("no folder")?;
    let mut command = Command::new(examples.join("..").join("movies-diary"));
    command
        .env_clear()
        .env("CATALOG", "off")
        .env("DATA_DIR", folder)
        .env("PORT", "0")
        .env("API_REQUESTS_PER_MINUTE_BY_TOKEN", "1000000")
        .env("API_REQUESTS_PER_MINUTE_BY_ADDRESS", "1000000")
        .env("RUST_LOG", "warn")
        .current_dir(folder);
    if let Some(database) = database {
        command.env("DATABASE_URL", database);
    }
    Ok(command)
}
