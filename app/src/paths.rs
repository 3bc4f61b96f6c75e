//! The site map: every address is a type here, grouped by feature. To find what
//! answers an address, look for the uses of its type.

use axum_extra::routing::TypedPath;
use serde::{Deserialize, Serialize};

pub use crate::web::assets::Path as Asset;

/// First path segments that are, or will be, pages of the site: nobody can have them
/// as a username.
pub const RESERVED: [&str; 47] = [
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

/// `path?query`, with everything escaped that must be.
pub fn with(path: impl TypedPath, query: impl Serialize) -> String {
    // The crate puts an `&` before the first pair.
    let address = path.with_query_params(query).to_string();
    address.replacen("?&", "?", 1)
}

/// How a member's diary is looked at. What is not said is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Look {
    /// `recent`, `ratings`, `history` or `trends`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub view: String,
    /// History: `calendar`, or as a list.
    #[serde(default, rename = "as", skip_serializing_if = "String::is_empty")]
    pub form: String,
    /// History: the month, as `2024-03`, from which the list goes back, or of the calendar.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub month: String,
    /// Only what was watched on this day,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub day: String,
    /// or in this year;
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub year: String,
    /// only what came out in the ten years from this one,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub decade: String,
    /// has this many stars, or `none`,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rating: String,
    /// is of the genre of this slug,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub genre: String,
    /// was directed by the person of this number,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub director: String,
    /// was seen before (`yes`) or not (`no`),
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rewatch: String,
    /// has these words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// Trends: a year, `12months`, or all time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub period: String,
    /// Trends: the year of which every day is shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub days: String,
    /// The entry after which the list goes on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub older: String,
}

/// How the list of members is looked at.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct MemberList {
    /// What orders it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sort: String,
    /// The member after which it goes on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
}

/// `?code=…`, of a one-time link.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Code {
    /// What the link opens with.
    #[serde(default)]
    pub code: String,
}

/// `?next=…`, where to go after signing in.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Next {
    /// A path of this site.
    #[serde(default)]
    pub next: String,
}

/// `?older=…`, the entry after which a list goes on.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Older {
    /// A cursor that an earlier page gave.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub older: String,
}

/// How an embedded diary looks; what makes no sense counts as nothing.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct EmbedLook {
    /// `light`, `dark`, or as the reader's system has it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub theme: String,
    /// How many entries it has, 1 to 20.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub count: String,
}

/// What `GET /reviews/new` starts from: a movie known here, one that the catalog knows, or
/// what was typed.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Choice {
    /// The movie that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub movie: Option<i64>,
    /// What was typed in the box.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// The movie is none of those found: go on by hand.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by_hand: String,
    /// The source that knows the movie, by its name in the settings;
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// the movie's title,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// year,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub year: String,
    /// directors,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub director: String,
    /// and its numbers at IMDb,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub imdb: String,
    /// TMDB
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tmdb: String,
    /// and Wikidata.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub wikidata: String,
}

/// `?q=…`, what is being typed.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Query {
    /// Any text.
    #[serde(default)]
    pub q: String,
}

/// The movies whose posters a page waits for, by the places where it has them.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Waiting {
    /// Beside entries.
    #[serde(default)]
    pub entry: Vec<i64>,
    /// In lines.
    #[serde(default)]
    pub line: Vec<i64>,
    /// In days of a calendar.
    #[serde(default)]
    pub day: Vec<i64>,
    /// On cards.
    #[serde(default)]
    pub card: Vec<i64>,
    /// On the movie's page.
    #[serde(default)]
    pub head: Vec<i64>,
}

/// What `GET /movies` lists: what fits, or all from one movie on.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct MovieList {
    /// What is typed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// The movie after which the list goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
}

/// What is looked for in the catalog, and where the answer goes.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Find {
    /// Any text.
    #[serde(default)]
    pub q: String,
    /// Not empty: into a list of links, not into the box.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub links: String,
}

/// `?saved=…`, the part of the settings that was just saved.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Saved {
    /// Its name.
    #[serde(default)]
    pub saved: String,
}

/// `?after=…`, the name after which a list of members goes on.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct After {
    /// A username.
    #[serde(default)]
    pub after: String,
}
