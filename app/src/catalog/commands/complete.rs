//! Asking the catalog about movies, one row after the other, and keeping what it says.

use chrono::{DateTime, TimeDelta, Utc};
use entity::movie;
use entity::movie_facts::{ActiveModel, Column, Entity, FactsState};
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::movies::{direct_anew, identity_key, index, named, sort_under};
use super::resolve::take_turns;
use crate::catalog::facts::{Facts, Ids};
use crate::catalog::queries::{self, Known, MovieId};
use crate::clock::Clock;
use crate::db::Db;
use crate::queue::{LEASE, back_off};

/// How old facts may be before they are asked for again, when the movie is seen again.
const FRESH: TimeDelta = TimeDelta::days(30);

/// A movie to ask about, held for the time of a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The movie as it is known.
    pub movie: Known,
    /// Its number at Wikidata.
    pub wikidata_id: Option<String>,
    /// Which try it is.
    pub tries: i16,
}

impl Job {
    /// The numbers of the movie.
    pub fn ids(&self) -> Ids {
        Ids {
            imdb_id: self.movie.imdb_id.clone(),
            tmdb_id: self.movie.tmdb_id,
            wikidata_id: self.wikidata_id.clone(),
        }
    }
}

/// Takes the movie that has waited longest. Nobody else gets it while the lease runs.
pub async fn claim_next(db: &Db, clock: &Clock) -> Result<Option<Job>, DbErr> {
    let now = clock.now();
    db.write(move |tx| {
        Box::pin(async move {
            let due = Entity::find()
                .filter(open())
                .filter(Column::TryAt.lte(now))
                .order_by_asc(Column::TryAt)
                .limit(1)
                .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
                .one(tx)
                .await?;
            let Some(row) = due else { return Ok(None) };
            let tries = row.tries.saturating_add(1);
            let claimed = ActiveModel {
                movie_id: Set(row.movie_id),
                state: Set(FactsState::Asking),
                try_at: Set(now + LEASE),
                tries: Set(tries),
                ..Default::default()
            };
            Entity::update(claimed).exec(tx).await?;
            let movie = queries::find(tx, row.movie_id).await?;
            Ok(movie.map(|movie| Job {
                movie,
                wikidata_id: row.wikidata_id,
                tries,
            }))
        })
    })
    .await
}

/// Gives back what a process that died was asking about. Only where no other process can
/// be asking: with SQLite, at the start of the server.
pub async fn release(db: &Db, clock: &Clock) -> Result<(), DbErr> {
    if db.is_shared() {
        return Ok(());
    }
    let now = clock.now();
    db.write(move |tx| {
        Box::pin(async move {
            let due = ActiveModel {
                state: Set(FactsState::Wanted),
                try_at: Set(now),
                ..Default::default()
            };
            Entity::update_many()
                .set(due)
                .filter(Column::State.eq(FactsState::Asking))
                .exec(tx)
                .await?;
            Ok(())
        })
    })
    .await
}

/// When the next movie is due.
pub async fn next_due(db: &Db) -> Result<Option<DateTime<Utc>>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::TryAt)
        .filter(open())
        .order_by_asc(Column::TryAt)
        .limit(1)
        .into_tuple()
        .one(db.reader())
        .await
}

/// Those to ask about, and those whose asker may have died.
fn open() -> Condition {
    Condition::all().add(Column::State.is_in([FactsState::Wanted, FactsState::Asking]))
}

/// Whether the lease of `job` still counts: nobody else took the movie meanwhile.
pub async fn still_holds(tx: &DatabaseTransaction, job: &Job) -> Result<bool, DbErr> {
    let held = Entity::find_by_id(job.movie.id)
        .filter(Column::State.eq(FactsState::Asking))
        .filter(Column::Tries.eq(job.tries))
        .lock_exclusive()
        .one(tx)
        .await?;
    Ok(held.is_some())
}

/// Why there are no facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// Nobody knows the movie.
    Unknown,
    /// Somebody could not be asked.
    Unasked,
}

/// Notes that there is no answer: for good, for a month, or until the next try.
pub async fn keep_no_answer(
    tx: &DatabaseTransaction,
    clock: &Clock,
    job: &Job,
    why: NoAnswer,
) -> Result<(), DbErr> {
    let now = clock.now();
    let change = match (why, back_off(job.tries)) {
        (NoAnswer::Unknown, _) => ActiveModel {
            state: Set(FactsState::Unknown),
            tries: Set(0),
            answered_at: Set(Some(now)),
            ..Default::default()
        },
        (NoAnswer::Unasked, Some(wait)) => ActiveModel {
            state: Set(FactsState::Wanted),
            try_at: Set(now + wait),
            ..Default::default()
        },
        (NoAnswer::Unasked, None) => ActiveModel {
            state: Set(FactsState::Failed),
            ..Default::default()
        },
    };
    let change = ActiveModel {
        movie_id: Set(job.movie.id),
        ..change
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

/// Has the catalog asked again about a movie that was seen again, when what it said is
/// old.
pub(super) async fn ask_again_when_old(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: MovieId,
) -> Result<(), DbErr> {
    let again = ActiveModel {
        state: Set(FactsState::Wanted),
        try_at: Set(clock.now()),
        tries: Set(0),
        ..Default::default()
    };
    Entity::update_many()
        .set(again)
        .filter(Column::MovieId.eq(movie))
        .filter(Column::State.is_in([FactsState::Known, FactsState::Unknown]))
        .filter(Column::AnsweredAt.lt(clock.now() - FRESH))
        .exec(tx)
        .await?;
    Ok(())
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The movie has the facts now.
    Kept,
    /// It is another movie that is here; nothing was changed.
    SameAs(MovieId),
}

/// Completes `movie` by what the catalog says of it.
pub async fn apply(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: &Known,
    facts: &Facts,
) -> Result<Applied, DbErr> {
    let year = facts.year.unwrap_or(movie.year);
    take_turns(tx, &facts.ids, year, &facts.title).await?;
    let directors = match facts.directors.is_empty() {
        true => &movie.directors,
        false => &facts.directors,
    };
    let ids = Ids {
        imdb_id: movie.imdb_id.clone().or_else(|| facts.ids.imdb_id.clone()),
        tmdb_id: movie.tmdb_id.or(facts.ids.tmdb_id),
        wikidata_id: facts.ids.wikidata_id.clone(),
    };
    let identity = identity_key(&ids, &facts.title, year, directors);
    if let Some(other) = another(tx, movie.id, &facts.ids, &identity).await? {
        return Ok(Applied::SameAs(other));
    }
    let change = movie::ActiveModel {
        id: Set(movie.id),
        identity_key: Set(identity),
        imdb_id: Set(ids.imdb_id),
        tmdb_id: Set(ids.tmdb_id),
        ..named(&facts.title, year)
    };
    movie::Entity::update(change).exec(tx).await?;
    if directors != &movie.directors {
        direct_anew(tx, movie.id, directors).await?;
    }
    sort_under(tx, movie.id, &facts.genres).await?;
    Entity::update(said(movie.id, clock, facts))
        .exec(tx)
        .await?;
    index(tx, &[movie.id]).await?;
    Ok(Applied::Kept)
}

/// The movie besides `movie` with one of these numbers, or of that identity.
async fn another(
    tx: &DatabaseTransaction,
    movie: MovieId,
    ids: &Ids,
    identity: &str,
) -> Result<Option<MovieId>, DbErr> {
    let mut others = queries::find_named(tx, ids).await?;
    let same = Condition::all().add(movie::Column::IdentityKey.eq(identity));
    others.extend(queries::find_where(tx, same).await?);
    others.retain(|other| other.id != movie);
    Ok(others.first().map(|other| other.id))
}

fn said(movie: MovieId, clock: &Clock, facts: &Facts) -> ActiveModel {
    let row = ActiveModel {
        movie_id: Set(movie),
        state: Set(FactsState::Known),
        tries: Set(0),
        source: Set(Some(facts.source.name().to_owned())),
        answered_at: Set(Some(clock.now())),
        original_title: Set(facts.original_title.clone()),
        runtime: Set(facts.runtime),
        overview: Set(facts.overview.clone()),
        ..Default::default()
    };
    match &facts.ids.wikidata_id {
        Some(id) => ActiveModel {
            wikidata_id: Set(Some(id.clone())),
            ..row
        },
        None => row,
    }
}
