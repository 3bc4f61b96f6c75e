//! Finds the movies that external ids, or a title and a year, may belong to.

use entity::movie;
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, DbErr};

use super::{KnownMovie, MovieMatch, find_matches, with_any_id};
use crate::catalog::{ExternalIds, MovieInput};
use crate::text::words_key;

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

/// The movies with that title and year whose ids and directors do not contradict `typed`. If one of
/// the two years is unknown, they must share a director. A merged movie, typed as it was, finds the
/// movie that it was merged into, whose title, year and directors may be others.
pub(in crate::catalog) async fn find_by_title(
    tx: &DatabaseTransaction,
    typed: &MovieInput,
) -> Result<Vec<KnownMovie>, DbErr> {
    let years = typed.year.map(|year| {
        Condition::any()
            .add(movie::Column::Year.eq(year))
            .add(movie::Column::Year.is_null())
    });
    let same_name = Condition::all()
        .add(movie::Column::TitleKey.eq(words_key(&typed.title)))
        .add_option(years);
    let mut matches = find_matches(tx, same_name).await?;
    matches.retain(|found| {
        let may_be_it = found.has_year_of(typed) || found.has_director_of(typed);
        may_be_it && ids_agree(&found.movie, &typed.ids)
    });
    if !typed.directors.is_empty() {
        matches = filter_by_directors(matches, typed);
    }
    if matches.iter().any(|found| found.has_year_of(typed)) {
        matches.retain(|found| found.has_year_of(typed));
    }
    Ok(matches.into_iter().map(|found| found.movie).collect())
}

/// Whether no id contradicts: a missing id agrees with any other.
pub(in crate::catalog) fn ids_agree(movie: &KnownMovie, typed: &ExternalIds) -> bool {
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

/// The movies that share a director with `typed`; if none does, those without any directors.
fn filter_by_directors(movies: Vec<MovieMatch>, typed: &MovieInput) -> Vec<MovieMatch> {
    let (theirs, others): (Vec<_>, Vec<_>) = movies
        .into_iter()
        .partition(|found| found.has_director_of(typed));
    if theirs.is_empty() {
        let unnamed = |found: &MovieMatch| found.movie.directors.is_empty();
        others.into_iter().filter(unnamed).collect()
    } else {
        theirs
    }
}

impl MovieMatch {
    /// Whether what was found came out in that year, or neither year is known.
    fn has_year_of(&self, typed: &MovieInput) -> bool {
        self.matched.iter().any(|movie| movie.year == typed.year)
    }

    /// Whether the movie shares a director with `typed`, or one that was merged into it does.
    fn has_director_of(&self, typed: &MovieInput) -> bool {
        let mut movies = std::iter::once(&self.movie).chain(&self.matched);
        movies.any(|movie| share_name(&movie.directors, &typed.directors))
    }
}

/// Whether the two lists share a name, or one of them is empty.
pub(in crate::catalog) fn directors_agree(some: &[String], others: &[String]) -> bool {
    some.is_empty() || others.is_empty() || share_name(some, others)
}

fn share_name(some: &[String], others: &[String]) -> bool {
    some.iter().any(|name| {
        let mut others = others.iter();
        others.any(|other| words_key(other) == words_key(name))
    })
}

/// Whether two names are the same once folded, in whichever order they are written: *Wong Kar-wai*
/// and *Kar-Wai Wong*.
pub(in crate::catalog) fn same_person(one: &str, other: &str) -> bool {
    let words = |name: &str| {
        let key = words_key(name);
        let mut words: Vec<_> = key.split(' ').map(str::to_owned).collect();
        words.sort();
        words
    };
    words(one) == words(other)
}

/// Whether two movies of one title and year may be the same: no id contradicts, and they share a
/// director unless one has none.
pub fn may_be_same(one: &KnownMovie, other: &KnownMovie) -> bool {
    ids_agree(one, &other.external_ids(None)) && directors_agree(&one.directors, &other.directors)
}
