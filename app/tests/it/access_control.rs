//! Who may do what, on every route. A route without a row in the table fails.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use chrono::Datelike;

use crate::support::api_client::{create_revoked_token, create_token};
use crate::support::pictures::png;
use crate::support::{ApiClient, App, ReviewBuilder, TestClient, TestResponse, seed_facts};

/// How the server answers a viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AccessOutcome {
    /// The page is shown, or the change is made.
    Allowed,
    /// 404, also where the thing exists but the viewer may not know of it.
    NotFound,
    /// A redirect to the sign-in page, or 401.
    SignIn,
    /// 422: the form is shown again with its errors.
    InvalidForm,
    /// 409: permitted, but in conflict with the current state.
    Conflict,
    /// 401 with `WWW-Authenticate`: no valid token.
    NoToken,
    /// 403: the token may only read.
    ReadOnly,
}

use AccessOutcome::{Allowed, Conflict, InvalidForm, NoToken, NotFound, ReadOnly, SignIn};

/// One route. The four columns by session are an anonymous visitor, another member, the owner and
/// an admin. The five by token are the owner's read token, the owner's write token, another
/// member's token, an admin's token and a revoked token. Bodies are what the route's own form would
/// send, or JSON.
struct AccessRow {
    method: Method,
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
    /// Whether it takes a file instead of form fields.
    is_upload: bool,
    json: Option<&'static str>,
    by_session: [AccessOutcome; 4],
    by_token: [AccessOutcome; 5],
}

/// Pages ignore tokens: a request with one is anonymous.
const fn ignoring_tokens(by_session: [AccessOutcome; 4]) -> [AccessOutcome; 5] {
    [by_session[0]; 5]
}

/// The API ignores sessions: a request with one is anonymous.
const fn api_row(
    method: Method,
    path: &'static str,
    json: Option<&'static str>,
    anybody: AccessOutcome,
    by_token: [AccessOutcome; 5],
) -> AccessRow {
    AccessRow {
        method,
        path,
        fields: &[],
        is_upload: false,
        json,
        by_session: [anybody; 4],
        by_token,
    }
}

const fn get_row(path: &'static str, by_session: [AccessOutcome; 4]) -> AccessRow {
    AccessRow {
        method: Method::GET,
        path,
        fields: &[],
        is_upload: false,
        json: None,
        by_session,
        by_token: ignoring_tokens(by_session),
    }
}

const fn upload_row(path: &'static str, by_session: [AccessOutcome; 4]) -> AccessRow {
    AccessRow {
        method: Method::POST,
        path,
        fields: &[],
        is_upload: true,
        json: None,
        by_session,
        by_token: ignoring_tokens(by_session),
    }
}

const fn post_row(
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
    by_session: [AccessOutcome; 4],
) -> AccessRow {
    AccessRow {
        method: Method::POST,
        path,
        fields,
        is_upload: false,
        json: None,
        by_session,
        by_token: ignoring_tokens(by_session),
    }
}

const NEW_REVIEW: &[(&str, &str)] = &[
    ("key", "0123456789abcdef"),
    ("title", "Heat"),
    ("year", "1995"),
    ("day_unknown", "on"),
    ("visibility", "public"),
];

const REVIEW_CHANGE: &[(&str, &str)] = &[
    ("version", "1"),
    ("day_unknown", "on"),
    ("visibility", "private"),
];

const CORRECTION: &[(&str, &str)] = &[("title", "Heat"), ("year", "1996")];

/// Columns: anonymous, another member, the owner, an admin. `{id}` is the owner's only review
/// (private, like the diary), its movie, one of the owner's sessions, an invitation, or the owner.
/// Where a route needs a code, none is given; the tests of accounts cover valid codes.
const TABLE: &[AccessRow] = &[
    get_row("/health", [Allowed, Allowed, Allowed, Allowed]),
    get_row("/robots.txt", [Allowed, Allowed, Allowed, Allowed]),
    get_row("/styleguide", [Allowed, Allowed, Allowed, Allowed]),
    get_row("/assets/{name}", [NotFound, NotFound, NotFound, NotFound]),
    get_row(
        "/manifest.webmanifest",
        [Allowed, Allowed, Allowed, Allowed],
    ),
    get_row("/sw.js", [Allowed, Allowed, Allowed, Allowed]),
    get_row("/offline", [Allowed, Allowed, Allowed, Allowed]),
    // A poster's name is unguessable: only viewers who saw the poster know it.
    get_row("/posters/{name}", [Allowed, Allowed, Allowed, Allowed]),
    // Settings of a device, which need no account.
    post_row(
        "/settings/theme",
        &[("theme", "dark")],
        [Allowed, Allowed, Allowed, Allowed],
    ),
    post_row(
        "/settings/device",
        &[("theme", "dark")],
        [Allowed, Allowed, Allowed, Allowed],
    ),
    // Setup, registration and sign-in.
    get_row("/setup", [NotFound, NotFound, NotFound, NotFound]),
    post_row("/setup", &[], [NotFound, NotFound, NotFound, NotFound]),
    get_row("/register", [NotFound, NotFound, NotFound, NotFound]),
    post_row("/register", &[], [NotFound, NotFound, NotFound, NotFound]),
    get_row("/reset", [NotFound, NotFound, NotFound, NotFound]),
    post_row("/reset", &[], [NotFound, NotFound, NotFound, NotFound]),
    get_row("/login", [Allowed, Allowed, Allowed, Allowed]),
    post_row(
        "/login",
        &[("username", "nobody")],
        [InvalidForm, InvalidForm, InvalidForm, InvalidForm],
    ),
    post_row("/logout", &[], [Allowed, Allowed, Allowed, Allowed]),
    // The member's own account.
    get_row("/settings", [SignIn, Allowed, Allowed, Allowed]),
    post_row(
        "/settings/profile",
        &[],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    post_row(
        "/settings/visibility",
        &[("visibility", "public")],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    post_row(
        "/settings/password",
        &[],
        [SignIn, InvalidForm, InvalidForm, InvalidForm],
    ),
    post_row(
        "/settings/sessions/{id}/ending",
        &[],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/settings/sessions/ending",
        &[],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    get_row("/settings/tokens", [SignIn, Allowed, Allowed, Allowed]),
    post_row(
        "/settings/tokens",
        &[("name", "Phone")],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    post_row(
        "/settings/tokens/{id}/ending",
        &[],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/settings/deletion",
        &[],
        [SignIn, InvalidForm, InvalidForm, InvalidForm],
    ),
    // Administration.
    get_row("/admin", [SignIn, NotFound, NotFound, Allowed]),
    post_row(
        "/admin/site",
        &[("time_zone", "UTC")],
        [SignIn, NotFound, NotFound, Allowed],
    ),
    get_row("/admin/doubles", [SignIn, NotFound, NotFound, Allowed]),
    post_row(
        "/admin/doubles",
        &[("from", "1"), ("into", "1")],
        [SignIn, NotFound, NotFound, Conflict],
    ),
    get_row("/admin/catalog", [SignIn, NotFound, NotFound, Allowed]),
    // Here, no other server may be asked.
    post_row(
        "/admin/catalog/builds",
        &[],
        [SignIn, NotFound, NotFound, Conflict],
    ),
    post_row(
        "/admin/catalog/builds/ending",
        &[],
        [SignIn, NotFound, NotFound, Allowed],
    ),
    post_row("/admin/invites", &[], [SignIn, NotFound, NotFound, Allowed]),
    post_row(
        "/admin/invites/{id}/ending",
        &[],
        [SignIn, NotFound, NotFound, Allowed],
    ),
    post_row(
        "/admin/members/{id}/reset",
        &[],
        [SignIn, NotFound, NotFound, Allowed],
    ),
    post_row(
        "/admin/members/{id}/promotion",
        &[],
        [SignIn, NotFound, NotFound, Allowed],
    ),
    post_row(
        "/admin/members/{id}/demotion",
        &[],
        [SignIn, NotFound, NotFound, Allowed],
    ),
    post_row(
        "/admin/members/{id}/disabling",
        &[],
        [SignIn, NotFound, NotFound, Allowed],
    ),
    post_row(
        "/admin/members/{id}/enabling",
        &[],
        [SignIn, NotFound, NotFound, Allowed],
    ),
    // Reviews.
    get_row("/", [Allowed, Allowed, Allowed, Allowed]),
    post_row("/reviews", NEW_REVIEW, [SignIn, Allowed, Allowed, Allowed]),
    get_row("/reviews/new", [SignIn, Allowed, Allowed, Allowed]),
    get_row("/reviews/deleted", [SignIn, Allowed, Allowed, Allowed]),
    get_row("/reviews/{id}", [NotFound, NotFound, Allowed, NotFound]),
    post_row(
        "/reviews/{id}",
        REVIEW_CHANGE,
        [SignIn, NotFound, Allowed, NotFound],
    ),
    get_row("/reviews/{id}/edit", [SignIn, NotFound, Allowed, NotFound]),
    post_row(
        "/reviews/{id}/deletion",
        &[],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/reviews/{id}/restoration",
        &[],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    get_row("/reviews/{id}/movie", [SignIn, NotFound, Allowed, NotFound]),
    post_row(
        "/reviews/{id}/movie",
        &[("title", "Ran"), ("year", "1985")],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    // Movies and members.
    get_row("/movies", [Allowed, Allowed, Allowed, Allowed]),
    get_row("/movies/suggest", [SignIn, Allowed, Allowed, Allowed]),
    get_row("/movies/found", [SignIn, Allowed, Allowed, Allowed]),
    post_row(
        "/movies/merges/{id}/undoing",
        &[],
        [SignIn, NotFound, NotFound, Allowed],
    ),
    get_row("/movies/posters", [Allowed, Allowed, Allowed, Allowed]),
    get_row("/movies/{id}", [NotFound, Allowed, Allowed, Allowed]),
    // Only members who logged the movie, and admins, may correct it.
    get_row(
        "/movies/{id}/correction",
        [SignIn, NotFound, Allowed, Allowed],
    ),
    post_row(
        "/movies/{id}/correction",
        CORRECTION,
        [SignIn, NotFound, Allowed, Allowed],
    ),
    upload_row("/movies/{id}/poster", [SignIn, NotFound, Allowed, Allowed]),
    // A poster that a member uploaded is never replaced from the catalog.
    post_row(
        "/movies/{id}/poster-sync",
        &[],
        [SignIn, NotFound, Conflict, Conflict],
    ),
    post_row(
        "/movies/corrections/{id}/undoing",
        &[],
        [SignIn, NotFound, NotFound, Allowed],
    ),
    get_row("/people/{id}", [NotFound, Allowed, Allowed, Allowed]),
    get_row("/genres/{slug}", [NotFound, Allowed, Allowed, Allowed]),
    get_row("/users", [Allowed, Allowed, Allowed, Allowed]),
    get_row("/users/{username}", [NotFound, NotFound, Allowed, NotFound]),
    post_row(
        "/users/{username}/goals/{year}",
        &[("films", "52")],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/users/{username}/goals/{year}/deletion",
        &[],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    // Feeds and embedded diaries are the same for everyone, signed in or not.
    get_row("/feed.atom", [Allowed, Allowed, Allowed, Allowed]),
    get_row("/feed.rss", [Allowed, Allowed, Allowed, Allowed]),
    get_row(
        "/users/{username}/feed.atom",
        [NotFound, NotFound, NotFound, NotFound],
    ),
    get_row(
        "/users/{username}/feed.rss",
        [Allowed, Allowed, Allowed, Allowed],
    ),
    get_row(
        "/movies/{id}/feed.atom",
        [NotFound, NotFound, NotFound, NotFound],
    ),
    get_row(
        "/embed/{username}",
        [NotFound, NotFound, NotFound, NotFound],
    ),
    get_row(
        "/lists/{id}/feed.atom",
        [NotFound, NotFound, NotFound, NotFound],
    ),
    // The secret address opens the owner's diary without a session.
    get_row("/feeds/{code}", [Allowed, Allowed, Allowed, Allowed]),
    get_row("/calendar/{file}", [Allowed, Allowed, Allowed, Allowed]),
    // Watchlists. The owner's is as private as the diary.
    get_row("/watchlist", [SignIn, Allowed, Allowed, Allowed]),
    get_row(
        "/users/{username}/watchlist",
        [NotFound, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/watchlist",
        &[("title", "Heat"), ("year", "1995")],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    post_row(
        "/movies/{id}/watchlisting",
        &[],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    post_row(
        "/movies/{id}/watchlisting/ending",
        &[],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    post_row(
        "/movies/{id}/watchlisting/keeping",
        &[],
        [SignIn, NotFound, NotFound, NotFound],
    ),
    post_row(
        "/movies/{id}/watchlisting/note",
        &[("note", "Soon")],
        [SignIn, NotFound, NotFound, NotFound],
    ),
    post_row(
        "/movies/{id}/watchlisting/position",
        &[("before", "")],
        [SignIn, NotFound, NotFound, NotFound],
    ),
    post_row(
        "/settings/watchlist",
        &[("visibility", "members")],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    // Lists. The owner's is private; the other member is invited, but has not accepted.
    get_row("/lists", [SignIn, Allowed, Allowed, Allowed]),
    post_row(
        "/lists",
        &[("title", "Noir"), ("visibility", "public")],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    get_row("/lists/new", [SignIn, Allowed, Allowed, Allowed]),
    get_row("/lists/{id}", [NotFound, NotFound, Allowed, NotFound]),
    post_row(
        "/lists/{id}",
        &[
            ("title", "Noir"),
            ("visibility", "public"),
            ("version", "1"),
        ],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    get_row("/lists/{id}/edit", [SignIn, NotFound, Allowed, NotFound]),
    post_row(
        "/lists/{id}/deletion",
        &[],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/lists/{id}/restoration",
        &[],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/lists/{id}/copying",
        &[],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/lists/{id}/entries",
        &[("lines", "Ran (1985)")],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/lists/{id}/entries/{movie}/note",
        &[("note", "Soon")],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/lists/{id}/entries/{movie}/ending",
        &[],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/lists/{id}/entries/{movie}/position",
        &[("before", "")],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/lists/{id}/members",
        &[("username", "boss")],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/lists/{id}/members/acceptance",
        &[],
        [SignIn, Allowed, NotFound, NotFound],
    ),
    post_row(
        "/lists/{id}/members/ending",
        &[("username", "other")],
        [SignIn, Allowed, Allowed, NotFound],
    ),
    // The only list.
    post_row(
        "/movies/{id}/listing",
        &[("list", "1")],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    get_row(
        "/users/{username}/lists",
        [NotFound, NotFound, Allowed, NotFound],
    ),
    get_row("/settings/export", [SignIn, Allowed, Allowed, Allowed]),
    get_row(
        "/settings/export/{format}",
        [SignIn, Allowed, Allowed, Allowed],
    ),
    post_row(
        "/settings/export/archives",
        &[],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    get_row(
        "/settings/export/archives/{id}",
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/settings/export/archives/{id}/deletion",
        &[],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    // Imports. The owner's waits to be written. The file that is sent is a picture.
    get_row("/settings/import", [SignIn, Allowed, Allowed, Allowed]),
    upload_row(
        "/settings/import",
        [SignIn, InvalidForm, InvalidForm, InvalidForm],
    ),
    get_row(
        "/settings/import/{id}",
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/settings/import/{id}/answers",
        &[],
        [SignIn, NotFound, Conflict, NotFound],
    ),
    post_row(
        "/settings/import/{id}/confirmation",
        &[("visibility", "private")],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/settings/import/{id}/pausing",
        &[],
        [SignIn, NotFound, Conflict, NotFound],
    ),
    post_row(
        "/settings/import/{id}/resuming",
        &[],
        [SignIn, NotFound, Conflict, NotFound],
    ),
    post_row(
        "/settings/import/{id}/undoing",
        &[],
        [SignIn, NotFound, Conflict, NotFound],
    ),
    post_row(
        "/settings/import/{id}/deletion",
        &[],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    get_row(
        "/settings/import/{id}/films",
        [SignIn, NotFound, Allowed, NotFound],
    ),
    get_row(
        "/settings/import/{id}/films/{number}",
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/settings/import/{id}/films/{number}",
        &[("choice", "as-typed")],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    get_row(
        "/settings/import/{id}/rows",
        [SignIn, NotFound, Allowed, NotFound],
    ),
    get_row(
        "/settings/import/{id}/problems.csv",
        [SignIn, NotFound, Allowed, NotFound],
    ),
    get_row("/settings/feeds", [SignIn, Allowed, Allowed, Allowed]),
    post_row(
        "/settings/feeds/key",
        &[],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    post_row(
        "/settings/feeds/key/ending",
        &[],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    post_row(
        "/settings/calendar/address",
        &[],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    post_row(
        "/settings/calendar/address/ending",
        &[],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    post_row(
        "/watchlist/address",
        &[],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    post_row(
        "/watchlist/address/ending",
        &[],
        [SignIn, Allowed, Allowed, Allowed],
    ),
    post_row(
        "/lists/{id}/address",
        &[],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    post_row(
        "/lists/{id}/address/ending",
        &[],
        [SignIn, NotFound, Allowed, NotFound],
    ),
    // The API and its documentation.
    get_row("/api/docs", [Allowed, Allowed, Allowed, Allowed]),
    api_row(
        Method::GET,
        "/api/openapi.json",
        None,
        Allowed,
        [Allowed; 5],
    ),
    api_row(
        Method::POST,
        "/api/auth/register",
        Some(r#"{"username": "eve", "password": "four unrelated words"}"#),
        NotFound,
        [NotFound; 5],
    ),
    api_row(
        Method::POST,
        "/api/auth/login",
        Some(r#"{"username": "nobody", "password": "x"}"#),
        NoToken,
        [NoToken; 5],
    ),
    api_row(
        Method::POST,
        "/api/auth/logout",
        Some(""),
        NoToken,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/me",
        None,
        NoToken,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::PATCH,
        "/api/me",
        Some("{}"),
        NoToken,
        [ReadOnly, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/me/sessions",
        None,
        NoToken,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::DELETE,
        "/api/me/sessions/{id}",
        None,
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/me/tokens",
        None,
        NoToken,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::POST,
        "/api/me/tokens",
        Some(r#"{"name": "Phone", "scope": "read"}"#),
        NoToken,
        [ReadOnly, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::DELETE,
        "/api/me/tokens/{id}",
        None,
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/diary",
        None,
        NoToken,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/diary/deleted",
        None,
        NoToken,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/watchlist",
        None,
        NoToken,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::POST,
        "/api/watchlist",
        Some(r#"{"title": "Heat", "year": 1995}"#),
        NoToken,
        [ReadOnly, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::PUT,
        "/api/watchlist/{movie_id}",
        Some("{}"),
        NoToken,
        [ReadOnly, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::DELETE,
        "/api/watchlist/{movie_id}",
        None,
        NoToken,
        [ReadOnly, NotFound, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/lists",
        None,
        NoToken,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::POST,
        "/api/lists",
        Some(r#"{"title": "Noir"}"#),
        NoToken,
        [ReadOnly, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/lists/{id}",
        None,
        NotFound,
        [Allowed, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::PATCH,
        "/api/lists/{id}",
        Some(r#"{"ranked": true}"#),
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::DELETE,
        "/api/lists/{id}",
        None,
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::POST,
        "/api/lists/{id}/entries",
        Some(r#"{"title": "Ran", "year": 1985}"#),
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::PATCH,
        "/api/lists/{id}/entries/{entry}",
        Some(r#"{"note": "Soon"}"#),
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::DELETE,
        "/api/lists/{id}/entries/{entry}",
        None,
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/imports",
        None,
        NoToken,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    AccessRow {
        method: Method::POST,
        path: "/api/imports",
        fields: &[],
        is_upload: true,
        json: None,
        by_session: [NoToken; 4],
        by_token: [ReadOnly, InvalidForm, InvalidForm, InvalidForm, NoToken],
    },
    api_row(
        Method::GET,
        "/api/imports/{id}",
        None,
        NoToken,
        [Allowed, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::PATCH,
        "/api/imports/{id}",
        Some("{}"),
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::DELETE,
        "/api/imports/{id}",
        None,
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::POST,
        "/api/imports/{id}/answers",
        Some("{}"),
        NoToken,
        [ReadOnly, Conflict, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::POST,
        "/api/imports/{id}/confirmation",
        Some("{}"),
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::POST,
        "/api/imports/{id}/pause",
        None,
        NoToken,
        [ReadOnly, Conflict, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::POST,
        "/api/imports/{id}/resumption",
        None,
        NoToken,
        [ReadOnly, Conflict, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::POST,
        "/api/imports/{id}/undoing",
        None,
        NoToken,
        [ReadOnly, Conflict, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/imports/{id}/rows",
        None,
        NoToken,
        [Allowed, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::PATCH,
        "/api/imports/{id}/rows/{row}",
        Some(r#"{"as_typed": true}"#),
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/imports/{id}/problems.csv",
        None,
        NoToken,
        [Allowed, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/export/{format}",
        None,
        NoToken,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/feed",
        None,
        Allowed,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/goals/{year}",
        None,
        NoToken,
        [Allowed, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::PUT,
        "/api/goals/{year}",
        Some(r#"{"films": 52}"#),
        NoToken,
        [ReadOnly, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::DELETE,
        "/api/goals/{year}",
        None,
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/reviews",
        None,
        Allowed,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::POST,
        "/api/reviews",
        Some(r#"{"title": "Heat", "year": 1995}"#),
        NoToken,
        [ReadOnly, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/reviews/{id}",
        None,
        NotFound,
        [Allowed, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::PATCH,
        "/api/reviews/{id}",
        Some(r#"{"liked": true}"#),
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::DELETE,
        "/api/reviews/{id}",
        None,
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::POST,
        "/api/reviews/{id}/restore",
        Some(""),
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::PUT,
        "/api/reviews/{id}/movie",
        Some(r#"{"title": "Ran", "year": 1985}"#),
        NoToken,
        [ReadOnly, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/movies",
        None,
        Allowed,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/movies/{id}",
        None,
        NotFound,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    // Only members who logged the movie, and admins, may correct it.
    api_row(
        Method::PATCH,
        "/api/movies/{id}",
        Some(r#"{"year": 1996}"#),
        NoToken,
        [ReadOnly, Allowed, NotFound, Allowed, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/movies/{id}/history",
        None,
        NoToken,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    // A poster that a member uploaded is never replaced from the catalog.
    api_row(
        Method::POST,
        "/api/movies/{id}/poster-sync",
        Some(""),
        NoToken,
        [ReadOnly, Conflict, NotFound, Conflict, NoToken],
    ),
    api_row(
        Method::PUT,
        "/api/movies/{id}/poster",
        None,
        NoToken,
        [ReadOnly, Allowed, NotFound, Allowed, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/users",
        None,
        Allowed,
        [Allowed, Allowed, Allowed, Allowed, NoToken],
    ),
    // The owner's diary is private.
    api_row(
        Method::GET,
        "/api/users/{username}",
        None,
        NotFound,
        [Allowed, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/users/{username}/diary",
        None,
        NotFound,
        [Allowed, Allowed, NotFound, NotFound, NoToken],
    ),
    api_row(
        Method::GET,
        "/api/users/{username}/stats",
        None,
        NotFound,
        [Allowed, Allowed, NotFound, NotFound, NoToken],
    ),
];

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let mut rows: BTreeMap<String, u32> = BTreeMap::new();
    for row in TABLE {
        *rows
            .entry(format!("{} {}", row.method, row.path))
            .or_default() += 1;
    }
    assert!(rows.values().all(|count| *count == 1), "a row stands twice");
    let mut routes: Vec<_> = movies_diary::routes::list()
        .iter()
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    routes.sort();
    assert_eq!(routes, rows.into_keys().collect::<Vec<_>>());
}

/// The first segment of every path is reserved, so that no username looks like a page.
#[test]
fn first_path_segments_are_reserved_usernames() {
    for (_, path) in movies_diary::routes::list() {
        let first = path.split('/').nth(1).unwrap_or_default();
        let is_reserved = movies_diary::paths::RESERVED.contains(&first);
        assert!(first.is_empty() || is_reserved, "{first}");
    }
}

/// Built again after each change, so that one row does not affect the next.
struct AccessFixture {
    app: App,
    clients: [TestClient; 4],
    api_clients: [ApiClient; 5],
    owner: i64,
    review: i64,
    movie: i64,
    session: i64,
    token: i64,
    invite: i64,
    merge: i64,
    correction: i64,
    poster: String,
    feed_code: String,
    calendar_file: String,
    list: i64,
    import: i64,
    /// The current year, for which the owner has a goal.
    year: i32,
}

async fn access_fixture() -> AccessFixture {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let ada = app.member("ada").await;
    let other = app.member("other").await;
    ada.post("/settings/visibility", &[("visibility", "private")])
        .await;
    let review = ReviewBuilder::of("Heat", 1995)
        .with("director", "Michael Mann")
        .log(&ada)
        .await;
    seed_facts(&app, "Heat", &["Crime"], Some(170)).await;
    let page = ada.get(format!("/reviews/{review}")).await;
    let movie = page.attributes(".title a", "href").remove(0);
    let movie = movie.rsplit('/').next().and_then(|id| id.parse().ok());
    let owner = movies_diary::accounts::queries::find_by_username(&app.state.db, "ada").await;
    app.visitor().sign_in("ada").await;
    let sessions = ada.get("/settings").await;
    let sessions = sessions.attributes(".sessions form", "action");
    boss.post("/admin/invites", &[]).await;
    let invites = boss.get("/admin").await;
    let invites = invites.attributes(".sessions form", "action");
    let merge = merge_another_movie(&app, &boss, movie.expect("an id")).await;
    let (correction, poster) = upload_poster(&ada, &boss, movie.expect("an id")).await;
    let year = app.state.clock.now().year();
    ada.post(format!("/users/ada/goals/{year}"), &[("films", "12")])
        .await;
    let list = create_list(&ada, movie.expect("an id")).await;
    let own_token = create_token(&ada, "read").await;
    let programs = [
        create_token(&ada, "read").await,
        create_token(&ada, "write").await,
        create_token(&other, "write").await,
        create_token(&boss, "write").await,
        create_revoked_token(&ada).await,
    ];
    let import = upload_import(&app, &programs[1].token).await;
    let id = |action: &String| action.split('/').nth(3).and_then(|id| id.parse().ok());
    ada.post("/settings/export/archives", &[])
        .await
        .expect(StatusCode::SEE_OTHER);
    app.write_archives().await;
    AccessFixture {
        session: id(&sessions[0]).expect("an id"),
        invite: id(&invites[0]).expect("an id"),
        merge,
        correction,
        poster,
        list,
        import,
        token: own_token.id,
        feed_code: create_code(&ada, "/settings/feeds/key").await,
        calendar_file: create_code(&ada, "/settings/calendar/address").await,
        year,
        api_clients: programs.map(|made| app.api_client().with_token(&made.token)),
        clients: [app.visitor(), other, ada, boss],
        owner: owner.expect("an answer").expect("ada").id,
        review,
        movie: movie.expect("an id"),
        app,
    }
}

/// Makes the owner's private list with `movie`, to which the other member is invited.
async fn create_list(ada: &TestClient, movie: i64) -> i64 {
    let fields = [("title", "Noir"), ("visibility", "private")];
    let made = ada.post("/lists", &fields).await;
    let list = made.header("location").to_owned();
    let choice = movie.to_string();
    let film = [("line-0", "Heat"), ("choice-0", choice.as_str())];
    ada.post(format!("{list}/entries"), &film)
        .await
        .expect(StatusCode::SEE_OTHER);
    ada.post(format!("{list}/members"), &[("username", "other")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let id = list.rsplit('/').next().and_then(|id| id.parse().ok());
    id.expect("an id")
}

/// Uploads a diary of one film with the owner's token, which waits to be confirmed.
async fn upload_import(app: &App, token: &str) -> i64 {
    let program = app.api_client().with_token(token);
    let diary = b"Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n\
        2024-04-01,Ran,1985,https://boxd.it/a,4,,,2024-04-01\n";
    let files: [(&str, &[u8]); 1] = [("diary.csv", diary)];
    let client = program.http_client();
    let begun = client.upload_form("/api/imports", &files, &[]).await;
    let begun = begun.expect(StatusCode::ACCEPTED).json();
    app.work_on_imports().await;
    begun["id"].as_i64().expect("an id")
}

/// Creates one of the owner's secret addresses and returns its last segment.
async fn create_code(ada: &TestClient, form: &str) -> String {
    let page = ada.post_and_follow(form, &[]).await;
    let address = page
        .texts("[id=secret-address], [id=calendar-address]")
        .remove(0);
    address.rsplit('/').next().expect("a code").to_owned()
}

/// Uploads a poster as the owner. Returns the id of the correction, which an admin can undo, and
/// the name of one of the poster's files.
async fn upload_poster(ada: &TestClient, boss: &TestClient, movie: i64) -> (i64, String) {
    let path = format!("/movies/{movie}/poster");
    let sent = ada.upload(&path, &png(120, 180)).await;
    sent.expect(StatusCode::SEE_OTHER);
    let page = boss.get(format!("/movies/{movie}")).await;
    let undo = page.form("form[action^='/movies/corrections/']").action;
    let id = undo.split('/').nth(3).and_then(|id| id.parse().ok());
    let src = page.attributes(".poster img", "src").remove(0);
    let name = src.rsplit('/').next().expect("a name").to_owned();
    (id.expect("an id"), name)
}

/// Merges another movie into `movie`. Returns the id of the merge.
async fn merge_another_movie(app: &App, boss: &TestClient, movie: i64) -> i64 {
    let review = ReviewBuilder::of("Haet", 1995)
        .with("visibility", "private")
        .log(boss)
        .await;
    let from = boss.movie_of(review).await;
    let writer = app.state.diary.clone();
    let merged = app.state.db.write(move |tx| {
        Box::pin(async move {
            movies_diary::diary::commands::merge_movies(tx, &writer, from, movie).await
        })
    });
    assert!(merged.await.expect("merged"));
    let page = boss.get(format!("/movies/{movie}")).await;
    let undo = page.form("form[action^='/movies/merges/']").action;
    undo.split('/')
        .nth(3)
        .and_then(|id| id.parse().ok())
        .expect("an id")
}

impl AccessFixture {
    fn address(&self, row: &AccessRow) -> String {
        let id = match row.path {
            path if path.starts_with("/reviews") => self.review,
            path if path.starts_with("/movies/merges") => self.merge,
            path if path.starts_with("/movies/corrections") => self.correction,
            path if path.starts_with("/movies") => self.movie,
            path if path.starts_with("/lists") => self.list,
            path if path.starts_with("/api/lists") => self.list,
            path if path.starts_with("/api/imports") => self.import,
            path if path.starts_with("/api/reviews") => self.review,
            path if path.starts_with("/api/movies") => self.movie,
            path if path.starts_with("/admin/members") => self.owner,
            path if path.starts_with("/settings/import") => self.import,
            // The only archive so far.
            path if path.starts_with("/settings/export") => 1,
            path if path.contains("/sessions") => self.session,
            path if path.contains("/tokens") => self.token,
            // The only director so far.
            path if path.starts_with("/people") => 1,
            _ => self.invite,
        };
        row.path
            .replace("{id}", &id.to_string())
            .replace("{movie_id}", &self.movie.to_string())
            .replace("{movie}", &self.movie.to_string())
            .replace("{number}", "1")
            .replace("{row}", "1")
            .replace("{entry}", &self.movie.to_string())
            .replace("{username}", "ada")
            .replace("{year}", &self.year.to_string())
            .replace("{slug}", "crime")
            .replace("{format}", "json")
            .replace("/posters/{name}", &format!("/posters/{}", self.poster))
            .replace("{name}", "style-0000.css")
            .replace("{code}", &self.feed_code)
            .replace("{file}", &self.calendar_file)
    }
}

#[tokio::test]
async fn every_session_gets_what_the_table_says() {
    let mut wrong = Vec::new();
    let mut scene = access_fixture().await;
    for row in TABLE {
        for (column, expected) in row.by_session.into_iter().enumerate() {
            for by_htmx in [false, true] {
                let client = &scene.clients[column];
                let client = if by_htmx {
                    client.htmx()
                } else {
                    client.clone()
                };
                let answer = scene.send(row, &client).await;
                let who = ["anonymous", "other", "owner", "admin"][column];
                let who = format!("{who} (htmx: {by_htmx})");
                wrong.extend(describe_mismatch(row, &who, expected, &answer, by_htmx));
                if row.method != Method::GET && expected == Allowed {
                    scene = self::access_fixture().await;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    drop(scene.app);
}

#[tokio::test]
async fn every_token_gets_what_the_table_says() {
    let mut wrong = Vec::new();
    let mut scene = access_fixture().await;
    for row in TABLE {
        for (column, expected) in row.by_token.into_iter().enumerate() {
            let answer = scene
                .send(row, scene.api_clients[column].http_client())
                .await;
            let who = ["read", "write", "other's", "admin's", "ended"][column];
            wrong.extend(describe_mismatch(row, who, expected, &answer, false));
            if row.method != Method::GET && expected == Allowed {
                scene = self::access_fixture().await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    drop(scene.app);
}

impl AccessFixture {
    async fn send(&self, row: &AccessRow, client: &TestClient) -> TestResponse {
        let address = self.address(row);
        match (&row.method, row.json) {
            (_, Some(json)) => {
                let client = client.header("content-type", "application/json");
                client
                    .send(row.method.clone(), &address, Some(json.to_owned()))
                    .await
            }
            (&Method::GET, _) => client.get(&address).await,
            (&Method::PUT, _) => client.put(&address, &png(150, 200)).await,
            _ if row.is_upload && row.path.contains("/import") => {
                client.upload_as(&address, "file", &png(150, 200)).await
            }
            _ if row.is_upload => client.upload(&address, &png(150, 200)).await,
            (&Method::POST, _) => client.post(&address, row.fields).await,
            (method, None) => client.send(method.clone(), &address, None).await,
        }
    }
}

fn describe_mismatch(
    row: &AccessRow,
    who: &str,
    expected: AccessOutcome,
    answer: &TestResponse,
    by_htmx: bool,
) -> Option<String> {
    let AccessRow { method, path, .. } = row;
    let is_right = outcome_of(answer, by_htmx) == Some(expected);
    let message = || {
        format!(
            "{method} {path} by {who}: {expected:?} expected, {} got",
            answer.status
        )
    };
    (!is_right).then(message)
}

fn outcome_of(answer: &TestResponse, by_htmx: bool) -> Option<AccessOutcome> {
    let sent_to = |name: &str| {
        let value = answer
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let to_sign_in = sent_to("location").starts_with("/login")
        || (by_htmx && sent_to("hx-redirect").starts_with("/login"));
    match answer.status {
        303 if to_sign_in => Some(SignIn),
        401 if answer.headers.contains_key("www-authenticate") => Some(NoToken),
        401 => Some(SignIn),
        403 => Some(ReadOnly),
        200 | 201 | 202 | 204 | 303 | 308 => Some(Allowed),
        404 => Some(NotFound),
        422 => Some(InvalidForm),
        409 => Some(Conflict),
        _ => None,
    }
}
