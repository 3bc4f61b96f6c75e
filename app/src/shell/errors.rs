//! Error pages, and the error toasts that htmx requests get instead.

use axum::http::StatusCode;
use maud::{Markup, html};

use crate::accounts::TypedForm;
use crate::accounts::components::auth_pages::{TYPED_IS_KEPT, sign_in_form};
use crate::accounts::form::RawSignIn;
use crate::paths;
use crate::web::FieldErrors;
use crate::web::error::ErrorMessage;
use crate::web::trace::RequestId;
use crate::web::ui::cinema_illustration;

const GO_THERE: &str = "Go to this site’s address";

#[derive(Clone, Copy, Debug)]
pub struct ErrorPageContext<'a> {
    /// The URL to retry; `None` if the request was not a GET.
    pub retry_url: Option<&'a str>,
    pub is_member: bool,
    /// What was typed into the form that was refused.
    pub typed: Option<&'a TypedForm>,
}

pub fn error_page(
    error: &ErrorMessage,
    id: Option<RequestId>,
    context: &ErrorPageContext<'_>,
) -> Markup {
    if let Some(typed) = context.typed {
        return sign_in_again(error, typed);
    }
    html! {
        section.card.narrow.trouble {
            (cinema_illustration(error.status.as_str()))
            h1 { (error.title) }
            p.lead { (error.advice) }
            (request_id_hint(error, id))
            p.actions { (next_steps(error, context)) }
        }
    }
}

/// The sign-in form, which carries along what was typed into another form.
fn sign_in_again(error: &ErrorMessage, typed: &TypedForm) -> Markup {
    html! {
        section.card.narrow {
            h1 { (error.title) }
            p.lead { "Nothing was saved yet. " (TYPED_IS_KEPT) }
            (sign_in_form(&RawSignIn::default(), typed, &FieldErrors::default()))
        }
    }
}

/// The most useful action comes first.
fn next_steps(error: &ErrorMessage, context: &ErrorPageContext<'_>) -> Markup {
    let retry_url = context.retry_url.filter(|_| is_temporary(error.status));
    let is_missing = error.status == StatusCode::NOT_FOUND;
    html! {
        @if error.offer_sign_in { a.button.primary href=(paths::Login) target="_blank" rel="noopener" { "Sign in in a new tab" } }
        @if let Some(address) = &error.right_address { a.button.primary href=(address) { (GO_THERE) } }
        @if let Some(again) = retry_url { a.button.primary href=(again) { "Try again" } }
        @if is_missing {
            @match context.retry_url.filter(|_| !context.is_member) {
                Some(page) => a.button.primary href=(paths::with(paths::Login, paths::NextParams { next: page.to_owned() })) { "Sign in" },
                None => a.button.primary href=(paths::Movies) { "Find a film" },
            }
        }
        a.button.quiet href=(paths::Feed) { "Go to the feed" }
    }
}

/// Whether the same request may succeed later.
fn is_temporary(status: StatusCode) -> bool {
    let is_for_later = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS];
    status.is_server_error() || is_for_later.contains(&status)
}

/// `typed` is what the form that was refused contains.
pub fn error_toast(
    error: &ErrorMessage,
    typed: Option<&TypedForm>,
    id: Option<RequestId>,
) -> Markup {
    html! {
        div.toast.failed {
            p { strong { (error.title) ". " } (error.advice) }
            @if error.offer_sign_in { p { a href=(paths::Login) target="_blank" rel="noopener" { "Sign in in a new tab" } } }
            @if let Some(typed) = typed {
                form method="post" action=(paths::Login) { (typed.hidden_inputs()) button.quiet { "Sign in here" } }
            }
            @if let Some(address) = &error.right_address { p { a href=(address) { (GO_THERE) } } }
            (request_id_hint(error, id))
            button.quiet type="button" data-dismiss { "Close" }
        }
    }
}

/// Request ID to look up in the log. Shown for status 500 only: other errors may not be logged.
fn request_id_hint(error: &ErrorMessage, id: Option<RequestId>) -> Markup {
    html! {
        @if error.status == StatusCode::INTERNAL_SERVER_ERROR && let Some(id) = id {
            p.hint { "Request ID: " code { (id) } }
        }
    }
}
