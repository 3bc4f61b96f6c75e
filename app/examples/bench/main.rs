//! `just bench`: what each page costs, beside two pages that do next to nothing; and
//! `just overload`: what becomes of it when too many come, and when its database goes away.
//!
//! It fills a database of its own, starts the server on it, loads one page after the other
//! with [oha](https://github.com/hatoo/oha), and writes a table in Markdown.

mod client;
mod cluster;
mod machine;
mod mixed;
mod oha;
mod outage;
mod overload;
mod pages;
mod run;
mod server;
mod table;

use std::io::Write;

use clap::Parser;

/// What can go wrong is told and ends it.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures what pages cost.
#[derive(Clone, Debug, Parser)]
struct Options {
    /// Measure a million reviews by 10,000 members too, and say how much dearer pages are there
    #[arg(long)]
    large: bool,
    /// How many requests a page gets
    #[arg(long, default_value_t = 2000)]
    requests: u32,
    /// Over how many connections
    #[arg(long, default_value_t = 2)]
    connections: u32,
    /// How often a page is looked at as the first one after a write
    #[arg(long, default_value_t = 30)]
    writes: u32,
    /// How many reviews are logged to measure what logging costs
    #[arg(long, default_value_t = 300)]
    logs: u32,
    /// How many reviews there are
    #[arg(long, default_value_t = 35_000)]
    reviews: u32,
    /// Only pages whose names have this in them
    #[arg(long, default_value = "")]
    only: String,
    /// Have pages sent as browsers do: compressed
    #[arg(long)]
    zstd: bool,
    /// Instead of all that, ask for ten times as much as can be done, and take PostgreSQL away
    #[arg(long)]
    overload: bool,
    /// For how many seconds
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Over how many connections
    #[arg(long, default_value_t = 1024)]
    crowd: u32,
}

/// How many reviews `--large` has.
const LARGE: u32 = 1_000_000;

#[tokio::main]
async fn main() -> Outcome<()> {
    movies_diary::outgoing::choose_cryptography();
    let options = Options::parse();
    if options.overload {
        let mut told = machine::told()?;
        told.push_str(&outage::run(&options).await?);
        told.push_str(&overload::run(&options).await?);
        write!(std::io::stdout(), "{told}")?;
        return Ok(());
    }
    let small = run::run(&options, options.reviews).await?;
    let large = match options.large {
        true => Some(run::run(&options, LARGE).await?),
        false => None,
    };
    let mut told = machine::told()?;
    told.push_str(&table::of(&small, None));
    if let Some(large) = &large {
        told.push_str(&table::of(large, Some(&small)));
    }
    write!(std::io::stdout(), "{told}")?;
    Ok(())
}

/// Says how far it is, where that is not in the way of the table.
fn note(words: &str) {
    // Nobody may be reading.
    let _ = writeln!(std::io::stderr(), "{words}");
}
