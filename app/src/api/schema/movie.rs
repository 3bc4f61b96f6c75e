//! Movies in responses, and corrections of movies in requests.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Picture, to_stars};
use crate::api::fields::{double_option, non_null};
use crate::catalog::queries::{GenreRow, PersonRow};
use crate::catalog::{KnownMovie, MovieId};
use crate::movies::{MovieDetails, RawCorrection};
use crate::posters::{Poster, preview_image};
use crate::stats::{RatingCount, Tally};

/// The main facts of a movie.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MovieSummary)]
pub struct MovieSummary {
    /// The id of the movie.
    id: i64,
    /// The title of the movie.
    #[schema(example = "The Matrix")]
    title: String,
    /// The year of release; `null` if unknown.
    #[schema(example = 1999, minimum = 1888)]
    year: Option<i16>,
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
pub struct Movies {
    /// At most 48 movies.
    pub movies: Vec<MovieSummary>,
    /// The address of the next page; `null` on the last page.
    #[schema(example = "/api/movies?cursor=48")]
    pub next: Option<String>,
}

/// All details of a movie.
#[derive(Serialize, ToSchema)]
pub struct Movie {
    /// The id of the movie.
    id: i64,
    /// The title of the movie.
    #[schema(example = "The Matrix")]
    title: String,
    /// The title in the original language; `null` if it is the same or unknown.
    original_title: Option<String>,
    /// The year of release; `null` if unknown.
    #[schema(example = 1999, minimum = 1888)]
    year: Option<i16>,
    /// The directors of the movie.
    directors: Vec<MovieDirector>,
    /// The genres of the movie.
    genres: Vec<MovieGenre>,
    /// The length in minutes; `null` if unknown.
    #[schema(example = 136)]
    runtime: Option<i16>,
    /// A summary of the plot; empty if unknown.
    overview: String,
    /// The source of these details: `tmdb`, `omdb` or `wikidata`; `null` if there is none yet.
    source: Option<&'static str>,
    /// The IMDb id; `null` if unknown.
    #[schema(example = "tt0133093")]
    imdb_id: Option<String>,
    /// The TMDB id; `null` if unknown.
    #[schema(example = 603)]
    tmdb_id: Option<i64>,
    /// The poster; `null` if there is none.
    poster: Option<Picture>,
    /// Whether the site is currently looking for a poster.
    poster_is_coming: bool,
    /// Whether a member chose the poster.
    poster_is_chosen: bool,
    /// The time of the next attempt to fetch the poster; `null` unless one has failed.
    poster_again_at: Option<DateTime<Utc>>,
    /// The number of reviews that the caller may see.
    reviews: u32,
    /// The average rating in stars; `null` if there are no ratings.
    #[schema(example = 4.25)]
    average: Option<f64>,
    /// The number of reviews by rating.
    ratings: Vec<RatingShare>,
}

/// A director of a movie.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub struct MovieDirector {
    /// The id of the director, for the parameter `director`.
    id: i64,
    /// The name of the director.
    #[schema(example = "Lana Wachowski")]
    name: String,
}

/// A genre of a movie.
#[derive(Serialize, ToSchema)]
#[schema(as = Genre)]
pub struct MovieGenre {
    /// The slug, for the parameter `genre`.
    #[schema(example = "science-fiction")]
    slug: String,
    /// The name of the genre.
    #[schema(example = "Science Fiction")]
    name: String,
}

/// The number of reviews with one rating.
#[derive(Serialize, ToSchema)]
pub struct RatingShare {
    /// The rating in stars.
    #[schema(example = 4.5)]
    rating: f64,
    /// The number of reviews with this rating.
    reviews: u32,
}

/// A merge patch (RFC 7396) of a movie: fields that are left out stay as they are.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "year": 1996 }))]
pub struct Correction {
    /// The title of the movie.
    #[serde(default, deserialize_with = "non_null")]
    #[schema(
        example = "The Matrix",
        min_length = 1,
        max_length = 255,
        nullable = false
    )]
    title: Option<String>,
    /// The year of release: from 1888 to ten years from now; `null` if unknown.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(example = 1999, minimum = 1888, maximum = 9999)]
    year: Option<Option<i32>>,
    /// The directors, separated by commas; `null` if unknown.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(example = "Lana Wachowski, Lilly Wachowski", max_length = 255)]
    director: Option<Option<String>>,
}

impl MovieSummary {
    pub fn of(movie: &KnownMovie, posters: &HashMap<MovieId, Poster>) -> Self {
        let poster = posters.get(&movie.id);
        Self {
            id: movie.id,
            title: movie.title.clone(),
            year: movie.year,
            directors: movie.directors.clone(),
            imdb_id: movie.imdb_id.clone(),
            tmdb_id: movie.tmdb_id,
            poster: poster
                .and_then(|poster| preview_image(poster, &movie.title))
                .map(Picture::from),
        }
    }
}

impl From<&MovieDetails> for Movie {
    fn from(details: &MovieDetails) -> Self {
        let MovieDetails {
            movie,
            facts,
            poster_info: poster,
            ratings: rated,
            ..
        } = details;
        let Tally { reviews, .. } = rated.tally();
        Self {
            id: movie.id,
            title: movie.title.clone(),
            original_title: facts.original_title.clone(),
            year: movie.year,
            directors: details.directors.iter().map(MovieDirector::from).collect(),
            genres: facts.genres.iter().map(MovieGenre::from).collect(),
            runtime: facts.runtime,
            overview: facts.overview.clone(),
            source: facts.source.map(|source| source.name()),
            imdb_id: movie.imdb_id.clone(),
            tmdb_id: movie.tmdb_id,
            poster: preview_image(&poster.poster, &movie.title).map(Picture::from),
            poster_is_coming: poster.poster == Poster::Pending,
            poster_is_chosen: poster.is_pinned,
            poster_again_at: poster.retry_at,
            reviews,
            average: rated.tally().average(),
            ratings: rated
                .rating_counts()
                .into_iter()
                .map(RatingShare::from)
                .collect(),
        }
    }
}

impl From<&PersonRow> for MovieDirector {
    fn from(person: &PersonRow) -> Self {
        Self {
            id: person.id,
            name: person.name.clone(),
        }
    }
}

impl From<&GenreRow> for MovieGenre {
    fn from(genre: &GenreRow) -> Self {
        Self {
            slug: genre.slug.clone(),
            name: genre.name.clone(),
        }
    }
}

impl From<RatingCount> for RatingShare {
    fn from(share: RatingCount) -> Self {
        Self {
            rating: to_stars(share.rating),
            reviews: share.reviews,
        }
    }
}

impl Correction {
    /// Fills in the form of the page, which starts with the present facts of `movie`.
    pub fn into_form(self, movie: &KnownMovie) -> RawCorrection {
        let form = RawCorrection::from_movie(movie);
        RawCorrection {
            title: self.title.unwrap_or(form.title),
            year: self.year.map_or(form.year, |year| {
                year.map(|year| year.to_string()).unwrap_or_default()
            }),
            director: self
                .director
                .map_or(form.director, Option::unwrap_or_default),
            ..RawCorrection::default()
        }
    }
}
