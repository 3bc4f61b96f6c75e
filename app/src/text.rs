//! Cleans text that people type, and folds it for comparison and search.

mod bidi;
mod visible;
mod words;

use unicode_normalization::UnicodeNormalization;

use bidi::balance_directions;
use visible::{has_too_many_marks, has_visible, is_invisible};

pub use words::{fold_letters, fold_words};

/// Folds case, accents, width and white space, so that `Amélie`, `AMELIE` and `amelie` are the same
/// tag. Not left to SQL's `lower`, which differs between databases.
pub fn fold(text: &str) -> String {
    let plain: String = text.nfkd().filter(|&c| !is_accent(c)).collect();
    let folded: String = caseless::default_case_fold_str(&plain).nfkc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Which way of folding makes the keys of titles and names. Increase it when [`words_key`] folds in
/// another way.
pub const KEYS_VERSION: i16 = 1;

/// Maximum length of a [`folded_key`] in bytes: PostgreSQL's index entries are limited to 2,704
/// bytes, and one of our indexes holds two keys.
const MAX_KEY_BYTES: usize = 1000;

/// [Folded](fold) text for key columns.
pub fn folded_key(text: &str) -> String {
    cut_key(fold(text))
}

/// The [words](fold_words) of a title or of a person's name, for key columns.
pub fn words_key(text: &str) -> String {
    cut_key(fold_words(text))
}

/// Folding can make a text eighteen times as long (`ﷺ`), so a key is cut at a length that no real
/// title reaches.
pub fn cut_key(mut key: String) -> String {
    key.truncate(key.floor_char_boundary(MAX_KEY_BYTES));
    key
}

/// Combining marks of Latin, Greek and Cyrillic. In other scripts they make different letters: が is
/// not か.
fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Strips a leading English article, which people often leave out when they search.
pub fn without_article(folded: &str) -> &str {
    ["the ", "a ", "an "]
        .into_iter()
        .find_map(|article| folded.strip_prefix(article))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(folded)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    TooLong {
        max: usize,
    },
    /// Databases do not agree on how to store control characters.
    ControlCharacter,
    /// A line in which nothing can be seen.
    Invisible,
    /// More marks on one letter than any language writes.
    TooManyMarks,
}

/// Trims, and collapses white space to single spaces. Refuses a line in which nothing can be seen.
pub fn clean_line(raw: &str, max: usize) -> Result<String, TextError> {
    let text = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = check_text(&text, max)?;
    if text.is_empty() || has_visible(&text) {
        Ok(text)
    } else {
        Err(TextError::Invisible)
    }
}

/// Whether a name shows nothing at all.
pub fn is_invisible_name(name: &str) -> bool {
    !has_visible(name)
}

/// Folds a name as [`fold`] does, without invisible characters, to find names that look the same.
pub fn fold_name(name: &str) -> String {
    fold(&name.replace(|c: char| is_invisible(c) && !c.is_whitespace(), ""))
}

/// Trims, and normalizes line ends to `\n` before counting, so that `\r\n` counts as one character.
pub fn clean_lines(raw: &str, max: usize) -> Result<String, TextError> {
    let text = raw.replace("\r\n", "\n").replace('\r', "\n");
    check_text(text.trim(), max)
}

fn check_text(text: &str, max: usize) -> Result<String, TextError> {
    // U+FFFE and U+FFFF are noncharacters. None of these are allowed in XML, and so in a feed.
    let is_unfit = |c: char| match c {
        '\n' | '\t' => false,
        c => c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'),
    };
    if text.chars().any(is_unfit) {
        return Err(TextError::ControlCharacter);
    }
    if has_too_many_marks(text) {
        return Err(TextError::TooManyMarks);
    }
    // Before the next step, whose work grows faster than the length.
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    // This may add characters.
    let text = balance_directions(text);
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    Ok(text.into_owned())
}

impl TextError {
    /// The error as a form shows it.
    pub fn message(self) -> String {
        match self {
            Self::TooLong { max: most } => {
                format!("This is too long. Use at most {most} characters.")
            }
            Self::ControlCharacter => {
                "This contains control characters. Remove them and try again.".to_owned()
            }
            Self::Invisible => {
                "Nothing in this can be seen. Type at least one letter or digit.".to_owned()
            }
            Self::TooManyMarks => {
                "A letter in this has too many accents. Remove some of them.".to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{TextError, clean_line, clean_lines, fold, without_article};

    #[test]
    fn folding_ignores_case_accents_and_spaces() {
        for same in ["Amélie", "AMELIE", "  ame\u{301}lie ", "Ａｍｅｌｉｅ"] {
            assert_eq!(fold(same), "amelie");
        }
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("Ὀδυσσεύς"), fold("ΟΔΥΣΣΕΥΣ"));
        assert_ne!(fold("が"), fold("か"));
    }

    #[test]
    fn an_article_is_stripped_unless_it_is_the_whole_title() {
        assert_eq!(without_article("the matrix"), "matrix");
        assert_eq!(without_article("a"), "a");
        assert_eq!(without_article("theatre of blood"), "theatre of blood");
    }

    #[test]
    fn line_ends_count_once_and_control_characters_are_rejected() {
        assert_eq!(clean_lines("a\r\nb\rc", 5), Ok("a\nb\nc".to_owned()));
        assert_eq!(clean_lines("a\0b", 5), Err(TextError::ControlCharacter));
        assert_eq!(clean_line("a\u{1b}b", 5), Err(TextError::ControlCharacter));
        assert_eq!(clean_line("abcdef", 5), Err(TextError::TooLong { max: 5 }));
        assert_eq!(clean_line(" a \t b ", 5), Ok("a b".to_owned()));
        assert_eq!(clean_line(" \u{3000}", 5), Ok(String::new()));
        assert_eq!(
            clean_line("\u{200b} \u{202e}", 5),
            Err(TextError::Invisible)
        );
        assert_eq!(
            clean_line("\u{202e}abcd", 5),
            Err(TextError::TooLong { max: 5 })
        );
        assert_eq!(
            clean_line("\u{202e}abc", 5),
            Ok("\u{202e}abc\u{202c}".to_owned())
        );
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
