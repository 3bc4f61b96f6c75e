//! Lists in requests: to make and to change one, and its films.

use entity::Visibility;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{MovieChoice, VisibilityField};
use crate::api::fields::{double_option, non_null};
use crate::diary::{RawMovie, checkbox_value};
use crate::lists::form::RawList;
use crate::web::FieldErrors;

/// A list to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "title": "Film noir", "visibility": "public" }))]
pub struct ListToMake {
    /// The title: 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100)]
    title: String,
    /// The description: at most 2,000 characters.
    #[serde(default)]
    #[schema(max_length = 2000)]
    description: Option<String>,
    /// Who may see it. If left out, everybody.
    #[serde(default)]
    visibility: Option<VisibilityField>,
    /// Whether the places of its films are numbered. If left out, they are not.
    #[serde(default)]
    ranked: Option<bool>,
}

impl ListToMake {
    pub fn into_form(self) -> RawList {
        let visibility = self.visibility.map_or(Visibility::Public, Visibility::from);
        RawList {
            title: self.title,
            description: self.description.unwrap_or_default(),
            visibility: visibility.name().to_owned(),
            ranked: checkbox_value(self.ranked.unwrap_or_default()),
            ..RawList::default()
        }
    }
}

/// A merge patch (RFC 7396) of a list: fields that are left out stay as they are.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "ranked": true }))]
pub struct ListChange {
    /// The title: 1 to 100 characters.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false, min_length = 1, max_length = 100)]
    title: Option<String>,
    /// The description: at most 2,000 characters; `null` for none.
    #[serde(deserialize_with = "double_option")]
    #[schema(max_length = 2000)]
    description: Option<Option<String>>,
    /// Who may see it.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false)]
    visibility: Option<VisibilityField>,
    /// Whether the places of its films are numbered.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false)]
    ranked: Option<bool>,
}

impl ListChange {
    /// Changes the fields of `form` that were sent.
    pub fn apply_to_form(self, form: RawList) -> RawList {
        let description = self.description.map(Option::unwrap_or_default);
        let visibility = self
            .visibility
            .map(|visibility| Visibility::from(visibility).name().to_owned());
        RawList {
            title: self.title.unwrap_or(form.title),
            description: description.unwrap_or(form.description),
            visibility: visibility.unwrap_or(form.visibility),
            ranked: self.ranked.map_or(form.ranked, checkbox_value),
            ..form
        }
    }
}

/// A film to put on a list, given as in a review.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "title": "Heat", "year": 1995, "position": 1 }))]
pub struct FilmToList {
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
    /// The place on the list, from 1. If left out, the end.
    #[schema(minimum = 1)]
    pub position: Option<u32>,
}

impl FilmToList {
    pub fn movie(self) -> Result<RawMovie, FieldErrors> {
        let movie = MovieChoice {
            movie_id: self.movie_id,
            title: self.title,
            year: self.year,
            director: self.director,
            imdb_id: self.imdb_id,
            tmdb_id: self.tmdb_id,
        };
        movie.into_form()
    }
}

/// A merge patch (RFC 7396) of a film on a list: fields that are left out stay as they are.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "position": 1 }))]
pub struct ListEntryChange {
    /// A note: at most 500 characters; `null` for none.
    #[serde(deserialize_with = "double_option")]
    #[schema(max_length = 500)]
    pub note: Option<Option<String>>,
    /// The place on the list, from 1.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false, minimum = 1)]
    pub position: Option<u32>,
}
