//! `just bench`: what each page costs, beside two pages that do next to nothing.
//!
//! It fills a database of its own, starts the server on it, loads one page after the other
//! with [oha](https://github.com/hatoo/oha), and writes a table in Markdown.

mod client;
mod machine;
mod oha;
mod pages;
mod run;
mod server;
mod table;

use std::io::Write;

use clap::Parser;

/// What can go wrong is told and ends it.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

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
}

/// How many reviews `--large` has.
const LARGE: u32 = 1_000_000;

#[tokio::main]
async fn main() -> Outcome<()> {
    movies_diary::outgoing::choose_cryptography();
    let options = Options::parse();
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
