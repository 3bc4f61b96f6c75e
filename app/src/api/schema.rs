//! What goes in and out, in words that several resources share.

use entity::Visibility;
use entity::api_token;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who may see something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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

/// What a token may do.
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
