//! The pages for signing in, creating an account and resetting a password.

use axum_extra::routing::TypedPath;
use maud::{Markup, html};

use super::zone;
use crate::accounts::TypedForm;
use crate::accounts::form::{RawAccount, RawPasswordReset, RawSignIn};
use crate::paths;
use crate::web::FieldErrors;
use crate::web::ui::Field;

/// The form posts to `action`, as setup and registration share it.
pub fn new_account(
    title: &str,
    lead: &str,
    action: &impl TypedPath,
    raw: &RawAccount,
    errors: &FieldErrors,
) -> Markup {
    html! {
        section.card.narrow {
            h1 { (title) }
            p.lead { (lead) }
            (error_summary(errors))
            form method="post" action=(action) {
                input type="hidden" name="code" value=(raw.code);
                (Field::text("username", "Username", &raw.username).autocomplete("username")
                    .hint("3 to 32 characters: a–z, 0–9, _ and -. It is part of your diary’s address and can’t be changed later.")
                    .render(errors))
                (Field::text("display_name", "Display name", &raw.display_name).autocomplete("name").optional()
                    .hint("The name that others see. You can change it later.")
                    .render(errors))
                (Field::password("password", "Password", "new-password")
                    .hint("At least 8 characters; four unrelated words are easy to remember.")
                    .render(errors))
                (zone::choice(&raw.time_zone, "So that films you log get the right date.", errors))
                button.primary { "Create account" }
            }
        }
    }
}

/// `typed` is a form that the member gets back after signing in.
pub fn sign_in(
    raw: &RawSignIn,
    typed: &TypedForm,
    errors: &FieldErrors,
    can_register: bool,
) -> Markup {
    html! {
        section.card.narrow {
            h1 { "Sign in" }
            @if !typed.is_empty() { p.lead { (TYPED_IS_KEPT) } }
            (error_summary(errors))
            (sign_in_form(raw, typed, errors))
            @if can_register {
                p { "No account yet? " a href=(paths::Register) { "Create one" } "." }
            } @else {
                p.hint { "No account, or forgot your password? Ask the person who runs this site for a link." }
            }
        }
    }
}

pub const TYPED_IS_KEPT: &str = "Sign in to get back what you typed.";

pub fn sign_in_form(raw: &RawSignIn, typed: &TypedForm, errors: &FieldErrors) -> Markup {
    html! {
        form method="post" action=(paths::Login) {
            (typed.hidden_inputs())
            input type="hidden" name="next" value=(raw.next);
            input type="hidden" name="time_zone" value="" data-guess-zone;
            (Field::text("username", "Username", &raw.username).autocomplete("username").autofocus(raw.username.is_empty()).render(errors))
            (Field::password("password", "Password", "current-password").autofocus(!raw.username.is_empty()).render(errors))
            button.primary { "Sign in" }
        }
    }
}

pub fn reset(raw: &RawPasswordReset, errors: &FieldErrors) -> Markup {
    html! {
        section.card.narrow {
            h1 { "Choose a new password" }
            p.lead { "Saving it signs you out everywhere else." }
            (error_summary(errors))
            form method="post" action=(paths::Reset) {
                input type="hidden" name="code" value=(raw.code);
                (Field::password("password", "New password", "new-password")
                    .hint("At least 8 characters; four unrelated words are easy to remember.")
                    .render(errors))
                button.primary { "Save and sign in" }
            }
        }
    }
}

/// The page for a one-time link that is used, revoked or expired.
pub fn dead_link(advice: &str) -> Markup {
    html! {
        section.card.narrow {
            h1 { "This link no longer works" }
            p.lead { (advice) }
            p { a href=(paths::Login) { "Sign in" } " or " a href=(paths::Feed) { "go to the feed" } "." }
        }
    }
}

/// Errors that belong to no single field.
fn error_summary(errors: &FieldErrors) -> Markup {
    html! {
        @if let Some(message) = errors.get("") { p.error role="alert" { (message) } }
    }
}
