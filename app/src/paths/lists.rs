//! Addresses of lists and of their films.

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
    ApiList "/api/lists/{id}"
}

by_entry! {
    ListEntryNote "/lists/{id}/entries/{movie}/note"
    ListEntryEnding "/lists/{id}/entries/{movie}/ending"
    ListEntryPosition "/lists/{id}/entries/{movie}/position"
}

by_username! {
    MemberLists "/users/{username}/lists"
}
