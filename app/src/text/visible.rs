//! Characters that show nothing, and marks that are drawn over other letters.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};

/// How many marks may be stacked on one letter. Vietnamese needs two, biblical Hebrew five, and
/// some Tibetan syllables seven. Far more of them would cover the lines above and below.
const MAX_MARKS: usize = 8;

/// Whether at least one character can be seen. Marks alone have no letter to stand on.
pub(super) fn has_visible(text: &str) -> bool {
    text.chars().any(|c| !is_invisible(c) && !is_mark(c))
}

pub(super) fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        // Annotation characters, a Braille pattern without dots, a musical symbol without a head.
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{2800}' | '\u{1d159}')
}

/// Whether a letter has more marks than any language writes. Invisible characters between the marks
/// do not start a new letter.
pub(super) fn has_too_many_marks(text: &str) -> bool {
    let mut marks = 0;
    text.chars().any(|c| {
        if is_mark(c) {
            marks += 1;
        } else if !is_invisible(c) || c.is_whitespace() {
            marks = 0;
        }
        marks > MAX_MARKS
    })
}

pub(super) fn is_mark(c: char) -> bool {
    // Most text needs no lookup.
    c > '\u{2ff}'
        && matches!(
            CodePointMapData::<GeneralCategory>::new().get(c),
            GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark
        )
}

#[cfg(test)]
mod tests {
    use super::{has_too_many_marks, has_visible};

    #[test]
    fn text_of_invisible_characters_is_recognised() {
        for invisible in [
            " ",
            "\u{200b}",
            "\u{202e}\u{2066}",
            "\u{3164}\u{ffa0}",
            "\u{2800}",
            "\u{e0041}\u{fe0f}",
            "\u{ad}\u{34f}\u{61c}",
            "\u{301}",
        ] {
            assert!(!has_visible(invisible), "{invisible:?}");
        }
        for visible in ["a\u{200b}", "…", "が", "👩\u{200d}❤\u{fe0f}", "1"] {
            assert!(has_visible(visible), "{visible:?}");
        }
    }

    #[test]
    fn only_letters_with_more_marks_than_any_language_writes_are_too_many() {
        for fine in [
            "Amélie",
            "Việt",
            "e\u{302}\u{301}",
            // Shin with its dot, a dagesh, a vowel, a meteg and an accent.
            "\u{5e9}\u{5c1}\u{5bc}\u{5b8}\u{5bd}\u{596}",
            "ཧཱུྃ",
            &"é".repeat(100),
        ] {
            assert!(!has_too_many_marks(fine), "{fine}");
        }
        for zalgo in [
            format!("e{}", "\u{301}".repeat(9)),
            format!("e{}", "\u{301}\u{200d}".repeat(9)),
            "\u{20dd}".repeat(9),
        ] {
            assert!(has_too_many_marks(&zalgo), "{zalgo}");
        }
    }
}
