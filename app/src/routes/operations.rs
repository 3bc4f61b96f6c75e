//! The operations of the API with their handlers, as groups with the same layers.

use utoipa_axum::routes as describe;

use crate::AppState;
use crate::api::handlers as api_handlers;
use crate::web::Operations;

/// The token's member, a capacity permit, bodies up to 64 KB; no session, no cookies.
pub fn api() -> Operations<AppState> {
    use api_handlers::{
        auth, change_movie, diary, exports, goals, import_rows, import_steps, imports,
        list_entries, lists, me, members, movies, posters, reviews, sessions, tokens, watchlist,
    };
    Operations::new()
        .post("/api/auth/logout", describe!(auth::logout))
        .get("/api/me", describe!(me::show))
        .patch("/api/me", describe!(me::change))
        .get("/api/me/sessions", describe!(sessions::list))
        .delete("/api/me/sessions/{id}", describe!(sessions::end))
        .get("/api/me/tokens", describe!(tokens::list))
        .post("/api/me/tokens", describe!(tokens::create))
        .delete("/api/me/tokens/{id}", describe!(tokens::revoke))
        .get("/api/diary", describe!(diary::own_diary))
        .get("/api/diary/deleted", describe!(diary::deleted_reviews))
        .get("/api/export/{format}", describe!(exports::download))
        .get("/api/feed", describe!(diary::feed))
        .get("/api/goals/{year}", describe!(goals::show))
        .put("/api/goals/{year}", describe!(goals::set))
        .delete("/api/goals/{year}", describe!(goals::remove))
        .get("/api/reviews", describe!(diary::reviews))
        .get("/api/reviews/{id}", describe!(reviews::show))
        .delete("/api/reviews/{id}", describe!(reviews::delete))
        .put("/api/reviews/{id}/movie", describe!(change_movie::change))
        .post("/api/reviews/{id}/restore", describe!(reviews::restore))
        .get("/api/movies", describe!(movies::list))
        .get("/api/movies/{id}", describe!(movies::show))
        .patch("/api/movies/{id}", describe!(movies::correct))
        .get("/api/movies/{id}/history", describe!(movies::history))
        .post("/api/movies/{id}/poster-sync", describe!(posters::sync))
        .get("/api/watchlist", describe!(watchlist::list))
        .post("/api/watchlist", describe!(watchlist::save))
        .put("/api/watchlist/{movie_id}", describe!(watchlist::replace))
        .delete("/api/watchlist/{movie_id}", describe!(watchlist::remove))
        .get("/api/lists", describe!(lists::list))
        .post("/api/lists", describe!(lists::make))
        .get("/api/lists/{id}", describe!(lists::show))
        .patch("/api/lists/{id}", describe!(lists::change))
        .delete("/api/lists/{id}", describe!(lists::delete))
        .post("/api/lists/{id}/entries", describe!(list_entries::add))
        .patch(
            "/api/lists/{id}/entries/{entry}",
            describe!(list_entries::change),
        )
        .delete(
            "/api/lists/{id}/entries/{entry}",
            describe!(list_entries::remove),
        )
        .get("/api/imports", describe!(imports::list))
        .get("/api/imports/{id}", describe!(imports::show))
        .patch("/api/imports/{id}", describe!(imports::change))
        .delete("/api/imports/{id}", describe!(imports::delete))
        .post("/api/imports/{id}/answers", describe!(import_steps::answer))
        .post(
            "/api/imports/{id}/confirmation",
            describe!(import_steps::confirm),
        )
        .post("/api/imports/{id}/pause", describe!(import_steps::pause))
        .post(
            "/api/imports/{id}/resumption",
            describe!(import_steps::resume),
        )
        .post("/api/imports/{id}/undoing", describe!(import_steps::undo))
        .get("/api/imports/{id}/rows", describe!(import_rows::list))
        .patch(
            "/api/imports/{id}/rows/{row}",
            describe!(import_rows::decide),
        )
        .get(
            "/api/imports/{id}/problems.csv",
            describe!(import_rows::problems),
        )
        .get("/api/users", describe!(members::list))
        .get("/api/users/{username}", describe!(members::show))
        .get(
            "/api/users/{username}/diary",
            describe!(diary::member_diary),
        )
        .get("/api/users/{username}/stats", describe!(members::stats))
}

/// Like `api`, with bodies of 256 KB: a comment of 10,000 characters, escaped.
pub fn api_long_bodies() -> Operations<AppState> {
    use api_handlers::reviews;
    Operations::new()
        .post("/api/reviews", describe!(reviews::log))
        .patch("/api/reviews/{id}", describe!(reviews::change))
}

/// The token's member before the body, which is a picture; a longer timeout.
pub fn api_uploads() -> Operations<AppState> {
    use api_handlers::posters;
    Operations::new().put("/api/movies/{id}/poster", describe!(posters::replace))
}

/// Like `api_uploads`, with files of 64 MB, and a timeout that is still longer.
pub fn api_imports() -> Operations<AppState> {
    use api_handlers::imports;
    Operations::new().post("/api/imports", describe!(imports::create))
}

/// Like `api`, but an `authorization` header is ignored, so that a program can sign in after its
/// token has expired.
pub fn api_public() -> Operations<AppState> {
    use api_handlers::auth;
    Operations::new()
        .post("/api/auth/login", describe!(auth::login))
        .post("/api/auth/register", describe!(auth::register))
}
