//! What is typed, as a query of SQLite's full-text search. The rules are those of the search in our
//! own database: articles do not matter, and words with the same meaning are the same.

use fst::Map;

use super::typos::{MeantWords, words_beginning_with};
use crate::full_text::synonyms::synonyms;
use crate::full_text::terms::{Chunk, split_chunks};
use crate::full_text::{is_year, year_term};

/// Further words of a search are ignored.
const MAX_WORDS: usize = 12;

/// Words with fewer letters are taken as typed, because too many begin with them.
const MIN_PREFIX_LETTERS: usize = 3;

/// Beginnings of up to this many letters are in the index. For longer ones SQLite would read all words
/// that begin so to their end, before it finds the first film.
const INDEXED_PREFIX_LETTERS: usize = 4;

/// As long as not more words than this begin with it, they are searched for one by one.
const MAX_BEGINNING: usize = 24;

/// Which words may be only the beginning of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prefixes {
    LastWord,
    AllWords,
}

/// The words that are searched for. Never empty.
pub(super) fn typed_chunks(text: &str) -> Option<Vec<Chunk>> {
    let mut chunks = split_chunks(text);
    if !chunks.iter().all(Chunk::is_article) {
        chunks.retain(|chunk| !chunk.is_article());
    }
    chunks.truncate(MAX_WORDS);
    (!chunks.is_empty()).then_some(chunks)
}

/// Matches films that have every chunk.
pub(super) fn match_all(chunks: &[Chunk], prefixes: Prefixes, vocabulary: &Map<Vec<u8>>) -> String {
    let last = chunks.len() - 1;
    let chunks = chunks.iter().enumerate().map(|(index, chunk)| {
        let ways = ways_to_match(chunk, index == last, prefixes, vocabulary);
        format!("({})", ways.join(" OR "))
    });
    chunks.collect::<Vec<_>>().join(" AND ")
}

/// Matches films that have every chunk, or a word that was meant by it.
pub(super) fn match_meant(
    chunks: &[Chunk],
    meant: &[Option<MeantWords>],
    vocabulary: &Map<Vec<u8>>,
) -> String {
    let last = chunks.len() - 1;
    let chunks = chunks
        .iter()
        .zip(meant)
        .enumerate()
        .map(|(index, (chunk, meant))| {
            let mut ways = ways_to_match(chunk, index == last, Prefixes::LastWord, vocabulary);
            let words = meant.iter().flat_map(|meant| &meant.words);
            ways.extend(words.map(|word| quoted(word)));
            format!("({})", ways.join(" OR "))
        });
    chunks.collect::<Vec<_>>().join(" AND ")
}

/// Every part of the chunk, or the parts as one word, or a year, or a word with the same meaning.
fn ways_to_match(
    chunk: &Chunk,
    is_last: bool,
    prefixes: Prefixes,
    vocabulary: &Map<Vec<u8>>,
) -> Vec<String> {
    let last_part = chunk.parts.len() - 1;
    let term = |index: usize, word: &str| {
        let is_prefix = match prefixes {
            Prefixes::LastWord => is_last && index == last_part,
            Prefixes::AllWords => word.chars().count() >= MIN_PREFIX_LETTERS || is_last,
        };
        if is_prefix {
            beginning_with(word, vocabulary)
        } else {
            quoted(word)
        }
    };
    let parts = chunk.parts.iter().enumerate();
    let parts: Vec<_> = parts.map(|(index, part)| term(index, part)).collect();
    let mut ways = vec![format!("({})", parts.join(" AND "))];
    ways.extend(chunk.whole().map(|whole| term(last_part, &whole)));
    let years = chunk.parts.iter().filter(|part| is_year(part));
    ways.extend(years.map(|digits| quoted(&year_term(digits))));
    if let [word] = chunk.parts.as_slice() {
        ways.extend(synonyms(word).map(quoted));
    }
    ways
}

fn beginning_with(word: &str, vocabulary: &Map<Vec<u8>>) -> String {
    let prefix = format!("{} *", quoted(word));
    if word.chars().count() <= INDEXED_PREFIX_LETTERS {
        return prefix;
    }
    let words = words_beginning_with(word, MAX_BEGINNING + 1, vocabulary);
    match words.len() {
        0 => quoted(word),
        1..=MAX_BEGINNING => {
            let words: Vec<_> = words.iter().map(|word| quoted(word)).collect();
            format!("({})", words.join(" OR "))
        }
        _ => prefix,
    }
}

/// Words have only letters and digits, but are quoted so that none is read as an operator.
fn quoted(word: &str) -> String {
    format!("\"{word}\"")
}
