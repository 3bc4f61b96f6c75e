//! PostgreSQL, for itself alone, to be stopped and started.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::Outcome;

/// A cluster, which goes with this.
#[derive(Debug)]
pub(crate) struct Cluster {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
}

impl Cluster {
    /// Makes one and starts it; `None` where PostgreSQL is not installed. It waits for the
    /// disk, as it does by itself.
    pub(crate) fn start() -> Outcome<Option<Self>> {
        let Some(programs) = newest() else {
            return Ok(None);
        };
        let folder = tempfile::Builder::new()
            .prefix("movies-diary-outage-")
            .tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let cluster = Self {
            programs,
            folder,
            port,
        };
        if is_root() {
            done(
                Command::new("chown")
                    .arg("postgres:")
                    .arg(cluster.folder.path()),
            )?;
        }
        let initialise = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "-D"];
        done(
            cluster
                .program("initdb")
                .args(initialise)
                .arg(cluster.data()),
        )?;
        cluster.again()?;
        Ok(Some(cluster))
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Stops it as a crash would.
    pub(crate) fn crash(&self) -> Outcome<()> {
        done(self.control().args(["-m", "immediate", "stop"]))
    }

    /// Starts it again, and waits until it can be asked.
    pub(crate) fn again(&self) -> Outcome<()> {
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1",
            self.port,
            self.folder.path().display()
        );
        let log = self.folder.path().join("log");
        done(
            self.control()
                .arg("-w")
                .arg("-l")
                .arg(log)
                .args(["-o", &options, "start"]),
        )
    }

    fn control(&self) -> Command {
        let mut control = self.program("pg_ctl");
        control.arg("-D").arg(self.data());
        control
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// It does not run as root.
    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = match is_root() {
            true => {
                let mut command = Command::new("setpriv");
                command
                    .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
                    .arg(program);
                command
            }
            false => Command::new(program),
        };
        command.current_dir("/");
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.crash();
    }
}

/// Debian's place for each version.
fn newest() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let numbers = versions.filter_map(|version| version.ok()?.file_name().to_str()?.parse().ok());
    let newest: u32 = numbers.max()?;
    Some(
        Path::new("/usr/lib/postgresql")
            .join(newest.to_string())
            .join("bin"),
    )
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|this| this.uid() == 0)
}

fn done(command: &mut Command) -> Outcome<()> {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
    match quiet.stderr(Stdio::null()).status()?.success() {
        true => Ok(()),
        false => Err(format!("it failed: {command:?}").into()),
    }
}
