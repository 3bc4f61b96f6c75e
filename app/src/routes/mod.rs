//! Every address of the site with its method and its handler. Each function is a group of routes
//! with the same layers, which `layers` puts around it.

mod operations;

use std::sync::LazyLock;

use axum::http::Method;

use crate::accounts::handlers as accounts;
use crate::admin::handlers as admin;
use crate::api;
use crate::device::pwa;
use crate::diary::handlers as diary;
use crate::feeds::handlers as feeds;
use crate::goals::handlers as goals;
use crate::lists::handlers as lists;
use crate::members::{embed, handlers as members};
use crate::movies::handlers as movies;
use crate::posters::handlers as posters;
use crate::settings::handlers as settings;
use crate::watchlist::handlers as watchlist;
use crate::web::{Operations, Routes, assets};
use crate::{AppState, health, paths, robots, styleguide};

pub use operations::{api, api_imports, api_long_bodies, api_public, api_uploads};

/// All operations of the API.
fn api_operations() -> [Operations<AppState>; 5] {
    [
        api(),
        api_long_bodies(),
        api_uploads(),
        api_imports(),
        api_public(),
    ]
}

/// Session, viewer, a capacity permit, bodies up to 64 KB.
pub fn pages() -> Routes<AppState> {
    Routes::new()
        .get("/", diary::feed::show)
        .get("/reviews/new", diary::log::new_form)
        .get("/reviews/deleted", diary::deleted::show)
        .get("/reviews/{id}", diary::show::show)
        .get("/reviews/{id}/edit", diary::edit::edit_form)
        .post("/reviews/{id}/deletion", diary::delete::delete)
        .post("/reviews/{id}/restoration", diary::restore::restore)
        .get("/reviews/{id}/movie", diary::change_movie::show)
        .post("/reviews/{id}/movie", diary::change_movie::update)
        .get("/movies", movies::list::show)
        .get("/movies/suggest", movies::suggest::suggest)
        .get("/movies/found", movies::suggest::find_in_catalog)
        .get("/movies/posters", movies::poster::poll_posters)
        .get("/movies/{id}", movies::show::show)
        .get("/movies/{id}/correction", movies::correction::show)
        .post("/movies/{id}/correction", movies::correction::update)
        .post("/movies/{id}/poster-sync", movies::poster::sync)
        .post("/movies/corrections/{id}/undoing", movies::correction::undo)
        .post("/movies/merges/{id}/undoing", movies::merges::undo)
        .get("/people/{id}", movies::people::show)
        .get("/genres/{slug}", movies::genres::show)
        .get("/watchlist", watchlist::show::own)
        .get("/users/{username}/watchlist", watchlist::show::show)
        .post("/movies/{id}/watchlisting", watchlist::save::create)
        .post("/movies/{id}/watchlisting/ending", watchlist::save::destroy)
        .post("/movies/{id}/watchlisting/keeping", watchlist::save::keep)
        .post(
            "/movies/{id}/watchlisting/note",
            watchlist::entries::update_note,
        )
        .post(
            "/movies/{id}/watchlisting/position",
            watchlist::entries::update_position,
        )
        .post("/settings/watchlist", watchlist::entries::update_visibility)
        .post("/watchlist/address", watchlist::address::create)
        .post("/watchlist/address/ending", watchlist::address::revoke)
        .get("/lists", lists::index::own)
        .post("/lists", lists::edit::create)
        .get("/lists/new", lists::edit::new_form)
        .get("/lists/{id}", lists::show::show)
        .post("/lists/{id}", lists::edit::update)
        .get("/lists/{id}/edit", lists::edit::edit_form)
        .post("/lists/{id}/deletion", lists::delete::delete)
        .post("/lists/{id}/restoration", lists::delete::restore)
        .post("/lists/{id}/copying", lists::copy::create)
        .post("/lists/{id}/address", lists::address::create)
        .post("/lists/{id}/address/ending", lists::address::revoke)
        .post(
            "/lists/{id}/entries/{movie}/note",
            lists::entries::update_note,
        )
        .post(
            "/lists/{id}/entries/{movie}/ending",
            lists::entries::destroy,
        )
        .post(
            "/lists/{id}/entries/{movie}/position",
            lists::entries::update_position,
        )
        .post("/lists/{id}/members", lists::people::invite)
        .post("/lists/{id}/members/acceptance", lists::people::accept)
        .post("/lists/{id}/members/ending", lists::people::remove)
        .post("/movies/{id}/listing", lists::movie::create)
        .get("/users/{username}/lists", lists::index::show)
        .get("/users", members::list::show)
        .get("/users/{username}", members::profile::show)
        .post("/users/{username}/goals/{year}", goals::update)
        .post("/users/{username}/goals/{year}/deletion", goals::remove)
        .get("/setup", accounts::setup::show)
        .post("/setup", accounts::setup::create)
        .get("/register", accounts::register::show)
        .post("/register", accounts::register::create)
        .get("/reset", accounts::reset::show)
        .post("/reset", accounts::reset::update)
        .get("/login", accounts::sign_in::show)
        .post("/logout", accounts::sign_in::destroy)
        .get("/settings", settings::show::show)
        .post("/settings/profile", settings::profile::update)
        .post("/settings/password", settings::password::update)
        .post("/settings/visibility", settings::visibility::update)
        .post("/settings/deletion", settings::deletion::delete_account)
        .post("/settings/sessions/ending", settings::sessions::end_others)
        .post("/settings/sessions/{id}/ending", settings::sessions::end)
        .get("/settings/tokens", settings::tokens::show)
        .post("/settings/tokens", settings::tokens::create)
        .post("/settings/tokens/{id}/ending", settings::tokens::revoke)
        .post("/settings/theme", settings::device::update_theme)
        .post("/settings/device", settings::device::update)
        .get("/settings/feeds", settings::feeds::show)
        .post("/settings/feeds/key", settings::feeds::create_key)
        .post("/settings/feeds/key/ending", settings::feeds::revoke_key)
        .post("/settings/calendar/address", settings::calendar::create)
        .post(
            "/settings/calendar/address/ending",
            settings::calendar::revoke,
        )
        .get("/settings/export", settings::exports::show)
        .get("/settings/export/{format}", settings::exports::download)
        .post("/settings/export/archives", settings::exports::begin)
        .get(
            "/settings/export/archives/{id}",
            settings::exports::download_archive,
        )
        .post(
            "/settings/export/archives/{id}/deletion",
            settings::exports::delete_archive,
        )
        .get("/settings/import", settings::imports::show::index)
        .get("/settings/import/{id}", settings::imports::show::show)
        .post(
            "/settings/import/{id}/answers",
            settings::imports::questions::answer,
        )
        .post(
            "/settings/import/{id}/confirmation",
            settings::imports::steps::confirm,
        )
        .post(
            "/settings/import/{id}/pausing",
            settings::imports::steps::pause,
        )
        .post(
            "/settings/import/{id}/resuming",
            settings::imports::steps::resume,
        )
        .post(
            "/settings/import/{id}/undoing",
            settings::imports::steps::undo,
        )
        .post(
            "/settings/import/{id}/deletion",
            settings::imports::steps::delete,
        )
        .get(
            "/settings/import/{id}/films",
            settings::imports::films::show,
        )
        .get(
            "/settings/import/{id}/films/{number}",
            settings::imports::films::search,
        )
        .post(
            "/settings/import/{id}/films/{number}",
            settings::imports::films::decide,
        )
        .get("/settings/import/{id}/rows", settings::imports::rows::show)
        .get(
            "/settings/import/{id}/problems.csv",
            settings::imports::rows::problems,
        )
        .get("/admin", admin::show::show)
        .post("/admin/site", admin::site::update)
        .get("/admin/doubles", admin::doubles::show)
        .post("/admin/doubles", admin::doubles::merge)
        .get("/admin/catalog", admin::catalog::show)
        .post("/admin/catalog/builds", admin::catalog::create_build)
        .post("/admin/catalog/builds/ending", admin::catalog::stop_build)
        .post("/admin/invites", admin::invites::create)
        .post("/admin/invites/{id}/ending", admin::invites::revoke)
        .post(
            "/admin/members/{id}/reset",
            admin::members::create_reset_link,
        )
        .post("/admin/members/{id}/promotion", admin::members::promote)
        .post("/admin/members/{id}/demotion", admin::members::demote)
        .post("/admin/members/{id}/disabling", admin::members::disable)
        .post("/admin/members/{id}/enabling", admin::members::enable)
        .get("/styleguide", styleguide::handlers::show)
}

/// Like `pages`, with bodies of 256 KB: a comment of 10,000 characters, percent-encoded. Signing in
/// carries it along.
pub fn long_forms() -> Routes<AppState> {
    Routes::new()
        .post("/reviews", diary::log::create)
        .post("/watchlist", watchlist::save::create_from_form)
        .post("/lists/{id}/entries", lists::lines::create)
        .post("/reviews/{id}", diary::edit::update)
        .post("/login", accounts::sign_in::create)
}

/// Session and viewer before the body, which is a picture; a longer timeout.
pub fn uploads() -> Routes<AppState> {
    Routes::new().post("/movies/{id}/poster", movies::poster::create)
}

/// Like `uploads`, for the files of an import, which are larger; a much longer timeout.
pub fn import_uploads() -> Routes<AppState> {
    Routes::new().post("/settings/import", settings::imports::upload::create)
}

/// A capacity permit and no session: the response is the same for everybody.
pub fn sessionless() -> Routes<AppState> {
    Routes::new()
        .get("/feed.atom", feeds::atom::site_feed)
        .get("/feed.rss", feeds::atom::site_rss)
        .get("/users/{username}/feed.atom", feeds::atom::member_feed)
        .get("/users/{username}/feed.rss", feeds::atom::member_rss)
        .get("/movies/{id}/feed.atom", feeds::atom::movie_feed)
        .get("/lists/{id}/feed.atom", feeds::lists::show)
        .get("/feeds/{code}", feeds::atom::secret_feed)
        .get("/calendar/{file}", feeds::calendar::show)
        .get("/embed/{username}", embed::handlers::show)
        .get("/api/docs", api::docs::show)
        .get("/offline", pwa::offline)
}

/// Session and viewer, no capacity permit: an overloaded server is not ill.
pub fn monitoring() -> Routes<AppState> {
    Routes::new().get("/health", health::show)
}

/// No session and no capacity permit: cheap responses, even when the server is overloaded.
pub fn unlimited() -> Routes<AppState> {
    Routes::new()
        .get("/robots.txt", robots::show)
        .get("/manifest.webmanifest", pwa::manifest)
        .get("/sw.js", pwa::service_worker)
        .get("/assets/{name}", assets::serve)
        .get("/posters/{name}", posters::serve)
}

/// Layers as in `api_public`. It serves the OpenAPI document, which does not list itself.
pub fn api_description() -> Routes<AppState> {
    Routes::new().get("/api/openapi.json", openapi)
}

/// `GET /api/openapi.json`: the OpenAPI document of the routes above.
async fn openapi(_: paths::OpenApi) -> api::JsonWithEtag {
    static DOCUMENT: LazyLock<api::JsonWithEtag> = LazyLock::new(|| {
        api::openapi_document(api_operations().map(Operations::into_openapi_router))
    });
    DOCUMENT.clone()
}

/// Method and address pattern of every route.
pub fn list() -> Vec<(Method, &'static str)> {
    let routes = [
        pages(),
        long_forms(),
        uploads(),
        import_uploads(),
        sessionless(),
        monitoring(),
        unlimited(),
        api_description(),
    ];
    let operations = api_operations();
    let described = operations.iter().flat_map(Operations::list);
    routes
        .iter()
        .flat_map(Routes::list)
        .chain(described)
        .cloned()
        .collect()
}
