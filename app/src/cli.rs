//! The command line.

use std::io::{self, BufRead, IsTerminal};

use axum::extract::FromRef;
use clap::{Args, Parser, Subcommand};
use entity::member::Role;
use movies_diary::AppState;
use movies_diary::accounts::commands::{Entry, NotMade};
use movies_diary::accounts::{self, Accounts, RawAccount};
use movies_diary::catalog::{Facts, Outside};
use movies_diary::config::Config;
use movies_diary::demo::bench::{self, Filled, Scale};
use movies_diary::diary::tally::{self, Verified};
use movies_diary::outgoing::Outgoing;
use movies_diary::posters::commands::retry;
use movies_diary::posters::{self, prune, verify};
use movies_diary::secret::Code;
use movies_diary::web::ui::plural;

/// A self-hosted movie diary. Without a command it serves.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the diary (the default)
    Serve,
    /// Serve invented diaries for trying things out; nothing of it stays
    Demo,
    /// Add members and set their passwords
    User {
        #[command(subcommand)]
        command: User,
    },
    /// What is stored of posters
    Posters {
        #[command(subcommand)]
        command: Posters,
    },
    /// The numbers that are kept as reviews are written
    Stats {
        #[command(subcommand)]
        command: Stats,
    },
    /// Those who are asked about movies
    Catalog {
        #[command(subcommand)]
        command: Catalog,
    },
    /// Fill an empty database with invented reviews, to measure with
    BenchData(BenchData),
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct BenchData {
    /// All reviews
    #[arg(long, default_value_t = Scale::default().reviews)]
    reviews: u32,
    /// All members [default: 51; 10000 for a million reviews]
    #[arg(long)]
    members: Option<u32>,
    /// All movies
    #[arg(long, default_value_t = Scale::default().movies)]
    movies: u32,
    /// Over how many years they go
    #[arg(long, default_value_t = Scale::default().years, value_parser = clap::value_parser!(u32).range(1..=100))]
    years: u32,
    /// How many of the reviews are by the member `bench`; a third of all at most
    #[arg(long, default_value_t = Scale::default().heavy)]
    heavy: u32,
    /// What everything follows from, besides today's date
    #[arg(long, default_value_t = Scale::default().seed)]
    seed: u64,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Catalog {
    /// Ask each source about The Matrix (1999), and print what comes back
    Check,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Posters {
    /// Ask again for posters that gave up; a running server fetches them within half a minute
    Retry,
    /// Check that every poster has its files
    Verify {
        /// Ask again for those that have not, where the catalog has them
        #[arg(long)]
        mend: bool,
    },
    /// Remove files that belong to no poster
    Prune,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Stats {
    /// Count everything and compare; nothing changes
    Verify,
    /// Count everything and keep that
    Rebuild,
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Make an account. The password is asked for, or read from standard input.
    Add {
        /// Its username: 3 to 32 of a-z, 0-9, _ and -
        name: String,
        /// Make it an admin's
        #[arg(long)]
        admin: bool,
    },
    /// Set a member's password and end their sessions. The password is asked for, or
    /// read from standard input.
    SetPassword {
        /// Whose
        name: String,
    },
}

/// What a command has to say when it is done, or what went wrong.
pub(crate) type Outcome = Result<String, Box<dyn std::error::Error>>;

/// Makes accounts and sets passwords.
pub(crate) async fn user(state: &AppState, command: User) -> Outcome {
    match command {
        User::Add { name, admin } => add(state, &name, admin).await,
        User::SetPassword { name } => set_password(state, &name).await,
    }
}

/// Looks after what is stored of posters.
pub(crate) async fn posters(state: &AppState, command: Posters) -> Outcome {
    let AppState { db, clock, .. } = state;
    let store = state.posters.store();
    match command {
        Posters::Retry => {
            let asked = retry(db, clock, Vec::new()).await?;
            Ok(format!(
                "{} asked for again.",
                plural(asked, "poster is", "posters are")
            ))
        }
        Posters::Verify { mend } => verified(state, mend).await,
        Posters::Prune => {
            let pruned = prune(db, clock, store).await?;
            let kilobytes = pruned.bytes.div_ceil(1024);
            let files = plural(pruned.files, "file", "files");
            Ok(format!("{files} removed, {kilobytes} KB."))
        }
    }
}

async fn verified(state: &AppState, mend: bool) -> Outcome {
    let AppState { db, clock, .. } = state;
    let posters::Verified {
        posters,
        incomplete,
    } = verify(db, state.posters.store()).await?;
    if incomplete.is_empty() {
        let posters = plural(posters, "poster", "posters");
        return Ok(format!("{posters}, every file in its place."));
    }
    let lacking = format!(
        "{} of {posters} lack files:\n{}",
        incomplete.len(),
        incomplete.join("\n")
    );
    match mend {
        false => Err(format!("{lacking}\n`verify --mend` asks for them again").into()),
        true => {
            let asked = retry(db, clock, incomplete).await?;
            let films = plural(asked, "film", "films");
            Ok(format!(
                "{lacking}\nThe posters of {films} are asked for again."
            ))
        }
    }
}

/// Counts again what is kept in numbers.
pub(crate) async fn stats(state: &AppState, command: Stats) -> Outcome {
    let Verified { rows, wrong } = match command {
        Stats::Verify => tally::verify(&state.db).await?,
        Stats::Rebuild => tally::rebuild(&state.db, &state.clock).await?,
    };
    let rows = plural(rows, "row", "rows");
    match (command, wrong) {
        (_, 0) => Ok(format!("{rows} of numbers, all as counted.")),
        (Stats::Rebuild, _) => Ok(format!("{rows} of numbers counted again, {wrong} were wrong.")),
        (Stats::Verify, _) => Err(format!(
            "{wrong} of {rows} of numbers are not as counted: `movies-diary stats rebuild` counts them again"
        )
        .into()),
    }
}

/// Fills an empty database with invented reviews.
pub(crate) async fn bench_data(state: &AppState, data: BenchData) -> Outcome {
    let scale = Scale {
        reviews: data.reviews,
        members: data.members,
        movies: data.movies,
        years: data.years,
        heavy: data.heavy,
        seed: data.seed,
    };
    let password = Code::mint();
    let hash = state.hasher.hash(password.expose().to_owned()).await?;
    let Filled {
        members,
        movies,
        reviews,
        filling,
        counting,
    } = bench::fill(&state.db, &state.clock, hash, scale).await?;
    Ok(format!(
        "{reviews} reviews of {movies} movies by {members} members: {:.1} s, and {:.1} s to count them.\n\
         The password of all of them, {} and reader1 to reader{}: {}",
        filling.as_secs_f64(),
        counting.as_secs_f64(),
        bench::HEAVY,
        members.saturating_sub(1),
        password.expose(),
    ))
}

/// Asks the catalog's sources live.
pub(crate) async fn catalog(config: &Config, command: Catalog) -> Outcome {
    let Catalog::Check = command;
    let outside = Outside::new(config, &Outgoing::new(config));
    if outside.is_off() {
        return Ok("Nobody is asked: CATALOG is off, or names only sources without a key.".into());
    }
    let mut lines = Vec::new();
    let mut has_failed = false;
    for (source, answer) in outside.check().await {
        has_failed |= answer.is_err();
        lines.push(match answer {
            Ok(facts) => format!("{}: {}", source.title(), told(&facts)),
            Err(trouble) => format!("{}: {trouble}", source.title()),
        });
    }
    let lines = lines.join("\n");
    match has_failed {
        true => Err(format!("not every source answers\n{lines}").into()),
        false => Ok(lines),
    }
}

/// What came back, in a line.
fn told(facts: &Facts) -> String {
    let year = facts
        .year
        .map_or("year unknown".to_owned(), |year| year.to_string());
    let minutes = facts
        .runtime
        .map_or("length unknown".to_owned(), |runtime| {
            format!("{runtime} min")
        });
    let picture = match facts.poster {
        Some(_) => "with a poster",
        None => "without a poster",
    };
    format!(
        "{} ({year}), by {}, {minutes}, {}, {picture}",
        facts.title,
        facts.directors.join(" and "),
        facts.genres.join(" and "),
    )
}

async fn add(state: &AppState, name: &str, admin: bool) -> Outcome {
    let raw = RawAccount {
        username: name.to_owned(),
        password: read_password()?,
        ..RawAccount::default()
    };
    let account = raw.check().map_err(|errors| {
        let told = [errors.of("username"), errors.of("password")];
        told.into_iter().flatten().collect::<Vec<_>>().join(" ")
    })?;
    let role = match admin {
        true => Role::Admin,
        false => Role::Member,
    };
    let accounts = Accounts::from_ref(state);
    match accounts::commands::create(&accounts, account, Entry::Open(role)).await {
        Ok(member) => Ok(format!("{} has an account now.", member.username)),
        Err(NotMade::Taken) => Err("this name is taken, or was: choose another".into()),
        Err(error) => Err(error.into()),
    }
}

async fn set_password(state: &AppState, name: &str) -> Outcome {
    let accounts = Accounts::from_ref(state);
    let member = accounts::queries::by_username(&accounts.db, &name.trim().to_lowercase())
        .await?
        .ok_or("nobody has that username")?;
    let password = accounts::Password::check(&read_password()?, &member.username)?;
    let member = accounts::commands::set_password(&accounts, member.id, password, None).await?;
    Ok(format!(
        "{} has a new password and is signed out everywhere.",
        member.username
    ))
}

/// Asks at a terminal, without showing what is typed; else reads one line.
fn read_password() -> io::Result<String> {
    if io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ")?;
        let again = rpassword::prompt_password("Again: ")?;
        return match password == again {
            true => Ok(password),
            false => Err(io::Error::other("the two passwords differ")),
        };
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
