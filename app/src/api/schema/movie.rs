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

/// The main facts of a movie.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MovieSummary)]
pub(in crate::api) struct Film {
    /// The id of the movie.
    id: i64,
    /// The title.
    #[schema(example = "The Matrix")]
    title: String,
    /// The year in which the movie came out.
    #[schema(example = 1999, minimum = 1888)]
    year: i16,
    /// The names of the directors.
    #[schema(example = json!(["Lana Wachowski", "Lilly Wachowski"]))]
    directors: Vec<String>,
    /// The IMDb id; `null` if unknown.
    #[schema(example = "tt0133093")]
    imdb_id: Option<String>,
    /// The TMDB id; `null` if unknown.
    #[schema(example = 603)]
    tmdb_id: Option<i64>,
    /// The poster; `null` if there is none.
    poster: Option<Picture>,
}

/// A page of movies.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Movies {
    /// At most 48 movies.
    pub(in crate::api) movies: Vec<Film>,
    /// The address of the next page; `null` on the last page.
    #[schema(example = "/api/movies?cursor=48")]
    pub(in crate::api) next: Option<String>,
}

/// Everything that is known of a movie.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Movie {
    /// The id of the movie.
    id: i64,
    /// The title.
    #[schema(example = "The Matrix")]
    title: String,
    /// The title in its original language; `null` if it is the same or unknown.
    original_title: Option<String>,
    /// The year in which the movie came out.
    #[schema(example = 1999, minimum = 1888)]
    year: i16,
    /// The directors.
    directors: Vec<Named>,
    /// The genres.
    genres: Vec<Kind>,
    /// The length in minutes; `null` if unknown.
    #[schema(example = 136)]
    runtime: Option<i16>,
    /// What the movie is about; empty if unknown.
    overview: String,
    /// The source of these facts: `tmdb`, `omdb` or `wikidata`; `null` if there is none yet.
    source: Option<&'static str>,
    /// The IMDb id; `null` if unknown.
    #[schema(example = "tt0133093")]
    imdb_id: Option<String>,
    /// The TMDB id; `null` if unknown.
    #[schema(example = 603)]
    tmdb_id: Option<i64>,
    /// The poster; `null` if there is none.
    poster: Option<Picture>,
    /// Whether the site is looking for a poster at this moment.
    poster_is_coming: bool,
    /// Whether a member chose the poster.
    poster_is_chosen: bool,
    /// The time of the next try to fetch the poster, after one that failed; otherwise `null`.
    poster_again_at: Option<DateTime<Utc>>,
    /// The number of reviews that the caller may see.
    reviews: u32,
    /// The mean of their ratings, in stars; `null` if there are none.
    #[schema(example = 4.25)]
    average: Option<f64>,
    /// How often each rating was given.
    ratings: Vec<RatingShare>,
}

/// A person who made movies.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub(in crate::api) struct Named {
    /// The id of the person, for the parameter `director`.
    id: i64,
    /// The name.
    #[schema(example = "Lana Wachowski")]
    name: String,
}

/// A genre.
#[derive(Serialize, ToSchema)]
#[schema(as = Genre)]
pub(in crate::api) struct Kind {
    /// The name in addresses, for the parameter `genre`.
    #[schema(example = "science-fiction")]
    slug: String,
    /// The name.
    #[schema(example = "Science Fiction")]
    name: String,
}

/// How often a rating was given.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct RatingShare {
    /// The rating in stars.
    #[schema(example = 4.5)]
    rating: f64,
    /// The number of reviews with this rating.
    reviews: u32,
}

/// Your own viewings of a movie.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct History {
    /// At most 50 viewings, the latest first.
    viewings: Vec<MovieViewing>,
    /// How your rating changed; `null` if you rated it fewer than two times.
    trend: Option<Trend>,
}

/// One of your viewings of a movie.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct MovieViewing {
    /// The id of the review.
    id: i64,
    /// The day on which the movie was watched; `null` if unknown.
    watched_on: Option<NaiveDate>,
    /// The rating in stars; `null` if not rated.
    #[schema(example = 4.5)]
    rating: Option<f64>,
    /// Whether you had seen the movie before.
    rewatch: bool,
    /// Who may see the review.
    visibility: Seen,
}

/// The latest rating, compared with those before it.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Trend {
    /// The latest rating, in stars.
    #[schema(example = 4.5)]
    latest: f64,
    /// The mean of the ratings before it, in stars.
    #[schema(example = 4.0)]
    before: f64,
    /// The direction of the change.
    way: TrendWay,
}

/// The direction in which a rating changed. Less than a quarter of a star is `steady`.
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

/// A merge patch (RFC 7396) of a movie: fields that are left out stay as they are.
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
    /// The year in which the movie came out: from 1888 to ten years from now.
    #[serde(default, deserialize_with = "given")]
    #[schema(example = 1999, minimum = 1888, maximum = 9999, nullable = false)]
    year: Option<i32>,
    /// The directors, separated by commas; `null` if unknown.
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
