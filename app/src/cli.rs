//! The command line: its arguments and help texts, and a file for each group of commands.

mod backup;
mod bench_data;
mod catalog;
mod import;
mod posters;
mod stats;
mod user;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use movies_diary::demo::bench::Scale;

pub(crate) use backup::{run_backup, run_restore};
pub(crate) use bench_data::run_bench_data;
pub(crate) use catalog::run_catalog;
pub(crate) use import::run_import;
pub(crate) use posters::run_posters;
pub(crate) use stats::run_stats;
pub(crate) use user::run_user;

/// A self-hosted film diary. Without a command, it serves the diary.
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
    /// Serve invented diaries to try things out; everything is deleted on exit
    Demo,
    /// Add members and set passwords
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Check and repair the stored posters
    Posters {
        #[command(subcommand)]
        command: PostersCommand,
    },
    /// Check and rebuild the stored statistics
    Stats {
        #[command(subcommand)]
        command: StatsCommand,
    },
    /// Write a backup of everything into one file; a server may be running
    Backup {
        /// The file to write. One of this name is replaced once the new one is complete
        file: PathBuf,
        /// Leave the posters out, even those that members uploaded
        #[arg(long)]
        without_posters: bool,
    },
    /// Restore a backup into an empty database, on SQLite or PostgreSQL
    Restore {
        /// A file that `backup` has written
        file: PathBuf,
    },
    /// Import a member's diary from another service; a server may be running
    Import(ImportArguments),
    /// Build the local catalog, and check the sources of film facts
    Catalog {
        #[command(subcommand)]
        command: CatalogCommand,
    },
    /// Fill an empty database with invented reviews for benchmarks
    BenchData(BenchData),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ImportArguments {
    /// Username of the member
    member: String,
    /// The files of one export: a zip, or the files in it
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Print what would be imported, and import nothing
    #[arg(long)]
    dry_run: bool,
    /// Who may see the reviews and lists that it makes [default: as the diary]
    #[arg(long, value_parser = ["public", "members", "private"])]
    visibility: Option<String>,
    /// Take the day on which a film was rated for the day on which it was seen
    #[arg(long)]
    rated_day_is_watched_day: bool,
    /// Leave out the lists in the files
    #[arg(long)]
    no_lists: bool,
    /// Leave out the watchlist in the files
    #[arg(long)]
    no_watchlist: bool,
    /// Leave out the likes in the files
    #[arg(long)]
    no_likes: bool,
    /// What a file leaves open, as JSON: the object `answers` of the API
    #[arg(long, value_name = "JSON")]
    answers: Option<String>,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct BenchData {
    /// How many reviews to insert
    #[arg(long, default_value_t = Scale::default().reviews)]
    reviews: u32,
    /// How many members to insert [default: 51; 10000 for a million reviews]
    #[arg(long)]
    members: Option<u32>,
    /// How many films to insert
    #[arg(long, default_value_t = Scale::default().movies)]
    movies: u32,
    /// How many years the reviews span
    #[arg(long, default_value_t = Scale::default().years, value_parser = clap::value_parser!(u32).range(1..=100))]
    years: u32,
    /// How many reviews the member `bench` gets, at most a third of all
    #[arg(long, default_value_t = Scale::default().heavy)]
    heavy: u32,
    /// Seed of the random data, which also depends on today's date
    #[arg(long, default_value_t = Scale::default().seed)]
    seed: u64,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CatalogCommand {
    /// Look up The Matrix (1999) in each source and print the result
    Check,
    /// Build the local catalog anew, check it and swap it in; a server may be running
    Build {
        /// Fetch all films from Wikidata, which takes hours (the default). Goes on where an earlier
        /// build stopped
        #[arg(long)]
        wikidata: bool,
        /// Take a list of films as JSON, or a catalog that was built elsewhere
        #[arg(long, conflicts_with = "wikidata")]
        file: Option<PathBuf>,
        /// Fetch everything again, also what an earlier build has fetched
        #[arg(long, conflicts_with = "file")]
        restart: bool,
    },
    /// Print what is in the local catalog, and whether a build runs
    Status,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PostersCommand {
    /// Retry failed posters; a running server fetches them within half a minute
    Retry,
    /// Check that all files of all posters exist and can be decoded
    Verify {
        /// Fetch posters with missing or damaged files again, if the catalog has them
        #[arg(long)]
        mend: bool,
    },
    /// Remove files that belong to no poster
    Prune {
        /// Also remove replaced posters, which are otherwise kept for a year. Saved pages may still
        /// show them, and the replacement can no longer be undone
        #[arg(long)]
        superseded: bool,
    },
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum StatsCommand {
    /// Recount everything and compare, without changing anything
    Verify,
    /// Recount everything and store the results
    Rebuild,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Create an account. Prompts for the password, or reads it from standard input
    Add {
        /// Username: 3 to 32 of a-z, 0-9, _ and -
        name: String,
        /// Make this member an admin
        #[arg(long)]
        admin: bool,
    },
    /// Set a member's password and sign them out everywhere. Prompts for the password, or reads it
    /// from standard input
    SetPassword {
        /// Username of the member
        name: String,
    },
}

/// What a command prints on success, or the error that it fails with.
pub(crate) type CommandResult = Result<String, Box<dyn std::error::Error>>;
