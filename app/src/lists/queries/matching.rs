//! Which movie a typed line means. It is matched as the box to log a film matches.

use chrono::NaiveDate;
use sea_orm::{Condition, DbErr};

use crate::catalog::film_match::film_in_catalog;
use crate::catalog::queries::search_movies;
use crate::catalog::{CatalogQuery, FoundFilm, KnownMovie, LocalCatalog, MovieRef, find_films};
use crate::db::Db;
use crate::diary::RawMovie;
use crate::diary::components::search_box::unread_link_message;
use crate::text::words_key;
use crate::web::FieldErrors;

/// Enough to find all movies with the same title.
const MAX_MATCHES: usize = 40;

#[derive(Clone, Debug)]
pub enum LineMatch {
    Decided(MovieRef),
    Undecided {
        /// The best match first.
        candidates: Vec<FoundFilm>,
        /// What is wrong with the line; `None` if it can be added as it is typed.
        fault: Option<String>,
    },
}

/// A line with an id, or one that only a single movie fits, is decided, and so is one that is
/// certainly a film of the local catalog. So is a title with its year if nothing here that is found
/// has the same title or year: it becomes a new movie.
pub async fn match_line(
    db: &Db,
    local: &LocalCatalog,
    line: &str,
    today: NaiveDate,
) -> Result<LineMatch, DbErr> {
    let raw = RawMovie::from_typed(line, today);
    let mut errors = FieldErrors::default();
    let typed = raw.check(today, &mut errors);
    let has_id = !raw.imdb_id.is_empty() || !raw.tmdb_id.is_empty();
    if has_id && let Some(movie) = typed {
        return Ok(LineMatch::Decided(movie));
    }
    let query = CatalogQuery::parse(line);
    let titled = match raw.title.as_str() {
        "" => query.clone(),
        title => CatalogQuery::parse(title),
    };
    let found = search_movies(db, &titled, Condition::all(), MAX_MATCHES).await?;
    let fits = |movie: &&KnownMovie| is_same(movie, &raw);
    let fitting: Vec<&KnownMovie> = found.iter().filter(fits).collect();
    if let [movie] = fitting[..] {
        return Ok(LineMatch::Decided(MovieRef::Existing(movie.id)));
    }
    if fitting.is_empty()
        && let Some(MovieRef::Entered(entered)) = &typed
        && let Some(film) = film_in_catalog(local, entered).await
    {
        return Ok(LineMatch::Decided(MovieRef::Entered(film.into())));
    }
    let fault = match (&query.unread_link, errors.iter().next()) {
        (Some(link), _) => Some(unread_link_message(link)),
        (None, Some((_, message))) => Some(message.to_owned()),
        (None, None) => None,
    };
    let is_similar = |movie: &KnownMovie| has_title(movie, &raw) || has_year(movie, &raw);
    if let Some(movie) = typed
        && !raw.year.is_empty()
        && fault.is_none()
        && !found.iter().any(is_similar)
    {
        return Ok(LineMatch::Decided(movie));
    }
    Ok(LineMatch::Undecided {
        candidates: find_films(db, local, &titled).await?.films,
        fault,
    })
}

/// Whether the movie has the title, and the year and the director if they are typed.
fn is_same(movie: &KnownMovie, raw: &RawMovie) -> bool {
    let director = words_key(&raw.director);
    let is_directed = || {
        movie
            .directors
            .iter()
            .any(|name| words_key(name) == director)
    };
    has_title(movie, raw)
        && (raw.year.is_empty() || has_year(movie, raw))
        && (director.is_empty() || is_directed())
}

fn has_title(movie: &KnownMovie, raw: &RawMovie) -> bool {
    let title = words_key(&raw.title);
    !title.is_empty() && words_key(&movie.title) == title
}

fn has_year(movie: &KnownMovie, raw: &RawMovie) -> bool {
    movie.year.is_some_and(|year| year.to_string() == raw.year)
}
