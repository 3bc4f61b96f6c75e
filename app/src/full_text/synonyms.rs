//! Words that mean the same in titles. Only searches use them: *9* and *Nine* are two films.

/// Numbers as digits, in Roman numerals and as words.
const NUMBERS: [[&str; 3]; 20] = [
    ["1", "i", "one"],
    ["2", "ii", "two"],
    ["3", "iii", "three"],
    ["4", "iv", "four"],
    ["5", "v", "five"],
    ["6", "vi", "six"],
    ["7", "vii", "seven"],
    ["8", "viii", "eight"],
    ["9", "ix", "nine"],
    ["10", "x", "ten"],
    ["11", "xi", "eleven"],
    ["12", "xii", "twelve"],
    ["13", "xiii", "thirteen"],
    ["14", "xiv", "fourteen"],
    ["15", "xv", "fifteen"],
    ["16", "xvi", "sixteen"],
    ["17", "xvii", "seventeen"],
    ["18", "xviii", "eighteen"],
    ["19", "xix", "nineteen"],
    ["20", "xx", "twenty"],
];

const ABBREVIATIONS: [&[&str]; 4] = [
    &["dr", "doctor"],
    &["mr", "mister"],
    &["st", "saint", "street"],
    &["vs", "versus", "v"],
];

/// The other ways to write a folded word. Empty for most.
pub fn synonyms(word: &str) -> impl Iterator<Item = &'static str> {
    let numbers = NUMBERS.iter().map(|row| row.as_slice());
    let meanings = numbers.chain(ABBREVIATIONS);
    meanings
        .filter(move |row| row.contains(&word))
        .flatten()
        .copied()
        .filter(move |other| *other != word)
}

/// The one way to write a folded word among all with the same meaning. A word with several meanings
/// gets the first.
pub fn main_synonym(word: &str) -> &str {
    let numbers = NUMBERS.iter().map(|row| row.as_slice());
    let mut meanings = numbers.chain(ABBREVIATIONS);
    meanings
        .find(|row| row.contains(&word))
        .map_or(word, |row| row[0])
}

/// Words that people leave out, or write at the end (*Godfather, The*).
pub fn is_article(word: &str) -> bool {
    ["the", "a", "an"].contains(&word)
}

#[cfg(test)]
mod tests {
    use super::synonyms;

    #[test]
    fn numbers_and_abbreviations_have_synonyms() {
        for (word, others) in [
            ("2", ["ii", "two"].as_slice()),
            ("twenty", &["20", "xx"]),
            ("versus", &["vs", "v"]),
            ("heat", &[]),
        ] {
            assert_eq!(synonyms(word).collect::<Vec<_>>(), others, "{word}");
        }
        // It may be a number, or short for versus.
        let ambiguous: Vec<_> = synonyms("v").collect();
        assert_eq!(ambiguous, ["5", "five", "vs", "versus"]);
    }
}
