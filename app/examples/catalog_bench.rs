//! Measures the local catalog with 700,000 made-up films, whose words are spread as in a language:
//! few are in many titles, and most in one.
//!
//!     cargo run --profile bench-run --example catalog_bench [FILMS]

use std::fs;
use std::io::Write;
use std::time::Instant;

use chrono::{DateTime, Utc};
use movies_diary::catalog::CatalogQuery;
use movies_diary::catalog::film_match::{FilmMatch, WantedFilm, match_films};
use movies_diary::catalog::local::{CatalogBuilder, CatalogFilm, CatalogOrigin, LocalCatalog};
use movies_diary::config::DatabaseUrl;
use movies_diary::db::Db;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const FILMS: u32 = 700_000;
const WORDS: usize = 200_000;
const PEOPLE: usize = 150_000;
const SEARCHES: usize = 3_000;
const ROWS: usize = 3_000;

#[tokio::main]
async fn main() -> Outcome<()> {
    let films = std::env::args().nth(1).map_or(Ok(FILMS), |it| it.parse())?;
    let folder = tempfile::tempdir()?;
    let mut rng = SmallRng::seed_from_u64(7);
    let language = Language::invent(&mut rng);
    let mut builder = CatalogBuilder::create_in(folder.path())?;
    let mut sample = Vec::new();
    let started = cpu_seconds()?;
    for number in 0..films {
        let film = language.film(number, &mut rng);
        // Popular films are logged more often.
        if sample.len() < ROWS && number.is_multiple_of(10) {
            sample.push(film.clone());
        }
        builder.add(film)?;
    }
    let invented = cpu_seconds()?;
    let origin = CatalogOrigin {
        source: "a benchmark".to_owned(),
        language: "en".to_owned(),
        built_at: DateTime::<Utc>::UNIX_EPOCH,
        starter: None,
    };
    let built = builder.finish(origin).await?;
    let size = fs::metadata(built.path())?.len() / 1_000_000;
    let (inventing, building) = (invented - started, cpu_seconds()? - invented);
    line(&format!(
        "build of {films} films: {building:.1} s of CPU after {inventing:.1} s to make them up and put them on disk, {size} MB"
    ))?;
    let target = folder.path().join("measured.sqlite");
    fs::copy(built.path(), &target)?;
    drop(built);
    drop(language);

    let before = anonymous_memory()?;
    let catalog = LocalCatalog::open_at(target).await;
    let exact: Vec<String> = sample.iter().map(|film| film.title.clone()).collect();
    let prefixes: Vec<String> = exact
        .iter()
        .map(|title| beginning(title, &mut rng))
        .collect();
    let typos: Vec<String> = exact
        .iter()
        .map(|title| with_mistake(title, &mut rng))
        .collect();
    for (name, typed) in [
        ("box, whole titles", &exact),
        ("box, as typed", &prefixes),
        ("box, one mistake", &typos),
    ] {
        measure_searches(&catalog, name, typed).await?;
    }
    let memory = anonymous_memory()?.saturating_sub(before);
    line(&format!(
        "anonymous memory with the catalog open and used: {memory} kB more"
    ))?;

    let db = Db::open(&DatabaseUrl::Sqlite(folder.path().join("diary.db"))).await?;
    let rows: Vec<WantedFilm> = sample
        .iter()
        .map(|film| WantedFilm {
            title: film.title.to_lowercase(),
            year: film.year,
            ..WantedFilm::default()
        })
        .collect();
    let (start, cpu) = (Instant::now(), cpu_seconds()?);
    let matches = match_films(&db, &catalog, &rows).await?;
    let exactly = matches
        .iter()
        .filter(|found| matches!(found, FilmMatch::Exactly(..)))
        .count();
    line(&format!(
        "{} rows matched ({exactly} exactly): {:.2} s, {:.2} s of CPU",
        rows.len(),
        start.elapsed().as_secs_f64(),
        cpu_seconds()? - cpu
    ))
}

async fn measure_searches(catalog: &LocalCatalog, name: &str, typed: &[String]) -> Outcome<()> {
    let mut times = Vec::new();
    let mut found = 0;
    let cpu = cpu_seconds()?;
    for typed in typed.iter().take(SEARCHES) {
        let query = CatalogQuery::parse(typed);
        let start = Instant::now();
        found += usize::from(!catalog.search(&query, 8).await.is_empty());
        times.push(start.elapsed());
    }
    let mean = (cpu_seconds()? - cpu) * 1000.0 / times.len() as f64;
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    line(&format!(
        "{name}: p50 {:.2} ms, p90 {:.2} ms, p99 {:.2} ms, {mean:.2} ms of CPU on average; {found} of {} found something",
        at(50),
        at(90),
        at(99),
        times.len()
    ))
}

/// Made-up words and people.
struct Language {
    words: Vec<String>,
    people: Vec<String>,
}

impl Language {
    fn invent(rng: &mut SmallRng) -> Self {
        let words: Vec<String> = (0..WORDS).map(|_| word(rng)).collect();
        let people = (0..PEOPLE).map(|_| format!("{} {}", word(rng), word(rng)));
        let people = people.collect();
        Self { words, people }
    }

    fn film(&self, number: u32, rng: &mut SmallRng) -> CatalogFilm {
        let title = self.title(rng);
        let has_other = rng.random_range(0..4) == 0;
        CatalogFilm {
            original_title: has_other.then(|| self.title(rng)),
            title,
            year: Some(rng.random_range(1900..2026)),
            directors: vec![self.people[zipf(PEOPLE, rng)].clone()],
            runtime_minutes: Some(rng.random_range(60..200)),
            genres: vec!["Drama".to_owned()],
            imdb_id: (!number.is_multiple_of(3)).then(|| format!("tt{:08}", number + 1)),
            wikidata_id: Some(format!("Q{}", number + 1)),
            popularity: u32::MAX - number,
            ..CatalogFilm::default()
        }
    }

    fn title(&self, rng: &mut SmallRng) -> String {
        let words = rng.random_range(1..=5);
        if words == 1 {
            // Hundreds of films have *love* in their title, but few are called so.
            return self.words[rng.random_range(0..WORDS)].clone();
        }
        let words = (0..words).map(|_| self.words[zipf(WORDS, rng)].as_str());
        words.collect::<Vec<_>>().join(" ")
    }
}

/// A place in a list of `length`, where twice as far means half as often.
fn zipf(length: usize, rng: &mut SmallRng) -> usize {
    let exponent: f64 = rng.random_range(0.0..1.0);
    ((length as f64).powf(exponent) - 1.0) as usize
}

/// Of about six letters, as in titles; one in ten is short.
fn word(rng: &mut SmallRng) -> String {
    let syllables = match rng.random_range(0..10) {
        0 => 1,
        1..=4 => 2,
        5..=8 => 3,
        _ => 4,
    };
    let mut word = String::new();
    for _ in 0..syllables {
        word.push(pick("bcdfghjklmnprstvw", rng));
        word.push(pick("aeiou", rng));
        if rng.random_range(0..3) == 0 {
            word.push(pick("lmnrst", rng));
        }
    }
    word
}

fn pick(letters: &str, rng: &mut SmallRng) -> char {
    char::from(letters.as_bytes()[rng.random_range(0..letters.len())])
}

fn beginning(title: &str, rng: &mut SmallRng) -> String {
    let length = rng.random_range(1..=title.len());
    title[..length].to_owned()
}

/// The title with two letters swapped, in a word of four letters or more if there is one.
fn with_mistake(title: &str, rng: &mut SmallRng) -> String {
    let mut words: Vec<Vec<u8>> = title
        .split(' ')
        .map(|word| word.as_bytes().to_vec())
        .collect();
    if let Some(word) = words.iter_mut().find(|word| word.len() >= 4) {
        let at = rng.random_range(0..word.len() - 1);
        word.swap(at, at + 1);
    }
    let words = words
        .into_iter()
        .map(|word| String::from_utf8_lossy(&word).into_owned());
    words.collect::<Vec<_>>().join(" ")
}

/// Of all threads, since the process began.
fn cpu_seconds() -> Outcome<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(')').ok_or("no fields")?;
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: f64 = ticks.map(|it| it.parse::<f64>().unwrap_or_default()).sum();
    Ok(ticks / 100.0)
}

/// Anonymous memory, in kilobytes.
fn anonymous_memory() -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("no memory")?.parse()?)
}

fn line(text: &str) -> Outcome<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}
