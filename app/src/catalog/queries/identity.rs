//! Finds the movies that external ids, or a title and a year, may belong to.

use entity::movie;
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, DbErr};

use super::{KnownMovie, find_by_external_ids, find_where};
use crate::catalog::{ExternalIds, MovieInput};
use crate::text::folded_key;

/// The movie with one of the ids. IMDb ids take precedence over TMDB ids, and those over
/// Wikidata ids.
pub(in crate::catalog) async fn find_by_best_id(
    tx: &DatabaseTransaction,
    ids: &ExternalIds,
) -> Result<Option<KnownMovie>, DbErr> {
    let mut found = find_by_external_ids(tx, ids).await?;
    found.sort_by_key(|movie| match movie {
        movie if ids.imdb_id.is_some() && movie.imdb_id == ids.imdb_id => 0,
        movie if ids.tmdb_id.is_some() && movie.tmdb_id == ids.tmdb_id => 1,
        _ => 2,
    });
    Ok(found.into_iter().next())
}

/// The movies with that title and year whose ids and directors do not contradict `typed`.
pub(in crate::catalog) async fn find_by_title(
    tx: &DatabaseTransaction,
    typed: &MovieInput,
) -> Result<Vec<KnownMovie>, DbErr> {
    let same_name = Condition::all()
        .add(movie::Column::TitleKey.eq(folded_key(&typed.title)))
        .add(movie::Column::Year.eq(typed.year));
    let mut matches = find_where(tx, same_name).await?;
    matches.retain(|movie| ids_agree(movie, &typed.ids));
    Ok(if typed.directors.is_empty() {
        matches
    } else {
        filter_by_directors(matches, &typed.directors)
    })
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

/// The movies that share a director with the list; if none does, those without any directors.
fn filter_by_directors(movies: Vec<KnownMovie>, directors: &[String]) -> Vec<KnownMovie> {
    let is_theirs = |movie: &KnownMovie| {
        movie.directors.iter().any(|known| {
            directors
                .iter()
                .any(|named| folded_key(named) == folded_key(known))
        })
    };
    if movies.iter().any(is_theirs) {
        movies.into_iter().filter(is_theirs).collect()
    } else {
        movies
            .into_iter()
            .filter(|movie| movie.directors.is_empty())
            .collect()
    }
}
