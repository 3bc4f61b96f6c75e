//! Characters that set the direction of writing (Unicode Standard Annex #9).

use std::borrow::Cow;

const POP_EMBEDDING: char = '\u{202c}';
const POP_ISOLATE: char = '\u{2069}';

/// Closes what the text leaves open, and drops what closes nothing, in each line. Otherwise a name
/// with U+202E would turn round the rest of the sentence in a window’s title, a feed or a terminal,
/// where no markup can contain it.
pub(super) fn balance_directions(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| closer_of(c).is_some() || is_closer(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.split('\n')
            .map(balance_line)
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

fn balance_line(line: &str) -> String {
    let mut balanced = String::with_capacity(line.len());
    let mut open = OpenDirections::default();
    for c in line.chars() {
        if let Some(closer) = closer_of(c) {
            open.push(closer);
        } else if is_closer(c) && !open.close(c) {
            continue;
        }
        balanced.push(c);
    }
    balanced.extend(open.closers.iter().rev());
    balanced
}

fn closer_of(c: char) -> Option<char> {
    match c {
        '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' => Some(POP_EMBEDDING),
        '\u{2066}'..='\u{2068}' => Some(POP_ISOLATE),
        _ => None,
    }
}

fn is_closer(c: char) -> bool {
    matches!(c, POP_EMBEDDING | POP_ISOLATE)
}

/// What is open, as the characters that close it, innermost last.
#[derive(Default)]
struct OpenDirections {
    closers: Vec<char>,
    /// How many of them are isolates. Without it, each closing character that closes nothing would
    /// be looked for among all of them.
    isolates: usize,
}

impl OpenDirections {
    fn push(&mut self, closer: char) {
        self.isolates += usize::from(closer == POP_ISOLATE);
        self.closers.push(closer);
    }

    /// `false` if `closer` closes nothing. The end of an isolate also closes the embeddings in it.
    fn close(&mut self, closer: char) -> bool {
        if closer == POP_EMBEDDING {
            return self.closers.pop_if(|last| *last == closer).is_some();
        }
        if self.isolates == 0 {
            return false;
        }
        while self.closers.pop() == Some(POP_EMBEDDING) {}
        self.isolates -= 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::balance_directions;

    #[test]
    fn directions_end_with_their_line() {
        for (raw, balanced) in [
            ("Heat", "Heat"),
            ("\u{202e}taeH", "\u{202e}taeH\u{202c}"),
            ("a\u{202c}b\u{2069}c", "abc"),
            ("\u{2067}a\u{202b}b\u{2069}c", "\u{2067}a\u{202b}b\u{2069}c"),
            ("\u{2067}a\u{202c}b", "\u{2067}ab\u{2069}"),
            ("\u{202e}a\nb\u{202c}", "\u{202e}a\u{202c}\nb"),
            ("\u{202e}\u{2066}a", "\u{202e}\u{2066}a\u{2069}\u{202c}"),
        ] {
            assert_eq!(balance_directions(raw), balanced, "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn balancing_twice_changes_nothing(text in "[a\n\u{202a}-\u{202e}\u{2066}-\u{2069}]{0,12}") {
            let once = balance_directions(&text).into_owned();
            prop_assert_eq!(balance_directions(&once), once.as_str());
        }
    }
}
