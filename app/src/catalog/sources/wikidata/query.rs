//! Builds queries for Wikidata's search. Nearly every punctuation mark is an operator there
//! (<https://www.mediawiki.org/wiki/Help:CirrusSearch>), so text that members type is reduced to
//! plain words.

use crate::catalog::facts::{ExternalIds, Search};
use crate::catalog::sources::sanitize;

/// Restricts a search to movies: items that have a TMDB id or are an instance of "film".
const MOVIES_ONLY: &str = "haswbstatement:P4947|P31=Q11424";

/// The most bytes of typed text. CirrusSearch rejects queries of more than 300 characters.
const MAX_TYPED_BYTES: usize = 200;

/// Finds movies whose texts contain the words of the title. `None` when it has no words.
pub fn title_query(search: &Search) -> Option<String> {
    let words = plain_words(&search.title);
    let last = words.rsplit(' ').next().filter(|word| !word.is_empty())?;
    let wildcard = if search.is_typing && allows_wildcard(last) {
        "*"
    } else {
        ""
    };
    Some(format!("{words}{wildcard} {MOVIES_ONLY}"))
}

/// Finds the item that has one of the ids. `None` when there is no IMDb or TMDB id.
pub fn ids_query(ids: &ExternalIds) -> Option<String> {
    let imdb_id = ids.imdb_id.as_deref().and_then(sanitize::imdb_id);
    let tmdb_id = ids.tmdb_id.and_then(sanitize::tmdb_id);
    let imdb = imdb_id.map(|id| format!("P345={id}"));
    let tmdb = tmdb_id.map(|id| format!("P4947={id}"));
    let statements: Vec<_> = imdb.into_iter().chain(tmdb).collect();
    (!statements.is_empty()).then(|| format!("haswbstatement:{}", statements.join("|")))
}

fn plain_words(typed: &str) -> String {
    let plain: String = typed
        .chars()
        .map(|c| if is_operator(c) { ' ' } else { c })
        .collect();
    // In lower case, AND, OR and NOT are plain words.
    let plain = plain.to_lowercase();
    let mut words = String::new();
    for word in plain.split_whitespace() {
        if words.len() + word.len() >= MAX_TYPED_BYTES {
            break;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

/// The search treats typographic quotation marks like plain ones.
fn is_operator(c: char) -> bool {
    let is_quote = matches!(c, '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '＂');
    is_quote || c.is_control() || (c.is_ascii_punctuation() && c != '\'')
}

/// A single letter matches too many words. In scripts without spaces a "word" is a whole
/// sentence, so a prefix search would find nothing.
fn allows_wildcard(word: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() && c < '\u{2e80}';
    word.chars().count() > 1 && word.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MOVIES_ONLY, ids_query, title_query};
    use crate::catalog::facts::{ExternalIds, Search};

    fn typed_part(title: &str, is_typing: bool) -> Option<String> {
        let title = title.to_owned();
        let query = title_query(&Search {
            title,
            year: None,
            is_typing,
        })?;
        let typed = query.strip_suffix(MOVIES_ONLY).expect("films only");
        Some(typed.trim_end().to_owned())
    }

    #[test]
    fn operators_are_plain_words() {
        for (typed, plain) in [
            ("The Matrix", "the matrix"),
            ("Schindler's List", "schindler's list"),
            ("insource:/a/ OR -b", "insource a or b"),
            ("\"quoted\" “too”", "quoted too"),
            ("haswbstatement:P31=Q5", "haswbstatement p31 q5"),
            ("M*A*S*H", "m a s h"),
            ("a~ !b \\c ?d", "a b c d"),
            ("Amélie", "amélie"),
        ] {
            assert_eq!(typed_part(typed, false).as_deref(), Some(plain), "{typed}");
        }
        assert_eq!(typed_part("?!*", true), None);
    }

    #[test]
    fn an_incomplete_word_gets_a_wildcard_where_words_have_spaces() {
        for (typed, plain) in [
            ("the matr", "the matr*"),
            ("the m", "the m"),
            ("amél", "amél*"),
            ("千と千尋", "千と千尋"),
        ] {
            assert_eq!(typed_part(typed, true).as_deref(), Some(plain), "{typed}");
        }
    }

    #[test]
    fn invalid_ids_are_not_queried() {
        let ids = |imdb_id: &str, tmdb_id| ExternalIds {
            imdb_id: Some(imdb_id.to_owned()),
            tmdb_id,
            wikidata_id: None,
        };
        let both = ids_query(&ids("tt0133093", Some(603)));
        assert_eq!(
            both.as_deref(),
            Some("haswbstatement:P345=tt0133093|P4947=603")
        );
        assert_eq!(ids_query(&ids("tt0133093|P31=Q5", Some(-1))), None);
    }

    proptest! {
        #[test]
        fn no_input_becomes_an_operator(title in any::<String>(), is_typing in any::<bool>()) {
            if let Some(query) = typed_part(&title, is_typing) {
                let words = query.strip_suffix('*').unwrap_or(&query);
                let is_plain = |c: char| !c.is_ascii_punctuation() || c == '\'';
                prop_assert!(words.chars().all(is_plain), "{query}");
                prop_assert!(query.len() + MOVIES_ONLY.len() < 300);
                prop_assert!(!words.split(' ').any(|word| ["AND", "OR", "NOT"].contains(&word)));
            }
        }
    }
}
