//! Folds titles and names to their words, so that how somebody typed one makes no difference.

use std::iter::once;

use unicode_normalization::UnicodeNormalization;

use super::fold;
use super::visible::{is_invisible, is_mark};

/// Folds a title or a name to its words, with one space between them. Case, accents, punctuation
/// and invisible characters make no difference, nor do width, kana, initials (`J. J.` is `JJ`),
/// `&` for `and`, and `vol.` for `volume`. A text without words keeps its punctuation, so that
/// *$* and *???* stay two films.
///
/// Only letters that look like a Latin letter are replaced by it. Other scripts are never
/// transliterated: different names would become the same.
pub fn fold_words(text: &str) -> String {
    let mut words = split_words(&fold_letters(text));
    join_initials(&mut words);
    for word in &mut words {
        // Joining parts can put marks next to each other in another order.
        *word = word.nfkc().collect();
        if word == "vol" {
            "volume".clone_into(word);
        }
    }
    if words.is_empty() {
        fold(text)
    } else {
        words.join(" ")
    }
}

/// Folds each letter as [`fold_words`] does, and leaves punctuation as it is.
pub fn fold_letters(text: &str) -> String {
    let spaced: String = text.chars().flat_map(separate_symbols).collect();
    let plain: String = spaced.nfkd().filter(|c| !is_ignored(*c)).collect();
    let folded = caseless::default_case_fold_str(&plain);
    let folded: String = folded.nfkd().filter(|c| !is_ignored(*c)).collect();
    let mut letters = String::with_capacity(folded.len());
    for c in folded.chars() {
        match latin_letters(c) {
            Some(latin) => letters.push_str(latin),
            None => letters.push(to_hiragana(c)),
        }
    }
    letters.nfkc().collect()
}

/// Replaces what Unicode would decompose into the wrong words: fractions and small digits stay
/// apart from what is before them (`8½` is not `81/2`, and `Alien³` is `Alien 3`), and `™` is no
/// word.
fn separate_symbols(c: char) -> impl Iterator<Item = char> {
    let (before, c) = match c {
        '´' => (None, '\''),
        '™' | '℠' => (None, ' '),
        c if is_small_number(c) => (Some(' '), c),
        c => (None, c),
    };
    before.into_iter().chain(once(c))
}

fn is_small_number(c: char) -> bool {
    !c.is_ascii()
        && c.is_numeric()
        && once(c)
            .nfkd()
            .all(|part| part.is_ascii_digit() || part == FRACTION_SLASH)
        && !is_decimal_digit(c)
}

/// Full-width and mathematical digits, which are written in a row like others.
fn is_decimal_digit(c: char) -> bool {
    matches!(c, '\u{ff10}'..='\u{ff19}' | '\u{1d7ce}'..='\u{1d7ff}')
}

const FRACTION_SLASH: char = '\u{2044}';

/// Accents and invisible characters. Marks of other scripts stay, since they make other letters: が
/// is not か, and के is not क.
fn is_ignored(c: char) -> bool {
    is_accent(c) || (is_invisible(c) && !c.is_whitespace())
}

/// Marks that are often left out: accents of Latin, Greek and Cyrillic, points of Hebrew, and marks
/// of Arabic with the line that stretches its words.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}')
}

/// For a Latin letter that Unicode does not decompose, such as ł, ø or æ: the letters that it is
/// written with elsewhere.
fn latin_letters(c: char) -> Option<&'static str> {
    let is_latin = matches!(c,
        '\u{df}'..='\u{24f}' | '\u{250}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}'
        | '\u{2c60}'..='\u{2c7f}' | '\u{a720}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab6f}');
    let letters = is_latin.then(|| deunicode::deunicode_char(c)).flatten()?;
    let is_spelled = !letters.is_empty() && letters.bytes().all(|it| it.is_ascii_lowercase());
    is_spelled.then_some(letters)
}

/// Films are found whichever of the two Japanese syllabaries was typed.
fn to_hiragana(c: char) -> char {
    const DISTANCE: u32 = 0x60;
    match c {
        '\u{30a1}'..='\u{30f6}' => char::from_u32(u32::from(c) - DISTANCE).unwrap_or(c),
        c => c,
    }
}

fn split_words(letters: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut rest = letters.chars();
    while let Some(c) = rest.next() {
        if c.is_alphanumeric() || is_mark(c) {
            word.push(c);
            continue;
        }
        let joins = is_apostrophe(c) || (is_thousands_separator(c, &word, rest.as_str()));
        if joins {
            continue;
        }
        words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        if matches!(c, '&' | '+') {
            words.push("and".to_owned());
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// Phones and keyboards differ in which of these they type.
fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`'
            | '´'
            | '‘'
            | '’'
            | '‛'
            | '′'
            | 'ʹ'
            | 'ʻ'
            | 'ʼ'
            | 'ʽ'
            | 'ʾ'
            | 'ʿ'
            | '׳'
            | '״'
    )
}

/// Whether `c` groups digits, as in 20,000.
fn is_thousands_separator(c: char, before: &str, after: &str) -> bool {
    let digits = after.chars().take_while(char::is_ascii_digit).count();
    matches!(c, ',' | '.')
        && digits == 3
        && !before.is_empty()
        && before.chars().all(|c| c.is_ascii_digit())
}

/// Joins single letters that follow each other: `e t` and `m a s h` are initials. Letters of other
/// scripts may be words.
fn join_initials(words: &mut Vec<String>) {
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    let mut follows_initial = false;
    for word in words.drain(..) {
        let is_initial = is_initial(&word);
        match joined.last_mut() {
            Some(last) if is_initial && follows_initial => last.push_str(&word),
            _ => joined.push(word),
        }
        follows_initial = is_initial;
    }
    *words = joined;
}

fn is_initial(word: &str) -> bool {
    let mut letters = word.chars();
    let first = letters.next();
    // Up to here are Latin, Greek and Cyrillic.
    first.is_some_and(|c| c.is_alphabetic() && c < '\u{590}') && letters.next().is_none()
}

#[cfg(test)]
mod tests;
