//! The comments of the demo's reviews, from the templates in `phrases.tsv`.

use std::collections::VecDeque;

use super::movies::{DemoMovie, table_rows};
use super::seeded_rng::SeededRng;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CommentKind {
    Low,
    Middle,
    High,
    Rewatch,
    Spoiler,
}

impl CommentKind {
    const ALL: [Self; 5] = [
        Self::Low,
        Self::Middle,
        Self::High,
        Self::Rewatch,
        Self::Spoiler,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Middle => "middle",
            Self::High => "high",
            Self::Rewatch => "rewatch",
            Self::Spoiler => "spoiler",
        }
    }
}

fn phrases_for(band: CommentKind) -> Vec<&'static str> {
    let rows = table_rows(include_str!("phrases.tsv")).filter_map(|line| line.split_once('\t'));
    rows.filter(|(name, _)| *name == band.name())
        .map(|(_, phrase)| phrase.trim())
        .collect()
}

/// Fills in the placeholders; `None` if the movie lacks a fact that the phrase needs.
fn fill_phrase(phrase: &str, movie: &DemoMovie) -> Option<String> {
    let director = movie.directors.first();
    if director.is_none() && phrase.contains("{director}") {
        return None;
    }
    let filled = phrase
        .replace("{title}", movie.title)
        .replace("{director}", director.copied().unwrap_or_default())
        .replace("{year}", &movie.year.to_string());
    Some(filled)
}

/// Picks comments that were not used recently by any member.
pub(super) struct CommentPicker {
    dice: SeededRng,
    /// Per kind: all phrases, and those used recently.
    phrases: [(Vec<&'static str>, VecDeque<&'static str>); CommentKind::ALL.len()],
}

impl CommentPicker {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            dice: SeededRng::new(seed, "words"),
            phrases: CommentKind::ALL.map(|band| (phrases_for(band), VecDeque::new())),
        }
    }

    /// Returns an empty comment if no phrase fits.
    pub(super) fn pick(&mut self, band: CommentKind, movie: &DemoMovie) -> String {
        let (phrases, used) = &mut self.phrases[band as usize];
        for _ in 0..phrases.len() * 4 {
            let phrase = *self.dice.pick(phrases);
            if used.contains(&phrase) {
                continue;
            }
            if let Some(comment) = fill_phrase(phrase, movie) {
                used.push_back(phrase);
                if used.len() > phrases.len() * 2 / 3 {
                    used.pop_front();
                }
                return comment;
            }
        }
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{CommentKind, phrases_for, table_rows};

    #[test]
    fn every_phrase_has_a_comment_kind() {
        let all: Vec<_> = CommentKind::ALL.into_iter().flat_map(phrases_for).collect();
        assert_eq!(all.len(), table_rows(include_str!("phrases.tsv")).count());
        for band in CommentKind::ALL {
            assert!(phrases_for(band).len() >= 10, "{band:?}");
        }
        let different: HashSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
        for phrase in all {
            assert!(!phrase.is_empty() && phrase.chars().count() <= 1000);
            let bare = ["{title}", "{director}", "{year}"];
            let bare = bare
                .iter()
                .fold(phrase.to_owned(), |bare, name| bare.replace(name, ""));
            assert!(!bare.contains(['{', '}', '\t']), "{phrase}");
        }
    }
}
