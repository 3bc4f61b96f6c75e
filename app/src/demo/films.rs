//! The films that the demo's members have seen, and what they say of them.

/// A film.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Film {
    pub(super) title: &'static str,
    pub(super) year: i16,
    pub(super) directors: Vec<&'static str>,
    pub(super) runtime: i16,
    pub(super) genres: Vec<&'static str>,
    pub(super) original_title: Option<&'static str>,
}

/// All films of `films.tsv`. Lines that make no sense are left out; a test sees to it that
/// there are none.
pub(super) fn films() -> Vec<Film> {
    rows(include_str!("films.tsv")).filter_map(film).collect()
}

fn film(line: &'static str) -> Option<Film> {
    let mut columns = line.split('\t');
    let mut column = || columns.next().unwrap_or_default().trim();
    let film = Film {
        title: column(),
        year: column().parse().ok()?,
        directors: list(column()),
        runtime: column().parse().ok()?,
        genres: list(column()),
        original_title: Some(column()).filter(|title| !title.is_empty()),
    };
    (!film.title.is_empty()).then_some(film)
}

fn list(column: &'static str) -> Vec<&'static str> {
    let parts = column.split(';').map(str::trim);
    parts.filter(|part| !part.is_empty()).collect()
}

/// The lines but for the names of the columns.
fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    let is_row = |line: &&str| !line.is_empty() && !line.starts_with('#');
    table.lines().filter(is_row)
}

/// What is said: in which case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Band {
    Low,
    Middle,
    High,
    Rewatch,
    Spoiler,
}

impl Band {
    /// All of them, in their order.
    pub(super) const ALL: [Self; 5] = [
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

/// The phrases of `phrases.tsv` for that case.
pub(super) fn phrases(band: Band) -> Vec<&'static str> {
    let rows = rows(include_str!("phrases.tsv")).filter_map(|line| line.split_once('\t'));
    rows.filter(|(name, _)| *name == band.name())
        .map(|(_, phrase)| phrase.trim())
        .collect()
}

/// A phrase, said of a film; `None` where it needs what is not known of it.
pub(super) fn said_of(phrase: &str, film: &Film) -> Option<String> {
    let director = film.directors.first();
    if director.is_none() && phrase.contains("{director}") {
        return None;
    }
    let said = phrase
        .replace("{title}", film.title)
        .replace("{director}", director.copied().unwrap_or_default())
        .replace("{year}", &film.year.to_string());
    Some(said)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Band, film, films, phrases, rows};
    use crate::catalog::sources::canonical_genres;
    use crate::text::key;

    #[test]
    fn every_line_is_a_film() {
        let lines: Vec<_> = rows(include_str!("films.tsv")).collect();
        assert!(lines.len() >= 200, "{} films", lines.len());
        let mut taken = HashSet::new();
        for line in lines {
            let columns = line.split('\t').count();
            assert!((5..=6).contains(&columns), "{columns} columns: {line}");
            let film = film(line).expect(line);
            assert!((1888..=2026).contains(&film.year), "{line}");
            assert!((1..=600).contains(&film.runtime), "{line}");
            assert!(!film.directors.is_empty(), "{line}");
            assert!((1..=8).contains(&film.genres.len()), "{line}");
            let ours = canonical_genres(film.genres.iter().copied());
            assert_eq!(ours, film.genres, "spelt as the catalog does: {line}");
            let same: HashSet<_> = film.directors.iter().map(|name| key(name)).collect();
            assert_eq!(same.len(), film.directors.len(), "{line}");
            assert_ne!(film.original_title, Some(film.title), "{line}");
            assert!(taken.insert((key(film.title), film.year)), "twice: {line}");
        }
        assert_eq!(films().len(), taken.len());
    }

    #[test]
    fn every_phrase_is_of_a_band() {
        let all: Vec<_> = Band::ALL.into_iter().flat_map(phrases).collect();
        assert_eq!(all.len(), rows(include_str!("phrases.tsv")).count());
        for band in Band::ALL {
            assert!(phrases(band).len() >= 10, "{band:?}");
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
