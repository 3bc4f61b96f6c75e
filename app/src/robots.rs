//! `robots.txt`: crawlers may read the pages that look the same to everybody.

use axum::Extension;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum_extra::routing::TypedPath;

use crate::members::DiaryTab;
use crate::paths;
use crate::web::RawResponse;

/// Pages that are useless to crawlers: sign-in, forms, search results and private pages.
const DISALLOWED: [&str; 14] = [
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
    paths::SecretCalendar::PATH,
];

/// `GET /robots.txt`: the rules for crawlers.
pub async fn show(_: paths::Robots) -> Response {
    let disallowed = DISALLOWED.map(|path| {
        let path = path
            .replace("{id}", "*")
            .replace("{code}", "")
            .replace("{file}", "");
        format!("Disallow: {path}\n")
    });
    // A diary has a URL for each combination of filters; only its unfiltered tabs may be
    // crawled. The longest rule that matches a URL applies.
    let diary = paths::Member::PATH.replace("{username}", "*");
    let filtered = format!("Disallow: {}?q=\nDisallow: {diary}?*\n", paths::Movies);
    let allowed = DiaryTab::ALL.map(|view| format!("Allow: {diary}?view={}$\n", view.name()));
    let text = format!(
        "User-agent: *\n{}{filtered}{}",
        disallowed.concat(),
        allowed.concat()
    );
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=3600"),
    ];
    (Extension(RawResponse), headers, text).into_response()
}
