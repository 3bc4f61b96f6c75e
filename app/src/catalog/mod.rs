//! The movie catalog: finding the movie that a member means, here or online, creating it when it
//! is new, and completing its facts from TMDB, OMDb and Wikidata.

pub mod catalog_query;
pub mod commands;
mod external_ids;
pub mod facts;
pub mod film_match;
mod found_films;
mod full_text;
pub mod local;
pub mod matching;
pub mod movie_input;
pub mod online;
pub mod online_search;
mod pasted_text;
pub mod queries;
pub mod sources;
mod typed_movie;
pub mod wikidata_build;

pub use catalog_query::{CatalogQuery, UnreadLink};
pub use commands::{ResolveError, ResolvedMovie, resolve};
pub use facts::{ExternalIds, Hit, RemotePoster, Search, SourceFacts};
pub use film_match::{FilmMatch, MatchedFilm, WantedFilm, match_film, match_films};
pub use found_films::{FoundFilm, FoundFilms, find_films};
pub use local::{CatalogFilm, LocalCatalog};
pub use movie_input::{MovieInput, MovieRef};
pub use online::{OnlineCatalog, SourceHits};
pub use online_search::{Catalogs, OnlineMatches, search_online};
pub use pasted_text::join_shared;
pub use queries::{CatalogFacts, KnownMovie, MovieId, find, merged_into, suggest_movies};
pub use sources::SourceError;
pub use typed_movie::TypedMovie;
pub use wikidata_build::CatalogBuilds;
