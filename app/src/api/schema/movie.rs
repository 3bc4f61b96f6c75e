//! Films, as they go out and as they come in.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::Rating;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Picture, Seen, stars};
use crate::api::body::{given, said};
use crate::catalog::queries::{Genre, Person};
use crate::catalog::{Known, MovieId};
use crate::diary::queries::Viewing;
use crate::movies::{RawCorrection, Sheet};
use crate::posters::{Poster, preview};
use crate::stats::{Change, Share, Tally, Way, change};

/// A film, in a line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in crate::api) struct Film {
    /// Which one.
    id: i64,
    /// Its title.
    #[schema(example = "The Matrix")]
    title: String,
    /// The year it came out.
    #[schema(example = 1999)]
    year: i16,
    /// Who directed it.
    #[schema(example = json!(["Lana Wachowski", "Lilly Wachowski"]))]
    directors: Vec<String>,
    /// Its id at IMDb.
    #[schema(example = "tt0133093")]
    imdb_id: Option<String>,
    /// Its id at TMDB.
    #[schema(example = 603)]
    tmdb_id: Option<i64>,
    /// Its poster, if there is one.
    poster: Option<Picture>,
}

/// A page of films.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Movies {
    /// At most 48.
    pub(in crate::api) movies: Vec<Film>,
    /// Where the list goes on; `null` at its end.
    #[schema(example = "/api/movies?cursor=48")]
    pub(in crate::api) next: Option<String>,
}

/// All that is known of a film.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Movie {
    /// Which one.
    id: i64,
    /// Its title.
    #[schema(example = "The Matrix")]
    title: String,
    /// The title where it was made, if it is another.
    original_title: Option<String>,
    /// The year it came out.
    #[schema(example = 1999)]
    year: i16,
    /// Who directed it.
    directors: Vec<Named>,
    /// Of which kind it is.
    genres: Vec<Kind>,
    /// Minutes.
    #[schema(example = 136)]
    runtime: Option<i16>,
    /// What it is about; empty if nobody said so.
    overview: String,
    /// Who said these things: `tmdb`, `omdb` or `wikidata`; `null` while nobody has.
    source: Option<&'static str>,
    /// Its id at IMDb.
    #[schema(example = "tt0133093")]
    imdb_id: Option<String>,
    /// Its id at TMDB.
    #[schema(example = 603)]
    tmdb_id: Option<i64>,
    /// Its poster, if there is one.
    poster: Option<Picture>,
    /// Whether a poster is looked for just now.
    poster_is_coming: bool,
    /// Whether a member chose the poster.
    poster_is_chosen: bool,
    /// When the poster is fetched again, where it could not be had yet.
    poster_again_at: Option<DateTime<Utc>>,
    /// How many reviews of it there are, of those that one may see.
    reviews: u32,
    /// The mean of their ratings, in stars.
    #[schema(example = 4.25)]
    average: Option<f64>,
    /// How often it has each rating.
    ratings: Vec<RatingShare>,
}

/// Somebody who made films.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Named {
    /// Who.
    id: i64,
    /// The name.
    #[schema(example = "Lana Wachowski")]
    name: String,
}

/// A kind of film.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Kind {
    /// The name in addresses.
    #[schema(example = "science-fiction")]
    slug: String,
    /// The name.
    #[schema(example = "Science Fiction")]
    name: String,
}

/// How often a rating was given.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct RatingShare {
    /// Stars.
    #[schema(example = 4.5)]
    rating: f64,
    /// How often.
    reviews: u32,
}

/// When one saw a film, and how one liked it.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct History {
    /// The last one first, at most fifty.
    viewings: Vec<MovieViewing>,
    /// How the rating moved; `null` with fewer than two ratings.
    trend: Option<Trend>,
}

/// One’s own viewing of a film.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct MovieViewing {
    /// The review.
    id: i64,
    /// The day; `null` where it is not remembered.
    watched_on: Option<NaiveDate>,
    /// Stars.
    #[schema(example = 4.5)]
    rating: Option<f64>,
    /// Seen before.
    rewatch: bool,
    /// Who may see the review.
    visibility: Seen,
}

/// The latest rating against those before.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Trend {
    /// The latest, in stars.
    #[schema(example = 4.5)]
    latest: f64,
    /// The mean of those before, in stars.
    #[schema(example = 4.0)]
    before: f64,
    /// Which way it went.
    way: TrendWay,
}

/// Which way a rating went: less than a quarter of a star is steady.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::api) enum TrendWay {
    /// Up.
    Improved,
    /// Down.
    Declined,
    /// Neither.
    Steady,
}

/// What is wrong about a film; what is left out stays (RFC 7396).
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "year": 1996 }))]
pub(in crate::api) struct Correction {
    /// The title.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        example = "The Matrix",
        min_length = 1,
        max_length = 255,
        nullable = false
    )]
    title: Option<String>,
    /// The year it came out.
    #[serde(default, deserialize_with = "given")]
    #[schema(example = 1999, minimum = 1888, maximum = 9999, nullable = false)]
    year: Option<i32>,
    /// Who directed it, with commas between several; `null` for nobody known.
    #[serde(default, deserialize_with = "said")]
    #[schema(example = "Lana Wachowski, Lilly Wachowski", max_length = 255)]
    director: Option<Option<String>>,
}

impl Film {
    /// `movie`, with the poster among `posters` that is its own.
    pub(in crate::api) fn of(movie: &Known, posters: &HashMap<MovieId, Poster>) -> Self {
        let poster = posters.get(&movie.id);
        Self {
            id: movie.id,
            title: movie.title.clone(),
            year: movie.year,
            directors: movie.directors.clone(),
            imdb_id: movie.imdb_id.clone(),
            tmdb_id: movie.tmdb_id,
            poster: poster
                .and_then(|poster| preview(poster, &movie.title))
                .map(Picture::from),
        }
    }
}

impl From<&Sheet> for Movie {
    fn from(sheet: &Sheet) -> Self {
        let Sheet {
            movie,
            said,
            poster,
            rated,
            ..
        } = sheet;
        let Tally { reviews, .. } = rated.tally();
        Self {
            id: movie.id,
            title: movie.title.clone(),
            original_title: said.original_title.clone(),
            year: movie.year,
            directors: sheet.directors.iter().map(Named::from).collect(),
            genres: said.genres.iter().map(Kind::from).collect(),
            runtime: said.runtime,
            overview: said.overview.clone(),
            source: said.source.map(|source| source.name()),
            imdb_id: movie.imdb_id.clone(),
            tmdb_id: movie.tmdb_id,
            poster: preview(&poster.poster, &movie.title).map(Picture::from),
            poster_is_coming: poster.poster == Poster::OnItsWay,
            poster_is_chosen: poster.is_pinned,
            poster_again_at: poster.again_at,
            reviews,
            average: rated.tally().average(),
            ratings: rated.shares().into_iter().map(RatingShare::from).collect(),
        }
    }
}

impl From<&Person> for Named {
    fn from(person: &Person) -> Self {
        Self {
            id: person.id,
            name: person.name.clone(),
        }
    }
}

impl From<&Genre> for Kind {
    fn from(genre: &Genre) -> Self {
        Self {
            slug: genre.slug.clone(),
            name: genre.name.clone(),
        }
    }
}

impl From<Share> for RatingShare {
    fn from(share: Share) -> Self {
        Self {
            rating: stars(share.rating),
            reviews: share.reviews,
        }
    }
}

impl From<&[Viewing]> for History {
    fn from(viewings: &[Viewing]) -> Self {
        let ratings: Vec<Rating> = viewings.iter().filter_map(|seen| seen.rating).collect();
        Self {
            trend: change(&ratings).map(Trend::from),
            viewings: viewings.iter().map(MovieViewing::from).collect(),
        }
    }
}

impl From<&Viewing> for MovieViewing {
    fn from(seen: &Viewing) -> Self {
        Self {
            id: seen.id,
            watched_on: seen.watched_on,
            rating: seen.rating.map(stars),
            rewatch: seen.rewatch,
            visibility: seen.visibility.into(),
        }
    }
}

impl From<Change> for Trend {
    fn from(change: Change) -> Self {
        Self {
            latest: change.latest,
            before: change.before,
            way: match change.way {
                Way::Improved => TrendWay::Improved,
                Way::Declined => TrendWay::Declined,
                Way::Steady => TrendWay::Steady,
            },
        }
    }
}

impl Correction {
    /// As the form on the page would send it, which is filled with `movie` at first.
    pub(in crate::api) fn typed(self, movie: &Known) -> RawCorrection {
        let form = RawCorrection::of(movie);
        RawCorrection {
            title: self.title.unwrap_or(form.title),
            year: self.year.map_or(form.year, |year| year.to_string()),
            director: self
                .director
                .map_or(form.director, Option::unwrap_or_default),
        }
    }
}
