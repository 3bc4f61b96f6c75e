//! The rules that a new password must meet.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

/// Allowed length in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

static COMMON_PASSWORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// A password that passed validation. Its `Debug` output hides it.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Rejects passwords that are too short, too long, too common or equal to `username`.
    pub fn check(raw: &str, username: &str) -> Result<Self, String> {
        let lower = raw.to_lowercase();
        if !LENGTH.contains(&raw.chars().count()) {
            Err(format!(
                "A password must have {} to {} characters.",
                LENGTH.start(),
                LENGTH.end()
            ))
        } else if COMMON_PASSWORDS.contains(lower.as_str()) || is_repetition(&lower) {
            Err(
                "This password is too easy to guess. Choose another, such as four unrelated words."
                    .to_owned(),
            )
        } else if lower == username {
            Err("Your password can’t be your username.".to_owned())
        } else {
            Ok(Self(raw.to_owned()))
        }
    }

    pub fn expose(self) -> String {
        self.0
    }
}

/// True for one repeated character, such as `aaaaaaaa`.
fn is_repetition(password: &str) -> bool {
    let mut characters = password.chars();
    let first = characters.next();
    characters.all(|c| Some(c) == first)
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{COMMON_PASSWORDS, Password};

    #[test]
    fn weak_passwords_are_rejected() {
        for good in ["correct horse", "8 chars!", &"äö".repeat(64), "pässwörd"] {
            assert!(Password::check(good, "ada").is_ok(), "{good}");
        }
        for bad in [
            "",
            "7 chars",
            "Password1",
            "QWERTYUIOP",
            "zzzzzzzzzz",
            "ada-lovelace",
        ] {
            assert!(Password::check(bad, "ada-lovelace").is_err(), "{bad}");
        }
        assert!(Password::check(&"x1".repeat(64), "ada").is_ok());
        assert!(Password::check(&"x".repeat(129), "ada").is_err());
    }

    #[test]
    fn common_passwords_have_an_allowed_length() {
        assert!(
            COMMON_PASSWORDS
                .iter()
                .all(|word| word.len() >= 8 && word.to_lowercase() == **word)
        );
    }
}
