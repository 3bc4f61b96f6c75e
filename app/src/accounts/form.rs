//! The forms of accounts: raw as they come, checked as they are used.

use chrono::TimeDelta;
use chrono_tz::Tz;
use entity::api_token::Scope;
use sea_orm::ActiveEnum;
use serde::Deserialize;

use super::Password;
use super::commands::ProfileChange;
use crate::paths;
use crate::web::Fields;

/// The most characters of a display name.
pub const DISPLAY_NAME: usize = 50;

/// A new account.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawAccount {
    /// The code of the one-time link, if one led here.
    pub code: String,
    /// The name in addresses.
    pub username: String,
    /// The name that is shown.
    pub display_name: String,
    /// As typed.
    pub password: String,
    /// An IANA time zone.
    pub time_zone: String,
}

/// A new account that can be made.
#[derive(Debug)]
pub struct NewAccount {
    /// The name in addresses.
    pub username: String,
    /// The name that is shown.
    pub display_name: String,
    /// The password, not hashed yet.
    pub password: Password,
    /// The time zone, if it was said.
    pub zone: Option<Tz>,
}

impl RawAccount {
    /// Checks it all.
    pub fn check(&self) -> Result<NewAccount, Fields> {
        let mut errors = Fields::default();
        let username = errors.keep("username", username(&self.username));
        let display_name = errors.line("display_name", &self.display_name, DISPLAY_NAME);
        let password = Password::check(&self.password, username.as_deref().unwrap_or_default());
        let password = errors.keep("password", password);
        let zone = errors.keep("time_zone", zone(&self.time_zone));
        match (username, display_name, password, zone) {
            (Some(username), Some(display_name), Some(password), Some(zone)) => Ok(NewAccount {
                display_name: or_username(display_name, &username),
                username,
                password,
                zone,
            }),
            _ => Err(errors),
        }
    }
}

/// Name and zone in the settings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawProfile {
    /// The name that is shown.
    pub display_name: String,
    /// An IANA time zone.
    pub time_zone: String,
}

impl RawProfile {
    /// Checks it for the member called `username`.
    pub fn check(&self, username: &str) -> Result<ProfileChange, Fields> {
        let mut errors = Fields::default();
        let display_name = errors.line("display_name", &self.display_name, DISPLAY_NAME);
        let zone = errors.keep("time_zone", zone(&self.time_zone));
        match (display_name, zone) {
            (Some(display_name), Some(zone)) => Ok(ProfileChange {
                display_name: Some(or_username(display_name, username)),
                zone: Some(zone),
            }),
            _ => Err(errors),
        }
    }
}

/// What was typed in the settings and could not be saved.
#[derive(Debug, Default)]
pub struct Trouble {
    /// Name and zone, with what is wrong.
    pub profile: Option<(RawProfile, Fields)>,
    /// What is wrong with the new password.
    pub password: Fields,
    /// Why the account was not deleted.
    pub deletion: Fields,
}

/// A changed password.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawPasswordChange {
    /// The one until now.
    pub current_password: String,
    /// The one from now on.
    pub new_password: String,
}

/// The most characters of a token's name.
pub const TOKEN_NAME: usize = 100;

/// How many days a token can work, and what that is called.
pub const LIFETIMES: [(&str, &str); 4] = [
    ("30", "30 days"),
    ("90", "90 days"),
    ("365", "A year"),
    ("", "Until you end it"),
];

/// A new token.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawToken {
    /// What it is for.
    pub name: String,
    /// `read` or `write`.
    pub scope: String,
    /// How many days it works.
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
    /// Checks it: the name, what it may do, and for how long.
    pub fn check(&self) -> Result<(String, Scope, Option<TimeDelta>), Fields> {
        let mut errors = Fields::default();
        let name = errors.some_line("name", &self.name, TOKEN_NAME);
        let scope = Scope::try_from_value(&self.scope);
        let scope = scope.map_err(|_| "Choose one of these.".to_owned());
        let scope = errors.keep("scope", scope);
        let is_known = LIFETIMES.iter().any(|(days, _)| *days == self.days);
        let days = is_known.then(|| self.days.parse().ok().map(TimeDelta::days));
        let days = errors.keep(
            "days",
            days.ok_or_else(|| "Choose one of these.".to_owned()),
        );
        match (name, scope, days) {
            (Some(name), Some(scope), Some(days)) => Ok((name, scope, days)),
            _ => Err(errors),
        }
    }
}

/// A password set by a one-time link.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawReset {
    /// The code of the link.
    pub code: String,
    /// The password from now on.
    pub password: String,
}

/// A sign-in.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSignIn {
    /// Who.
    pub username: String,
    /// As typed.
    pub password: String,
    /// Where to go then.
    pub next: String,
    /// The browser's time zone.
    pub time_zone: String,
}

/// The site's settings.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSite {
    /// An IANA time zone.
    pub time_zone: String,
}

/// A username that an account can have.
pub fn username(raw: &str) -> Result<String, String> {
    let name = raw.trim().to_lowercase();
    let fits = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-');
    if !(3..=32).contains(&name.chars().count()) {
        Err("A username has 3 to 32 characters.".to_owned())
    } else if !name.chars().all(fits) {
        Err("A username has only the letters a to z, digits, _ and -.".to_owned())
    } else if paths::RESERVED.contains(&name.as_str()) {
        Err("This name is a part of the site. Choose another.".to_owned())
    } else {
        Ok(name)
    }
}

/// A time zone by its IANA name, or none.
pub fn zone(raw: &str) -> Result<Option<Tz>, String> {
    match raw.trim() {
        "" => Ok(None),
        name => name.parse().map(Some).map_err(|_| {
            "There is no such time zone. They have names like Europe/Lisbon.".to_owned()
        }),
    }
}

fn or_username(display_name: String, username: &str) -> String {
    match display_name.as_str() {
        "" => username.to_owned(),
        _ => display_name,
    }
}

#[cfg(test)]
mod tests {
    use super::{username, zone};

    #[test]
    fn usernames_are_addresses() {
        assert_eq!(username(" Ada "), Ok("ada".to_owned()));
        assert!(username("a-very_long-name-0123456789-abcd").is_ok());
        for bad in [
            "",
            "ab",
            "ada lovelace",
            "adä",
            "admin",
            "settings",
            "a/b",
            "ada\0",
            "a-very_long-name-0123456789-abcde",
            "..",
            "ada.",
            "АДА",
        ] {
            assert!(username(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn zones_are_those_of_the_list() {
        assert_eq!(zone(""), Ok(None));
        assert!(zone("Europe/Lisbon").is_ok_and(|zone| zone.is_some()));
        assert!(zone("Mars/Olympus").is_err());
    }
}
