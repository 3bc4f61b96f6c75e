//! The pages at the door: a new account, a new password, signing in.

use axum_extra::routing::TypedPath;
use maud::{Markup, html};

use super::zone;
use crate::accounts::form::{RawAccount, RawReset, RawSignIn};
use crate::paths;
use crate::web::Fields;
use crate::web::ui::Field;

/// The form for a new account, posted to `action`.
pub fn new_account(
    title: &str,
    lead: &str,
    action: &impl TypedPath,
    raw: &RawAccount,
    errors: &Fields,
) -> Markup {
    html! {
        section.card.narrow {
            h1 { (title) }
            p.lead { (lead) }
            (summary(errors))
            form method="post" action=(action) {
                input type="hidden" name="code" value=(raw.code);
                (Field::text("username", "Username", &raw.username).autocomplete("username")
                    .hint("3 to 32 of a–z, 0–9, _ and -. It stands in the address of your diary and never changes.")
                    .draw(errors))
                (Field::text("display_name", "Display name", &raw.display_name).autocomplete("name").optional()
                    .hint("What others see. You can change it later.")
                    .draw(errors))
                (Field::password("password", "Password", "new-password")
                    .hint("At least 8 characters; four unrelated words are easy to remember.")
                    .draw(errors))
                (zone::choice(&raw.time_zone, "It decides which day it is when you log a film.", errors))
                button.primary { "Create account" }
            }
        }
    }
}

/// The sign-in.
pub fn sign_in(raw: &RawSignIn, errors: &Fields, may_register: bool) -> Markup {
    html! {
        section.card.narrow {
            h1 { "Sign in" }
            (summary(errors))
            form method="post" action=(paths::Login) {
                input type="hidden" name="next" value=(raw.next);
                input type="hidden" name="time_zone" value="" data-guess-zone;
                (Field::text("username", "Username", &raw.username).autocomplete("username").cursor(raw.username.is_empty()).draw(errors))
                (Field::password("password", "Password", "current-password").cursor(!raw.username.is_empty()).draw(errors))
                button.primary { "Sign in" }
            }
            @if may_register {
                p { "No account yet? " a href=(paths::Register) { "Create one" } "." }
            } @else {
                p.hint { "No account, or the password forgotten? Ask whoever runs this site for a link." }
            }
        }
    }
}

/// The form for a new password by a one-time link.
pub fn reset(raw: &RawReset, errors: &Fields) -> Markup {
    html! {
        section.card.narrow {
            h1 { "Choose a new password" }
            p.lead { "It ends every session of your account, wherever you are signed in." }
            (summary(errors))
            form method="post" action=(paths::Reset) {
                input type="hidden" name="code" value=(raw.code);
                (Field::password("password", "New password", "new-password")
                    .hint("At least 8 characters; four unrelated words are easy to remember.")
                    .draw(errors))
                button.primary { "Save and sign in" }
            }
        }
    }
}

/// A one-time link that does not work.
pub fn dead_link(advice: &str) -> Markup {
    html! {
        section.card.narrow {
            h1 { "This link does not work any more" }
            p.lead { (advice) }
            p { a href=(paths::Login) { "Sign in" } " or " a href=(paths::Feed) { "go to the feed" } "." }
        }
    }
}

/// Errors that belong to no single field.
fn summary(errors: &Fields) -> Markup {
    html! {
        @if let Some(told) = errors.of("") { p.error role="alert" { (told) } }
    }
}
