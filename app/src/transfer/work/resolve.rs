//! Finds or creates the movies of an import, as logging does.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::ImportWorker;
use super::target::Target;
use crate::catalog::commands::lock_movie_shared_query;
use crate::catalog::{self, CatalogFilm, MovieId, MovieInput, MovieRef, ResolveError};
use crate::diary::commands::finish_resolving;
use crate::transfer::matching::{named_film, typed_movie};

/// The movie of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FoundMovie {
    Movie(MovieId),
    /// Several movies have its title and year by now.
    Ambiguous,
    /// The chosen movie is gone.
    Gone,
}

impl FoundMovie {
    pub(super) fn movie(self) -> Option<MovieId> {
        match self {
            Self::Movie(id) => Some(id),
            Self::Ambiguous | Self::Gone => None,
        }
    }
}

/// Finds or creates the movie of each target, and locks it. Adds those whose facts are queued to
/// `queued`.
pub(super) async fn resolve_targets(
    tx: &DatabaseTransaction,
    worker: &ImportWorker,
    targets: &[&Target],
    queued: &mut Vec<MovieId>,
) -> Result<Vec<FoundMovie>, DbErr> {
    let diary = &worker.diary;
    let mut found = Vec::new();
    let mut resolved = BTreeMap::new();
    for target in targets {
        let movie = movie_ref(target);
        match catalog::resolve(tx, &diary.clock, &diary.local_catalog, &movie).await {
            Ok(movie) => {
                found.push(FoundMovie::Movie(movie.id));
                let known = resolved.entry(movie.id).or_insert(movie);
                // The same movie may be created for one target and found for the next.
                known.is_new |= movie.is_new;
            }
            Err(ResolveError::Ambiguous(_)) => found.push(FoundMovie::Ambiguous),
            Err(ResolveError::NotFound) => found.push(FoundMovie::Gone),
            Err(ResolveError::Database(error)) => return Err(error),
        }
    }
    // In the order of ids, so that two transactions cannot deadlock.
    let mut finished = BTreeMap::new();
    for (id, movie) in resolved {
        let row = tx.query_one(&lock_movie_shared_query(id)).await?;
        let enabled = worker.catalog_enabled;
        let outcome = match finish_resolving(tx, &diary.clock, enabled, movie, row).await {
            Ok(movie) => {
                queued.extend(movie.facts_queued.then_some(movie.id));
                FoundMovie::Movie(movie.id)
            }
            Err(ResolveError::Database(error)) => return Err(error),
            Err(ResolveError::NotFound | ResolveError::Ambiguous(_)) => FoundMovie::Gone,
        };
        finished.insert(id, outcome);
    }
    let found = found.into_iter().map(|found| match found {
        FoundMovie::Movie(id) => finished.get(&id).copied().unwrap_or(found),
        other => other,
    });
    Ok(found.collect())
}

fn movie_ref(target: &Target) -> MovieRef {
    if let Some(movie) = target.movie() {
        return MovieRef::Existing(movie);
    }
    let chosen = target.films.iter().find_map(|film| film.film.as_deref());
    let chosen: Option<CatalogFilm> = chosen.and_then(|json| serde_json::from_str(json).ok());
    let entered = chosen.map(MovieInput::from).unwrap_or_else(|| {
        let named = target.films.first().map(named_film).unwrap_or_default();
        typed_movie(&named)
    });
    MovieRef::Entered(entered)
}
