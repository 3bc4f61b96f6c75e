//! Which movies here the films of an archive are, if it is of this server.

use std::collections::HashMap;

use sea_orm::DbErr;

use super::candidate::ImportCandidate;
use super::files::row::NamedFilm;
use super::matching::{FilmDecision, match_named_films};
use crate::catalog::queries::{KnownMovie, find_by_ids, merge_targets};
use crate::catalog::{LocalCatalog, MovieId};
use crate::db::Db;

/// Matches films by their title, and those of an archive of this server by their movies. `server` is
/// what archives of this server say of it.
pub async fn match_films_of_import(
    db: &Db,
    local: &LocalCatalog,
    server: &str,
    named: &[NamedFilm],
) -> Result<Vec<FilmDecision>, DbErr> {
    let movies = movies_here(db, server, named).await?;
    let is_open =
        |film: &&NamedFilm| movie_here(film, server).is_none_or(|id| !movies.contains_key(&id));
    let open: Vec<NamedFilm> = named.iter().filter(is_open).cloned().collect();
    let mut matched = match_named_films(db, local, &open).await?.into_iter();
    let decisions = named.iter().map(|film| {
        let known = movie_here(film, server).and_then(|id| movies.get(&id));
        match known {
            Some(known) => Some(FilmDecision::for_movie(known.clone())),
            None => matched.next(),
        }
    });
    Ok(decisions.flatten().collect())
}

/// The movie here that a film of an archive of this server was.
fn movie_here(named: &NamedFilm, server: &str) -> Option<MovieId> {
    let copied = named.copied.as_ref()?;
    copied
        .movie
        .filter(|_| copied.server.as_deref() == Some(server))
}

/// The movies here that films of an archive of this server were, by their ids there.
async fn movies_here(
    db: &Db,
    server: &str,
    named: &[NamedFilm],
) -> Result<HashMap<MovieId, ImportCandidate>, DbErr> {
    let ids: Vec<MovieId> = named
        .iter()
        .filter_map(|film| movie_here(film, server))
        .collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let merged = merge_targets(db.reader(), &ids).await?;
    let target = |id: &MovieId| merged.get(id).copied().unwrap_or(*id);
    let targets: Vec<MovieId> = ids.iter().map(target).collect();
    let known = find_by_ids(db.reader(), &targets).await?;
    let known: HashMap<MovieId, KnownMovie> =
        known.into_iter().map(|movie| (movie.id, movie)).collect();
    let here = ids.iter().filter_map(|id| {
        let movie = known.get(&target(id))?;
        Some((*id, ImportCandidate::from(movie.clone())))
    });
    Ok(here.collect())
}
