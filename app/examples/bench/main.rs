//! `just bench` measures what each page costs, beside two baseline pages that do next to nothing.
//! `just overload` measures overload and a database outage.
//!
//! It fills a database of its own, starts the server on it, loads the pages with
//! [oha](https://github.com/hatoo/oha) and prints a Markdown table.

mod benchmark;
mod client;
mod cluster;
mod machine;
mod mixed_load;
mod oha;
mod outage;
mod overload;
mod pages;
mod server;
mod table;

use std::io::Write;

use clap::Parser;

/// Any error ends the benchmark.
type BenchResult<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures what each page costs
#[derive(Clone, Debug, Parser)]
struct Options {
    /// Also measure a million reviews by 10,000 members, and report how much dearer each page gets
    #[arg(long)]
    large: bool,
    /// How many requests to send per page
    #[arg(long, default_value_t = 2000)]
    requests: u32,
    /// How many connections to use
    #[arg(long, default_value_t = 2)]
    connections: u32,
    /// How often to measure the first view of a page after a write
    #[arg(long, default_value_t = 30)]
    writes: u32,
    /// How many reviews to log when measuring writes
    #[arg(long, default_value_t = 300)]
    logs: u32,
    /// How many reviews the database has
    #[arg(long, default_value_t = 35_000)]
    reviews: u32,
    /// Measure only pages whose names contain this
    #[arg(long, default_value = "")]
    only: String,
    /// Request compressed pages, as browsers do
    #[arg(long)]
    zstd: bool,
    /// Measure overload and a PostgreSQL outage instead
    #[arg(long)]
    overload: bool,
    /// How many seconds the overload lasts
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// How many connections the overload uses
    #[arg(long, default_value_t = 1024)]
    crowd: u32,
}

/// Number of reviews with `--large`.
const LARGE_REVIEWS: u32 = 1_000_000;

#[tokio::main]
async fn main() -> BenchResult<()> {
    movies_diary::outgoing::install_crypto_provider();
    let options = Options::parse();
    if options.overload {
        let mut report = machine::describe_machine()?;
        report.push_str(&outage::run(&options).await?);
        report.push_str(&overload::run(&options).await?);
        write!(std::io::stdout(), "{report}")?;
        return Ok(());
    }
    let small = benchmark::run(&options, options.reviews).await?;
    let large = if options.large {
        Some(benchmark::run(&options, LARGE_REVIEWS).await?)
    } else {
        None
    };
    let mut told = machine::describe_machine()?;
    told.push_str(&table::of(&small, None));
    if let Some(large) = &large {
        told.push_str(&table::of(large, Some(&small)));
    }
    write!(std::io::stdout(), "{told}")?;
    Ok(())
}

/// Reports progress on stderr, since the table goes to stdout.
fn progress(message: &str) {
    // A closed stderr is no reason to stop.
    let _ = writeln!(std::io::stderr(), "{message}");
}
