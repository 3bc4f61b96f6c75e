//! The site map: every address is a type here, grouped by feature. To find what
//! answers an address, look for the uses of its type.

mod query;

use axum_extra::routing::TypedPath;
use serde::{Deserialize, Serialize};

pub use crate::web::assets::Path as Asset;
pub use query::*;

/// First path segments that are, or will be, pages of the site: nobody can have them
/// as a username.
pub const RESERVED: [&str; 49] = [
    "about",
    "admin",
    "api",
    "assets",
    "atom",
    "catalog",
    "css",
    "demo",
    "diary",
    "embed",
    "export",
    "favicon",
    "feed",
    "feed.atom",
    "feed.rss",
    "feeds",
    "genres",
    "health",
    "help",
    "import",
    "js",
    "login",
    "logout",
    "manifest",
    "manifest.webmanifest",
    "me",
    "members",
    "movies",
    "new",
    "null",
    "offline",
    "people",
    "posters",
    "register",
    "reset",
    "reviews",
    "robots",
    "robots.txt",
    "root",
    "rss",
    "search",
    "settings",
    "setup",
    "site",
    "styleguide",
    "sw",
    "sw.js",
    "system",
    "users",
];

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
            /// Which one.
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
            /// Whose.
            pub username: String,
        }

        impl $name {
            /// That of the member called `username`.
            pub fn of(username: &str) -> Self {
                Self {
                    username: username.to_owned(),
                }
            }
        }
    )* };
}

// The site itself.
plain! {
    /// Is this server well?
    Health "/health"
    /// What search engines may read.
    Robots "/robots.txt"
    /// What a phone needs to know to keep the site beside its apps.
    Manifest "/manifest.webmanifest"
    /// The script that answers where the network does not. It stands here, not with the
    /// assets, because it is in charge of what stands under it.
    Worker "/sw.js"
    /// What is shown of a page that is not on the device, while the network is away.
    Offline "/offline"
    /// Everything that pages are made of, in the demo and where the site is being built.
    Styleguide "/styleguide"
    /// Light or dark on this device.
    SettingsTheme "/settings/theme"
    /// All that is chosen for this device.
    SettingsDevice "/settings/device"
}

// Accounts: who is there.
plain! {
    /// The first account of a site.
    Setup "/setup"
    /// A new account, by invitation or where registration is open.
    Register "/register"
    /// A new password, by a one-time link.
    Reset "/reset"
    /// Signing in.
    Login "/login"
    /// Signing out.
    Logout "/logout"
    /// One's own account.
    Settings "/settings"
    /// Display name and time zone.
    SettingsProfile "/settings/profile"
    /// Who may see one's diary.
    SettingsVisibility "/settings/visibility"
    /// A new password.
    SettingsPassword "/settings/password"
    /// Ends every session but the one that asks.
    SettingsOtherSessionsEnding "/settings/sessions/ending"
    /// Tokens for programs; posting to it makes one.
    SettingsTokens "/settings/tokens"
    /// Deletes the account.
    SettingsDeletion "/settings/deletion"
    /// The members, for admins.
    Admin "/admin"
    /// The site's own settings.
    AdminSite "/admin/site"
    /// A one-time link for somebody new.
    AdminInvites "/admin/invites"
}

by_id! {
    /// Ends one session.
    SettingsSessionEnding "/settings/sessions/{id}/ending"
    /// Ends one token.
    SettingsTokenEnding "/settings/tokens/{id}/ending"
    /// Takes an invitation back.
    AdminInviteEnding "/admin/invites/{id}/ending"
    /// A one-time link for a member who forgot their password.
    AdminReset "/admin/members/{id}/reset"
    /// Switches an account off.
    AdminDisabling "/admin/members/{id}/disabling"
    /// Switches it on again.
    AdminEnabling "/admin/members/{id}/enabling"
    /// Makes a member an admin.
    AdminPromotion "/admin/members/{id}/promotion"
    /// Makes an admin a member.
    AdminDemotion "/admin/members/{id}/demotion"
}

// For programs; the rest of what they ask is described in it.
plain! {
    /// The description of what programs can ask.
    OpenApi "/api/openapi.json"
    /// The same for people.
    ApiDocs "/api/docs"
}

by_id! {
    /// A review.
    ApiReview "/api/reviews/{id}"
    /// A movie.
    ApiMovie "/api/movies/{id}"
    /// When one saw a movie.
    ApiHistory "/api/movies/{id}/history"
}

by_username! {
    /// A member.
    ApiUser "/api/users/{username}"
}

// Diary: reviews.
plain! {
    /// Everyone's reviews, the last logged first.
    Feed "/"
    /// Where a review is posted.
    Reviews "/reviews"
    /// The form for a review.
    NewReview "/reviews/new"
    /// One's own reviews that were deleted less than a day ago.
    DeletedReviews "/reviews/deleted"
}

by_id! {
    /// One review; posting to it changes it.
    Review "/reviews/{id}"
    /// The form that changes it.
    EditReview "/reviews/{id}/edit"
    /// Deletes it.
    ReviewDeletion "/reviews/{id}/deletion"
    /// Brings it back.
    ReviewRestoration "/reviews/{id}/restoration"
    /// Chooses the film that was really seen; posting to it says which.
    ReviewMovie "/reviews/{id}/movie"
}

// Movies.
plain! {
    /// The movies that are here, and finding one of them.
    Movies "/movies"
    /// Movies that fit what is being typed.
    SuggestMovies "/movies/suggest"
    /// Movies that the catalog knows and that fit what was typed.
    FindMovies "/movies/found"
    /// The posters that were on their way and are so no more.
    WaitingPosters "/movies/posters"
}

by_id! {
    /// One movie.
    Movie "/movies/{id}"
    /// The form that corrects it; posting to it does.
    MovieCorrection "/movies/{id}/correction"
    /// Where a poster of one's own is sent.
    MoviePoster "/movies/{id}/poster"
    /// Has the catalog's poster looked for again.
    PosterSync "/movies/{id}/poster-sync"
    /// What somebody directed.
    Person "/people/{id}"
    /// Takes a correction back.
    CorrectionUndoing "/movies/corrections/{id}/undoing"
    /// Parts two movies again that had become one.
    MergeUndoing "/movies/merges/{id}/undoing"
}

// Posters.
/// A file of a poster.
#[derive(Clone, Debug, Deserialize, TypedPath)]
#[typed_path("/posters/{name}", rejection(crate::web::Error))]
pub struct Poster {
    /// Hash, width and ending.
    pub name: String,
}

/// The movies of a genre.
#[derive(Clone, Debug, Deserialize, TypedPath)]
#[typed_path("/genres/{slug}", rejection(crate::web::Error))]
pub struct Genre {
    /// Its name in addresses.
    pub slug: String,
}

// Members.
plain! {
    /// The members with a diary.
    Users "/users"
}

by_username! {
    /// A member's diary.
    User "/users/{username}"
    /// The last of it, for other sites to show in a frame.
    Embed "/embed/{username}"
}

// Feeds.
plain! {
    /// Everyone's reviews, for feed readers.
    SiteFeed "/feed.atom"
    /// Leads there.
    SiteRss "/feed.rss"
    /// The addresses of one's own feeds, and what shows one's diary elsewhere.
    SettingsFeeds "/settings/feeds"
    /// Makes the secret address of one's diary, or another one.
    SettingsFeedKey "/settings/feeds/key"
    /// Takes it back.
    SettingsFeedKeyEnding "/settings/feeds/key/ending"
}

by_username! {
    /// A member's reviews, for feed readers.
    UserFeed "/users/{username}/feed.atom"
    /// Leads there.
    UserRss "/users/{username}/feed.rss"
}

by_id! {
    /// The reviews of a movie, for feed readers.
    MovieFeed "/movies/{id}/feed.atom"
}

/// A member's whole diary, for the feed readers of whoever has the address.
#[derive(Clone, Debug, Deserialize, TypedPath)]
#[typed_path("/feeds/{code}", rejection(crate::web::Error))]
pub struct SecretFeed {
    /// What opens it.
    pub code: String,
}

/// The form for a new review of a film that is typed by hand: of none of those found for what was
/// `typed`.
pub fn by_hand(typed: &str) -> String {
    with(NewReview, Choice::by_hand(typed))
}

/// `path?query`, with everything escaped that must be.
pub fn with(path: impl TypedPath, query: impl Serialize) -> String {
    // The crate puts an `&` before the first pair.
    let address = path.with_query_params(query).to_string();
    address.replacen("?&", "?", 1)
}
