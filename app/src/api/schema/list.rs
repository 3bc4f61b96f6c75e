//! Lists in responses, and the page to read.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Author, Picture, VisibilityField};
use crate::api::pagination::empty_as_none;
use crate::lists::queries::{ListDetails, ListEntry, ListSummary, ListTotals};
use crate::posters::preview_image;

/// A list, without its films.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ListSummary)]
pub struct ListInLists {
    /// The id of the list.
    pub id: i64,
    /// The title of the list.
    #[schema(example = "Film noir")]
    title: String,
    /// The description; empty for none.
    description: String,
    /// Who may see it.
    visibility: VisibilityField,
    /// Whether the places of its films are numbered.
    ranked: bool,
    /// The number of its films.
    films: u64,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it, or its films, last changed.
    updated_at: DateTime<Utc>,
}

impl From<ListSummary> for ListInLists {
    fn from(list: ListSummary) -> Self {
        Self {
            id: list.id,
            title: list.title,
            description: list.description,
            visibility: list.visibility.into(),
            ranked: list.ranked,
            films: list.films,
            created_at: list.created_at,
            updated_at: list.updated_at,
        }
    }
}

/// A page of lists.
#[derive(Serialize, ToSchema)]
#[schema(as = Lists)]
pub struct ListsPage {
    /// At most 48 lists, the newest first.
    pub lists: Vec<ListInLists>,
    /// The address of the next page; `null` on the last page.
    #[schema(example = "/api/lists?cursor=48")]
    pub next: Option<String>,
}

/// A list with a page of its films.
#[derive(Serialize, ToSchema)]
#[schema(as = List)]
pub struct ListBody {
    /// The id of the list.
    id: i64,
    /// The title of the list.
    #[schema(example = "Film noir")]
    title: String,
    /// The description; empty for none.
    description: String,
    /// Who may see it.
    visibility: VisibilityField,
    /// Whether the places of its films are numbered.
    ranked: bool,
    /// The owner.
    owner: Author,
    /// The number of its films.
    films: u64,
    /// How many of them you have seen, by your own diary; `null` without a token.
    seen: Option<u64>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it, or its films, last changed.
    updated_at: DateTime<Utc>,
    /// At most 48 films, in order.
    entries: Vec<ListedFilm>,
    /// The address of the next page; `null` on the last page.
    #[schema(example = "/api/lists/1?cursor=48")]
    pub next: Option<String>,
}

impl ListBody {
    pub fn new(
        list: ListDetails,
        totals: ListTotals,
        entries: Vec<ListedFilm>,
        next: Option<String>,
    ) -> Self {
        Self {
            id: list.id,
            title: list.title,
            description: list.description,
            visibility: list.visibility.into(),
            ranked: list.ranked,
            owner: Author {
                username: list.owner_username,
                display_name: list.owner_name,
            },
            films: totals.films,
            seen: totals.seen,
            created_at: list.created_at,
            updated_at: list.updated_at,
            entries,
            next,
        }
    }
}

/// A film on a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ListEntry)]
pub struct ListedFilm {
    /// The id of the movie, which is also that of the entry.
    movie_id: i64,
    /// The place on the list, from 1.
    #[schema(minimum = 1)]
    position: u64,
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
    /// The note; empty for none.
    note: String,
    /// When it was added.
    added_at: DateTime<Utc>,
    /// The member who added it; `null` without a token, and once the account is gone.
    added_by: Option<Author>,
    /// The poster; `null` if there is none.
    poster: Option<Picture>,
}

impl ListedFilm {
    pub fn new(entry: ListEntry, position: u64) -> Self {
        let added_by = entry.added_by.map(|adder| Author {
            username: adder.username,
            display_name: adder.display_name,
        });
        Self {
            movie_id: entry.movie,
            position,
            poster: preview_image(&entry.poster, &entry.title).map(Picture::from),
            title: entry.title,
            year: entry.year,
            imdb_id: entry.imdb_id,
            tmdb_id: entry.tmdb_id,
            note: entry.note,
            added_at: entry.added_at,
            added_by,
        }
    }
}

/// The page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// The `cursor` in the `next` address of the previous page.
    #[serde(deserialize_with = "empty_as_none")]
    #[param(value_type = Option<String>)]
    pub cursor: Option<i64>,
}
