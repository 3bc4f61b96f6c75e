//! Finding the one movie that is meant, and making it when it is new.

use entity::{movie, movie_facts};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryResult,
};

use super::complete::{ask, ask_again_when_old};
use super::hold::held;
use super::movies::{direct, identity_key, index, make};
use crate::catalog::facts::Ids;
use crate::catalog::queries::{self, Known, MovieId};
use crate::catalog::{Claim, TypedMovie};
use crate::clock::Clock;
use crate::db;
use crate::text::key;

/// The movie that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Which one.
    pub id: MovieId,
    /// Whether it was named for the first time.
    pub is_new: bool,
    /// Whether the catalog is to be asked about it now.
    pub wants_facts: bool,
}

/// Why it cannot be said which movie is meant.
#[derive(Debug, thiserror::Error)]
pub enum Unresolved {
    /// The movie that was chosen is not there.
    #[error("no such movie")]
    Gone,
    /// Several movies of that title came out that year.
    #[error("several movies fit")]
    Ambiguous(Vec<Known>),
    /// The database did not do its part.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// The movie that is meant: by IMDb id, else by TMDB id, else by title and year, where
/// directors tell same-named ones apart. A new one is made.
///
/// Transactions that mean the same movie take turns here, so that however many log a
/// new film at once, it is made once. It is to be [held](super::holding) then, and
/// [`settle`] says which it is.
pub async fn resolve(
    tx: &DatabaseTransaction,
    clock: &Clock,
    claim: &Claim,
) -> Result<Resolved, Unresolved> {
    let typed = match claim {
        Claim::Known(id) => {
            return Ok(Resolved {
                id: *id,
                is_new: false,
                wants_facts: false,
            });
        }
        Claim::Typed(typed) => typed,
    };
    Ok(match find_typed(tx, typed).await? {
        Some(movie) => Resolved {
            id: movie.id,
            is_new: false,
            wants_facts: complete(tx, clock, &movie, typed).await?,
        },
        None => Resolved {
            id: make(tx, clock, typed).await?,
            is_new: true,
            wants_facts: true,
        },
    })
}

/// The movie that is written of, from what was `found` when it was held: the one that was
/// meant, or the one that it went into.
pub async fn settle(
    tx: &DatabaseTransaction,
    clock: &Clock,
    meant: Resolved,
    found: Option<QueryResult>,
) -> Result<Resolved, Unresolved> {
    let movie = held(tx, found).await?.ok_or(Unresolved::Gone)?;
    let is_old = ask_again_when_old(tx, clock, &movie).await?;
    Ok(Resolved {
        id: movie.id,
        wants_facts: meant.wants_facts || is_old,
        ..meant
    })
}

async fn find_typed(
    tx: &DatabaseTransaction,
    typed: &TypedMovie,
) -> Result<Option<Known>, Unresolved> {
    take_turns(tx, &typed.ids, typed.year, &typed.title).await?;
    if let Some(movie) = by_id(tx, &typed.ids).await? {
        return Ok(Some(movie));
    }
    let mut fitting = by_title(tx, typed).await?;
    match fitting.len() {
        0 | 1 => Ok(fitting.pop()),
        _ => Err(Unresolved::Ambiguous(fitting)),
    }
}

/// Transactions that concern the same movie take turns; always in the same order, so
/// that nobody waits in a circle.
pub(super) async fn take_turns(
    tx: &DatabaseTransaction,
    ids: &Ids,
    year: i16,
    title: &str,
) -> Result<(), DbErr> {
    if let Some(imdb_id) = &ids.imdb_id {
        db::lock(tx, &format!("movie imdb {imdb_id}")).await?;
    }
    if let Some(tmdb_id) = ids.tmdb_id {
        db::lock(tx, &format!("movie tmdb {tmdb_id}")).await?;
    }
    if let Some(wikidata_id) = &ids.wikidata_id {
        db::lock(tx, &format!("movie wikidata {wikidata_id}")).await?;
    }
    db::lock(tx, &format!("movie {year} {}", key(title))).await
}

/// By IMDb's number rather than by TMDB's, and by that rather than by Wikidata's.
async fn by_id(tx: &DatabaseTransaction, ids: &Ids) -> Result<Option<Known>, DbErr> {
    let mut found = queries::find_named(tx, ids).await?;
    found.sort_by_key(|movie| match movie {
        movie if ids.imdb_id.is_some() && movie.imdb_id == ids.imdb_id => 0,
        movie if ids.tmdb_id.is_some() && movie.tmdb_id == ids.tmdb_id => 1,
        _ => 2,
    });
    Ok(found.into_iter().next())
}

/// The movies of that title and year that can be the one that is meant.
pub(super) async fn by_title(
    tx: &DatabaseTransaction,
    typed: &TypedMovie,
) -> Result<Vec<Known>, DbErr> {
    let same_name = Condition::all()
        .add(movie::Column::TitleKey.eq(key(&typed.title)))
        .add(movie::Column::Year.eq(typed.year));
    let mut fitting = queries::find_where(tx, same_name).await?;
    fitting.retain(|movie| ids_agree(movie, &typed.ids));
    Ok(match typed.directors.is_empty() {
        true => fitting,
        false => told_apart(fitting, &typed.directors),
    })
}

/// A movie with another id is another movie.
fn ids_agree(movie: &Known, typed: &Ids) -> bool {
    let agree = |known: Option<String>, typed: Option<String>| match (known, typed) {
        (Some(known), Some(typed)) => known == typed,
        _ => true,
    };
    agree(movie.imdb_id.clone(), typed.imdb_id.clone())
        && agree(
            movie.tmdb_id.map(|id| id.to_string()),
            typed.tmdb_id.map(|id| id.to_string()),
        )
}

/// Those with one of the directors; where there are none, those without any.
fn told_apart(movies: Vec<Known>, directors: &[String]) -> Vec<Known> {
    let is_theirs = |movie: &Known| {
        movie
            .directors
            .iter()
            .any(|known| directors.iter().any(|named| key(named) == key(known)))
    };
    match movies.iter().any(is_theirs) {
        true => movies.into_iter().filter(is_theirs).collect(),
        false => movies
            .into_iter()
            .filter(|movie| movie.directors.is_empty())
            .collect(),
    }
}

/// Adds what was not known of a movie yet; changes nothing that was. Whether the catalog may
/// know it now.
async fn complete(
    tx: &DatabaseTransaction,
    clock: &Clock,
    known: &Known,
    typed: &TypedMovie,
) -> Result<bool, DbErr> {
    let new = Ids {
        imdb_id: typed
            .ids
            .imdb_id
            .clone()
            .filter(|_| known.imdb_id.is_none()),
        tmdb_id: typed.ids.tmdb_id.filter(|_| known.tmdb_id.is_none()),
        wikidata_id: None,
    };
    let new = free(tx, new).await?;
    let is_identified = new != Ids::default();
    if is_identified {
        let identified = Ids {
            imdb_id: new.imdb_id.or_else(|| known.imdb_id.clone()),
            tmdb_id: new.tmdb_id.or(known.tmdb_id),
            wikidata_id: None,
        };
        let change = movie::ActiveModel {
            id: Set(known.id),
            identity_key: Set(identity_key(
                &identified,
                &typed.title,
                typed.year,
                &typed.directors,
            )),
            imdb_id: Set(identified.imdb_id),
            tmdb_id: Set(identified.tmdb_id),
            ..Default::default()
        };
        movie::Entity::update(change).exec(tx).await?;
        ask_anew(tx, clock, known.id).await?;
    }
    if known.directors.is_empty() && !typed.directors.is_empty() {
        direct(tx, known.id, &typed.directors).await?;
        index(tx, &[known.id]).await?;
    }
    Ok(is_identified)
}

/// Those of the numbers that no movie has.
async fn free(tx: &DatabaseTransaction, ids: Ids) -> Result<Ids, DbErr> {
    let taken = queries::find_named(tx, &ids).await?;
    let has = |is_theirs: &dyn Fn(&Known) -> bool| taken.iter().any(is_theirs);
    Ok(Ids {
        imdb_id: ids
            .imdb_id
            .clone()
            .filter(|id| !has(&|movie| movie.imdb_id.as_ref() == Some(id))),
        tmdb_id: ids
            .tmdb_id
            .filter(|id| !has(&|movie| movie.tmdb_id == Some(*id))),
        wikidata_id: ids.wikidata_id,
    })
}

/// Now that more is known of it, the catalog may know it after all.
async fn ask_anew(tx: &DatabaseTransaction, clock: &Clock, id: MovieId) -> Result<(), DbErr> {
    use movie_facts::{Column, FactsState};
    let given_up = Condition::all()
        .add(Column::MovieId.eq(id))
        .add(Column::State.is_in([FactsState::Unknown, FactsState::Failed]));
    ask(tx, clock, given_up).await?;
    Ok(())
}
