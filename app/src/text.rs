//! Text as people type it, and as it is compared.

use unicode_normalization::UnicodeNormalization;

/// Folds case, accents, width and white space, so that `Amélie`, `AMELIE` and
/// `amelie` are the same film. Done here and never by SQL's `lower`, which differs
/// from database to database.
pub fn fold(text: &str) -> String {
    let plain: String = text.nfkd().filter(|&c| !is_accent(c)).collect();
    let folded: String = caseless::default_case_fold_str(&plain).nfkc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The most bytes of a [`key`]: an index of PostgreSQL takes entries of 2,704 bytes, and
/// one of ours holds two keys.
const KEY: usize = 1000;

/// A folded text as it is stored to be found by. Folding can make a text eighteen times
/// as long (`ﷺ`), so the key is cut where no real title gets to.
pub fn key(text: &str) -> String {
    let mut key = fold(text);
    key.truncate(key.floor_char_boundary(KEY));
    key
}

/// The combining marks of Latin, Greek and Cyrillic. Those of other scripts make
/// other letters: が is not か.
fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// A folded title without its leading English article: what people type first.
pub fn without_article(folded: &str) -> &str {
    ["the ", "a ", "an "]
        .into_iter()
        .find_map(|article| folded.strip_prefix(article))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(folded)
}

/// Why a text cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It has more characters than may be.
    TooLong {
        /// The most there may be.
        most: usize,
    },
    /// It has control characters, which no database keeps alike.
    Control,
}

/// One line of text, trimmed, white space folded to single spaces.
pub fn line(raw: &str, most: usize) -> Result<String, Unfit> {
    let text = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.chars().all(is_invisible) {
        true => Ok(String::new()),
        false => fits(text, most),
    }
}

/// What takes no place, so that nothing of it alone is a title or a name.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | ' ')
}

/// Text of several lines, trimmed, with `\n` for line ends as browsers send them.
/// Counted after that, so that `\r\n` counts as one character.
pub fn lines(raw: &str, most: usize) -> Result<String, Unfit> {
    let text = raw.replace("\r\n", "\n").replace('\r', "\n");
    fits(text.trim().to_owned(), most)
}

fn fits(text: String, most: usize) -> Result<String, Unfit> {
    // The last two are no characters; XML, and so a feed, takes none of all these.
    let is_unfit = |c: char| match c {
        '\n' | '\t' => false,
        c => c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'),
    };
    if text.chars().any(is_unfit) {
        return Err(Unfit::Control);
    }
    if text.chars().count() > most {
        return Err(Unfit::TooLong { most });
    }
    Ok(text)
}

impl Unfit {
    /// What to tell the person who typed it.
    pub fn told(self) -> String {
        match self {
            Self::TooLong { most } => format!("This is too long: at most {most} characters fit."),
            Self::Control => {
                "This has control characters, which cannot be kept. Leave them out.".to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Unfit, fold, line, lines, without_article};

    #[test]
    fn case_accents_and_spaces_do_not_tell_films_apart() {
        for same in ["Amélie", "AMELIE", "  ame\u{301}lie ", "Ａｍｅｌｉｅ"] {
            assert_eq!(fold(same), "amelie");
        }
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("Ὀδυσσεύς"), fold("ΟΔΥΣΣΕΥΣ"));
        assert_ne!(fold("が"), fold("か"));
    }

    #[test]
    fn the_article_is_left_out_but_never_the_whole_title() {
        assert_eq!(without_article("the matrix"), "matrix");
        assert_eq!(without_article("a"), "a");
        assert_eq!(without_article("theatre of blood"), "theatre of blood");
    }

    #[test]
    fn line_ends_count_once_and_control_characters_are_refused() {
        assert_eq!(lines("a\r\nb\rc", 5), Ok("a\nb\nc".to_owned()));
        assert_eq!(lines("a\0b", 5), Err(Unfit::Control));
        assert_eq!(line("a\u{1b}b", 5), Err(Unfit::Control));
        assert_eq!(line("abcdef", 5), Err(Unfit::TooLong { most: 5 }));
        assert_eq!(line(" a \t b ", 5), Ok("a b".to_owned()));
        assert_eq!(line("\u{200b} \u{202e}", 5), Ok(String::new()));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
