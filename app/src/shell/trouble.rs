//! What somebody sees when something is not as they wished: the page, and the toast where htmx
//! asked. Both say what to do next.

use axum::http::StatusCode;
use maud::{Markup, html};

use crate::paths;
use crate::web::error::Told;
use crate::web::trace::RequestId;
use crate::web::ui::scene;

/// Where one can go from an error page.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    /// The page that was asked for, if asking again can help.
    pub again: Option<&'a str>,
    /// Whether somebody is signed in.
    pub is_member: bool,
}

/// The page of an error.
pub fn error_page(told: &Told, id: Option<RequestId>, way: &Way<'_>) -> Markup {
    html! {
        section.card.narrow.trouble {
            (scene(told.status.as_str()))
            h1 { (told.title) }
            p.lead { (told.advice) }
            (number(told, id))
            p.actions { (ways(told, way)) }
        }
    }
}

/// What helps most comes first.
fn ways(told: &Told, way: &Way<'_>) -> Markup {
    let again = way.again.filter(|_| is_passing(told.status));
    let is_missing = told.status == StatusCode::NOT_FOUND;
    html! {
        @if told.sign_in { a.button.primary href=(paths::Login) target="_blank" rel="noopener" { "Sign in in a new tab" } }
        @if let Some(again) = again { a.button.primary href=(again) { "Try again" } }
        @if is_missing {
            @match way.again.filter(|_| !way.is_member) {
                Some(page) => a.button.primary href=(paths::with(paths::Login, paths::Next { next: page.to_owned() })) { "Sign in" },
                None => a.button.primary href=(paths::Movies) { "Find a film" },
            }
        }
        a.button.quiet href=(paths::Feed) { "To the feed" }
    }
}

/// Whether the same may go well in a while.
fn is_passing(status: StatusCode) -> bool {
    let is_for_later = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS];
    status.is_server_error() || is_for_later.contains(&status)
}

/// The toast of an error.
pub fn toast(told: &Told, id: Option<RequestId>) -> Markup {
    html! {
        div.toast.failed {
            p { strong { (told.title) ". " } (told.advice) }
            @if told.sign_in { p { a href=(paths::Login) target="_blank" rel="noopener" { "Sign in in a new tab" } } }
            (number(told, id))
            button.quiet type="button" data-dismiss { "Close" }
        }
    }
}

/// What to tell whoever runs the site. Only of faults each one is in the log.
fn number(told: &Told, id: Option<RequestId>) -> Markup {
    html! {
        @if told.status == StatusCode::INTERNAL_SERVER_ERROR && let Some(id) = id {
            p.hint { "Number of this request: " code { (id) } }
        }
    }
}
