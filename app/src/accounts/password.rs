//! Passwords that may be chosen.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

/// The least and the most characters.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

/// Those that everybody tries first.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// A password that may be chosen. It does not print.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Refuses one that is too short, too long, too common, or `username` itself.
    pub fn check(raw: &str, username: &str) -> Result<Self, String> {
        let lower = raw.to_lowercase();
        if !LENGTH.contains(&raw.chars().count()) {
            Err(format!(
                "A password has {} to {} characters.",
                LENGTH.start(),
                LENGTH.end()
            ))
        } else if COMMON.contains(lower.as_str()) || is_repetition(&lower) {
            Err(
                "This is one of the first that anybody would try. Choose another, such as four words that do not belong together."
                    .to_owned(),
            )
        } else if lower == username {
            Err("Your username is no password.".to_owned())
        } else {
            Ok(Self(raw.to_owned()))
        }
    }

    /// The password itself, for the hasher.
    pub fn expose(self) -> String {
        self.0
    }
}

/// `aaaaaaaa`
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
    use super::{COMMON, Password};

    #[test]
    fn only_passwords_worth_the_name_may_be_chosen() {
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
    fn the_list_holds_only_what_the_length_does_not_refuse_already() {
        assert!(
            COMMON
                .iter()
                .all(|word| word.len() >= 8 && word.to_lowercase() == **word)
        );
    }
}
