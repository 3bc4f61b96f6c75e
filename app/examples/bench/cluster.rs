//! A private PostgreSQL cluster that can be killed and restarted.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::BenchResult;

/// Stopped and deleted when dropped.
#[derive(Debug)]
pub(crate) struct PostgresCluster {
    bin_dir: PathBuf,
    folder: TempDir,
    port: u16,
}

impl PostgresCluster {
    /// Creates and starts a cluster; `None` where PostgreSQL is not installed. `fsync` stays on, as
    /// by default.
    pub(crate) fn start() -> BenchResult<Option<Self>> {
        let Some(programs) = newest_bin_dir() else {
            return Ok(None);
        };
        let folder = tempfile::Builder::new()
            .prefix("movies-diary-outage-")
            .tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let cluster = Self {
            bin_dir: programs,
            folder,
            port,
        };
        if is_root() {
            run_quietly(
                Command::new("chown")
                    .arg("postgres:")
                    .arg(cluster.folder.path()),
            )?;
        }
        let initialise = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "-D"];
        run_quietly(
            cluster
                .command_for("initdb")
                .args(initialise)
                .arg(cluster.data_dir()),
        )?;
        cluster.again()?;
        Ok(Some(cluster))
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Stops it without a checkpoint, as a crash would.
    pub(crate) fn crash(&self) -> BenchResult<()> {
        run_quietly(self.pg_ctl().args(["-m", "immediate", "stop"]))
    }

    /// Starts it and waits until it accepts connections.
    pub(crate) fn again(&self) -> BenchResult<()> {
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1",
            self.port,
            self.folder.path().display()
        );
        let log = self.folder.path().join("log");
        run_quietly(
            self.pg_ctl()
                .arg("-w")
                .arg("-l")
                .arg(log)
                .args(["-o", &options, "start"]),
        )
    }

    fn pg_ctl(&self) -> Command {
        let mut control = self.command_for("pg_ctl");
        control.arg("-D").arg(self.data_dir());
        control
    }

    fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// PostgreSQL refuses to run as root, so root runs it as the user `postgres`.
    fn command_for(&self, name: &str) -> Command {
        let program = self.bin_dir.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir("/");
        command
    }
}

impl Drop for PostgresCluster {
    fn drop(&mut self) {
        let _ = self.crash();
    }
}

/// The newest version in Debian's layout.
fn newest_bin_dir() -> Option<PathBuf> {
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

fn run_quietly(command: &mut Command) -> BenchResult<()> {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
    if quiet.stderr(Stdio::null()).status()?.success() {
        Ok(())
    } else {
        Err(format!("failed: {command:?}").into())
    }
}
