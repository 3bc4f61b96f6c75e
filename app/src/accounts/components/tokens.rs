//! Where one makes and ends tokens.

use chrono::{DateTime, Utc};
use entity::api_token::{Origin, Scope};
use maud::{Markup, html};

use crate::accounts::Viewer;
use crate::accounts::form::{LIFETIMES, RawToken, TOKEN_NAME};
use crate::accounts::queries::OpenToken;
use crate::paths;
use crate::web::Fields;
use crate::web::ui::time::written;
use crate::web::ui::{Field, button_for, field_error, moment};

/// What the page shows.
#[derive(Debug)]
pub struct Shown<'a> {
    /// Who looks, and in which zone.
    pub viewer: &'a Viewer,
    /// Their tokens, the newest first.
    pub tokens: &'a [OpenToken],
    /// A token that was just made.
    pub made: Option<&'a str>,
    /// What was typed,
    pub raw: &'a RawToken,
    /// and what is wrong with it.
    pub errors: &'a Fields,
    /// What time it is.
    pub now: DateTime<Utc>,
}

/// The whole page.
pub fn page(shown: &Shown<'_>) -> Markup {
    html! {
        h1 { "Programs" }
        @if let Some(token) = shown.made { (made(token)) }
        (new(shown))
        (list(shown))
    }
}

fn made(token: &str) -> Markup {
    html! {
        section.card.highlight role="status" {
            h2 { "Your token" }
            p { "Give it to your program now: it is shown only this once." }
            div.field {
                label for="token" { "The token" }
                input #token readonly value=(token) autocomplete="off" spellcheck="false";
            }
        }
    }
}

fn new(shown: &Shown<'_>) -> Markup {
    let Shown { raw, errors, .. } = shown;
    html! {
        section.card #new {
            h2 { "Make a token" }
            p { "With a token, a script or another program sees what you may see here, or changes what you may change. "
                "Whoever has it can do the same, so keep it as you keep a password." }
            p { a href=(paths::ApiDocs) { "What programs can ask" } }
            form method="post" action=(paths::SettingsTokens) {
                @if let Some(error) = errors.of("") { p.error role="alert" { (error) } }
                (Field::text("name", "What it is for", &raw.name)
                    .hint(&format!("So that you know it again, in at most {TOKEN_NAME} characters.")).draw(errors))
                div.field {
                    label for="scope" { "What it may do" }
                    select #scope name="scope" {
                        option value="read" selected[raw.scope != "write"] { "Read" }
                        option value="write" selected[raw.scope == "write"] { "Read and write" }
                    }
                    (field_error("scope", errors.of("scope")))
                }
                div.field {
                    label for="days" { "How long it works" }
                    select #days name="days" {
                        @for (days, name) in LIFETIMES {
                            option value=(days) selected[raw.days == days] { (name) }
                        }
                    }
                    (field_error("days", errors.of("days")))
                }
                button.primary { "Make a token" }
            }
        }
    }
}

fn list(shown: &Shown<'_>) -> Markup {
    html! {
        section.card #tokens {
            h2 { "What has a token" }
            @if shown.tokens.is_empty() {
                p { "Nothing has one." }
            } @else {
                ul.sessions { @for token in shown.tokens { (item(token, shown)) } }
            }
        }
    }
}

fn item(token: &OpenToken, shown: &Shown<'_>) -> Markup {
    html! {
        li {
            div {
                strong { (name(token)) } " " span.badge { (scope(token.scope)) }
                p.hint { (told(token, shown)) }
            }
            (button_for(paths::SettingsTokenEnding { id: token.id }, "danger", "End", name(token)))
        }
    }
}

fn told(token: &OpenToken, shown: &Shown<'_>) -> Markup {
    let at = |time| moment(time, shown.now, shown.viewer.zone);
    let since = match token.origin {
        Origin::Personal => "Made ",
        Origin::Login => "Signed in ",
    };
    html! {
        (since) (at(token.created_at)) ", "
        @match token.used_at {
            Some(used) => { "last used " (at(used)) }
            None => "not used yet",
        }
        @if let Some(end) = token.expires_at {
            ", works until " (written(end.with_timezone(&shown.viewer.zone).date_naive()))
        }
    }
}

fn name(token: &OpenToken) -> &str {
    match token.name.as_str() {
        "" => "A program without a name",
        name => name,
    }
}

fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "reads",
        Scope::Write => "reads and writes",
    }
}
