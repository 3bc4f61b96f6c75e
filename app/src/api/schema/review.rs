//! Reviews, as they go out and as they come in.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{Audience, Rating, Visibility};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Author, Picture, Seen, written};
use crate::accounts::Viewer;
use crate::api::body::said;
use crate::diary::{Entry, RawFilm, RawReview, ticked};
use crate::posters::preview;
use crate::web::Fields;

/// One viewing of one movie by one member.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Review {
    /// The id of the review.
    id: i64,
    /// The id of the movie.
    movie_id: i64,
    /// The title of the movie.
    #[schema(example = "The Matrix")]
    title: String,
    /// The year in which the movie came out.
    #[schema(example = 1999, minimum = 1888)]
    year: i16,
    /// The poster of the movie; `null` if there is none.
    poster: Option<Picture>,
    /// The member who wrote the review.
    member: Author,
    /// The rating: 0 to 5 stars in steps of 0.5; `null` if not rated.
    #[schema(example = 4.5, minimum = 0, maximum = 5)]
    rating: Option<f64>,
    /// Whether the member marked the movie with a heart.
    liked: bool,
    /// Whether the member had seen the movie before.
    rewatch: bool,
    /// The day on which the movie was watched; `null` if unknown.
    #[schema(example = "2024-03-07")]
    watched_on: Option<NaiveDate>,
    /// The tags, in the order in which they were entered.
    #[schema(example = json!(["cinema"]))]
    tags: Vec<String>,
    /// The comment; empty if there is none.
    comment: String,
    /// Whether the comment gives the plot away.
    spoiler: bool,
    /// Who may see the review. Its author gets what they chose; others get what holds, which is
    /// the stricter of the diary’s and the review’s.
    visibility: Seen,
    /// The time at which the review was logged.
    logged_at: DateTime<Utc>,
    /// The time of its last change.
    updated_at: DateTime<Utc>,
}

/// A page of reviews.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Reviews {
    /// At most 20 reviews.
    pub(in crate::api) reviews: Vec<Review>,
    /// The address of the next page; `null` on the last page.
    #[schema(example = "/api/feed?cursor=1709830000000000.7")]
    pub(in crate::api) next: Option<String>,
}

impl Review {
    /// `entry`, as `viewer` sees it.
    pub(in crate::api) fn of(entry: &Entry, viewer: &Viewer) -> Self {
        Self {
            id: entry.id,
            movie_id: entry.movie_id,
            title: entry.title.clone(),
            year: entry.year,
            poster: preview(&entry.poster, &entry.title).map(Picture::from),
            member: Author {
                username: entry.username.clone(),
                display_name: entry.display_name.clone(),
            },
            rating: entry.rating.map(stars),
            liked: entry.liked,
            rewatch: entry.rewatch,
            watched_on: entry.watched_on,
            tags: entry.tags.clone(),
            comment: entry.comment.clone(),
            spoiler: entry.spoiler,
            visibility: visibility(entry, viewer).into(),
            logged_at: entry.logged_at,
            updated_at: entry.updated_at,
        }
    }
}

/// What its writer chose is theirs to know: a review that was made public in a diary that is
/// for members is a members' one to others.
fn visibility(entry: &Entry, viewer: &Viewer) -> Visibility {
    match entry.audience {
        _ if viewer.is(entry.member_id) => entry.visibility,
        Audience::Public => Visibility::Public,
        Audience::Members => Visibility::Members,
        Audience::Owner | Audience::Nobody => Visibility::Private,
    }
}

/// A rating in stars.
pub(in crate::api) fn stars(rating: Rating) -> f64 {
    f64::from(rating.half_stars()) / 2.0
}

/// A review to log. The movie is named either by `movie_id`, or by its title and year.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "title": "Heat", "year": 1995, "rating": 4.5 }))]
pub(in crate::api) struct ReviewToLog {
    /// The id of a movie that is known here. Excludes all other fields about the movie.
    #[serde(default)]
    movie_id: Option<i64>,
    /// The title of the movie. Required without `movie_id`.
    #[serde(default)]
    #[schema(example = "The Matrix", min_length = 1, max_length = 255)]
    title: Option<String>,
    /// The year in which the movie came out: from 1888 to ten years from now. Required without
    /// `movie_id`.
    #[serde(default)]
    #[schema(example = 1999, minimum = 1888, maximum = 9999)]
    year: Option<i32>,
    /// The directors, separated by commas. Tells apart movies of the same title and year.
    #[serde(default)]
    #[schema(example = "Lana Wachowski, Lilly Wachowski", max_length = 255)]
    director: Option<String>,
    /// The IMDb id of the movie.
    #[serde(default)]
    #[schema(example = "tt0133093")]
    imdb_id: Option<String>,
    /// The TMDB id of the movie.
    #[serde(default)]
    #[schema(example = 603, minimum = 1)]
    tmdb_id: Option<i64>,
    /// The rating: 0 to 5 stars in steps of 0.5; `null` for none.
    #[serde(default)]
    #[schema(example = 4.5, minimum = 0, maximum = 5, multiple_of = 0.5)]
    rating: Option<f64>,
    /// The day on which the movie was watched; `null` if unknown. Today if left out.
    #[serde(
        default,
        deserialize_with = "said",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(example = "2024-03-07")]
    watched_on: Option<Option<NaiveDate>>,
    /// Whether the member had seen the movie before. If left out, it is true when they have
    /// already logged the movie that `movie_id` names.
    #[serde(default)]
    rewatch: Option<bool>,
    /// Whether the member marked the movie with a heart.
    #[serde(default)]
    liked: Option<bool>,
    /// At most 10 tags of at most 32 characters each, without commas.
    #[serde(default)]
    #[schema(example = json!(["cinema"]), max_items = 10)]
    tags: Option<Vec<String>>,
    /// Whether the comment gives the plot away.
    #[serde(default)]
    spoiler: Option<bool>,
    /// The comment.
    #[serde(default)]
    #[schema(max_length = 10_000)]
    comment: Option<String>,
    /// Who may see the review. If left out, whoever may see the diary.
    #[serde(default)]
    visibility: Option<Seen>,
}

/// A merge patch (RFC 7396) of a review: fields that are left out stay as they are, and `null`
/// empties a field.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "rating": 5, "tags": null }))]
pub(in crate::api) struct ReviewChange {
    /// The rating: 0 to 5 stars in steps of 0.5; `null` for none.
    #[serde(deserialize_with = "said")]
    #[schema(example = 4.5, minimum = 0, maximum = 5, multiple_of = 0.5)]
    rating: Option<Option<f64>>,
    /// The day on which the movie was watched; `null` if unknown.
    #[serde(deserialize_with = "said")]
    #[schema(example = "2024-03-07")]
    watched_on: Option<Option<NaiveDate>>,
    /// Whether the member had seen the movie before.
    #[serde(deserialize_with = "said")]
    rewatch: Option<Option<bool>>,
    /// Whether the member marked the movie with a heart.
    #[serde(deserialize_with = "said")]
    liked: Option<Option<bool>>,
    /// At most 10 tags of at most 32 characters each, without commas. They replace the present ones.
    #[serde(deserialize_with = "said")]
    #[schema(max_items = 10)]
    tags: Option<Option<Vec<String>>>,
    /// Whether the comment gives the plot away.
    #[serde(deserialize_with = "said")]
    spoiler: Option<Option<bool>>,
    /// The comment.
    #[serde(deserialize_with = "said")]
    #[schema(max_length = 10_000)]
    comment: Option<Option<String>>,
    /// Who may see the review; `null` for whoever may see the diary.
    #[serde(deserialize_with = "said")]
    visibility: Option<Option<Seen>>,
}

/// The movie of a review, named either by `movie_id`, or by its title and year.
#[derive(Deserialize, ToSchema)]
#[schema(as = MovieChoice)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "title": "Heat", "year": 1986 }))]
pub(in crate::api) struct FilmMeant {
    /// The id of a movie that is known here. Excludes all other fields about the movie.
    #[serde(default)]
    movie_id: Option<i64>,
    /// The title of the movie. Required without `movie_id`.
    #[serde(default)]
    #[schema(example = "The Matrix", min_length = 1, max_length = 255)]
    title: Option<String>,
    /// The year in which the movie came out: from 1888 to ten years from now. Required without
    /// `movie_id`.
    #[serde(default)]
    #[schema(example = 1999, minimum = 1888, maximum = 9999)]
    year: Option<i32>,
    /// The directors, separated by commas. Tells apart movies of the same title and year.
    #[serde(default)]
    #[schema(example = "Lana Wachowski, Lilly Wachowski", max_length = 255)]
    director: Option<String>,
    /// The IMDb id of the movie.
    #[serde(default)]
    #[schema(example = "tt0133093")]
    imdb_id: Option<String>,
    /// The TMDB id of the movie.
    #[serde(default)]
    #[schema(example = 603, minimum = 1)]
    tmdb_id: Option<i64>,
}

impl ReviewToLog {
    /// The film that is known here, where nobody says whether it was seen before.
    pub(in crate::api) fn maybe_seen(&self) -> Option<i64> {
        self.movie_id.filter(|_| self.rewatch.is_none())
    }

    /// As the form on the page would send it. `fresh` is the form before anything is typed, in
    /// a diary of members whose reviews are seen as it says.
    pub(in crate::api) fn typed(self, fresh: RawReview) -> Result<RawReview, Fields> {
        let film = FilmMeant {
            movie_id: self.movie_id,
            title: self.title,
            year: self.year,
            director: self.director,
            imdb_id: self.imdb_id,
            tmdb_id: self.tmdb_id,
        };
        let change = ReviewChange {
            rating: Some(self.rating),
            watched_on: self.watched_on,
            rewatch: self.rewatch.map(Some),
            liked: Some(self.liked),
            tags: Some(self.tags),
            spoiler: Some(self.spoiler),
            comment: Some(self.comment),
            visibility: self.visibility.map(Some),
        };
        let film = film.typed()?;
        let form = RawReview {
            movie: film.movie,
            title: film.title,
            year: film.year,
            director: film.director,
            imdb_id: film.imdb_id,
            tmdb_id: film.tmdb_id,
            ..fresh
        };
        let diary = form.visibility.clone();
        change.typed(form, &diary)
    }
}

impl ReviewChange {
    /// `form` with what is said typed into it; `diary` names who may see the diary.
    pub(in crate::api) fn typed(self, form: RawReview, diary: &str) -> Result<RawReview, Fields> {
        let tags = self.tags.map(|tags| tags.unwrap_or_default());
        if tags.iter().flatten().any(|tag| tag.contains(',')) {
            return Err(Fields::one("tags", "A tag has no comma in it."));
        }
        let tick = |said: Option<Option<bool>>, before: String| match said {
            Some(said) => ticked(said.unwrap_or_default()),
            None => before,
        };
        let seen = self.visibility.map(|seen| match seen {
            Some(seen) => Visibility::from(seen).name().to_owned(),
            None => diary.to_owned(),
        });
        Ok(RawReview {
            rating: self.rating.map_or(form.rating, written),
            day_unknown: match self.watched_on {
                Some(day) => ticked(day.is_none()),
                None => form.day_unknown,
            },
            watched_on: self.watched_on.map_or(form.watched_on, written),
            rewatch: tick(self.rewatch, form.rewatch),
            liked: tick(self.liked, form.liked),
            tags: tags.map_or(form.tags, |tags| tags.join(",")),
            spoiler: tick(self.spoiler, form.spoiler),
            comment: self.comment.map_or(form.comment, Option::unwrap_or_default),
            visibility: seen.unwrap_or(form.visibility),
            ..form
        })
    }
}

impl FilmMeant {
    /// As the form on the page would send it, which names a film or has it typed.
    pub(in crate::api) fn typed(self) -> Result<RawFilm, Fields> {
        let film = RawFilm {
            movie: written(self.movie_id),
            title: self.title.unwrap_or_default(),
            year: written(self.year),
            director: self.director.unwrap_or_default(),
            imdb_id: self.imdb_id.unwrap_or_default(),
            tmdb_id: written(self.tmdb_id),
            ..RawFilm::default()
        };
        match self.movie_id.is_some() && film.filled().count() > 1 {
            true => Err(Fields::one("movie_id", NAMED)),
            false => Ok(film),
        }
    }
}

const NAMED: &str = "This names the film already. Leave out what else is said of it.";
