//! The keys by which the local catalog finds a name: its folded words, and those words by the rules
//! of the search.

use crate::full_text::synonyms::{is_article, main_synonym};
use crate::text::{cut_key, fold_words};

/// The words of a name without articles, and with numbers and abbreviations written in one way:
/// *The Godfather: Part II* and *Godfather, Part 2* have the same. Only for finding, never for
/// telling whether two films are the same.
pub fn finding_key(name: &str) -> String {
    let folded = fold_words(name);
    let has_words = folded.split(' ').any(|word| !is_article(word));
    let words = folded
        .split(' ')
        .filter(|word| !has_words || !is_article(word))
        .map(main_synonym);
    cut_key(words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::finding_key;

    #[test]
    fn articles_and_ways_to_write_numbers_do_not_matter() {
        for (one, other) in [
            ("The Godfather: Part II", "Godfather, Part 2"),
            ("Dr. Strangelove", "Doctor Strangelove"),
            ("Se7en Samurai", "A Se7en Samurai"),
            ("Ocean’s Eleven", "Oceans 11"),
        ] {
            assert_eq!(finding_key(one), finding_key(other));
        }
        assert_ne!(finding_key("Rocky II"), finding_key("Rocky III"));
        assert_eq!(finding_key("The"), "the");
        assert_eq!(finding_key("$"), "$");
    }
}
