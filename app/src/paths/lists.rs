//! Addresses of lists and of their films.

use std::fmt;
use std::num::ParseIntError;

use axum_extra::routing::TypedPath;
use serde::Deserialize;

macro_rules! by_entry {
    ($($(#[$doc:meta])* $name:ident $path:literal)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Deserialize, TypedPath)]
        #[typed_path($path, rejection(crate::web::Error))]
        pub struct $name {
            pub id: i64,
            pub movie: i64,
        }

        impl $name {
            pub fn of(list: i64, movie: i64) -> Self {
                Self { id: list, movie }
            }
        }
    )* };
}

plain! {
    Lists "/lists"
    NewList "/lists/new"
}

by_id! {
    List "/lists/{id}"
    EditList "/lists/{id}/edit"
    ListDeletion "/lists/{id}/deletion"
    ListRestoration "/lists/{id}/restoration"
    ListCopying "/lists/{id}/copying"
    /// Adds films, one a line.
    ListEntries "/lists/{id}/entries"
    /// Invites a member to change the films.
    ListPeople "/lists/{id}/members"
    ListAcceptance "/lists/{id}/members/acceptance"
    /// Removes a member, or declines an invitation.
    ListPersonEnding "/lists/{id}/members/ending"
    /// Adds a movie to a list.
    MovieListing "/movies/{id}/listing"
    ListFeed "/lists/{id}/feed.atom"
    /// Creates or replaces the secret address of a list.
    ListAddress "/lists/{id}/address"
    ListAddressEnding "/lists/{id}/address/ending"
    ApiList "/api/lists/{id}"
}

by_entry! {
    ListEntryNote "/lists/{id}/entries/{movie}/note"
    ListEntryEnding "/lists/{id}/entries/{movie}/ending"
    ListEntryPosition "/lists/{id}/entries/{movie}/position"
}

/// The page of a list, or the films of a list or watchlist at their secret address.
#[derive(Clone, Debug, Deserialize, TypedPath)]
#[typed_path("/lists/{id}", rejection(crate::web::Error))]
pub struct ListOrAddress {
    pub id: ListName,
}

/// `12`, or `SECRET.json`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum ListName {
    Id(i64),
    /// The code of a secret address.
    Code(String),
}

impl TryFrom<String> for ListName {
    type Error = ParseIntError;

    fn try_from(name: String) -> Result<Self, ParseIntError> {
        match name.strip_suffix(".json") {
            Some(code) => Ok(Self::Code(code.to_owned())),
            None => name.parse().map(Self::Id),
        }
    }
}

impl fmt::Display for ListName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::Code(code) => write!(f, "{code}.json"),
        }
    }
}

/// The secret address at which other programs read the films of a list or watchlist.
pub fn film_list(code: &str) -> ListOrAddress {
    ListOrAddress {
        id: ListName::Code(code.to_owned()),
    }
}

by_username! {
    MemberLists "/users/{username}/lists"
}
