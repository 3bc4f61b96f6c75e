//! Words that were meant by a word with a mistake: automata that accept everything within one or two
//! changes of it walk through the vocabulary.

use std::sync::LazyLock;

use fst::automaton::{Automaton, Str};
use fst::{IntoStreamer, Map, Streamer};
use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder};

/// A letter too many, one too few, another one, or two that changed places.
static ONE_MISTAKE: LazyLock<LevenshteinAutomatonBuilder> =
    LazyLock::new(|| LevenshteinAutomatonBuilder::new(1, true));
static TWO_MISTAKES: LazyLock<LevenshteinAutomatonBuilder> =
    LazyLock::new(|| LevenshteinAutomatonBuilder::new(2, true));

/// Words must have this many letters to be forgiven one mistake or two, and this many for a mistake
/// in a word that is not complete yet: shorter ones are close to too many others.
const MIN_LETTERS: usize = 4;
const MIN_LETTERS_OF_TWO: usize = 8;
const MIN_LETTERS_OF_PREFIX: usize = 5;

/// The most words that one may have meant, those of the most popular films.
const MAX_MEANT: usize = 12;

/// Up to `limit` words of the vocabulary.
pub(super) fn words_beginning_with(
    typed: &str,
    limit: usize,
    vocabulary: &Map<Vec<u8>>,
) -> Vec<String> {
    let mut found = Vec::new();
    let mut words = vocabulary
        .search(Str::new(typed).starts_with())
        .into_stream();
    while let Some((word, _)) = words.next() {
        found.push(String::from_utf8_lossy(word).into_owned());
        if found.len() == limit {
            break;
        }
    }
    found
}

/// Whether a film has the word, or one that begins with it if it `is_last`.
pub(super) fn is_known(typed: &str, is_last: bool, vocabulary: &Map<Vec<u8>>) -> bool {
    if is_last {
        !words_beginning_with(typed, 1, vocabulary).is_empty()
    } else {
        vocabulary.contains_key(typed)
    }
}

/// What may have been meant by a word.
pub(super) struct MeantWords {
    pub(super) words: Vec<String>,
    automata: Vec<DFA>,
}

impl MeantWords {
    /// The words within `mistakes` of `typed`. If it `is_last`, more may follow it. `None` for a
    /// word that is forgiven none.
    pub(super) fn of(
        typed: &str,
        is_last: bool,
        mistakes: u8,
        vocabulary: &Map<Vec<u8>>,
    ) -> Option<Self> {
        let letters = typed.chars().count();
        let has_digit = typed.chars().any(char::is_numeric);
        if letters < MIN_LETTERS || has_digit {
            return None;
        }
        let is_long = mistakes > 1 && letters >= MIN_LETTERS_OF_TWO;
        let automata_of: &LevenshteinAutomatonBuilder =
            if is_long { &TWO_MISTAKES } else { &ONE_MISTAKE };
        let mut automata = vec![automata_of.build_dfa(typed)];
        if is_last && letters >= MIN_LETTERS_OF_PREFIX {
            automata.push(ONE_MISTAKE.build_prefix_dfa(typed));
        }
        let mut best = BestWords::default();
        for automaton in &automata {
            let mut words = vocabulary.search_with_state(automaton).into_stream();
            while let Some((word, rank, state)) = words.next() {
                if let Distance::Exact(distance) = automaton.distance(state) {
                    best.add(distance, rank, word);
                }
            }
        }
        let words = best.words.into_iter().map(|(_, _, word)| word).collect();
        Some(Self { words, automata })
    }

    /// The fewest mistakes with which one of the words was meant.
    pub(super) fn mistakes_in(&self, words: &[String]) -> u8 {
        let distances = words.iter().flat_map(|word| {
            self.automata
                .iter()
                .map(move |automaton| match automaton.eval(word) {
                    Distance::Exact(distance) => distance,
                    Distance::AtLeast(_) => u8::MAX,
                })
        });
        distances.min().unwrap_or(u8::MAX)
    }
}

/// The words with the fewest mistakes, and of those the ones of the most popular films.
#[derive(Debug, Default)]
struct BestWords {
    words: Vec<(u8, u64, String)>,
}

impl BestWords {
    /// A short prefix has thousands of words, so most are turned away before they are copied.
    fn add(&mut self, distance: u8, rank: u64, word: &[u8]) {
        let worst = self
            .words
            .last()
            .map(|(distance, rank, _)| (*distance, *rank));
        let is_full = self.words.len() == MAX_MEANT;
        if is_full && worst.is_some_and(|worst| (distance, rank) >= worst) {
            return;
        }
        let word = String::from_utf8_lossy(word).into_owned();
        if self.words.iter().any(|(_, _, known)| *known == word) {
            return;
        }
        self.words.truncate(MAX_MEANT - 1);
        let new = (distance, rank, word);
        let place = self.words.partition_point(|known| *known < new);
        self.words.insert(place, new);
    }
}

#[cfg(test)]
mod tests {
    use fst::Map;

    use super::MeantWords;

    fn meant(typed: &str, is_last: bool, mistakes: u8) -> Vec<String> {
        let words = [
            "away",
            "godfather",
            "her",
            "list",
            "schindlers",
            "spirited",
            "stalker",
            "tarkovsky",
        ];
        let words = words.iter().zip(1..);
        let vocabulary = Map::from_iter(words).expect("sorted");
        let meant = MeantWords::of(typed, is_last, mistakes, &vocabulary);
        meant.map(|meant| meant.words).unwrap_or_default()
    }

    #[test]
    fn each_word_is_forgiven_as_many_mistakes_as_its_length_allows() {
        for (typed, word) in [
            ("godfahter", "godfather"),
            ("spirted", "spirited"),
            ("lits", "list"),
            ("tarkovski", "tarkovsky"),
            ("aaway", "away"),
        ] {
            assert_eq!(meant(typed, false, 1), [word], "{typed}");
        }
        assert!(meant("hre", false, 2).is_empty(), "too short");
        assert!(meant("gadfahter", false, 1).is_empty());
        assert_eq!(meant("gadfahter", false, 2), ["godfather"]);
        assert!(meant("stlkar", false, 2).is_empty(), "too short for two");
        assert_eq!(meant("spirt", true, 1), ["spirited"]);
        assert!(meant("spirt", false, 1).is_empty());
    }
}
