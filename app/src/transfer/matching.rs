//! Finds out which films the rows of an import mean, with the one function of the catalog.

use entity::import_film::{ImportFilmState, Model};
use sea_orm::DbErr;

use super::candidate::ImportCandidate;
use super::files::row::NamedFilm;
use super::json::to_json;
use crate::catalog::film_match::{MatchCaller, Rung};
use crate::catalog::movie_input::title_or_id;
use crate::catalog::{
    CatalogFilm, ExternalIds, FilmMatch, LocalCatalog, MatchedFilm, MovieInput, WantedFilm,
    match_films,
};
use crate::db::Db;
use crate::secret::short_hash;
use crate::text::words_key;

/// Why nobody but the member can say which film is meant. The names are in the database.
pub const SEVERAL_FILMS: &str = "several_films";
pub const NO_YEAR: &str = "no_year";
/// It may be a series, and no film is known that it could be.
pub const NO_FILM: &str = "no_film";

/// The reason in the database.
pub fn undecided_reason(code: &str) -> &'static str {
    match code {
        SEVERAL_FILMS => SEVERAL_FILMS,
        NO_FILM => NO_FILM,
        _ => NO_YEAR,
    }
}

/// What a film was matched with.
#[derive(Clone, Debug)]
pub struct FilmDecision {
    pub state: ImportFilmState,
    pub rung: Option<Rung>,
    pub reason: Option<&'static str>,
    pub movie_id: Option<i64>,
    /// With its facts, if the local catalog has it.
    pub film: Option<CatalogFilm>,
    pub candidates: Vec<ImportCandidate>,
}

impl FilmDecision {
    /// What an import takes as decided. A film that nobody knows is taken as typed if a year or an
    /// id says which one it is.
    fn of(named: &NamedFilm, found: FilmMatch) -> Self {
        if named.copied.is_some() {
            return Self::of_copied(found);
        }
        let has_id = named.imdb_id.is_some() || named.tmdb_id.is_some();
        let is_identified = (named.year.is_some() || has_id) && !named.may_be_series;
        let unknown = match named.may_be_series {
            true => NO_FILM,
            false => NO_YEAR,
        };
        match found.decided_for(MatchCaller::Import) {
            FilmMatch::Exactly(matched, Rung::Id) if contradicts_year(named, &matched) => {
                Self::undecided(NO_FILM, &[*matched])
            }
            FilmMatch::Exactly(matched, rung) => Self {
                rung: Some(rung),
                ..Self::chosen(*matched)
            },
            FilmMatch::Several(films) => Self::undecided(SEVERAL_FILMS, &films),
            FilmMatch::Similar(films) if is_identified => Self {
                candidates: films.iter().map(ImportCandidate::from).collect(),
                ..Self::as_typed()
            },
            FilmMatch::Similar(films) => Self::undecided(unknown, &films),
            FilmMatch::Nothing if is_identified => Self::as_typed(),
            FilmMatch::Nothing => Self::undecided(unknown, &[]),
        }
    }

    /// A film of our own archive is the one that it was there. If it cannot be told for sure, it
    /// becomes a movie as it was there.
    fn of_copied(found: FilmMatch) -> Self {
        match found {
            FilmMatch::Exactly(matched, rung) if rung <= Rung::NameAndYear => Self {
                rung: Some(rung),
                ..Self::chosen(*matched)
            },
            FilmMatch::Several(films) => Self::undecided(SEVERAL_FILMS, &films),
            FilmMatch::Exactly(..) | FilmMatch::Similar(_) | FilmMatch::Nothing => Self::as_typed(),
        }
    }

    pub fn chosen(matched: MatchedFilm) -> Self {
        Self {
            state: ImportFilmState::Decided,
            movie_id: matched.known.as_ref().map(|known| known.id),
            candidates: vec![ImportCandidate::from(&matched)],
            film: matched.film,
            ..Self::as_typed()
        }
    }

    /// For a movie here.
    pub fn for_movie(candidate: ImportCandidate) -> Self {
        Self {
            state: ImportFilmState::Decided,
            movie_id: candidate.movie_id,
            candidates: vec![candidate],
            ..Self::as_typed()
        }
    }

    pub fn as_typed() -> Self {
        Self {
            state: ImportFilmState::AsTyped,
            rung: None,
            reason: None,
            movie_id: None,
            film: None,
            candidates: Vec::new(),
        }
    }

    pub fn left_out() -> Self {
        Self {
            state: ImportFilmState::LeftOut,
            ..Self::as_typed()
        }
    }

    fn undecided(reason: &'static str, films: &[MatchedFilm]) -> Self {
        Self {
            state: ImportFilmState::Undecided,
            reason: Some(reason),
            candidates: films.iter().map(ImportCandidate::from).collect(),
            ..Self::as_typed()
        }
    }

    /// The same for films that turned out to be one.
    fn target(&self, film: &Model, named: &NamedFilm) -> String {
        match self.state {
            ImportFilmState::Decided => match (self.movie_id, &self.film) {
                (Some(movie), _) => format!("movie:{movie}"),
                (None, Some(film)) => id_of_film(film),
                (None, None) => format!("film:{}", film.number),
            },
            ImportFilmState::AsTyped => format!("typed:{}", typed_key(named)),
            ImportFilmState::Waiting | ImportFilmState::Undecided | ImportFilmState::LeftOut => {
                format!("film:{}", film.number)
            }
        }
    }

    /// The film that it is, then the others that were offered, so that another one can be chosen.
    fn offered(&self, film: &Model) -> Vec<ImportCandidate> {
        let before: Vec<ImportCandidate> =
            serde_json::from_str(&film.candidates).unwrap_or_default();
        let is_chosen = |other: &ImportCandidate| {
            let same_movie = other.movie_id.is_some();
            self.candidates
                .iter()
                .any(|chosen| (same_movie && chosen.movie_id == other.movie_id) || chosen == other)
        };
        let others = before.into_iter().filter(|other| !is_chosen(other));
        self.candidates.iter().cloned().chain(others).collect()
    }

    /// The row of the film with this decision.
    pub fn applied_to(&self, film: Model, by_hand: bool) -> Model {
        let named = named_film(&film);
        Model {
            target: self.target(&film, &named),
            state: self.state,
            rung: self.rung.map(|rung| rung.name().to_owned()),
            reason: self.reason.map(ToOwned::to_owned),
            movie_id: self.movie_id,
            film: self.film.as_ref().map(to_json),
            candidates: to_json(&self.offered(&film)),
            by_hand,
            ..film
        }
    }
}

/// Films and series share the numbers of TMDB, so that the number of a series may be another film's.
fn contradicts_year(named: &NamedFilm, matched: &MatchedFilm) -> bool {
    let known = matched.known.as_ref().and_then(|known| known.year);
    let film = matched.film.as_ref().and_then(|film| film.year);
    let years = named.year.zip(known.or(film));
    named.may_be_series && years.is_some_and(|(ours, theirs)| ours.abs_diff(theirs) > 1)
}

pub fn named_film(film: &Model) -> NamedFilm {
    serde_json::from_str(&film.named).unwrap_or_default()
}

fn id_of_film(film: &CatalogFilm) -> String {
    match (&film.imdb_id, film.tmdb_id, &film.wikidata_id) {
        (Some(id), _, _) => format!("imdb:{id}"),
        (None, Some(id), _) => format!("tmdb:{id}"),
        (None, None, Some(id)) => format!("wikidata:{id}"),
        (None, None, None) => {
            let name = format!("{:?} {}", film.year, words_key(&film.title));
            format!("name:{}", short_hash(&name))
        }
    }
}

fn typed_key(named: &NamedFilm) -> String {
    let title = named.title.as_deref().map(words_key).unwrap_or_default();
    let identity = match (&named.imdb_id, named.tmdb_id) {
        (Some(id), _) => id.clone(),
        (None, Some(id)) => id.to_string(),
        // Directors tell apart what an archive tells apart.
        (None, None) if named.copied.is_some() => {
            format!("{:?} {title} {:?}", named.year, named.directors)
        }
        (None, None) => format!("{:?} {title}", named.year),
    };
    short_hash(&identity)
}

/// What a movie that is taken as typed is called.
pub fn typed_movie(named: &NamedFilm) -> MovieInput {
    let ids = ids_of(named);
    MovieInput {
        title: title_or_id(named.title.as_deref().unwrap_or_default(), &ids),
        year: named.year,
        directors: named.directors.clone(),
        ids,
    }
}

fn ids_of(named: &NamedFilm) -> ExternalIds {
    ExternalIds {
        imdb_id: named.imdb_id.clone(),
        tmdb_id: named.tmdb_id,
        wikidata_id: named
            .copied
            .as_ref()
            .and_then(|copied| copied.wikidata_id.clone()),
    }
}

fn wanted_film(named: &NamedFilm) -> WantedFilm {
    WantedFilm {
        title: named.title.clone().unwrap_or_default(),
        year: named.year,
        directors: named.directors.clone(),
        ids: ids_of(named),
        ..WantedFilm::default()
    }
}

/// Matches films by their title, and those that nobody knows by their original title.
pub async fn match_named_films(
    db: &Db,
    local: &LocalCatalog,
    named: &[NamedFilm],
) -> Result<Vec<FilmDecision>, DbErr> {
    let wanted: Vec<_> = named.iter().map(wanted_film).collect();
    let mut found = match_films(db, local, &wanted).await?;
    let has_other_title =
        |(named, found): (&NamedFilm, &FilmMatch)| match (&named.original_title, found) {
            (Some(title), FilmMatch::Nothing | FilmMatch::Similar(_)) => Some(title.clone()),
            _ => None,
        };
    let others = named.iter().zip(&found).map(has_other_title);
    let others: Vec<(usize, WantedFilm)> = others
        .enumerate()
        .filter_map(|(index, title)| {
            let title = title?;
            Some((
                index,
                WantedFilm {
                    title,
                    ..wanted[index].clone()
                },
            ))
        })
        .collect();
    if !others.is_empty() {
        let wanted: Vec<_> = others.iter().map(|(_, wanted)| wanted.clone()).collect();
        let better = match_films(db, local, &wanted).await?;
        for ((index, _), better) in others.iter().zip(better) {
            if matches!(better, FilmMatch::Exactly(..) | FilmMatch::Several(_)) {
                found[*index] = better;
            }
        }
    }
    let decided = named.iter().zip(found);
    Ok(decided
        .map(|(named, found)| FilmDecision::of(named, found))
        .collect())
}
