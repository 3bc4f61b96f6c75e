//! Reviews in requests: to log one, to change one, and to change its movie.

use chrono::NaiveDate;
use entity::Visibility;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{VisibilityField, form_value};
use crate::api::fields::{double_option, optional_day};
use crate::diary::{RawMovie, RawReview, checkbox_value};
use crate::web::FieldErrors;

/// A review to log. The movie is given either by `movie_id` or by `title` and `year`.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "title": "Heat", "year": 1995, "rating": 4.5 }))]
pub struct ReviewToLog {
    /// The id of a movie on this site. Excludes all other fields about the movie.
    #[serde(default)]
    movie_id: Option<i64>,
    /// The title of the movie. Required without `movie_id`, `imdb_id` and `tmdb_id`. A movie
    /// without a title is shown by its id until the catalog has completed it.
    #[serde(default)]
    #[schema(example = "The Matrix", min_length = 1, max_length = 255)]
    title: Option<String>,
    /// The year of release: from 1888 to ten years from now. Left out if unknown.
    #[serde(default)]
    #[schema(example = 1999, minimum = 1888, maximum = 9999)]
    year: Option<i32>,
    /// The directors, separated by commas. They tell movies with the same title and year apart.
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
    /// The day on which the movie was watched; `null` if unknown. If left out, today.
    #[serde(
        default,
        deserialize_with = "optional_day",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(example = "2024-03-07")]
    watched_on: Option<Option<NaiveDate>>,
    /// Whether you had seen the movie before. If left out, it follows the days watched: `true` if
    /// you have logged an earlier viewing of the movie.
    #[serde(default)]
    rewatch: Option<bool>,
    /// Whether you mark the movie with a heart.
    #[serde(default)]
    liked: Option<bool>,
    /// At most 10 tags of at most 32 characters each, without commas.
    #[serde(default)]
    #[schema(example = json!(["cinema"]), max_items = 10)]
    tags: Option<Vec<String>>,
    /// Whether the comment contains spoilers.
    #[serde(default)]
    spoiler: Option<bool>,
    /// The comment: at most 10,000 characters.
    #[serde(default)]
    #[schema(max_length = 10_000)]
    comment: Option<String>,
    /// Who may see the review. If left out, everybody who may see the diary.
    #[serde(default)]
    visibility: Option<VisibilityField>,
}

/// A merge patch (RFC 7396) of a review: fields that are left out stay as they are, and `null`
/// clears a field.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "rating": 5, "tags": null }))]
pub struct ReviewChange {
    /// The rating: 0 to 5 stars in steps of 0.5; `null` for none.
    #[serde(deserialize_with = "double_option")]
    #[schema(example = 4.5, minimum = 0, maximum = 5, multiple_of = 0.5)]
    rating: Option<Option<f64>>,
    /// The day on which the movie was watched; `null` if unknown.
    #[serde(deserialize_with = "optional_day")]
    #[schema(example = "2024-03-07")]
    watched_on: Option<Option<NaiveDate>>,
    /// Whether you had seen the movie before.
    #[serde(deserialize_with = "double_option")]
    rewatch: Option<Option<bool>>,
    /// Whether you mark the movie with a heart.
    #[serde(deserialize_with = "double_option")]
    liked: Option<Option<bool>>,
    /// At most 10 tags of at most 32 characters each, without commas. They replace the present
    /// tags.
    #[serde(deserialize_with = "double_option")]
    #[schema(max_items = 10)]
    tags: Option<Option<Vec<String>>>,
    /// Whether the comment contains spoilers.
    #[serde(deserialize_with = "double_option")]
    spoiler: Option<Option<bool>>,
    /// The comment: at most 10,000 characters.
    #[serde(deserialize_with = "double_option")]
    #[schema(max_length = 10_000)]
    comment: Option<Option<String>>,
    /// Who may see the review; `null` for everybody who may see the diary.
    #[serde(deserialize_with = "double_option")]
    visibility: Option<Option<VisibilityField>>,
}

/// The movie of a review, given by `movie_id`, by `title` and `year`, or by `imdb_id` or `tmdb_id`.
#[derive(Deserialize, ToSchema)]
#[schema(as = MovieChoice)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "title": "Heat", "year": 1986 }))]
pub struct MovieChoice {
    /// The id of a movie on this site. Excludes all other fields about the movie.
    #[serde(default)]
    pub(super) movie_id: Option<i64>,
    /// The title of the movie. Required without `movie_id`, `imdb_id` and `tmdb_id`. A movie
    /// without a title is shown by its id until the catalog has completed it.
    #[serde(default)]
    #[schema(example = "The Matrix", min_length = 1, max_length = 255)]
    pub(super) title: Option<String>,
    /// The year of release: from 1888 to ten years from now. Left out if unknown.
    #[serde(default)]
    #[schema(example = 1999, minimum = 1888, maximum = 9999)]
    pub(super) year: Option<i32>,
    /// The directors, separated by commas. They tell movies with the same title and year apart.
    #[serde(default)]
    #[schema(example = "Lana Wachowski, Lilly Wachowski", max_length = 255)]
    pub(super) director: Option<String>,
    /// The IMDb id of the movie.
    #[serde(default)]
    #[schema(example = "tt0133093")]
    pub(super) imdb_id: Option<String>,
    /// The TMDB id of the movie.
    #[serde(default)]
    #[schema(example = 603, minimum = 1)]
    pub(super) tmdb_id: Option<i64>,
}

impl ReviewToLog {
    /// Fills in the form of the page. The visibility in `empty_form` is the diary's.
    pub fn into_form(self, empty_form: RawReview) -> Result<RawReview, FieldErrors> {
        let movie = MovieChoice {
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
        let movie = movie.into_form()?;
        let form = RawReview {
            movie: movie.movie,
            title: movie.title,
            year: movie.year,
            director: movie.director,
            imdb_id: movie.imdb_id,
            tmdb_id: movie.tmdb_id,
            ..empty_form
        };
        let diary_visibility = form.visibility.clone();
        change.apply_to_form(form, &diary_visibility)
    }
}

impl ReviewChange {
    /// Changes the fields of `form` that were sent. A visibility of `null` is the diary's.
    pub fn apply_to_form(self, form: RawReview, diary: &str) -> Result<RawReview, FieldErrors> {
        let tags = self.tags.map(|tags| tags.unwrap_or_default());
        if tags.iter().flatten().any(|tag| tag.contains(',')) {
            return Err(FieldErrors::single("tags", "A tag can’t contain a comma."));
        }
        let tick = |value: Option<Option<bool>>, before: String| match value {
            Some(value) => checkbox_value(value.unwrap_or_default()),
            None => before,
        };
        let seen = self.visibility.map(|seen| match seen {
            Some(seen) => Visibility::from(seen).name().to_owned(),
            None => diary.to_owned(),
        });
        Ok(RawReview {
            rating: self.rating.map_or(form.rating, form_value),
            day_unknown: match self.watched_on {
                Some(day) => checkbox_value(day.is_none()),
                None => form.day_unknown,
            },
            watched_on: self.watched_on.map_or(form.watched_on, form_value),
            rewatch: self.rewatch.map_or(form.rewatch, |rewatch| {
                checkbox_value(rewatch.unwrap_or_default())
            }),
            // What was sent was set by hand.
            rewatch_shown: self.rewatch.map_or(form.rewatch_shown, |rewatch| {
                checkbox_value(!rewatch.unwrap_or_default())
            }),
            liked: tick(self.liked, form.liked),
            tags: tags.map_or(form.tags, |tags| tags.join(",")),
            spoiler: tick(self.spoiler, form.spoiler),
            comment: self.comment.map_or(form.comment, Option::unwrap_or_default),
            visibility: seen.unwrap_or(form.visibility),
            ..form
        })
    }
}

impl MovieChoice {
    /// Fills in the movie's fields in the form of the page.
    pub fn into_form(self) -> Result<RawMovie, FieldErrors> {
        let movie = RawMovie {
            movie: form_value(self.movie_id),
            title: self.title.unwrap_or_default(),
            year: form_value(self.year),
            director: self.director.unwrap_or_default(),
            imdb_id: self.imdb_id.unwrap_or_default(),
            tmdb_id: form_value(self.tmdb_id),
            ..RawMovie::default()
        };
        if self.movie_id.is_some() && movie.filled_fields().count() > 1 {
            Err(FieldErrors::single("movie_id", MOVIE_ALREADY_NAMED))
        } else {
            Ok(movie)
        }
    }
}

const MOVIE_ALREADY_NAMED: &str =
    "This already names the movie. Leave out the other fields about it.";
