//! The readers, one file a service. A new service is one more file and one more line here.

mod archive;
mod archive_values;
mod column_guess;
mod generic;
mod imdb;
mod letterboxd;
mod movary;
mod movies_diary;
mod neodb;
mod netflix;
mod netflix_titles;
mod ryot;
mod simkl;
mod tmdb;
mod trakt;
mod trakt_items;
mod tvtime;
mod yamtrack;

use super::reader::ServiceReader;

/// Any table, by columns that the member assigns. It takes what no service takes.
pub const GENERIC: &dyn ServiceReader = &generic::GenericReader;

/// Simkl comes before Letterboxd, because both have a `WatchedDate`.
const SERVICES: &[&dyn ServiceReader] = &[
    &simkl::SimklReader,
    &movies_diary::MoviesDiaryReader,
    &letterboxd::LetterboxdReader,
    &imdb::ImdbReader,
    &trakt::TraktReader,
    &tmdb::TmdbReader,
    &movary::MovaryReader,
    &yamtrack::YamtrackReader,
    &tvtime::TvTimeReader,
    &netflix::NetflixReader,
    &ryot::RyotReader,
    &neodb::NeoDbReader,
];

/// The readers of services, in the order in which they look at a file.
pub fn services() -> impl Iterator<Item = &'static dyn ServiceReader> {
    SERVICES.iter().copied()
}

/// The reader of a part.
pub fn reader_of(source: &str) -> &'static dyn ServiceReader {
    services()
        .find(|reader| reader.source() == source)
        .unwrap_or(GENERIC)
}

/// The name of a service for people.
pub fn reader_name(source: &str) -> Option<&'static str> {
    let mut readers = services().chain([GENERIC]);
    readers
        .find(|reader| reader.source() == source)
        .map(|reader| reader.name())
}

/// Where the members of each service find its export, by the name of the service.
pub fn export_help() -> Vec<(&'static str, &'static [&'static str])> {
    let all = services().map(|reader| (reader.name(), reader.export_steps()));
    let mut help: Vec<_> = all.filter(|(_, steps)| !steps.is_empty()).collect();
    help.sort_by_key(|(name, _)| name.to_lowercase());
    help
}
