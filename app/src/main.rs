//! The binary's entry point: parses the command line, then serves the diary or runs a command.

mod cli;

use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Command, CommandResult};
use entity::one_time_link::LinkPurpose;
use movies_diary::accounts::{issue_link, queries};
use movies_diary::clock::Clock;
use movies_diary::config::Config;
use movies_diary::demo::{self, PosterSketches};
use movies_diary::events::EventReceiver;
use movies_diary::secret::SecretCode;
use movies_diary::server::{ConnectionLimits, Server};
use movies_diary::web::assets;
use movies_diary::{AppState, OpenError, background, events, paths};
use tokio_util::sync::CancellationToken;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    match run_command(Cli::parse()).await {
        Ok(words) => {
            print_line(&words);
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "movies-diary: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run_command(cli: Cli) -> CommandResult {
    let config = Config::load()?;
    let _log = init_logging(&config);
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve(config).await,
        Command::Demo => serve_demo(config).await,
        Command::User { command } => {
            let state = open_state(config).await?;
            cli::run_user(&state, command).await
        }
        Command::Posters { command } => {
            let state = open_state(config).await?;
            cli::run_posters(&state, command).await
        }
        Command::Stats { command } => {
            let state = open_state(config).await?;
            cli::run_stats(&state, command).await
        }
        Command::Backup {
            file,
            without_posters,
        } => cli::run_backup(&config, &file, !without_posters).await,
        Command::Restore { file } => cli::run_restore(&config, &file).await,
        Command::Import(arguments) => {
            let state = open_state(config).await?;
            cli::run_import(&state, arguments).await
        }
        Command::BenchData(data) => {
            let state = open_state(config).await?;
            cli::run_bench_data(&state, data).await
        }
        Command::Catalog { command } => cli::run_catalog(&config, command).await,
    }
}

/// State for commands. Nothing receives its events: a running server polls the queues instead.
async fn open_state(config: Config) -> Result<AppState, OpenError> {
    let (events, _) = events::channel(config.event_channel_buffer);
    AppState::open(config, Clock::default(), events).await
}

async fn serve(config: Config) -> CommandResult {
    let ready = PreparedServer::open(config).await?;
    print_line(&startup_message(&ready.state, &ready.server).await?);
    ready.serve(PosterSketches::default()).await
}

/// Serves invented diaries from a temporary folder, which is deleted on exit.
async fn serve_demo(config: Config) -> CommandResult {
    let folder = tempfile::Builder::new()
        .prefix("movies-diary-demo-")
        .tempdir()?;
    let ready = PreparedServer::open(demo::demo_config(config, folder.path())).await?;
    let AppState {
        db, clock, hasher, ..
    } = &ready.state;
    let password = SecretCode::mint();
    let hash = hasher.hash(password.expose().to_owned()).await?;
    let sketches = demo::fill_demo(db, clock, hash).await?;
    let address = startup_message(&ready.state, &ready.server).await?;
    print_line(&format!("{address}\n{}", demo_instructions(&password)));
    let served = ready.serve(sketches).await;
    folder.close()?;
    served
}

fn demo_instructions(password: &SecretCode) -> String {
    let mut names = demo::usernames();
    let admin = names.next().unwrap_or_default();
    let others = names.collect::<Vec<_>>().join(", ");
    format!(
        "This is a demo. The diaries are invented, no other servers are contacted, and \
         everything is deleted when the demo stops.\n\
         Sign in as {admin} (an admin) or as {others}.\n\
         Password: {}",
        password.expose()
    )
}

/// A bound server with everything it needs to accept requests.
struct PreparedServer {
    server: Server,
    state: AppState,
    event_receiver: EventReceiver,
}

impl PreparedServer {
    async fn open(config: Config) -> Result<Self, Box<dyn std::error::Error>> {
        raise_descriptor_limit();
        warn_about_proxies(&config);
        let limits = ConnectionLimits::from_config(&config);
        let server = Server::bind(config.address, limits)
            .map_err(|error| describe_bind_error(config.address, &error))?;
        let (events, event_receiver) = events::channel(config.event_channel_buffer);
        let state = AppState::open(config, Clock::default(), events).await?;
        assets::compress_assets();
        Ok(Self {
            server,
            state,
            event_receiver,
        })
    }

    /// Serves until a stop signal, and draws the demo's posters in the background.
    async fn serve(self, sketches: PosterSketches) -> CommandResult {
        let Self {
            server,
            state,
            event_receiver,
        } = self;
        let stop = CancellationToken::new();
        let background = tokio::spawn(background::run_workers(
            state.clone(),
            event_receiver,
            stop.clone(),
        ));
        let drawing = tokio::spawn(demo::draw_posters(
            state.db.clone(),
            state.clock.clone(),
            state.posters.clone(),
            sketches,
            stop.clone(),
        ));
        let served = server.serve(state.clone()).await;
        stop.cancel();
        background.await?;
        drawing.await?;
        state.db.close().await?;
        served?;
        Ok("Stopped.".to_owned())
    }
}

/// The site's address. While there is no admin, also a fresh link for the first account.
async fn startup_message(
    state: &AppState,
    server: &Server,
) -> Result<String, Box<dyn std::error::Error>> {
    let base = match state.config.origin() {
        Some(origin) => origin.to_owned(),
        None => format!("http://{}", browser_address(server.local_addr()?)),
    };
    if queries::has_admin(&state.db).await? {
        return Ok(format!("Movies Diary is running at {base}"));
    }
    let code = issue_link(&state.db, &state.clock, LinkPurpose::Setup, None, None).await?;
    let code = code.expose().to_owned();
    let setup = paths::with(paths::Setup, paths::CodeParams { code });
    Ok(format!(
        "Movies Diary is running at {base} – create the first account at {base}{setup}"
    ))
}

fn warn_about_proxies(config: &Config) {
    for network in config.too_many_trusted() {
        tracing::warn!(
            "TRUSTED_PROXIES contains {network}: every visitor in there can claim any address, \
             which gets around the limits on guessing passwords. List only your own proxies."
        );
    }
}

fn describe_bind_error(address: std::net::SocketAddr, error: &std::io::Error) -> String {
    let port = address.port();
    let advice = match error.kind() {
        ErrorKind::AddrInUse => format!(
            "another program uses the port {port}, perhaps a Movies Diary that is already running. \
             Stop it, or choose another port with PORT"
        ),
        ErrorKind::PermissionDenied => {
            format!("this user may not listen on the port {port}. Choose one above 1023 with PORT")
        }
        ErrorKind::AddrNotAvailable => format!(
            "this machine does not have the address {}. Choose one of its addresses with HOST, or \
             0.0.0.0 for all",
            address.ip()
        ),
        _ => error.to_string(),
    };
    format!("cannot listen on {address}: {advice}")
}

/// Replaces unspecified addresses such as 0.0.0.0 with `localhost`, which a browser can open.
fn browser_address(address: std::net::SocketAddr) -> String {
    match address.ip() {
        ip if ip.is_loopback() || ip.is_unspecified() => format!("localhost:{}", address.port()),
        _ => address.to_string(),
    }
}

/// Each connection takes a file descriptor, and the usual limit of 1,024 is soon reached.
fn raise_descriptor_limit() {
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::debug!(%error, "could not raise the limit of open files");
    }
}

/// How many lines of the log may wait to be written.
const MAX_LOG_LINES: usize = 8192;

/// A thread of its own writes the log, so that no request waits for a full pipe. Lines that cannot
/// be written are dropped: a full disk must not stop the site. The guard writes the last lines when
/// it is dropped.
fn init_logging(config: &Config) -> WorkerGuard {
    // Noise that dependencies log at every start, for every expired cookie and for every ROLLBACK
    // without a transaction. `RUST_LOG` comes after it and can turn it on again. `Config` has
    // already validated `RUST_LOG`.
    let quiet = "tower_sessions=error,tower_sessions_core=error,sea_orm_migration=warn,\
         sqlx::postgres::notice=error";
    // At trace level this target logs whole paths, which may contain secret codes. It comes last,
    // so `RUST_LOG` cannot lower it.
    let silent = "tower_http::csrf::service=debug";
    let filter = EnvFilter::new(format!("{quiet},{},{silent}", config.log_filter));
    let stderr = std::io::stderr();
    // In a file or the journal, colours are noise, and fail2ban cannot read the lines.
    let has_colors = stderr.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let (log, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(MAX_LOG_LINES)
        .finish(stderr);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(has_colors)
        .with_writer(log)
        // These would go to stderr too, with a macro that panics when that fails.
        .log_internal_errors(false)
        .init();
    guard
}

fn print_line(words: &str) {
    // A closed stdout is no reason to stop.
    let _ = writeln!(std::io::stdout(), "{words}");
}
