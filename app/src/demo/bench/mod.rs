//! A database for measuring: as many reviews as one likes, the same ones for the same seed.

mod films;
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
use reviews::Diarists;

/// The member who has logged most.
pub const HEAVY: &str = "bench";

/// How many reviews go in one transaction.
const BATCH: usize = 40_000;

/// How many days ago the last film was seen: it was logged the morning after at the latest,
/// whatever the time is now.
const LATEST: u64 = 1;

/// From how many reviews on there are many members, unless it is said how many.
const MANY: u32 = 1_000_000;

/// How much there is to be.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// All reviews.
    pub reviews: u32,
    /// All members; unless it is said, 51, and 10,000 for a million reviews.
    pub members: Option<u32>,
    /// All movies.
    pub movies: u32,
    /// Over how many years they go.
    pub years: u32,
    /// How many of the reviews are by [`HEAVY`]; a third of all at most.
    pub heavy: u32,
    /// What everything follows from, besides today's date.
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
    fn members(&self) -> u32 {
        let usual = if self.reviews >= MANY { 10_000 } else { 51 };
        self.members.unwrap_or(usual).max(2)
    }

    /// Those by the heavy one, and those by all others.
    fn shares(&self) -> (u32, u32) {
        let heavy = self.heavy.min(self.reviews / 3);
        (heavy, self.reviews - heavy)
    }
}

/// Over how many days they go.
fn days(scale: Scale) -> u64 {
    u64::from(scale.years.max(1)) * 365
}

/// What was put in.
#[derive(Clone, Copy, Debug)]
pub struct Filled {
    /// How many members.
    pub members: usize,
    /// How many movies.
    pub movies: usize,
    /// How many reviews.
    pub reviews: usize,
    /// How long it took to put them in,
    pub filling: Duration,
    /// and to count them.
    pub counting: Duration,
}

/// Why nothing was put in.
#[derive(Debug, thiserror::Error)]
pub enum NotFilled {
    /// Somebody is there.
    #[error(
        "this database has members, or had some: invented reviews go into an empty one only. \
         Name another in DATABASE_URL"
    )]
    Taken,
    /// The database did not do its part.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// What there is to choose from when reviews are made.
#[derive(Debug)]
struct Stock {
    members: Vec<(MemberId, Visibility)>,
    movies: Vec<MovieId>,
}

/// Fills an empty database. All members have the password of that `hash`.
pub async fn fill(db: &Db, clock: &Clock, hash: String, scale: Scale) -> Result<Filled, NotFilled> {
    let began = Instant::now();
    let today = clock.today(chrono_tz::UTC);
    let first = today - Days::new(days(scale) + LATEST);
    db.expect_many_rows().await?;
    let stock = stock(db, clock, hash, scale, first).await?;
    let (members, movies) = (stock.members.len(), stock.movies.len());
    let reviews = review(db, Diarists::new(scale, stock, first)).await?;
    let filling = began.elapsed();
    count(db, clock).await?;
    Ok(Filled {
        members,
        movies,
        reviews,
        filling,
        counting: began.elapsed() - filling,
    })
}

/// Puts in the members and the movies.
async fn stock(
    db: &Db,
    clock: &Clock,
    hash: String,
    scale: Scale,
    first: NaiveDate,
) -> Result<Stock, NotFilled> {
    let clock = clock.clone();
    let began = morning(first);
    let members = members(scale, began);
    let films = films::films(scale, first, clock.today(chrono_tz::UTC));
    db.write(move |tx| {
        Box::pin(async move {
            if !accounts::commands::is_empty(tx).await? {
                return Err(NotFilled::Taken);
            }
            let ids = accounts::commands::stock(tx, &hash, &members).await?;
            let diaries = members.iter().map(|member| member.diary_visibility);
            let movies = catalog::commands::stock(tx, &films).await?;
            let posters = films::posters(scale, &movies);
            posters::commands::stock(tx, &clock, &posters).await?;
            Ok(Stock {
                members: ids.into_iter().zip(diaries).collect(),
                movies,
            })
        })
    })
    .await
}

/// The heavy one first, then everybody else; an eighth of the diaries are not public.
fn members(scale: Scale, created_at: DateTime<Utc>) -> Vec<accounts::commands::Stocked> {
    let all = (0..scale.members()).map(|number| {
        let (username, diary_visibility) = match number {
            0 => (HEAVY.to_owned(), Visibility::Public),
            number => (format!("reader{number}"), diary(number)),
        };
        accounts::commands::Stocked {
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
    all.collect()
}

fn diary(number: u32) -> Visibility {
    match number % 25 {
        4 | 12 => Visibility::Members,
        20 => Visibility::Private,
        _ => Visibility::Public,
    }
}

/// Puts in the reviews, some at a time. Returns how many.
async fn review(db: &Db, diarists: Diarists) -> Result<usize, DbErr> {
    let mut count = 0;
    let mut diarists = diarists;
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(day) = diarists.next_day() {
        batch.extend(day);
        if batch.len() >= BATCH || diarists.is_done() {
            let reviews = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            count += reviews.len();
            db.write(move |tx| Box::pin(async move { diary::commands::stock(tx, &reviews).await }))
                .await?;
        }
    }
    Ok(count)
}

/// Counts what was put in, and notes that everything is new.
async fn count(db: &Db, clock: &Clock) -> Result<(), DbErr> {
    tally::rebuild(db, clock).await?;
    db.checkpoint().await
}

fn morning(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
