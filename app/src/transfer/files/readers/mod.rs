//! The readers, one file a service. A new service is one more file and one more line here.

mod column_guess;
mod generic;
mod imdb;
mod letterboxd;
mod movies_diary;
mod trakt;
mod trakt_items;

use super::reader::ServiceReader;

/// Any table, by columns that the member assigns. It takes what no service takes.
pub const GENERIC: &dyn ServiceReader = &generic::GenericReader;

const SERVICES: [&dyn ServiceReader; 4] = [
    &letterboxd::LetterboxdReader,
    &imdb::ImdbReader,
    &trakt::TraktReader,
    &movies_diary::MoviesDiaryReader,
];

/// The readers of services, in the order in which they look at a file.
pub fn services() -> impl Iterator<Item = &'static dyn ServiceReader> {
    SERVICES.into_iter()
}

/// The reader of a part.
pub fn reader_of(source: &str) -> &'static dyn ServiceReader {
    services()
        .find(|reader| reader.source() == source)
        .unwrap_or(GENERIC)
}
