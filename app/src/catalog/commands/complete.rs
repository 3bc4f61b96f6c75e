//! Asking the catalog about movies, one row after the other, and keeping what it says.

use chrono::TimeDelta;
use entity::movie;
use entity::movie_correction::CorrectedField;
use entity::movie_facts::{ActiveModel, Column, Entity, FactsState};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};

use super::correct::pinned;
use super::hold::{Held, hold_alone};
use super::movies::{direct_anew, identity_key, index, named, sort_under};
use super::resolve::take_turns;
use crate::catalog::facts::{Facts, Ids};
use crate::catalog::queries::{self, Known, MovieId};
use crate::clock::Clock;
use crate::db::Db;
use crate::queue::{Lease, Queue, back_off};

/// The movies to ask about.
pub const QUEUE: Queue = Queue {
    table: "movie_facts",
    taken: "asking",
};

/// How old facts may be before they are asked for again, when the movie is seen again.
const FRESH: TimeDelta = TimeDelta::days(30);

/// A movie to ask about, held for the time of a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The movie as it is known.
    pub movie: Known,
    /// Its number at Wikidata.
    pub wikidata_id: Option<String>,
    /// How long it may be asked about.
    pub lease: Lease,
}

impl Job {
    /// What is known of the movie whose row was taken; `None` when there is no such movie.
    pub async fn read(db: &Db, lease: Lease) -> Result<Option<Self>, DbErr> {
        let wikidata_id = Entity::find_by_id(lease.movie)
            .select_only()
            .column(Column::WikidataId)
            .into_tuple::<Option<String>>()
            .one(db.reader())
            .await?;
        let movie = queries::find(db.reader(), lease.movie).await?;
        Ok(movie.map(|movie| Self {
            lease,
            movie,
            wikidata_id: wikidata_id.flatten(),
        }))
    }
    /// The numbers of the movie.
    pub fn ids(&self) -> Ids {
        Ids {
            imdb_id: self.movie.imdb_id.clone(),
            tmdb_id: self.movie.tmdb_id,
            wikidata_id: self.wikidata_id.clone(),
        }
    }
}

/// Why there are no facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// Nobody knows the movie.
    Unknown,
    /// Somebody could not be asked.
    Unasked,
}

/// Notes that there is no answer: for good, for a month, or until the next try. `true` when
/// nobody is asked again by itself.
pub async fn keep_no_answer(
    tx: &DatabaseTransaction,
    clock: &Clock,
    job: &Job,
    why: NoAnswer,
) -> Result<bool, DbErr> {
    let now = clock.now();
    let change = match (why, back_off(job.lease.tries)) {
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
    let is_final = change.state != Set(FactsState::Wanted);
    Entity::update(change).exec(tx).await?;
    Ok(is_final)
}

/// Has the catalog asked about movies now, as if for the first time. Returns how many.
pub(super) async fn ask(
    tx: &DatabaseTransaction,
    clock: &Clock,
    which: Condition,
) -> Result<u64, DbErr> {
    let now = ActiveModel {
        state: Set(FactsState::Wanted),
        try_at: Set(clock.now()),
        tries: Set(0),
        ..Default::default()
    };
    let asked = Entity::update_many()
        .set(now)
        .filter(which)
        .exec(tx)
        .await?;
    Ok(asked.rows_affected)
}

/// Has the catalog asked again about a movie that was seen again, when what it said is
/// old. Whether it is asked.
pub(super) async fn ask_again_when_old(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: &Held,
) -> Result<bool, DbErr> {
    const ANSWERED: [FactsState; 2] = [FactsState::Known, FactsState::Unknown];
    let old = clock.now() - FRESH;
    let has_answered = movie.state.is_some_and(|state| ANSWERED.contains(&state));
    if !has_answered || movie.answered_at.is_none_or(|then| then >= old) {
        return Ok(false);
    }
    // Somebody else may have it asked by now.
    let is_old = Condition::all()
        .add(Column::MovieId.eq(movie.id))
        .add(Column::State.is_in(ANSWERED))
        .add(Column::AnsweredAt.lt(old));
    Ok(ask(tx, clock, is_old).await? > 0)
}

/// Has the catalog asked about `movie` now, however fresh its facts are, and whoever is
/// asking: their answer does not count any more. `false` where it is not to be asked.
pub async fn ask_now(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: MovieId,
) -> Result<bool, DbErr> {
    let open = Condition::all()
        .add(Column::MovieId.eq(movie))
        .add(Column::State.ne(FactsState::Held));
    Ok(ask(tx, clock, open).await? == 1)
}

/// Has the catalog asked again about all movies about which it was given up. Returns how
/// many.
pub async fn retry(tx: &DatabaseTransaction, clock: &Clock) -> Result<u64, DbErr> {
    let failed = Condition::all().add(Column::State.eq(FactsState::Failed));
    ask(tx, clock, failed).await
}

/// Begins to keep an answer: holds what it concerns, in the order in which everybody does.
/// The movie as it is by now; `None` where it went into another.
pub async fn begin(
    tx: &DatabaseTransaction,
    job: &Job,
    facts: Option<&Facts>,
) -> Result<Option<Known>, DbErr> {
    if let Some(facts) = facts {
        let year = facts.year.unwrap_or(job.movie.year);
        take_turns(tx, &facts.ids, year, &facts.title).await?;
    }
    hold_alone(tx, job.movie.id).await
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The movie has the facts now.
    Kept,
    /// It is another movie that is here; nothing was changed.
    SameAs(MovieId),
}

/// Completes `movie`, which is held, by what the catalog says of it.
pub async fn apply(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: &Known,
    facts: &Facts,
) -> Result<Applied, DbErr> {
    let pinned = pinned(tx, movie.id).await?;
    let title = match pinned.contains(&CorrectedField::Title) {
        true => &movie.title,
        false => &facts.title,
    };
    let year = match facts.year {
        Some(year) if !pinned.contains(&CorrectedField::Year) => year,
        _ => movie.year,
    };
    let directors = match facts.directors.is_empty() || pinned.contains(&CorrectedField::Directors)
    {
        true => &movie.directors,
        false => &facts.directors,
    };
    let ids = Ids {
        imdb_id: movie.imdb_id.clone().or_else(|| facts.ids.imdb_id.clone()),
        tmdb_id: movie.tmdb_id.or(facts.ids.tmdb_id),
        wikidata_id: facts.ids.wikidata_id.clone(),
    };
    let identity = identity_key(&ids, title, year, directors);
    if let Some(other) = another(tx, movie.id, &facts.ids, &identity).await? {
        return Ok(Applied::SameAs(other));
    }
    let change = movie::ActiveModel {
        id: Set(movie.id),
        identity_key: Set(identity),
        imdb_id: Set(ids.imdb_id),
        tmdb_id: Set(ids.tmdb_id),
        ..named(title, year)
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
