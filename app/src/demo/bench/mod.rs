//! Generates a database for benchmarks: any number of reviews, and the same ones for the same seed.

mod lists;
mod movies;
mod reviews;
mod words;

use std::time::{Duration, Instant};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use entity::Visibility;
use entity::member::Role;
use sea_orm::DbErr;

use crate::accounts::{self, MemberId};
use crate::catalog::{self, MovieId};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::{self, tally};
use crate::posters;
use reviews::ReviewGenerator;

pub const HEAVY_USERNAME: &str = "bench";

const REVIEWS_PER_TRANSACTION: usize = 40_000;

/// The age of the last day watched, so that every review is logged in the past, whatever the time
/// of day.
const LAST_DAY_AGO: u64 = 1;

/// With at least this many reviews, the default number of members is 10,000.
const MANY_REVIEWS: u32 = 1_000_000;

/// How much data to generate.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    pub reviews: u32,
    /// `None` for 51, or 10,000 with a million reviews or more.
    pub members: Option<u32>,
    pub movies: u32,
    pub years: u32,
    /// Number of reviews by [`HEAVY_USERNAME`], at most a third of all.
    pub heavy: u32,
    /// The data also depends on today's date.
    pub seed: u64,
}

impl Default for Scale {
    fn default() -> Self {
        Self {
            reviews: 35_000,
            members: None,
            movies: 3_000,
            years: 10,
            heavy: 10_000,
            seed: 1,
        }
    }
}

impl Scale {
    fn member_count(&self) -> u32 {
        let default = if self.reviews >= MANY_REVIEWS {
            10_000
        } else {
            51
        };
        self.members.unwrap_or(default).max(2)
    }

    /// The numbers of reviews by the heavy member and by all others.
    fn review_counts(&self) -> (u32, u32) {
        let heavy = self.heavy.min(self.reviews / 3);
        (heavy, self.reviews - heavy)
    }
}

fn day_count(scale: Scale) -> u64 {
    u64::from(scale.years.max(1)) * 365
}

#[derive(Clone, Copy, Debug)]
pub struct FillReport {
    pub members: usize,
    pub movies: usize,
    pub reviews: usize,
    pub insert_time: Duration,
    pub tally_time: Duration,
}

#[derive(Debug, thiserror::Error)]
pub enum FillError {
    #[error(
        "this database has members, or once had some. Benchmark data needs an empty database: choose \
         another one with DATABASE_URL"
    )]
    NotEmpty,
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// The members and movies that reviews are made of.
#[derive(Debug)]
struct BenchPopulation {
    members: Vec<(MemberId, Visibility)>,
    movies: Vec<MovieId>,
}

/// Fills an empty database. `hash` is the password hash of all members.
pub async fn fill_bench(
    db: &Db,
    clock: &Clock,
    hash: String,
    scale: Scale,
) -> Result<FillReport, FillError> {
    let began = Instant::now();
    let today = clock.today(chrono_tz::UTC);
    let first = today - Days::new(day_count(scale) + LAST_DAY_AGO);
    db.enlarge_write_cache().await?;
    let population = insert_population(db, clock, hash, scale, first).await?;
    let (members, movies) = (population.members.len(), population.movies.len());
    lists::insert_lists(db, &population, clock.now()).await?;
    let reviews = insert_reviews(db, ReviewGenerator::new(scale, population, first)).await?;
    let filling = began.elapsed();
    rebuild_tallies(db, clock).await?;
    Ok(FillReport {
        members,
        movies,
        reviews,
        insert_time: filling,
        tally_time: began.elapsed() - filling,
    })
}

async fn insert_population(
    db: &Db,
    clock: &Clock,
    hash: String,
    scale: Scale,
    first: NaiveDate,
) -> Result<BenchPopulation, FillError> {
    let clock = clock.clone();
    let began = midnight(first);
    let members = bench_members(scale, began);
    let movies = movies::bench_movies(scale, first, clock.today(chrono_tz::UTC));
    db.write(move |tx| {
        Box::pin(async move {
            if !accounts::commands::has_never_had_members(tx).await? {
                return Err(FillError::NotEmpty);
            }
            let ids = accounts::commands::bulk_insert_members(tx, &hash, &members).await?;
            let diaries = members.iter().map(|member| member.diary_visibility);
            let movies = catalog::commands::bulk_insert_movies(tx, &movies).await?;
            let posters = movies::bench_posters(scale, &movies);
            posters::commands::bulk_insert_posters(tx, &clock, &posters).await?;
            Ok(BenchPopulation {
                members: ids.into_iter().zip(diaries).collect(),
                movies,
            })
        })
    })
    .await
}

/// The heavy member comes first. An eighth of the diaries are not public.
fn bench_members(scale: Scale, created_at: DateTime<Utc>) -> Vec<accounts::commands::BulkMember> {
    let members = (0..scale.member_count()).map(|number| {
        let (username, diary_visibility) = match number {
            0 => (HEAVY_USERNAME.to_owned(), Visibility::Public),
            number => (format!("reader{number}"), diary_visibility_of(number)),
        };
        accounts::commands::BulkMember {
            display_name: username.clone(),
            username,
            role: match number {
                0 => Role::Admin,
                _ => Role::Member,
            },
            diary_visibility,
            created_at,
        }
    });
    members.collect()
}

fn diary_visibility_of(number: u32) -> Visibility {
    match number % 25 {
        4 | 12 => Visibility::Members,
        20 => Visibility::Private,
        _ => Visibility::Public,
    }
}

/// Inserts the reviews in batches and returns their number.
async fn insert_reviews(db: &Db, diarists: ReviewGenerator) -> Result<usize, DbErr> {
    let mut count = 0;
    let mut diarists = diarists;
    let mut batch = Vec::with_capacity(REVIEWS_PER_TRANSACTION);
    while let Some(day) = diarists.next_day() {
        batch.extend(day);
        if batch.len() >= REVIEWS_PER_TRANSACTION || diarists.is_done() {
            let reviews =
                std::mem::replace(&mut batch, Vec::with_capacity(REVIEWS_PER_TRANSACTION));
            count += reviews.len();
            db.write(move |tx| {
                Box::pin(async move { diary::commands::bulk_insert_reviews(tx, &reviews).await })
            })
            .await?;
        }
    }
    Ok(count)
}

/// Rebuilds the tallies and bumps all revisions.
async fn rebuild_tallies(db: &Db, clock: &Clock) -> Result<(), DbErr> {
    tally::rebuild(db, clock).await?;
    db.checkpoint().await
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
