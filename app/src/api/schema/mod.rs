//! Bodies and query strings of the API. The types in this file are shared by several resources.

mod diary;
mod history;
mod import;
mod import_answers;
mod import_input;
mod import_row;
mod import_row_words;
mod list;
mod list_input;
mod member;
mod movie;
mod review;
mod review_input;
mod stats;
mod watchlist;

use entity::Visibility;
use entity::api_token;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::web::page_meta::MetaPicture as Preview;

pub use diary::{DiaryQuery, ReviewQuery};
pub use history::History;
pub use import::{ImportBody, ImportInList, Imports};
pub use import_answers::{check_answers, check_scale};
pub use import_input::{ImportChange, ImportForm, ImportOptionsChange, RowDecision};
pub use import_row::{ImportRowBody, ImportRowQuery, ImportRows};
pub use list::{ListBody, ListInLists, ListQuery, ListedFilm, ListsPage};
pub use list_input::{FilmToList, ListChange, ListEntryChange, ListToMake};
pub use member::{Member, MemberQuery, Members};
pub use movie::{Correction, Movie, MovieSummary, Movies};
pub use review::{Review, Reviews, to_stars};
pub use review_input::{MovieChoice, ReviewChange, ReviewToLog};
pub use stats::{ALL_TIME, Stats, StatsParts, parse_stats_period};
pub use watchlist::{FilmToSave, SavedFilm, SavedFilms, WatchlistNote, WatchlistQuery};

/// An image on this site.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Picture {
    /// The address of the image on this site.
    #[schema(example = "/posters/0123456789abcdef0123456789abcdef-500.jpg")]
    url: String,
    /// The width in pixels.
    width: u16,
    /// The height in pixels.
    height: u16,
}

impl From<Preview> for Picture {
    fn from(preview: Preview) -> Self {
        Self {
            url: preview.path,
            width: preview.width,
            height: preview.height,
        }
    }
}

/// The member who wrote a review.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Author {
    /// The name in addresses and for signing in. It never changes.
    #[schema(example = "ada")]
    username: String,
    /// The name shown on pages.
    #[schema(example = "Ada")]
    display_name: String,
}

/// Who may see a review or a diary: everybody, the members of this site, or only its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Visibility)]
#[serde(rename_all = "lowercase")]
pub enum VisibilityField {
    Public,
    Members,
    Private,
}

impl From<Visibility> for VisibilityField {
    fn from(visibility: Visibility) -> Self {
        match visibility {
            Visibility::Public => Self::Public,
            Visibility::Members => Self::Members,
            Visibility::Private => Self::Private,
        }
    }
}

impl From<VisibilityField> for Visibility {
    fn from(visibility: VisibilityField) -> Self {
        match visibility {
            VisibilityField::Public => Self::Public,
            VisibilityField::Members => Self::Members,
            VisibilityField::Private => Self::Private,
        }
    }
}

/// What a token may do: only read, or read and write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    Read,
    Write,
}

impl From<api_token::TokenScope> for Scope {
    fn from(scope: api_token::TokenScope) -> Self {
        match scope {
            api_token::TokenScope::Read => Self::Read,
            api_token::TokenScope::Write => Self::Write,
        }
    }
}

impl From<Scope> for api_token::TokenScope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Read => Self::Read,
            Scope::Write => Self::Write,
        }
    }
}

/// Formats a value like a form field: empty for `None`.
fn form_value(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
