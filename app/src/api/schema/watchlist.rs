//! Watchlists in responses and in requests.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{MovieChoice, Picture};
use crate::api::pagination::empty_as_none;
use crate::diary::RawMovie;
use crate::posters::preview_image;
use crate::watchlist::queries::WatchlistEntry;
use crate::watchlist::{WatchlistFilter, WatchlistOrder};
use crate::web::{Error, FieldErrors};

/// A film on a watchlist.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WatchlistEntry)]
pub struct SavedFilm {
    /// The id of the movie.
    movie_id: i64,
    /// The title of the movie.
    #[schema(example = "The Matrix")]
    title: String,
    /// The year of release; `null` if unknown.
    #[schema(example = 1999, minimum = 1888)]
    year: Option<i16>,
    /// The IMDb id; `null` if unknown.
    #[schema(example = "tt0133093")]
    imdb_id: Option<String>,
    /// The TMDB id; `null` if unknown.
    #[schema(example = 603)]
    tmdb_id: Option<i64>,
    /// The length in minutes; `null` if unknown.
    #[schema(example = 136)]
    runtime: Option<i16>,
    /// The note; empty for none.
    note: String,
    /// When it was saved.
    added_at: DateTime<Utc>,
    /// The day on which it was saved, in the member’s time zone. Logging a viewing of this day or
    /// later takes it off.
    added_on: NaiveDate,
    /// The poster; `null` if there is none.
    poster: Option<Picture>,
}

impl From<WatchlistEntry> for SavedFilm {
    fn from(entry: WatchlistEntry) -> Self {
        Self {
            movie_id: entry.movie,
            poster: preview_image(&entry.poster, &entry.title).map(Picture::from),
            title: entry.title,
            year: entry.year,
            imdb_id: entry.imdb_id,
            tmdb_id: entry.tmdb_id,
            runtime: entry.runtime,
            note: entry.note,
            added_at: entry.added_at,
            added_on: entry.added_on,
        }
    }
}

/// A page of a watchlist.
#[derive(Serialize, ToSchema)]
#[schema(as = Watchlist)]
pub struct SavedFilms {
    /// At most 48 films.
    pub entries: Vec<SavedFilm>,
    /// The address of the next page; `null` on the last page.
    #[schema(example = "/api/watchlist?cursor=48")]
    pub next: Option<String>,
}

/// The order of a watchlist.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = WatchlistOrder)]
pub enum Sort {
    /// The latest first.
    #[default]
    Added,
    Title,
    /// The newest film first.
    Year,
    /// The shortest film first.
    Length,
    /// As the member has put them.
    Hand,
}

impl From<Sort> for WatchlistOrder {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Added => Self::Added,
            Sort::Title => Self::Title,
            Sort::Year => Self::Year,
            Sort::Length => Self::Length,
            Sort::Hand => Self::ByHand,
        }
    }
}

/// The order and the filters of a watchlist.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct WatchlistQuery {
    /// The order.
    #[param(inline, required = false)]
    pub sort: Sort,
    /// Only films of this genre, given by its slug.
    #[param(example = "science-fiction")]
    genre: Option<String>,
    /// Only films released in the ten years from this one.
    #[serde(deserialize_with = "empty_as_none")]
    #[param(value_type = Option<i16>, example = 1990, minimum = 1880, maximum = 9990, multiple_of = 10)]
    decade: Option<i16>,
    /// Only films shorter than this many minutes.
    #[serde(deserialize_with = "empty_as_none")]
    #[param(value_type = Option<i16>, example = 100, minimum = 1, maximum = 9999)]
    under: Option<i16>,
    /// The `cursor` in the `next` address of the previous page.
    #[serde(deserialize_with = "empty_as_none")]
    #[param(value_type = Option<String>)]
    pub cursor: Option<i64>,
}

const INVALID_FILTER: &str =
    "A decade is its first year, such as 1990, and a length is 1 to 9999 minutes.";

impl WatchlistQuery {
    pub fn filter(&self) -> Result<WatchlistFilter, Error> {
        let is_decade = |first: &i16| (1880..=9990).contains(first) && first % 10 == 0;
        let is_length = |minutes: &i16| (1..=9999).contains(minutes);
        let is_valid =
            self.decade.as_ref().is_none_or(is_decade) && self.under.as_ref().is_none_or(is_length);
        if !is_valid {
            return Err(Error::BadRequest(INVALID_FILTER.to_owned()));
        }
        Ok(WatchlistFilter {
            genre: self.genre.clone(),
            decade: self.decade,
            under_minutes: self.under,
        })
    }
}

/// A film to save for later, given as in a review.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "title": "Heat", "year": 1995, "note": "Ada says so" }))]
pub struct FilmToSave {
    /// The id of a movie on this site. Excludes all other fields about the movie.
    movie_id: Option<i64>,
    /// The title of the movie. Required without `movie_id`, `imdb_id` and `tmdb_id`.
    #[schema(example = "The Matrix", min_length = 1, max_length = 255)]
    title: Option<String>,
    /// The year of release: from 1888 to ten years from now. Left out if unknown.
    #[schema(example = 1999, minimum = 1888, maximum = 9999)]
    year: Option<i32>,
    /// The directors, separated by commas. They tell movies with the same title and year apart.
    #[schema(example = "Lana Wachowski, Lilly Wachowski", max_length = 255)]
    director: Option<String>,
    /// The IMDb id of the movie.
    #[schema(example = "tt0133093")]
    imdb_id: Option<String>,
    /// The TMDB id of the movie.
    #[schema(example = 603, minimum = 1)]
    tmdb_id: Option<i64>,
    /// A note: at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

/// What to change of a film on the watchlist.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "note": "Ada says so" }))]
pub struct WatchlistNote {
    /// A note: at most 500 characters. If left out, it stays as it is.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl FilmToSave {
    pub fn into_form(self) -> Result<(RawMovie, Option<String>), FieldErrors> {
        let movie = MovieChoice {
            movie_id: self.movie_id,
            title: self.title,
            year: self.year,
            director: self.director,
            imdb_id: self.imdb_id,
            tmdb_id: self.tmdb_id,
        };
        Ok((movie.into_form()?, self.note))
    }
}
