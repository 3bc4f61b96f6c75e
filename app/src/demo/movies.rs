//! The movies of the demo, from `movies.tsv`.

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DemoMovie {
    pub(super) title: &'static str,
    pub(super) year: i16,
    pub(super) directors: Vec<&'static str>,
    pub(super) runtime: i16,
    pub(super) genres: Vec<&'static str>,
    pub(super) original_title: Option<&'static str>,
}

/// All movies of `movies.tsv`. Invalid lines are skipped; a test checks that there are none.
pub(super) fn demo_movies() -> Vec<DemoMovie> {
    table_rows(include_str!("movies.tsv"))
        .filter_map(parse_movie)
        .collect()
}

fn parse_movie(line: &'static str) -> Option<DemoMovie> {
    let mut columns = line.split('\t');
    let mut column = || columns.next().unwrap_or_default().trim();
    let movie = DemoMovie {
        title: column(),
        year: column().parse().ok()?,
        directors: split_list(column()),
        runtime: column().parse().ok()?,
        genres: split_list(column()),
        original_title: Some(column()).filter(|title| !title.is_empty()),
    };
    (!movie.title.is_empty()).then_some(movie)
}

fn split_list(column: &'static str) -> Vec<&'static str> {
    let parts = column.split(';').map(str::trim);
    parts.filter(|part| !part.is_empty()).collect()
}

/// The lines of a table, without comments and blank lines.
pub(super) fn table_rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    let is_row = |line: &&str| !line.is_empty() && !line.starts_with('#');
    table.lines().filter(is_row)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{demo_movies, parse_movie, table_rows};
    use crate::catalog::sources::canonical_genres;
    use crate::text::words_key;

    #[test]
    fn every_line_is_a_movie() {
        let lines: Vec<_> = table_rows(include_str!("movies.tsv")).collect();
        assert!(lines.len() >= 200, "{} films", lines.len());
        let mut taken = HashSet::new();
        for line in lines {
            let columns = line.split('\t').count();
            assert!((5..=6).contains(&columns), "{columns} columns: {line}");
            let movie = parse_movie(line).expect(line);
            assert!((1888..=2026).contains(&movie.year), "{line}");
            assert!((1..=600).contains(&movie.runtime), "{line}");
            assert!(!movie.directors.is_empty(), "{line}");
            assert!((1..=8).contains(&movie.genres.len()), "{line}");
            let ours = canonical_genres(movie.genres.iter().copied());
            assert_eq!(ours, movie.genres, "spelt as the catalog does: {line}");
            let same: HashSet<_> = movie.directors.iter().map(|name| words_key(name)).collect();
            assert_eq!(same.len(), movie.directors.len(), "{line}");
            assert_ne!(movie.original_title, Some(movie.title), "{line}");
            assert!(
                taken.insert((words_key(movie.title), movie.year)),
                "twice: {line}"
            );
        }
        assert_eq!(demo_movies().len(), taken.len());
    }
}
