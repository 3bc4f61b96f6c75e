//! The rules that a new password must meet.

use std::fmt;

use zxcvbn::Score;
use zxcvbn::matching::patterns::MatchPattern;

/// Allowed length in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

/// How many characters are estimated. The work grows faster than the length: a hostile password of
/// this length takes a tenth of a second, one of 100 characters a whole second.
const MAX_ESTIMATED: usize = 32;

/// How many characters of a name are taken into account. A form may send more.
const MAX_NAME: usize = 64;

/// Words of a name that are shorter than this are not looked for.
const MIN_WORD: usize = 3;

/// A password that passed validation. Its `Debug` output hides it.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Rejects passwords that are too short, too long or easy to guess for whoever knows `names`:
    /// the names of the member and of the site. This takes up to a fifth of a second, so call it on
    /// a blocking thread.
    pub(super) fn check(raw: &str, username: &str, names: &[&str]) -> Result<Self, String> {
        if !LENGTH.contains(&raw.chars().count()) {
            return Err(format!(
                "A password must have {} to {} characters.",
                LENGTH.start(),
                LENGTH.end()
            ));
        }
        if raw.to_lowercase() == username {
            return Err("Your password can’t be your username.".to_owned());
        }
        match find_weakness(raw, &guesses_from(names)) {
            Some(Weakness::Common) => Err("This password is too easy to guess. Choose another, such as four unrelated words.".to_owned()),
            Some(Weakness::FromNames) => Err("This password is too easy to guess, because it contains your name or the site’s. Choose another, such as four unrelated words.".to_owned()),
            None => Ok(Self(raw.to_owned())),
        }
    }

    pub fn expose(self) -> String {
        self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

enum Weakness {
    Common,
    FromNames,
}

/// Finds out whether a million guesses are enough, or whether it is a single word, in any case,
/// with digits or punctuation after it.
fn find_weakness(raw: &str, guesses: &[String]) -> Option<Weakness> {
    let estimated: String = raw.chars().take(MAX_ESTIMATED).collect();
    let guesses: Vec<&str> = guesses.iter().map(String::as_str).collect();
    let whole = zxcvbn::zxcvbn(&estimated, &guesses);
    let stem = estimated.trim_end_matches(|c: char| !c.is_alphabetic());
    let stem = zxcvbn::zxcvbn(stem, &guesses);
    let is_single_word = matches!(
        stem.sequence(),
        [word] if matches!(word.pattern, MatchPattern::Dictionary(_))
    );
    if whole.score() >= Score::Two && !is_single_word {
        return None;
    }
    let mut parts = whole.sequence().iter().chain(stem.sequence());
    let is_from_names = parts.any(|part| guesses.contains(&part.token.to_lowercase().as_str()));
    Some(if is_from_names {
        Weakness::FromNames
    } else {
        Weakness::Common
    })
}

/// Each name as it is, without spaces and punctuation, and its words.
fn guesses_from(names: &[&str]) -> Vec<String> {
    let mut guesses = Vec::new();
    for name in names {
        let name: String = name.to_lowercase().chars().take(MAX_NAME).collect();
        let words = name
            .split(|c: char| !c.is_alphanumeric())
            .map(str::to_owned);
        guesses.extend(words);
        guesses.push(name.chars().filter(|c| c.is_alphanumeric()).collect());
        guesses.push(name);
    }
    guesses.retain(|guess| guess.chars().count() >= MIN_WORD);
    guesses
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Password;

    fn is_accepted(raw: &str) -> bool {
        let names = ["Movies Diary", "ada-lovelace", "Ada King"];
        Password::check(raw, "ada-lovelace", &names).is_ok()
    }

    #[test]
    fn weak_passwords_are_rejected() {
        for good in [
            "correct horse",
            "8 chars!",
            "pässwörd",
            "kX9#vQ2m",
            "four unrelated words",
            "tr0ub4dor&3",
            &"four unrelated words ".repeat(6),
        ] {
            assert!(is_accepted(good), "{good}");
        }
        for bad in [
            "",
            "7 chars",
            "Password1",
            "PASSWORD2024",
            "sunshine99",
            "Princess2001!",
            "elephant7294",
            "p@ssw0rd!!",
            "letmein12",
            "QWERTYUIOP",
            "zzzzzzzzzz",
            "äääääääääää",
            "abcabcabcabc",
            "abcdefghij",
            "12/03/1985",
            "ada-lovelace",
            "AdaLovelace1815",
            "lovelace1815",
            "Ada King 7",
            "moviesdiary",
            "MoviesDiary2024",
            "Movies Diary!",
        ] {
            assert!(!is_accepted(bad), "{bad}");
        }
        assert!(!is_accepted(&"x".repeat(129)));
    }

    #[test]
    fn a_password_made_of_names_is_rejected_for_that_reason() {
        for (raw, expected) in [("adaking99", true), ("sunshine99", false)] {
            let message = Password::check(raw, "ada", &["Ada King"]).expect_err("weak");
            assert_eq!(message.contains("your name"), expected, "{message}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_password_and_name_can_be_checked(raw in any::<String>(), name in any::<String>()) {
            let _ = Password::check(&raw, "ada", &[&name]);
        }
    }
}
