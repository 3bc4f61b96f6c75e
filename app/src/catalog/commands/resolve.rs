//! Finds the movie that a member means, or creates it.

use entity::movie;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait, QueryResult};

use super::correct::current_identity_key;
use super::facts_queue::{requeue_facts_when_stale, requeue_unanswered_facts};
use super::lock::{lock_identity, locked_movie};
use super::movies::{index_movies, insert_directors, insert_movie, title_columns};
use crate::catalog::facts::ExternalIds;
use crate::catalog::film_match::film_in_catalog;
use crate::catalog::local::{CatalogFilm, LocalCatalog};
use crate::catalog::movie_input::title_or_id;
use crate::catalog::queries::{self, KnownMovie, MovieId, find_by_best_id, find_by_title};
use crate::catalog::{MovieInput, MovieRef};
use crate::clock::Clock;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResolvedMovie {
    pub id: MovieId,
    /// The year of release; read by [`finish_resolve`].
    pub year: Option<i16>,
    /// Whether the movie was created just now.
    pub is_new: bool,
    /// Whether the movie was queued to have its facts fetched.
    pub facts_queued: bool,
}

/// Why no single movie was found.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    #[error("no such movie")]
    NotFound,
    /// Several movies have that title and year.
    #[error("several movies fit")]
    Ambiguous(Vec<KnownMovie>),
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Finds a movie by IMDb id, then TMDB id, then Wikidata id, then by title and year; directors
/// tell movies of the same name apart. Creates the movie when there is none. If the local catalog
/// certainly has it, its ids are used too, and a new movie gets its facts at once.
///
/// Advisory locks serialize transactions that mean the same movie, so that it is created once.
/// The caller then [locks the movie](super::lock_movie_shared_query) and passes the row to
/// [`finish_resolve`].
pub async fn resolve(
    tx: &DatabaseTransaction,
    clock: &Clock,
    local: &LocalCatalog,
    movie_ref: &MovieRef,
) -> Result<ResolvedMovie, ResolveError> {
    let entered = match movie_ref {
        MovieRef::Existing(id) => {
            return Ok(ResolvedMovie {
                id: *id,
                year: None,
                is_new: false,
                facts_queued: false,
            });
        }
        MovieRef::Entered(typed) => typed,
    };
    let film = film_in_catalog(local, entered).await;
    let completed = film.as_ref().map(|film| completed_by(film, entered));
    let completed = completed.as_ref().unwrap_or(entered);
    Ok(match find_entered(tx, entered, completed).await? {
        Some(movie) => {
            let certain = if may_be(&movie, completed) {
                completed
            } else {
                entered
            };
            ResolvedMovie {
                id: movie.id,
                year: None,
                is_new: false,
                facts_queued: add_missing_fields(tx, clock, &movie, certain).await?,
            }
        }
        None => ResolvedMovie {
            id: insert_movie(tx, clock, completed, film.as_ref()).await?,
            year: None,
            is_new: true,
            facts_queued: true,
        },
    })
}

/// What was entered, with all that the catalog says of the film.
fn completed_by(film: &CatalogFilm, entered: &MovieInput) -> MovieInput {
    let ids = &entered.ids;
    let directors = [&film.directors, &entered.directors];
    let directors = directors.into_iter().find(|names| !names.is_empty());
    MovieInput {
        title: film.title.clone(),
        year: film.year.or(entered.year),
        directors: directors.cloned().unwrap_or_default(),
        ids: ExternalIds {
            imdb_id: ids.imdb_id.clone().or_else(|| film.imdb_id.clone()),
            tmdb_id: ids.tmdb_id.or(film.tmdb_id),
            wikidata_id: ids.wikidata_id.clone().or_else(|| film.wikidata_id.clone()),
        },
    }
}

/// Whether nothing says that the movie, which was found by what was entered, is not the film of the
/// catalog.
fn may_be(movie: &KnownMovie, completed: &MovieInput) -> bool {
    queries::ids_agree(movie, &completed.ids)
        && queries::directors_agree(&movie.directors, &completed.directors)
}

/// Completes [`resolve`] once the movie is locked. `row` is the result of the locking query. The
/// result has another id if the movie was merged meanwhile.
pub async fn finish_resolve(
    tx: &DatabaseTransaction,
    clock: &Clock,
    resolved: ResolvedMovie,
    row: Option<QueryResult>,
) -> Result<ResolvedMovie, ResolveError> {
    let movie = locked_movie(tx, row).await?.ok_or(ResolveError::NotFound)?;
    let was_requeued = requeue_facts_when_stale(tx, clock, &movie).await?;
    Ok(ResolvedMovie {
        id: movie.id,
        year: movie.year,
        facts_queued: resolved.facts_queued || was_requeued,
        ..resolved
    })
}

async fn find_entered(
    tx: &DatabaseTransaction,
    typed: &MovieInput,
    completed: &MovieInput,
) -> Result<Option<KnownMovie>, ResolveError> {
    lock_identity(tx, &completed.ids, &completed.title).await?;
    if let Some(movie) = find_by_best_id(tx, &completed.ids).await? {
        return Ok(Some(movie));
    }
    let mut matches = find_by_title(tx, typed).await?;
    if matches.is_empty() && completed != typed {
        matches = find_by_title(tx, completed).await?;
    }
    match matches.len() {
        0 | 1 => Ok(matches.pop()),
        _ => Err(ResolveError::Ambiguous(matches)),
    }
}

/// Adds ids, a title, a year and directors that the movie does not have yet, and changes none that
/// it has. Returns whether it was queued because it has a new id.
async fn add_missing_fields(
    tx: &DatabaseTransaction,
    clock: &Clock,
    known: &KnownMovie,
    typed: &MovieInput,
) -> Result<bool, DbErr> {
    let new = unused_ids(tx, missing_ids(known, &typed.ids)).await?;
    let mut completed = known.clone();
    completed.imdb_id = new.imdb_id.or(completed.imdb_id);
    completed.tmdb_id = new.tmdb_id.or(completed.tmdb_id);
    completed.year = known.year.or(typed.year);
    if has_id_as_title(known) {
        completed.title.clone_from(&typed.title);
    }
    if known.directors.is_empty() {
        completed.directors.clone_from(&typed.directors);
    }
    if completed == *known {
        return Ok(false);
    }
    if completed.directors != known.directors {
        insert_directors(tx, known.id, &completed.directors).await?;
    }
    let change = movie::ActiveModel {
        id: Set(known.id),
        identity_key: Set(current_identity_key(tx, &completed).await?),
        imdb_id: Set(completed.imdb_id.clone()),
        tmdb_id: Set(completed.tmdb_id),
        ..title_columns(&completed.title, completed.year)
    };
    movie::Entity::update(change).exec(tx).await?;
    index_movies(tx, &[known.id]).await?;
    let is_identified = completed.imdb_id != known.imdb_id || completed.tmdb_id != known.tmdb_id;
    if is_identified {
        requeue_unanswered_facts(tx, clock, known.id).await?;
    }
    Ok(is_identified)
}

fn missing_ids(known: &KnownMovie, typed: &ExternalIds) -> ExternalIds {
    ExternalIds {
        imdb_id: typed.imdb_id.clone().filter(|_| known.imdb_id.is_none()),
        tmdb_id: typed.tmdb_id.filter(|_| known.tmdb_id.is_none()),
        wikidata_id: None,
    }
}

/// Whether the movie was logged by an id alone, and nobody has told its title yet.
fn has_id_as_title(known: &KnownMovie) -> bool {
    known.title == title_or_id("", &known.external_ids(None))
}

/// The ids that no movie has yet.
async fn unused_ids(tx: &DatabaseTransaction, ids: ExternalIds) -> Result<ExternalIds, DbErr> {
    let taken = queries::find_by_external_ids(tx, &ids).await?;
    let has = |is_theirs: &dyn Fn(&KnownMovie) -> bool| taken.iter().any(is_theirs);
    Ok(ExternalIds {
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
