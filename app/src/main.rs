//! Starts the diary, or does what the command line asks.

mod cli;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Command, Outcome};
use entity::one_time_link::Purpose;
use movies_diary::accounts::{issue_link, queries};
use movies_diary::clock::Clock;
use movies_diary::config::Config;
use movies_diary::demo::{self, Sketches};
use movies_diary::events::Heard;
use movies_diary::secret::Code;
use movies_diary::server::Server;
use movies_diary::web::assets;
use movies_diary::{AppState, OpenError, background, events, paths};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(words) => {
            say(&words);
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "movies-diary: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Outcome {
    let config = Config::load()?;
    log_by(&config);
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve(config).await,
        Command::Demo => demo(config).await,
        Command::User { command } => {
            let state = open(config).await?;
            cli::user(&state, command).await
        }
        Command::Posters { command } => {
            let state = open(config).await?;
            cli::posters(&state, command).await
        }
        Command::Stats { command } => {
            let state = open(config).await?;
            cli::stats(&state, command).await
        }
        Command::BenchData(data) => {
            let state = open(config).await?;
            cli::bench_data(&state, data).await
        }
        Command::Catalog { command } => cli::catalog(&config, command).await,
    }
}

/// What commands work on. Nobody hears what is told: a server that runs looks by itself.
async fn open(config: Config) -> Result<AppState, OpenError> {
    let (events, _) = events::channel(config.event_channel_buffer);
    AppState::open(config, Clock::default(), events).await
}

async fn serve(config: Config) -> Outcome {
    let ready = Ready::open(config).await?;
    say(&greeting(&ready.state, &ready.server).await?);
    ready.serve(Sketches::default()).await
}

/// Serves diaries that nobody wrote, from a folder that is gone when it stops.
async fn demo(config: Config) -> Outcome {
    let folder = tempfile::Builder::new()
        .prefix("movies-diary-demo-")
        .tempdir()?;
    let ready = Ready::open(demo::settings(config, folder.path())).await?;
    let AppState {
        db, clock, hasher, ..
    } = &ready.state;
    let password = Code::mint();
    let hash = hasher.hash(password.expose().to_owned()).await?;
    let sketches = demo::fill(db, clock, hash).await?;
    let address = greeting(&ready.state, &ready.server).await?;
    say(&format!("{address}\n{}", introduction(&password)));
    let served = ready.serve(sketches).await;
    folder.close()?;
    served
}

/// Who is there, and how to be one of them.
fn introduction(password: &Code) -> String {
    let mut names = demo::usernames();
    let admin = names.next().unwrap_or_default();
    let others = names.collect::<Vec<_>>().join(", ");
    format!(
        "This is a demo: nobody wrote these diaries, nothing is asked of other servers, and all \
         of it is gone when it stops.\n\
         Sign in as {admin}, who is an admin, or as {others}.\n\
         Password: {}",
        password.expose()
    )
}

/// A server that may begin.
struct Ready {
    server: Server,
    state: AppState,
    heard: Heard,
}

impl Ready {
    async fn open(config: Config) -> Result<Self, Box<dyn std::error::Error>> {
        raise_descriptor_limit();
        let server = Server::bind(config.address)
            .map_err(|error| format!("cannot listen on {}: {error}", config.address))?;
        let (events, heard) = events::channel(config.event_channel_buffer);
        let state = AppState::open(config, Clock::default(), events).await?;
        assets::prepare();
        Ok(Self {
            server,
            state,
            heard,
        })
    }

    /// Serves until it is told to stop, and draws meanwhile what is to be drawn.
    async fn serve(self, sketches: Sketches) -> Outcome {
        let Self {
            server,
            state,
            heard,
        } = self;
        let stop = CancellationToken::new();
        let beside = tokio::spawn(background::run(state.clone(), heard, stop.clone()));
        let drawing = tokio::spawn(demo::draw(
            state.db.clone(),
            state.clock.clone(),
            state.posters.clone(),
            sketches,
            stop.clone(),
        ));
        let served = server.serve(state.clone()).await;
        stop.cancel();
        beside.await?;
        drawing.await?;
        state.db.close().await?;
        served?;
        Ok("Stopped.".to_owned())
    }
}

/// The address; and while there is no account, the link that makes the first one.
async fn greeting(state: &AppState, server: &Server) -> Result<String, Box<dyn std::error::Error>> {
    let base = match state.config.origin() {
        Some(origin) => origin.to_owned(),
        None => format!("http://{}", reachable(server.address()?)),
    };
    if queries::has_admin(&state.db).await? {
        return Ok(format!("Movies Diary is at {base}"));
    }
    let code = issue_link(&state.db, &state.clock, Purpose::Setup, None, None).await?;
    let code = code.expose().to_owned();
    let setup = paths::with(paths::Setup, paths::Code { code });
    Ok(format!(
        "Movies Diary is at {base} – make your account here: {base}{setup}"
    ))
}

/// An address that a browser on this machine reaches.
fn reachable(address: std::net::SocketAddr) -> String {
    match address.ip() {
        ip if ip.is_loopback() || ip.is_unspecified() => format!("localhost:{}", address.port()),
        _ => address.to_string(),
    }
}

/// Each visitor takes a descriptor; the usual limit of 1,024 is soon reached.
fn raise_descriptor_limit() {
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::debug!(%error, "the limit of open files stays as it is");
    }
}

fn log_by(config: &Config) {
    // What others report at every start, for every cookie that has run out, or for every
    // ROLLBACK that had nothing to do, is heard only when it is asked for. `Config` has
    // checked what is asked for.
    let quiet = "tower_sessions=error,tower_sessions_core=error,sea_orm_migration=warn,\
         sqlx::postgres::notice=error";
    // This one tells whole paths, and a path may be what opens a diary.
    let silent = "tower_http::csrf::service=debug";
    let filter = EnvFilter::new(format!("{quiet},{},{silent}", config.log_filter));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

fn say(words: &str) {
    // Nobody may be reading; that is no reason to stop.
    let _ = writeln!(std::io::stdout(), "{words}");
}
