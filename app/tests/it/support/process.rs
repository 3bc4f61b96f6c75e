//! The real binary, as a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use super::databases::TestDatabase;

/// A server that runs.
pub struct Process {
    child: Child,
    /// What it printed when it was ready.
    pub greeting: String,
    rest: BufReader<ChildStdout>,
}

/// What a command did.
pub struct Finished {
    pub success: bool,
    pub out: String,
    pub err: String,
}

/// The binary, with no settings but these.
pub fn command(folder: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_movies-diary"));
    command
        .env_clear()
        // Tests ask nobody whom they do not name.
        .env("CATALOG", "off")
        .current_dir(folder)
        .envs(settings.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The same, which may open so many files and connections.
pub fn with_files(most: usize, command: &Command) -> Command {
    let mut limited = Command::new("/bin/sh");
    let settings = command.get_envs();
    limited
        .args(["-c", &format!("ulimit -n {most} && exec \"$0\"")])
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
pub fn run(mut command: Command, input: &str) -> Finished {
    let mut child = command.spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // It may have ended without reading.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    Finished {
        success: output.status.success(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Process {
    /// Serves `database` on a free port.
    pub fn serve(database: &TestDatabase) -> Self {
        Self::serve_with(database, &[])
    }

    /// The same with more settings.
    pub fn serve_with(database: &TestDatabase, more: &[(&str, &str)]) -> Self {
        let url = database.url();
        let settings = [("DATABASE_URL", url.as_str()), ("PORT", "0")];
        let settings: Vec<_> = settings.iter().chain(more).copied().collect();
        Self::start(command(database.folder(), &settings))
    }

    /// Starts a server and waits until it is ready.
    pub fn start(command: Command) -> Self {
        Self::start_logging(command, Stdio::null())
    }

    /// The same, with its log.
    pub fn start_logging(mut command: Command, log: impl Into<Stdio>) -> Self {
        let mut child = command.stderr(log).spawn().expect("it starts");
        let mut rest = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut greeting = String::new();
        rest.read_line(&mut greeting).expect("a line");
        assert!(greeting.contains("http://"), "{greeting}");
        Self {
            child,
            greeting,
            rest,
        }
    }

    /// The next line that it prints.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.rest.read_line(&mut line).expect("a line");
        line
    }

    /// Where it listens: `http://localhost:…`.
    pub fn base(&self) -> String {
        let at = self.greeting.find("http://").expect("an address");
        let address = self.greeting[at..].split_whitespace().next();
        address.expect("an address").to_owned()
    }

    /// The link that makes the first account.
    pub fn setup_link(&self) -> String {
        let link = self
            .greeting
            .split_whitespace()
            .find(|word| word.contains("/setup?code="));
        link.expect("a link").to_owned()
    }

    /// `host:port` for a bare connection.
    pub fn socket(&self) -> String {
        self.base().replace("http://localhost", "127.0.0.1")
    }

    /// Which process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// As a power cut would.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Asks it to stop and waits until it has. Returns what else it printed.
    pub fn stop(mut self, signal: &str) -> String {
        self.signal(signal);
        self.wait()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([format!("-{signal}"), self.id().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
    }

    /// Waits until it has ended.
    pub fn wait(&mut self) -> String {
        let mut rest = String::new();
        self.rest.read_to_string(&mut rest).expect("its last words");
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "{status}");
        rest
    }
}

/// A test that fails leaves no process behind.
impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
