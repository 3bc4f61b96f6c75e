//! What is asked of Wikidata's search. It has operators for nearly every sign
//! (<https://www.mediawiki.org/wiki/Help:CirrusSearch>), so typed text reaches it as plain
//! words.

use crate::catalog::facts::{Ids, Search};
use crate::catalog::sources::clean;

/// What tells films: a number at TMDB, or that they say that they are one.
const FILMS: &str = "haswbstatement:P4947|P31=Q11424";

/// The most bytes of typed text: a query is refused at three hundred characters.
const TYPED: usize = 200;

/// Films whose texts have the words of the title; `None` when it has no word.
pub fn by_title(search: &Search) -> Option<String> {
    let words = words(&search.title);
    let last = words.rsplit(' ').next().filter(|word| !word.is_empty())?;
    let star = match search.is_typing && can_be_completed(last) {
        true => "*",
        false => "",
    };
    Some(format!("{words}{star} {FILMS}"))
}

/// The item that has one of the ids; `None` when there is none that can be asked for.
pub fn by_ids(ids: &Ids) -> Option<String> {
    let imdb_id = ids.imdb_id.as_deref().and_then(clean::imdb_id);
    let tmdb_id = ids.tmdb_id.and_then(clean::tmdb_id);
    let imdb = imdb_id.map(|id| format!("P345={id}"));
    let tmdb = tmdb_id.map(|id| format!("P4947={id}"));
    let statements: Vec<_> = imdb.into_iter().chain(tmdb).collect();
    (!statements.is_empty()).then(|| format!("haswbstatement:{}", statements.join("|")))
}

fn words(typed: &str) -> String {
    let plain: String = typed
        .chars()
        .map(|c| if is_operator(c) { ' ' } else { c })
        .collect();
    // In small letters, AND, OR and NOT are words like any other.
    let plain = plain.to_lowercase();
    let mut words = String::new();
    for word in plain.split_whitespace() {
        if words.len() + word.len() >= TYPED {
            break;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

/// Quotation marks of other scripts are taken for plain ones.
fn is_operator(c: char) -> bool {
    let is_quote = matches!(c, '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '＂');
    is_quote || c.is_control() || (c.is_ascii_punctuation() && c != '\'')
}

/// One letter begins too many words; and in scripts without spaces a "word" is a sentence,
/// which no word begins with.
fn can_be_completed(word: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() && c < '\u{2e80}';
    word.chars().count() > 1 && word.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{FILMS, by_ids, by_title};
    use crate::catalog::facts::{Ids, Search};

    fn asked(title: &str, is_typing: bool) -> Option<String> {
        let title = title.to_owned();
        let query = by_title(&Search {
            title,
            year: None,
            is_typing,
        })?;
        let typed = query.strip_suffix(FILMS).expect("films only");
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
            assert_eq!(asked(typed, false).as_deref(), Some(plain), "{typed}");
        }
        assert_eq!(asked("?!*", true), None);
    }

    #[test]
    fn an_unfinished_word_is_completed_where_there_are_words() {
        for (typed, plain) in [
            ("the matr", "the matr*"),
            ("the m", "the m"),
            ("amél", "amél*"),
            ("千と千尋", "千と千尋"),
        ] {
            assert_eq!(asked(typed, true).as_deref(), Some(plain), "{typed}");
        }
    }

    #[test]
    fn only_ids_that_are_ids_are_asked_for() {
        let ids = |imdb_id: &str, tmdb_id| Ids {
            imdb_id: Some(imdb_id.to_owned()),
            tmdb_id,
            wikidata_id: None,
        };
        let both = by_ids(&ids("tt0133093", Some(603)));
        assert_eq!(
            both.as_deref(),
            Some("haswbstatement:P345=tt0133093|P4947=603")
        );
        assert_eq!(by_ids(&ids("tt0133093|P31=Q5", Some(-1))), None);
    }

    proptest! {
        #[test]
        fn no_text_reaches_it_as_an_operator(title in any::<String>(), is_typing in any::<bool>()) {
            if let Some(query) = asked(&title, is_typing) {
                let words = query.strip_suffix('*').unwrap_or(&query);
                let is_plain = |c: char| !c.is_ascii_punctuation() || c == '\'';
                prop_assert!(words.chars().all(is_plain), "{query}");
                prop_assert!(query.len() + FILMS.len() < 300);
                prop_assert!(!words.split(' ').any(|word| ["AND", "OR", "NOT"].contains(&word)));
            }
        }
    }
}
