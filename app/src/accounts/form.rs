//! The forms of accounts: raw input and its validation.

use chrono_tz::Tz;
use serde::Deserialize;

use super::commands::ProfileChange;
use super::{Accounts, Password, queries};
use crate::paths;
use crate::web::{Error, FieldErrors};

pub const MAX_DISPLAY_NAME: usize = 50;

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawAccount {
    /// Empty without a one-time link.
    pub code: String,
    pub username: String,
    pub display_name: String,
    pub password: String,
    pub time_zone: String,
}

/// A [`RawAccount`] after validation.
#[derive(Debug)]
pub struct NewMember {
    pub username: String,
    pub display_name: String,
    pub password: Password,
    pub zone: Option<Tz>,
}

impl RawAccount {
    /// An empty form that carries the code of a one-time link.
    pub fn with_code(code: String) -> Self {
        Self {
            code,
            ..Self::default()
        }
    }

    /// The outer error is temporary.
    pub async fn check(
        &self,
        accounts: &Accounts,
    ) -> Result<Result<NewMember, FieldErrors>, Error> {
        let mut errors = FieldErrors::default();
        let username = errors.ok_or_add("username", parse_username(&self.username));
        let own_name = username.as_deref().unwrap_or_default();
        let display_name =
            check_display_name(accounts, &mut errors, &self.display_name, own_name).await?;
        let password = accounts
            .check_password(&self.password, own_name, &self.display_name)
            .await?;
        let password = errors.ok_or_add("password", password);
        let zone = errors.ok_or_add("time_zone", parse_time_zone(&self.time_zone));
        Ok(match (username, display_name, password, zone) {
            (Some(username), Some(display_name), Some(password), Some(zone)) => Ok(NewMember {
                display_name: display_name_or_username(display_name, &username),
                username,
                password,
                zone,
            }),
            _ => Err(errors),
        })
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawProfile {
    pub display_name: String,
    pub time_zone: String,
}

impl RawProfile {
    /// An empty display name becomes `username`.
    pub async fn check(
        &self,
        accounts: &Accounts,
        username: &str,
    ) -> Result<Result<ProfileChange, FieldErrors>, Error> {
        let mut errors = FieldErrors::default();
        let display_name =
            check_display_name(accounts, &mut errors, &self.display_name, username).await?;
        let zone = errors.ok_or_add("time_zone", parse_time_zone(&self.time_zone));
        Ok(match (display_name, zone) {
            (Some(display_name), Some(zone)) => Ok(ProfileChange {
                display_name: Some(display_name_or_username(display_name, username)),
                zone: Some(zone),
            }),
            _ => Err(errors),
        })
    }
}

/// May be empty, but not the username of anyone but `own_name`.
async fn check_display_name(
    accounts: &Accounts,
    errors: &mut FieldErrors,
    raw: &str,
    own_name: &str,
) -> Result<Option<String>, Error> {
    let Some(name) = errors.line("display_name", raw, MAX_DISPLAY_NAME) else {
        return Ok(None);
    };
    if !queries::is_username_of_other(&accounts.db, &name, own_name).await? {
        return Ok(Some(name));
    }
    errors.add(
        "display_name",
        "This is the username of another member. Choose another name.",
    );
    Ok(None)
}

pub const MAX_TOKEN_NAME: usize = 100;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawPasswordReset {
    pub code: String,
    pub password: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSignIn {
    pub username: String,
    pub password: String,
    /// Path to go to after signing in.
    pub next: String,
    /// As reported by the browser, or empty.
    pub time_zone: String,
}

/// Lower-cases and validates a username.
pub fn parse_username(raw: &str) -> Result<String, String> {
    let name = raw.trim().to_lowercase();
    let fits = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-');
    if !(3..=32).contains(&name.chars().count()) {
        Err("A username must have 3 to 32 characters.".to_owned())
    } else if !name.chars().all(fits) {
        Err("A username can only contain the letters a to z, digits, _ and -.".to_owned())
    } else if paths::RESERVED.contains(&name.as_str()) {
        Err("This username is reserved. Choose another.".to_owned())
    } else {
        Ok(name)
    }
}

/// Parses an IANA time zone name; `None` when it is empty.
pub fn parse_time_zone(raw: &str) -> Result<Option<Tz>, String> {
    match raw.trim() {
        "" => Ok(None),
        name => name
            .parse()
            .map(Some)
            .map_err(|_| "There is no such time zone. Use a name like Europe/Lisbon.".to_owned()),
    }
}

fn display_name_or_username(display_name: String, username: &str) -> String {
    match display_name.as_str() {
        "" => username.to_owned(),
        _ => display_name,
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_time_zone, parse_username};

    #[test]
    fn usernames_are_safe_in_addresses() {
        assert_eq!(parse_username(" Ada "), Ok("ada".to_owned()));
        assert!(parse_username("a-very_long-name-0123456789-abcd").is_ok());
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
            assert!(parse_username(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn time_zones_are_iana_names() {
        assert_eq!(parse_time_zone(""), Ok(None));
        assert!(parse_time_zone("Europe/Lisbon").is_ok_and(|zone| zone.is_some()));
        assert!(parse_time_zone("Mars/Olympus").is_err());
    }
}
