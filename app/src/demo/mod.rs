//! Diaries that nobody wrote: a handful of members for trying things out, and as many as one
//! likes for measuring.
//!
//! Rows are put in many at once, by the commands called `stock` of the features whose rows
//! they are; then the numbers over reviews are counted.

pub mod bench;
mod diaries;
mod dice;
mod films;
mod people;
mod pictures;

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveTime, Utc};
use entity::member::Role;
use futures_util::stream::{self, StreamExt};
use sea_orm::{DatabaseTransaction, DbErr};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use crate::accounts;
use crate::catalog::{self, MovieId};
use crate::clock::Clock;
use crate::config::{Config, DatabaseUrl, PosterStore};
use crate::db::Db;
use crate::diary::{self, tally};
use crate::posters::{self, Posters};
use diaries::Written;
use films::{Film, films};
use people::PEOPLE;
use pictures::Sketch;

/// What the diaries follow from, besides the time.
const SEED: u64 = 1;

/// How many posters are drawn at once; one at a time is written.
const DRAWING: usize = 2;

/// The settings of a demo, which keeps everything in `folder` and asks nobody.
pub fn settings(mut config: Config, folder: &Path) -> Config {
    config.database_url = DatabaseUrl::Sqlite(folder.join("movies-diary.db"));
    config.poster_store = PosterStore::Folder(folder.join("posters"));
    config.data_dir = folder.to_owned();
    config.catalog.sources.clear();
    config.outgoing_allow.clear();
    config.has_styleguide = true;
    config
}

/// The members by their usernames, the admin first.
pub fn usernames() -> impl Iterator<Item = &'static str> {
    PEOPLE.iter().map(|person| person.username)
}

/// The posters that are still to be drawn, those that are seen first at the front.
#[derive(Debug, Default)]
pub struct Sketches(Vec<(MovieId, Sketch)>);

/// Fills an empty database with two and a half years of diaries, up to now. All members have
/// the password of that `hash`.
pub async fn fill(db: &Db, clock: &Clock, hash: String) -> Result<Sketches, DbErr> {
    let now = clock.now();
    let films = films();
    let diaries = diaries::write(SEED, &films, now);
    let at = clock.clone();
    let sketches = db
        .write(move |tx| Box::pin(async move { put_in(tx, &at, &hash, &films, diaries).await }))
        .await?;
    tally::rebuild(db, clock).await?;
    Ok(sketches)
}

async fn put_in(
    tx: &DatabaseTransaction,
    clock: &Clock,
    hash: &str,
    films: &[Film],
    diaries: Vec<Written>,
) -> Result<Sketches, DbErr> {
    let began = beginning(clock.now());
    let members = PEOPLE.map(|person| accounts::commands::Stocked {
        username: person.username.to_owned(),
        display_name: person.display_name.to_owned(),
        role: match person.is_admin {
            true => Role::Admin,
            false => Role::Member,
        },
        diary_visibility: person.diary,
        created_at: began,
    });
    let members = accounts::commands::stock(tx, hash, &members).await?;
    let stocked: Vec<_> = films.iter().map(|film| stocked(film, began)).collect();
    let movies = catalog::commands::stock(tx, &stocked).await?;
    posters::commands::promise(tx, clock, &movies).await?;
    let reviews: Vec<_> = diaries
        .into_iter()
        .map(|written| diary::commands::Stocked {
            member: members[written.person],
            diary: PEOPLE[written.person].diary,
            movie: movies[written.film],
            viewing: written.viewing,
            logged_at: written.logged_at,
        })
        .collect();
    diary::commands::stock(tx, &reviews).await?;
    Ok(sketches(films, &movies, &reviews))
}

fn beginning(now: DateTime<Utc>) -> DateTime<Utc> {
    let first = now.date_naive() - Days::new(u64::from(diaries::DAYS) + 1);
    first.and_time(NaiveTime::MIN).and_utc()
}

fn stocked(film: &Film, created_at: DateTime<Utc>) -> catalog::commands::Stocked {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    catalog::commands::Stocked {
        title: film.title.to_owned(),
        original_title: film.original_title.map(str::to_owned),
        year: film.year,
        directors: owned(&film.directors),
        runtime: film.runtime,
        genres: owned(&film.genres),
        created_at,
    }
}

/// Those of the films that were logged last come first.
fn sketches(films: &[Film], movies: &[MovieId], reviews: &[diary::commands::Stocked]) -> Sketches {
    let last = |movie: &MovieId| reviews.iter().rposition(|review| review.movie == *movie);
    let mut sketches: Vec<_> = movies
        .iter()
        .zip(films)
        .map(|(movie, film)| (last(movie), (*movie, Sketch::of(film))))
        .collect();
    sketches.sort_by_key(|(last, _)| std::cmp::Reverse(*last));
    Sketches(sketches.into_iter().map(|(_, sketch)| sketch).collect())
}

/// Draws the posters until all are there or the server stops. One that was begun is finished,
/// so that nothing is written after this has returned.
pub async fn draw(
    db: Db,
    clock: Clock,
    posters: Arc<Posters>,
    sketches: Sketches,
    stop: CancellationToken,
) {
    let drawing = stream::iter(sketches.0).for_each_concurrent(DRAWING, |(movie, sketch)| {
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
            if let Err(error) = posters::give_drawn(db, clock, posters, movie, picture).await {
                tracing::warn!(movie, %error, "a poster that was drawn is not kept");
            }
        }
    });
    drawing.await;
}
