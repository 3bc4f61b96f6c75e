//! The page that lists, creates and revokes API tokens.

use chrono::{DateTime, Utc};
use entity::api_token::{TokenOrigin, TokenScope};
use maud::{Markup, html};

use crate::accounts::queries::TokenRow;
use crate::accounts::{MAX_TOKEN_NAME, Viewer};
use crate::paths;
use crate::settings::form::{RawToken, TOKEN_LIFETIMES};
use crate::web::FieldErrors;
use crate::web::ui::time::format_date;
use crate::web::ui::{Field, button_for, copy_field, field_error, relative_time};

#[derive(Debug)]
pub struct TokensView<'a> {
    pub viewer: &'a Viewer,
    /// Newest first, without expired ones.
    pub tokens: &'a [TokenRow],
    /// The token that was just created.
    pub new_token: Option<&'a str>,
    pub raw: &'a RawToken,
    pub errors: &'a FieldErrors,
    pub now: DateTime<Utc>,
}

pub fn page(view: &TokensView<'_>) -> Markup {
    html! {
        h1 { "API tokens" }
        @if let Some(token) = view.new_token { (new_token_card(token)) }
        (token_form(view))
        (token_list(view))
    }
}

fn new_token_card(token: &str) -> Markup {
    html! {
        section.card.highlight role="status" {
            h2 { "Your new token" }
            p { "Copy it into your program now. It is still here if you reload this page once, and then it won’t be shown again." }
            (copy_field("token", "Token", token))
        }
    }
}

fn token_form(view: &TokensView<'_>) -> Markup {
    let TokensView { raw, errors, .. } = view;
    html! {
        section.card #new {
            h2 { "Create a token" }
            p { "With a token, a script or another program can read what you can see here and, if you allow it, change what you can change. "
                "Anyone who has it can do the same, so keep it as safe as a password." }
            p { a href=(paths::ApiDocs) { "API documentation" } }
            form method="post" action=(paths::SettingsTokens) {
                @if let Some(error) = errors.get("") { p.error role="alert" { (error) } }
                (Field::text("name", "Name", &raw.name)
                    .hint(&format!("What you use it for, in at most {MAX_TOKEN_NAME} characters.")).render(errors))
                div.field {
                    label for="scope" { "What it can do" }
                    select #scope name="scope" {
                        option value="read" selected[raw.scope != "write"] { "Read" }
                        option value="write" selected[raw.scope == "write"] { "Read and write" }
                    }
                    (field_error("scope", errors.get("scope")))
                }
                div.field {
                    label for="days" { "Valid for" }
                    select #days name="days" {
                        @for (days, name) in TOKEN_LIFETIMES {
                            option value=(days) selected[raw.days == days] { (name) }
                        }
                    }
                    (field_error("days", errors.get("days")))
                }
                button.primary { "Create a token" }
            }
        }
    }
}

fn token_list(view: &TokensView<'_>) -> Markup {
    html! {
        section.card #tokens {
            h2 { "Your tokens" }
            @if view.tokens.is_empty() {
                p { "You have no tokens yet." }
            } @else {
                ul.sessions { @for token in view.tokens { (token_item(token, view)) } }
            }
        }
    }
}

fn token_item(token: &TokenRow, view: &TokensView<'_>) -> Markup {
    html! {
        li {
            div {
                strong dir="auto" { (token_name(token)) } " " span.badge { (scope_label(token.scope)) }
                p.hint { (token_dates(token, view)) }
            }
            (button_for(paths::SettingsTokenEnding { id: token.id }, "danger", "Revoke", token_name(token)))
        }
    }
}

fn token_dates(token: &TokenRow, view: &TokensView<'_>) -> Markup {
    let at = |time| relative_time(time, view.now, view.viewer.zone);
    let since = match token.origin {
        TokenOrigin::Personal => "Created ",
        TokenOrigin::Login => "Signed in ",
    };
    html! {
        (since) (at(token.created_at)) ", "
        @match token.used_at {
            Some(used) => { "last used " (at(used)) }
            None => "not used yet",
        }
        @if let Some(end) = token.expires_at {
            ", valid until " (format_date(end.with_timezone(&view.viewer.zone).date_naive()))
        }
    }
}

fn token_name(token: &TokenRow) -> &str {
    match token.name.as_str() {
        "" => "Unnamed program",
        name => name,
    }
}

fn scope_label(scope: TokenScope) -> &'static str {
    match scope {
        TokenScope::Read => "read",
        TokenScope::Write => "read and write",
    }
}
