//! Invented diaries: a small set for the demo, and any number of reviews for benchmarks.
//!
//! Rows are inserted in bulk by the features' `bulk_insert` commands; tallies are rebuilt
//! afterwards.

pub mod bench;
mod comments;
mod diaries;
mod lists;
mod movies;
mod people;
mod seeded_rng;
mod sketches;

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveTime, Utc};
use entity::member::Role;
use futures_util::stream::{self, StreamExt};
use sea_orm::{DatabaseTransaction, DbErr};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use crate::accounts::{self, MemberId};
use crate::catalog::{self, MovieId};
use crate::clock::Clock;
use crate::config::{Config, DatabaseUrl, PosterStore};
use crate::db::Db;
use crate::diary::{self, tally};
use crate::goals::{self, Goal, MAX_GOAL};
use crate::posters::{self, Posters};
use diaries::DemoReview;
use lists::DemoIds;
use movies::{DemoMovie, demo_movies};
use people::{DemoPerson, PEOPLE};
use sketches::PosterSketch;

/// Seed of the diaries, which also depend on the current time.
const SEED: u64 = 1;

/// Drawing is concurrent, but one poster at a time is encoded and stored.
const CONCURRENT_DRAWINGS: usize = 2;

/// The configuration of a demo: all data in `folder`, and no outgoing requests.
pub fn demo_config(mut config: Config, folder: &Path) -> Config {
    config.database_url = DatabaseUrl::Sqlite(folder.join("movies-diary.db"));
    config.poster_store = PosterStore::Folder(folder.join("posters"));
    config.data_dir = folder.to_owned();
    config.catalog.sources.clear();
    config.outgoing_allow.clear();
    config.has_styleguide = true;
    config
}

/// Usernames of the members, the admin first.
pub fn usernames() -> impl Iterator<Item = &'static str> {
    PEOPLE.iter().map(|person| person.username)
}

/// Posters yet to be drawn, the most visible ones first.
#[derive(Debug, Default)]
pub struct PosterSketches(Vec<(MovieId, PosterSketch)>);

/// Fills an empty database with two and a half years of diaries, up to now. `hash` is the password
/// hash of all members.
pub async fn fill_demo(db: &Db, clock: &Clock, hash: String) -> Result<PosterSketches, DbErr> {
    let now = clock.now();
    let movies = demo_movies();
    let diaries = diaries::write_diaries(SEED, &movies, now);
    let at = clock.clone();
    let sketches = db
        .write(move |tx| {
            Box::pin(async move { insert_demo(tx, &at, &hash, &movies, diaries).await })
        })
        .await?;
    tally::rebuild(db, clock).await?;
    Ok(sketches)
}

async fn insert_demo(
    tx: &DatabaseTransaction,
    clock: &Clock,
    hash: &str,
    movies: &[DemoMovie],
    diaries: Vec<DemoReview>,
) -> Result<PosterSketches, DbErr> {
    let created_at = diary_start(clock.now());
    let members = PEOPLE.map(|person| accounts::commands::BulkMember {
        username: person.username.to_owned(),
        display_name: person.display_name.to_owned(),
        role: if person.is_admin {
            Role::Admin
        } else {
            Role::Member
        },
        diary_visibility: person.diary_visibility,
        created_at,
    });
    let members = accounts::commands::bulk_insert_members(tx, hash, &members).await?;
    let rows: Vec<_> = movies
        .iter()
        .map(|movie| bulk_movie(movie, created_at))
        .collect();
    let movie_ids = catalog::commands::bulk_insert_movies(tx, &rows).await?;
    posters::commands::expect_generated(tx, clock, &movie_ids).await?;
    let reviews: Vec<_> = diaries
        .into_iter()
        .map(|written| diary::commands::BulkReview {
            member: members[written.person_index],
            diary: PEOPLE[written.person_index].diary_visibility,
            movie: movie_ids[written.movie_index],
            viewing: written.viewing,
            logged_at: written.logged_at,
        })
        .collect();
    diary::commands::bulk_insert_reviews(tx, &reviews).await?;
    goals::commands::upsert_goals(tx, &demo_goals(&members, clock.now())).await?;
    let ids = DemoIds {
        members: &members,
        movies: &movie_ids,
    };
    lists::insert_watchlists(tx, &ids, &reviews, clock.now()).await?;
    lists::insert_lists(tx, movies, &ids, clock.now()).await?;
    Ok(sketches_by_recency(movies, &movie_ids, &reviews))
}

/// Goals for this year and the one before. The most active members have set themselves one.
fn demo_goals(members: &[MemberId], now: DateTime<Utc>) -> Vec<(MemberId, Goal)> {
    let years = [now.year() - 1, now.year()].into_iter();
    let goals = years.flat_map(|year| {
        let goals = members.iter().zip(PEOPLE.iter().take(PEOPLE_WITH_GOALS));
        goals.map(move |(member, person)| {
            let goal = Goal {
                year,
                films: yearly_goal(person),
                rewatches_count: person.is_admin,
            };
            (*member, goal)
        })
    });
    goals.collect()
}

const PEOPLE_WITH_GOALS: usize = 3;

/// About what they watch in a year, as a round number.
fn yearly_goal(person: &DemoPerson) -> u32 {
    let in_a_year = person.review_count * 365 / diaries::DIARY_DAYS as usize;
    u32::try_from(in_a_year.next_multiple_of(10)).unwrap_or(MAX_GOAL)
}

fn diary_start(now: DateTime<Utc>) -> DateTime<Utc> {
    let first = now.date_naive() - Days::new(u64::from(diaries::DIARY_DAYS) + 1);
    first.and_time(NaiveTime::MIN).and_utc()
}

fn bulk_movie(movie: &DemoMovie, created_at: DateTime<Utc>) -> catalog::commands::BulkMovie {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    catalog::commands::BulkMovie {
        title: movie.title.to_owned(),
        original_title: movie.original_title.map(str::to_owned),
        year: movie.year,
        directors: owned(&movie.directors),
        runtime: movie.runtime,
        genres: owned(&movie.genres),
        created_at,
    }
}

/// Movies that were logged last come first.
fn sketches_by_recency(
    movies: &[DemoMovie],
    movie_ids: &[MovieId],
    reviews: &[diary::commands::BulkReview],
) -> PosterSketches {
    let last = |id: &MovieId| reviews.iter().rposition(|review| review.movie == *id);
    let mut sketches: Vec<_> = movie_ids
        .iter()
        .zip(movies)
        .map(|(id, movie)| (last(id), (*id, PosterSketch::of(movie))))
        .collect();
    sketches.sort_by_key(|(last, _)| std::cmp::Reverse(*last));
    PosterSketches(sketches.into_iter().map(|(_, sketch)| sketch).collect())
}

/// Draws the posters until all are done or the server stops. A poster that was begun is finished,
/// so that nothing is written after this returns.
pub async fn draw_posters(
    db: Db,
    clock: Clock,
    posters: Arc<Posters>,
    sketches: PosterSketches,
    stop: CancellationToken,
) {
    let drawing =
        stream::iter(sketches.0).for_each_concurrent(CONCURRENT_DRAWINGS, |(movie, sketch)| {
            let (db, clock, posters, stop) = (&db, &clock, &posters, &stop);
            async move {
                if stop.is_cancelled() {
                    return;
                }
                let drawn = spawn_blocking(move || sketch.draw()).await;
                let Ok(Ok(picture)) = drawn else {
                    tracing::warn!(movie, "a poster could not be drawn");
                    return;
                };
                if let Err(error) =
                    posters::set_generated_poster(db, clock, posters, movie, picture).await
                {
                    tracing::warn!(movie, %error, "a drawn poster could not be stored");
                }
            }
        });
    drawing.await;
}
