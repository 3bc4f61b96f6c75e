//! Decides between the films that may be meant. Knows no database.

use super::rung::Rung;
use super::{FilmMatch, MatchedFilm, WantedFilm};
use crate::catalog::local::finding_key;
use crate::catalog::queries::{KnownMovie, same_person};
use crate::text::words_key;

/// More films than this are not offered.
const MAX_OFFERED: usize = 8;

/// Two sources may differ by this many minutes about the same film.
const SAME_RUNTIME: u16 = 3;

/// `films` are in the order in which they are offered, and each of them is another one.
pub(super) fn decide(wanted: &WantedFilm, films: Vec<MatchedFilm>) -> FilmMatch {
    let names = WantedNames::of(wanted);
    let mut by_rung: Vec<(Rung, usize)> = Vec::new();
    for (index, film) in films.iter().enumerate() {
        by_rung.extend(rung_of(wanted, &names, film).map(|rung| (rung, index)));
    }
    let best = by_rung.iter().map(|(rung, _)| *rung).min();
    if let Some(best) = best {
        let on_it = by_rung.iter().filter(|(rung, _)| *rung == best);
        let on_it: Vec<usize> = on_it.map(|(_, index)| *index).collect();
        if let [only] = tell_apart(wanted, &names, &films, best, on_it)[..] {
            return FilmMatch::Exactly(Box::new(films[only].clone()), best);
        }
    }
    offer(films, &by_rung)
}

/// Those that stand on a rung first.
fn offer(films: Vec<MatchedFilm>, by_rung: &[(Rung, usize)]) -> FilmMatch {
    if films.is_empty() {
        return FilmMatch::Nothing;
    }
    let rung = |index: usize| {
        let found = by_rung.iter().find(|(_, at)| *at == index);
        found.map_or(u8::MAX, |(rung, _)| *rung as u8)
    };
    let mut offered: Vec<_> = films.into_iter().enumerate().collect();
    offered.sort_by_key(|(index, _)| rung(*index));
    let offered = offered.into_iter().map(|(_, film)| film);
    let offered = offered.take(MAX_OFFERED).collect();
    if by_rung.is_empty() {
        FilmMatch::Similar(offered)
    } else {
        FilmMatch::Several(offered)
    }
}

/// The two keys of the name that is wanted.
struct WantedNames {
    folded: String,
    similar: String,
}

impl WantedNames {
    fn of(wanted: &WantedFilm) -> Self {
        Self {
            folded: words_key(&wanted.title),
            similar: finding_key(&wanted.title),
        }
    }

    fn has(&self, name: &str) -> bool {
        !self.folded.is_empty() && words_key(name) == self.folded
    }

    fn resembles(&self, name: &str) -> bool {
        !self.similar.is_empty() && finding_key(name) == self.similar
    }
}

/// The rung on which `film` stands. An id that contradicts, or directors who do, keep it off all but
/// the first.
fn rung_of(wanted: &WantedFilm, names: &WantedNames, film: &MatchedFilm) -> Option<Rung> {
    if film.has_id_of(wanted) {
        return Some(Rung::Id);
    }
    if film.contradicts_ids(wanted) || film.contradicts_directors(wanted) {
        return None;
    }
    let has_name = film.names().any(|name| names.has(name));
    if !has_name && !film.names().any(|name| names.resembles(name)) {
        return None;
    }
    let years_off = match (wanted.year, film.years()) {
        (None, _) => return has_name.then_some(Rung::OnlyOneOfThatName),
        (Some(year), mut years) => years.by_ref().map(|theirs| theirs.abs_diff(year)).min()?,
    };
    match (years_off, has_name) {
        (0, true) => Some(Rung::NameAndYear),
        (0, false) => Some(Rung::SimilarNameAndYear),
        (1, true) => Some(Rung::NameAndNearYear),
        (1, false) => Some(Rung::SimilarNameAndNearYear),
        _ => None,
    }
}

/// Of several films on one rung, those that fit better: by a director, then by the length, and where
/// the year is certain, by the title itself instead of another name.
fn tell_apart(
    wanted: &WantedFilm,
    names: &WantedNames,
    films: &[MatchedFilm],
    rung: Rung,
    mut on_it: Vec<usize>,
) -> Vec<usize> {
    let has_runtime = |film: &MatchedFilm| {
        let pair = film.runtime().zip(wanted.runtime_minutes);
        pair.is_some_and(|(theirs, minutes)| theirs.abs_diff(minutes) <= SAME_RUNTIME)
    };
    let fits: [&dyn Fn(&MatchedFilm) -> bool; 3] = [
        &|film| film.has_director_of(wanted),
        &has_runtime,
        &|film| {
            let is_certain = rung <= Rung::SimilarNameAndYear;
            is_certain && film.titles().any(|title| names.resembles(title))
        },
    ];
    for fits in fits {
        if on_it.len() > 1 && on_it.iter().any(|index| fits(&films[*index])) {
            on_it.retain(|index| fits(&films[*index]));
        }
    }
    on_it
}

impl MatchedFilm {
    /// The movie here, and those that were merged into it.
    fn here(&self) -> impl Iterator<Item = &KnownMovie> {
        self.known.iter().chain(&self.merged)
    }

    /// Its title here and its titles in the catalog, without further names.
    fn titles(&self) -> impl Iterator<Item = &str> {
        let here = self.here().map(|known| known.title.as_str());
        let film = self.film.iter();
        let there =
            film.flat_map(|film| [Some(film.title.as_str()), film.original_title.as_deref()]);
        here.chain(there.flatten())
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let here = self.here().map(|known| known.title.as_str());
        here.chain(self.film.iter().flat_map(|film| film.names()))
    }

    /// Here and in the catalog, which may differ.
    fn years(&self) -> impl Iterator<Item = i16> {
        let here = self.here().filter_map(|known| known.year);
        here.chain(self.film.iter().filter_map(|film| film.year))
    }

    fn directors(&self) -> impl Iterator<Item = &String> {
        let here = self.here().flat_map(|known| &known.directors);
        here.chain(self.film.iter().flat_map(|film| &film.directors))
    }

    fn runtime(&self) -> Option<i16> {
        self.film.as_ref().and_then(|film| film.runtime_minutes)
    }

    fn has_director_of(&self, wanted: &WantedFilm) -> bool {
        self.directors().any(|name| {
            let mut directors = wanted.directors.iter();
            directors.any(|director| same_person(director, name))
        })
    }

    /// Both name directors, and have none in common. Names in different scripts say nothing: the same
    /// person is Кристофер Нолан and Christopher Nolan.
    fn contradicts_directors(&self, wanted: &WantedFilm) -> bool {
        let comparable = self.directors().any(|ours| {
            let mut theirs = wanted.directors.iter();
            theirs.any(|theirs| is_latin(theirs) == is_latin(ours))
        });
        comparable && !self.has_director_of(wanted)
    }

    fn has_id_of(&self, wanted: &WantedFilm) -> bool {
        let film = self.film.as_ref();
        let letterboxd = film.and_then(|film| film.letterboxd_id.as_ref());
        let wikidata = film.and_then(|film| film.wikidata_id.as_ref());
        let mut wikidata = wikidata.into_iter().chain(&self.wikidata_ids);
        let merged = self.merged.iter();
        let merged = merged.map(|known| (known.imdb_id.as_deref(), known.tmdb_id));
        let mut numbers = self.numbers().chain(merged);
        numbers.any(|(imdb, tmdb)| wanted.ids.matches(imdb, tmdb))
            || wikidata.any(|id| wanted.ids.wikidata_id.as_ref() == Some(id))
            || (letterboxd.is_some() && letterboxd == wanted.letterboxd_id.as_ref())
    }

    fn contradicts_ids(&self, wanted: &WantedFilm) -> bool {
        self.numbers().any(|(imdb, tmdb)| {
            let other_imdb = imdb.zip(wanted.ids.imdb_id.as_deref());
            let other_tmdb = tmdb.zip(wanted.ids.tmdb_id);
            other_imdb.is_some_and(|(theirs, ours)| theirs != ours)
                || other_tmdb.is_some_and(|(theirs, ours)| theirs != ours)
        })
    }

    /// Its ids at IMDb and TMDB, here and in the catalog.
    fn numbers(&self) -> impl Iterator<Item = (Option<&str>, Option<i64>)> {
        let here = self.known.iter();
        let here = here.map(|known| (known.imdb_id.as_deref(), known.tmdb_id));
        let there = self.film.iter();
        here.chain(there.map(|film| (film.imdb_id.as_deref(), film.tmdb_id)))
    }
}

/// Whether all letters are Latin, with whatever accents.
fn is_latin(name: &str) -> bool {
    let mut letters = name.chars().filter(|c| c.is_alphabetic());
    letters.all(|letter| matches!(letter, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}'))
}

#[cfg(test)]
mod tests;
