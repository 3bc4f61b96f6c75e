//! Splits text into the words that the search index holds, and that searches look for.

use std::collections::HashSet;

use super::synonyms::is_article;
use crate::text::{fold_letters, fold_words};

/// Longer words are cut to this many characters, in the index and in searches.
const MAX_WORD: usize = 40;

/// The parts of the text and, for initials and numbers that are written apart, its words.
pub fn index_terms(text: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let chunks = split_chunks(text).into_iter().flat_map(|chunk| {
        let whole = chunk.whole();
        whole.into_iter().chain(chunk.parts)
    });
    let folded = fold_words(text);
    let words = folded.split(' ').filter(|word| {
        let is_indexable = |c: char| c.is_alphanumeric() && !is_cjk(c);
        !word.is_empty() && word.chars().all(is_indexable)
    });
    chunks
        .chain(words.map(truncate_word))
        .filter(|term| seen.insert(term.clone()))
        .collect()
}

/// The text between two spaces: one word, or several joined by punctuation (`Spider-Man`,
/// `WALL·E`, `d’Amélie`), which match separately and as one word. In scripts without spaces,
/// each character is a part.
pub struct Chunk {
    pub parts: Vec<String>,
}

impl Chunk {
    fn word(word: &str) -> Self {
        Self {
            parts: vec![word.to_owned()],
        }
    }

    /// The parts written as one word, if there are several. Folded again, because joining can
    /// put combining marks next to each other in a different order.
    pub fn whole(&self) -> Option<String> {
        let has_cjk = self.parts.iter().any(|part| part.chars().any(is_cjk));
        let joined = || truncate_word(&fold_letters(&self.parts.concat()));
        (self.parts.len() > 1 && !has_cjk).then(joined)
    }

    pub fn is_article(&self) -> bool {
        matches!(self.parts.as_slice(), [word] if is_article(word))
    }
}

pub fn split_chunks(text: &str) -> Vec<Chunk> {
    let folded = fold_letters(text);
    let chunks = folded.split_whitespace().map(|chunk| {
        if matches!(chunk, "&" | "+") {
            return Chunk::word("and");
        }
        let mut parts = Vec::new();
        for part in chunk.split(|c: char| !c.is_alphanumeric()) {
            split_cjk(part, &mut parts);
        }
        Chunk { parts }
    });
    chunks.filter(|chunk| !chunk.parts.is_empty()).collect()
}

/// Splits off each CJK character and keeps the rest together as words.
fn split_cjk(part: &str, parts: &mut Vec<String>) {
    let mut word = String::new();
    for c in part.chars() {
        if is_cjk(c) {
            parts.extend((!word.is_empty()).then(|| truncate_word(&std::mem::take(&mut word))));
            parts.push(c.to_string());
        } else {
            word.push(c);
        }
    }
    parts.extend((!word.is_empty()).then(|| truncate_word(&word)));
}

/// Chinese characters and Japanese kana, which are written without spaces between words.
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

fn truncate_word(word: &str) -> String {
    word.chars().take(MAX_WORD).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::index_terms;

    #[test]
    fn punctuation_and_case_do_not_matter() {
        assert_eq!(
            index_terms("Schindler’s List"),
            ["schindlers", "schindler", "s", "list"]
        );
        assert_eq!(index_terms("Amélie (2001)"), ["amelie", "2001"]);
        assert_eq!(index_terms("Spider-Man"), ["spiderman", "spider", "man"]);
        assert_eq!(index_terms("M*A*S*H"), ["mash", "m", "a", "s", "h"]);
        assert_eq!(index_terms("千年女優2"), ["千", "年", "女", "優", "2"]);
        assert!(index_terms("% _ \" * -- ' ( ) :").is_empty());
    }

    #[test]
    fn adjacent_combining_marks_are_reordered() {
        let typed = index_terms("\u{1e01b}¡\u{16ff0}");
        assert_eq!(typed[0], "\u{16ff0}\u{1e01b}");
        assert_eq!(index_terms(&typed[0])[0], typed[0]);
    }

    proptest! {
        #[test]
        fn words_are_letters_and_digits_and_nothing_else(text in any::<String>()) {
            for word in index_terms(&text) {
                prop_assert!(!word.is_empty());
                prop_assert!(word.chars().all(char::is_alphanumeric), "{:?}", word);
            }
        }

        #[test]
        fn splitting_terms_is_idempotent(text in "\\PC{1,30}") {
            let words = index_terms(&text);
            let again: Vec<_> = words.iter().flat_map(|word| index_terms(word)).collect();
            prop_assert_eq!(words, again);
        }
    }
}
