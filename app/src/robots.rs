//! What search engines may read: the pages that are the same for everybody.

use axum::Extension;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum_extra::routing::TypedPath;

use crate::members::View;
use crate::paths;
use crate::web::AsIs;

/// What is of no use to somebody who reads all of a site: doors, forms, what is found by
/// typing, and what is nobody's but a member's.
const CLOSED: [&str; 13] = [
    paths::Setup::PATH,
    paths::Login::PATH,
    paths::Register::PATH,
    paths::Reset::PATH,
    paths::Settings::PATH,
    paths::Admin::PATH,
    paths::NewReview::PATH,
    paths::EditReview::PATH,
    paths::ReviewMovie::PATH,
    paths::DeletedReviews::PATH,
    paths::SuggestMovies::PATH,
    paths::FindMovies::PATH,
    paths::SecretFeed::PATH,
];

/// `GET /robots.txt`
pub async fn show(_: paths::Robots) -> Response {
    let closed = CLOSED.map(|path| {
        let path = path.replace("{id}", "*").replace("{code}", "");
        format!("Disallow: {path}\n")
    });
    // A diary has as many addresses as it can be filtered; its views say it all. The longest
    // rule that fits an address counts.
    let diary = paths::User::PATH.replace("{username}", "*");
    let found = format!("Disallow: {}?q=\nDisallow: {diary}?*\n", paths::Movies);
    let views = View::ALL.map(|view| format!("Allow: {diary}?view={}$\n", view.name()));
    let text = format!(
        "User-agent: *\n{}{found}{}",
        closed.concat(),
        views.concat()
    );
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=3600"),
    ];
    (Extension(AsIs), headers, text).into_response()
}
