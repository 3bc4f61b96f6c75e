//! The forms of the settings pages: raw input and its validation.

use chrono::TimeDelta;
use entity::api_token::TokenScope;
use sea_orm::ActiveEnum;
use serde::Deserialize;

use crate::accounts::MAX_TOKEN_NAME;
use crate::accounts::form::RawProfile;
use crate::web::FieldErrors;

/// The errors of the settings page by section. The profile keeps what was typed.
#[derive(Debug, Default)]
pub struct SettingsErrors {
    pub profile: Option<(RawProfile, FieldErrors)>,
    pub password: FieldErrors,
    pub deletion: FieldErrors,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawPasswordChange {
    pub current_password: String,
    pub new_password: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawVisibility {
    pub visibility: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawDeletion {
    pub password: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawTheme {
    pub theme: String,
    /// Path of the page to return to.
    pub next: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawDevice {
    pub theme: String,
    pub shortcuts: String,
    /// The member's account mark when pages are to be saved on this device, else empty.
    pub keep: String,
}

/// Days until a token expires (empty: never), and the label in the form.
pub const TOKEN_LIFETIMES: [(&str, &str); 4] = [
    ("30", "30 days"),
    ("90", "90 days"),
    ("365", "A year"),
    ("", "Until you revoke it"),
];

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawToken {
    pub name: String,
    /// Either `read` or `write`.
    pub scope: String,
    /// One of [`TOKEN_LIFETIMES`].
    pub days: String,
}

impl Default for RawToken {
    fn default() -> Self {
        Self {
            name: String::new(),
            scope: "read".to_owned(),
            days: "90".to_owned(),
        }
    }
}

impl RawToken {
    /// Returns the name, the scope and the lifetime (`None`: never expires).
    pub fn check(&self) -> Result<(String, TokenScope, Option<TimeDelta>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.required_line("name", &self.name, MAX_TOKEN_NAME);
        let scope = TokenScope::try_from_value(&self.scope);
        let scope = scope.map_err(|_| "Choose one of these.".to_owned());
        let scope = errors.ok_or_add("scope", scope);
        let is_known = TOKEN_LIFETIMES.iter().any(|(days, _)| *days == self.days);
        let days = is_known.then(|| self.days.parse().ok().map(TimeDelta::days));
        let days = errors.ok_or_add(
            "days",
            days.ok_or_else(|| "Choose one of these.".to_owned()),
        );
        match (name, scope, days) {
            (Some(name), Some(scope), Some(days)) => Ok((name, scope, days)),
            _ => Err(errors),
        }
    }
}
