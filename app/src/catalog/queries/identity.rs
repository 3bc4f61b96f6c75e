//! Finds the movies that external ids, or a title and a year, may belong to.

use entity::movie;
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, DbErr};

use super::{KnownMovie, MovieMatch, find_matches, with_any_id};
use crate::catalog::{ExternalIds, MovieInput};
use crate::text::folded_key;

/// The movie with one of the ids, even if only a movie merged into it has that id. IMDb ids take
/// precedence over TMDB ids, and those over Wikidata ids.
pub(in crate::catalog) async fn find_by_best_id(
    tx: &DatabaseTransaction,
    ids: &ExternalIds,
) -> Result<Option<KnownMovie>, DbErr> {
    let rank = |movie: &KnownMovie| match movie {
        movie if ids.imdb_id.is_some() && movie.imdb_id == ids.imdb_id => 0,
        movie if ids.tmdb_id.is_some() && movie.tmdb_id == ids.tmdb_id => 1,
        _ => 2,
    };
    let found = find_matches(tx, with_any_id(ids)).await?;
    let best = found
        .into_iter()
        .min_by_key(|found| found.matched.iter().map(rank).min());
    Ok(best.map(|found| found.movie))
}

/// The movies with that title and year whose ids and directors do not contradict `typed`. A
/// merged movie, typed as it was, finds the movie that it was merged into, whose title, year and
/// directors may be others.
pub(in crate::catalog) async fn find_by_title(
    tx: &DatabaseTransaction,
    typed: &MovieInput,
) -> Result<Vec<KnownMovie>, DbErr> {
    let same_name = Condition::all()
        .add(movie::Column::TitleKey.eq(folded_key(&typed.title)))
        .add(movie::Column::Year.eq(typed.year));
    let mut matches = find_matches(tx, same_name).await?;
    matches.retain(|found| ids_agree(&found.movie, &typed.ids));
    if !typed.directors.is_empty() {
        matches = filter_by_directors(matches, &typed.directors);
    }
    Ok(matches.into_iter().map(|found| found.movie).collect())
}

/// Whether no id contradicts: a missing id agrees with any other.
fn ids_agree(movie: &KnownMovie, typed: &ExternalIds) -> bool {
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

/// The movies that share a director with the list, or that had one before they were merged; if
/// none does, those without any directors.
fn filter_by_directors(movies: Vec<MovieMatch>, directors: &[String]) -> Vec<MovieMatch> {
    let is_theirs = |movie: &KnownMovie| {
        movie.directors.iter().any(|known| {
            directors
                .iter()
                .any(|named| folded_key(named) == folded_key(known))
        })
    };
    let (theirs, others): (Vec<_>, Vec<_>) = movies
        .into_iter()
        .partition(|found| is_theirs(&found.movie) || found.matched.iter().any(is_theirs));
    if theirs.is_empty() {
        let unnamed = |found: &MovieMatch| found.movie.directors.is_empty();
        others.into_iter().filter(unnamed).collect()
    } else {
        theirs
    }
}
