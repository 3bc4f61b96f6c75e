//! Every address of the site as a type, grouped by feature. `routes` lists them with their methods
//! and handlers.

mod canonical;
mod diary_page;
mod query;
mod reserved;

use axum_extra::routing::TypedPath;
use serde::{Deserialize, Serialize};

pub use crate::web::assets::AssetPath as Asset;
pub use canonical::lead_to_canonical;
pub use query::*;
pub use reserved::RESERVED;

macro_rules! plain {
    ($($(#[$doc:meta])* $name:ident $path:literal)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Deserialize, TypedPath)]
        #[typed_path($path)]
        pub struct $name;
    )* };
}

macro_rules! by_id {
    ($($(#[$doc:meta])* $name:ident $path:literal)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Deserialize, TypedPath)]
        #[typed_path($path, rejection(crate::web::Error))]
        pub struct $name {
            pub id: i64,
        }
    )* };
}

macro_rules! by_username {
    ($($(#[$doc:meta])* $name:ident $path:literal)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize, TypedPath)]
        #[typed_path($path, rejection(crate::web::Error))]
        pub struct $name {
            pub username: String,
        }

        impl $name {
            pub fn of(username: &str) -> Self {
                Self {
                    username: username.to_owned(),
                }
            }
        }
    )* };
}

mod exports;
mod imports;
mod lists;

pub use exports::*;
pub use imports::*;
pub use lists::*;

// The site itself.
plain! {
    Health "/health"
    Robots "/robots.txt"
    Manifest "/manifest.webmanifest"
    /// The service worker. It is not among the assets, because it controls only what is below its
    /// own address.
    Worker "/sw.js"
    /// Shown offline instead of a page that is not saved on the device.
    Offline "/offline"
    /// Only in development builds and the demo.
    Styleguide "/styleguide"
}

// Accounts.
plain! {
    Setup "/setup"
    Register "/register"
    Reset "/reset"
    Login "/login"
    Logout "/logout"
}

// Settings.
plain! {
    Settings "/settings"
    SettingsProfile "/settings/profile"
    SettingsVisibility "/settings/visibility"
    SettingsWatchlist "/settings/watchlist"
    /// Creates or replaces the secret address of the watchlist.
    WatchlistAddress "/watchlist/address"
    WatchlistAddressEnding "/watchlist/address/ending"
    SettingsPassword "/settings/password"
    SettingsOtherSessionsEnding "/settings/sessions/ending"
    SettingsTokens "/settings/tokens"
    SettingsTheme "/settings/theme"
    SettingsDevice "/settings/device"
    SettingsFeeds "/settings/feeds"
    /// Creates or replaces the secret feed address.
    SettingsFeedKey "/settings/feeds/key"
    SettingsFeedKeyEnding "/settings/feeds/key/ending"
    /// Creates or replaces the secret address of the calendar.
    SettingsCalendarAddress "/settings/calendar/address"
    SettingsCalendarAddressEnding "/settings/calendar/address/ending"
    SettingsDeletion "/settings/deletion"
}

by_id! {
    SettingsSessionEnding "/settings/sessions/{id}/ending"
    SettingsTokenEnding "/settings/tokens/{id}/ending"
}

// Administration.
plain! {
    Admin "/admin"
    AdminSite "/admin/site"
    AdminDoubles "/admin/doubles"
    AdminCatalog "/admin/catalog"
    AdminCatalogBuilds "/admin/catalog/builds"
    AdminCatalogBuildEnding "/admin/catalog/builds/ending"
    AdminInvites "/admin/invites"
}

by_id! {
    AdminInviteEnding "/admin/invites/{id}/ending"
    AdminReset "/admin/members/{id}/reset"
    AdminDisabling "/admin/members/{id}/disabling"
    AdminEnabling "/admin/members/{id}/enabling"
    AdminPromotion "/admin/members/{id}/promotion"
    AdminDemotion "/admin/members/{id}/demotion"
}

// The API. Only addresses that something links to have a type.
plain! {
    OpenApi "/api/openapi.json"
    ApiDocs "/api/docs"
}

by_id! {
    ApiReview "/api/reviews/{id}"
    ApiMovie "/api/movies/{id}"
    ApiHistory "/api/movies/{id}/history"
    ApiImport "/api/imports/{id}"
}

by_username! {
    ApiMember "/api/users/{username}"
}

// Reviews.
plain! {
    Feed "/"
    Reviews "/reviews"
    NewReview "/reviews/new"
    DeletedReviews "/reviews/deleted"
}

by_id! {
    Review "/reviews/{id}"
    EditReview "/reviews/{id}/edit"
    ReviewDeletion "/reviews/{id}/deletion"
    ReviewRestoration "/reviews/{id}/restoration"
    /// Corrects which movie a review is about.
    ReviewMovie "/reviews/{id}/movie"
}

// Movies.
plain! {
    Movies "/movies"
    SuggestMovies "/movies/suggest"
    /// More matches, from the online catalog.
    FindMovies "/movies/found"
    /// Polled by pages that wait for posters.
    WaitingPosters "/movies/posters"
}

by_id! {
    Movie "/movies/{id}"
    MovieCorrection "/movies/{id}/correction"
    MoviePoster "/movies/{id}/poster"
    PosterSync "/movies/{id}/poster-sync"
    Person "/people/{id}"
    CorrectionUndoing "/movies/corrections/{id}/undoing"
    MergeUndoing "/movies/merges/{id}/undoing"
}

#[derive(Clone, Debug, Deserialize, TypedPath)]
#[typed_path("/posters/{name}", rejection(crate::web::Error))]
pub struct PosterFile {
    /// As `posters::file_name` writes it.
    pub name: String,
}

#[derive(Clone, Debug, Deserialize, TypedPath)]
#[typed_path("/genres/{slug}", rejection(crate::web::Error))]
pub struct Genre {
    pub slug: String,
}

// Watchlists.
plain! {
    /// Saves a film that a form describes.
    WatchlistEntries "/watchlist"
}

by_id! {
    /// Saves a film that is here.
    Watchlisting "/movies/{id}/watchlisting"
    WatchlistingEnding "/movies/{id}/watchlisting/ending"
    /// Puts a film back that was taken off because it was logged.
    WatchlistingKeeping "/movies/{id}/watchlisting/keeping"
    WatchlistingNote "/movies/{id}/watchlisting/note"
    WatchlistingPosition "/movies/{id}/watchlisting/position"
}

by_username! {
    Watchlist "/users/{username}/watchlist"
}

// Members.
plain! {
    Members "/users"
}

by_username! {
    Member "/users/{username}"
    Embed "/embed/{username}"
}

/// Only four digits are a year; everything else is not found.
#[derive(Clone, Debug, Deserialize, TypedPath)]
#[typed_path("/users/{username}/goals/{year}", rejection(crate::web::Error))]
pub struct YearGoal {
    pub username: String,
    pub year: String,
}

#[derive(Clone, Debug, Deserialize, TypedPath)]
#[typed_path(
    "/users/{username}/goals/{year}/deletion",
    rejection(crate::web::Error)
)]
pub struct GoalDeletion {
    pub username: String,
    pub year: String,
}

// Feeds. The RSS addresses redirect to Atom.
plain! {
    SiteFeed "/feed.atom"
    SiteRss "/feed.rss"
}

by_username! {
    MemberFeed "/users/{username}/feed.atom"
    MemberRss "/users/{username}/feed.rss"
}

by_id! {
    MovieFeed "/movies/{id}/feed.atom"
}

#[derive(Clone, Debug, Deserialize, TypedPath)]
#[typed_path("/feeds/{code}", rejection(crate::web::Error))]
pub struct SecretFeed {
    pub code: String,
}

#[derive(Clone, Debug, Deserialize, TypedPath)]
#[typed_path("/calendar/{file}", rejection(crate::web::Error))]
pub struct SecretCalendar {
    /// The code and `.ics`.
    pub file: String,
}

impl SecretCalendar {
    pub fn of(code: &str) -> Self {
        Self {
            file: format!("{code}.ics"),
        }
    }
}

/// Address of the form for typing a movie's details by hand, when no suggestion for `typed` fits.
pub fn by_hand(typed: &str) -> String {
    with(NewReview, NewReviewParams::manual(typed))
}

/// `path?query`, percent-encoded. Without a `?` if the query is empty.
pub fn with(path: impl TypedPath, query: impl Serialize) -> String {
    // `with_query_params` writes an `&` before the first pair.
    let address = path.with_query_params(query).to_string();
    address
        .replacen("?&", "?", 1)
        .trim_end_matches('?')
        .to_owned()
}
