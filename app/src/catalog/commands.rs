//! Finding the one movie that is meant, and making it when it is new.

use entity::{movie, movie_director, person};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect, SelectExt,
};

use super::queries::{self, Known, MovieId};
use super::{Claim, TypedMovie};
use crate::clock::Clock;
use crate::db;
use crate::text::{fold, key, without_article};

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
/// new film at once, it is made once.
pub async fn resolve(
    tx: &DatabaseTransaction,
    clock: &Clock,
    claim: &Claim,
) -> Result<MovieId, Unresolved> {
    let typed = match claim {
        Claim::Known(id) => {
            let is_there = movie::Entity::find_by_id(*id).exists(tx).await?;
            return is_there.then_some(*id).ok_or(Unresolved::Gone);
        }
        Claim::Typed(typed) => typed,
    };
    take_turns(tx, typed).await?;
    if let Some(movie) = by_id(tx, typed).await? {
        complete(tx, &movie, typed).await?;
        return Ok(movie.id);
    }
    match by_title(tx, typed).await? {
        Fits::None => Ok(make(tx, clock, typed).await?),
        Fits::One(movie) => {
            complete(tx, &movie, typed).await?;
            Ok(movie.id)
        }
        Fits::Several(movies) => Err(Unresolved::Ambiguous(movies)),
    }
}

/// Always in the same order, so that nobody waits in a circle.
async fn take_turns(tx: &DatabaseTransaction, typed: &TypedMovie) -> Result<(), DbErr> {
    if let Some(imdb_id) = &typed.imdb_id {
        db::lock(tx, &format!("movie imdb {imdb_id}")).await?;
    }
    if let Some(tmdb_id) = typed.tmdb_id {
        db::lock(tx, &format!("movie tmdb {tmdb_id}")).await?;
    }
    db::lock(tx, &format!("movie {} {}", typed.year, key(&typed.title))).await
}

async fn by_id(tx: &DatabaseTransaction, typed: &TypedMovie) -> Result<Option<Known>, DbErr> {
    let ids = [
        typed
            .imdb_id
            .as_ref()
            .map(|id| movie::Column::ImdbId.eq(id)),
        typed.tmdb_id.map(|id| movie::Column::TmdbId.eq(id)),
    ];
    for id in ids.into_iter().flatten() {
        let mut found = queries::find_where(tx, Condition::all().add(id)).await?;
        if let Some(movie) = found.pop() {
            return Ok(Some(movie));
        }
    }
    Ok(None)
}

/// How many movies of that title and year can be the one that is meant.
enum Fits {
    None,
    One(Known),
    Several(Vec<Known>),
}

async fn by_title(tx: &DatabaseTransaction, typed: &TypedMovie) -> Result<Fits, DbErr> {
    let same_name = Condition::all()
        .add(movie::Column::TitleKey.eq(key(&typed.title)))
        .add(movie::Column::Year.eq(typed.year));
    let mut fitting = queries::find_where(tx, same_name).await?;
    fitting.retain(|movie| ids_agree(movie, typed));
    if !typed.directors.is_empty() {
        fitting = told_apart(fitting, &typed.directors);
    }
    Ok(match fitting.len() {
        0 => Fits::None,
        1 => fitting.pop().map_or(Fits::None, Fits::One),
        _ => Fits::Several(fitting),
    })
}

/// A movie with another id is another movie.
fn ids_agree(movie: &Known, typed: &TypedMovie) -> bool {
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

async fn make(
    tx: &DatabaseTransaction,
    clock: &Clock,
    typed: &TypedMovie,
) -> Result<MovieId, DbErr> {
    let title_key = key(&typed.title);
    let row = movie::ActiveModel {
        identity_key: Set(identity_key(typed)),
        title: Set(typed.title.clone()),
        sort_key: Set(without_article(&title_key).to_owned()),
        title_key: Set(title_key),
        year: Set(typed.year),
        imdb_id: Set(typed.imdb_id.clone()),
        tmdb_id: Set(typed.tmdb_id),
        created_at: Set(clock.now()),
        ..Default::default()
    };
    let movie = movie::Entity::insert(row).exec_with_returning(tx).await?;
    direct(tx, movie.id, &typed.directors).await?;
    Ok(movie.id)
}

/// What tells a movie from every other.
fn identity_key(typed: &TypedMovie) -> String {
    match (&typed.imdb_id, typed.tmdb_id) {
        (Some(imdb_id), _) => format!("imdb {imdb_id}"),
        (None, Some(tmdb_id)) => format!("tmdb {tmdb_id}"),
        (None, None) => {
            let mut directors: Vec<_> = typed.directors.iter().map(|name| fold(name)).collect();
            directors.sort();
            let (title, directors) = (key(&typed.title), key(&directors.join(",")));
            format!("title {} {title}\u{1f}{directors}", typed.year)
        }
    }
}

/// Adds what was not known of a movie yet; changes nothing that was.
async fn complete(
    tx: &DatabaseTransaction,
    known: &Known,
    typed: &TypedMovie,
) -> Result<(), DbErr> {
    let imdb_id = match (&known.imdb_id, &typed.imdb_id) {
        (None, Some(id)) if is_free(tx, movie::Column::ImdbId.eq(id)).await? => Some(id.clone()),
        _ => None,
    };
    let tmdb_id = match (known.tmdb_id, typed.tmdb_id) {
        (None, Some(id)) if is_free(tx, movie::Column::TmdbId.eq(id)).await? => Some(id),
        _ => None,
    };
    if imdb_id.is_some() || tmdb_id.is_some() {
        let identified = TypedMovie {
            imdb_id: imdb_id.or_else(|| known.imdb_id.clone()),
            tmdb_id: tmdb_id.or(known.tmdb_id),
            ..typed.clone()
        };
        let change = movie::ActiveModel {
            id: Set(known.id),
            identity_key: Set(identity_key(&identified)),
            imdb_id: Set(identified.imdb_id),
            tmdb_id: Set(identified.tmdb_id),
            ..Default::default()
        };
        movie::Entity::update(change).exec(tx).await?;
    }
    if known.directors.is_empty() {
        direct(tx, known.id, &typed.directors).await?;
    }
    Ok(())
}

/// Whether no movie has that id.
async fn is_free(tx: &DatabaseTransaction, id: SimpleExpr) -> Result<bool, DbErr> {
    Ok(!movie::Entity::find().filter(id).exists(tx).await?)
}

async fn direct(
    tx: &DatabaseTransaction,
    movie: MovieId,
    directors: &[String],
) -> Result<(), DbErr> {
    if directors.is_empty() {
        return Ok(());
    }
    let people = people(tx, directors).await?;
    let rows =
        people
            .into_iter()
            .zip(0i16..)
            .map(|(person, position)| movie_director::ActiveModel {
                movie_id: Set(movie),
                person_id: Set(person),
                position: Set(position),
            });
    movie_director::Entity::insert_many(rows)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// The ids of the people of those names, in that order; who is new is made.
async fn people(tx: &DatabaseTransaction, names: &[String]) -> Result<Vec<i64>, DbErr> {
    // Sorted, so that two transactions with the same people never wait in a circle.
    let mut sorted: Vec<_> = names.iter().map(|name| (key(name), name)).collect();
    sorted.sort();
    let rows = sorted.iter().map(|(key, name)| person::ActiveModel {
        name_key: Set(key.clone()),
        name: Set((*name).clone()),
        ..Default::default()
    });
    person::Entity::insert_many(rows)
        .on_conflict_do_nothing_on([person::Column::NameKey])
        .exec_without_returning(tx)
        .await?;
    let known: Vec<(i64, String)> = person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .column(person::Column::NameKey)
        .filter(person::Column::NameKey.is_in(sorted.iter().map(|(key, _)| key)))
        .into_tuple()
        .all(tx)
        .await?;
    let id_of = |name: &String| {
        let key = key(name);
        known
            .iter()
            .find(|(_, known)| *known == key)
            .map(|(id, _)| *id)
    };
    Ok(names.iter().filter_map(id_of).collect())
}
