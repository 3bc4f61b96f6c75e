//! The real binary, as a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::LazyLock;

use movies_diary::catalog::local::CATALOG_FILE;
use movies_diary::db::create_private_folder;

use super::catalogs::{build, film};
use super::databases::TestDatabase;

pub struct ServerProcess {
    child: Child,
    /// What the server printed when it was ready.
    pub startup_line: String,
    stdout: BufReader<ChildStdout>,
}

pub struct CommandOutput {
    pub success: bool,
    pub stdout: String,
    pub stderr: String,
}

/// The binary, with no environment but these settings.
pub fn command(folder: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_movies-diary"));
    command
        .env_clear()
        // Tests contact only servers that they name.
        .env("CATALOG", "off")
        .current_dir(folder)
        .envs(settings.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Wraps `command` so that it has a limit on open files, which include connections.
pub fn with_open_file_limit(limit: usize, command: &Command) -> Command {
    let mut limited = Command::new("/bin/sh");
    let settings = command.get_envs();
    limited
        .args(["-c", &format!("ulimit -n {limit} && exec \"$0\"")])
        .arg(command.get_program())
        .env_clear()
        .envs(settings.filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    if let Some(folder) = command.get_current_dir() {
        limited.current_dir(folder);
    }
    limited
}

/// Runs a command to its end, with `input` on its standard input.
pub fn run_command(mut command: Command, input: &str) -> CommandOutput {
    let mut child = command.spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // The command may have ended without reading.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    CommandOutput {
        success: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A catalog of one film that no test means, in `DATA_DIR`. Otherwise the starter would be unpacked
/// there, and its films found.
pub fn put_small_catalog(data: &Path) {
    static CATALOG: LazyLock<Vec<u8>> = LazyLock::new(|| {
        // The test's own runtime is busy with the test.
        let built = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.expect("a runtime").block_on(async {
                let folder = tempfile::tempdir().expect("a folder");
                let built = build(folder.path(), [film("Zyzzyva", 1900, "Nobody", "")]).await;
                std::fs::read(built.path()).expect("read")
            })
        });
        built.join().expect("it is built")
    });
    let file = data.join(CATALOG_FILE);
    if !file.exists() && create_private_folder(data).is_ok() {
        std::fs::write(file, &*CATALOG).expect("written");
    }
}

impl ServerProcess {
    /// Serves `database` on a free port.
    pub fn serve(database: &TestDatabase) -> Self {
        Self::serve_with(database, &[])
    }

    pub fn serve_with(database: &TestDatabase, more: &[(&str, &str)]) -> Self {
        let named = more.iter().find(|(name, _)| *name == "DATA_DIR");
        let data = named.map_or("data", |(_, folder)| folder);
        put_small_catalog(&database.folder().join(data));
        let url = database.url();
        let settings = [("DATABASE_URL", url.as_str()), ("PORT", "0")];
        let settings: Vec<_> = settings.iter().chain(more).copied().collect();
        Self::start(command(database.folder(), &settings))
    }

    /// Starts a server and waits until it is ready.
    pub fn start(command: Command) -> Self {
        Self::start_with_log(command, Stdio::null())
    }

    /// Like [`start`](Self::start), with the log written to `log`.
    pub fn start_with_log(mut command: Command, log: impl Into<Stdio>) -> Self {
        let mut child = command.stderr(log).spawn().expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut startup_line = String::new();
        stdout.read_line(&mut startup_line).expect("a line");
        assert!(startup_line.contains("running at http"), "{startup_line}");
        Self {
            child,
            startup_line,
            stdout,
        }
    }

    pub fn next_line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("a line");
        line
    }

    /// The origin, for example `http://localhost:3000`.
    pub fn base_url(&self) -> String {
        let at = self.startup_line.find("http://").expect("an address");
        let address = self.startup_line[at..].split_whitespace().next();
        address.expect("an address").to_owned()
    }

    /// The link for creating the first account.
    pub fn setup_link(&self) -> String {
        let link = self
            .startup_line
            .split_whitespace()
            .find(|word| word.contains("/setup?code="));
        link.expect("a link").to_owned()
    }

    /// `host:port`, for a raw TCP connection.
    pub fn socket_address(&self) -> String {
        self.base_url().replace("http://localhost", "127.0.0.1")
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills the process at once, like a power cut.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Sends the signal, waits for the end, and returns the rest of the output.
    pub fn stop(mut self, signal: &str) -> String {
        self.send_signal(signal);
        self.wait_for_exit()
    }

    pub fn send_signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([format!("-{signal}"), self.pid().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
    }

    /// Returns the rest of the output.
    pub fn wait_for_exit(&mut self) -> String {
        let mut rest = String::new();
        self.stdout
            .read_to_string(&mut rest)
            .expect("its last words");
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "{status}");
        rest
    }
}

/// A test that fails leaves no process behind.
impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
