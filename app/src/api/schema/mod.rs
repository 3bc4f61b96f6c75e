//! What goes in and out, in words that several resources share.

mod diary;
mod member;
mod movie;
mod review;
mod stats;

use entity::Visibility;
use entity::api_token;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::web::about::Picture as Preview;

pub(super) use diary::{DiaryOrder, DiaryQuery, ReviewQuery};
pub(super) use member::{Member, MemberList, Members};
pub(super) use movie::{Correction, Film, History, Movie, Movies};
pub(super) use review::{FilmMeant, Review, ReviewChange, ReviewToLog, Reviews, stars};
pub(super) use stats::{ALL, Counted, Stats, period};

/// A picture.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Picture {
    /// Its address on this site.
    #[schema(example = "/posters/0123456789abcdef0123456789abcdef-500.jpg")]
    url: String,
    /// Its width in pixels.
    width: u16,
    /// Its height in pixels.
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
pub(super) struct Author {
    /// The name by which addresses and sign-in know the member. It never changes.
    #[schema(example = "ada")]
    username: String,
    /// The name that pages show.
    #[schema(example = "Ada")]
    display_name: String,
}

/// Who may see a review or a diary: everybody, the members of this site, or only its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Visibility)]
#[serde(rename_all = "lowercase")]
pub(super) enum Seen {
    /// Everybody.
    Public,
    /// Members of this site.
    Members,
    /// The writer alone.
    Private,
}

impl From<Visibility> for Seen {
    fn from(visibility: Visibility) -> Self {
        match visibility {
            Visibility::Public => Self::Public,
            Visibility::Members => Self::Members,
            Visibility::Private => Self::Private,
        }
    }
}

impl From<Seen> for Visibility {
    fn from(seen: Seen) -> Self {
        match seen {
            Seen::Public => Self::Public,
            Seen::Members => Self::Members,
            Seen::Private => Self::Private,
        }
    }
}

/// What a token may do: only read, or also write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Scope {
    /// Look at what its member may see.
    Read,
    /// Change what its member may change, too.
    Write,
}

impl From<api_token::Scope> for Scope {
    fn from(scope: api_token::Scope) -> Self {
        match scope {
            api_token::Scope::Read => Self::Read,
            api_token::Scope::Write => Self::Write,
        }
    }
}

impl From<Scope> for api_token::Scope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Read => Self::Read,
            Scope::Write => Self::Write,
        }
    }
}

/// As a form or an address would have it: empty for nothing.
fn written(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
