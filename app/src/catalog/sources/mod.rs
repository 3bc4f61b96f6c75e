//! The online sources. Each turns the answers of its API into [`Hit`]s and [`SourceFacts`] that
//! are safe to store, and its failures into [`SourceError`]s.

mod genres;
mod json_api;
mod limiter;
mod omdb;
mod sanitize;
mod tmdb;
mod wikidata;

use std::fmt;
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::facts::{ExternalIds, Hit, Search, SourceFacts};
use crate::config::{CatalogConfig, SourceName};
use crate::outgoing::OutgoingClient;

pub use genres::canonical as canonical_genres;
pub use wikidata::query_service;

pub trait Source: fmt::Debug + Send + Sync {
    fn name(&self) -> SourceName;

    /// Movies that match, best match first.
    fn search<'a>(&'a self, search: &'a Search) -> BoxFuture<'a, Result<Vec<Hit>, SourceError>>;

    /// The facts of the movie with one of these ids; `None` when the source knows none of them.
    fn look_up<'a>(
        &'a self,
        ids: &'a ExternalIds,
    ) -> BoxFuture<'a, Result<Option<SourceFacts>, SourceError>>;
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    #[error("the API key was rejected: check it in the settings")]
    WrongKey,
    /// Rate limited, by the source or by our own limiter. Holds the time to wait.
    #[error("rate limit reached: try again in {} s", .0.as_secs().max(1))]
    RateLimited(Duration),
    /// The source is unreachable, too slow, or answered with a server error.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// The source answered with something we cannot use.
    #[error("unexpected response: {0}")]
    InvalidResponse(String),
}

/// The hosts from which posters may be downloaded.
pub fn poster_hosts(catalog: &CatalogConfig) -> Vec<String> {
    let ours = [&catalog.tmdb_image_url, &catalog.commons_url];
    let ours = ours.into_iter().filter_map(|url| url.host_str());
    let theirs = omdb::POSTER_HOSTS.into_iter().chain([wikidata::FILE_HOST]);
    ours.chain(theirs).map(str::to_owned).collect()
}

/// The configured sources, in order. Skips those that need a key and have none.
pub fn configured_sources(
    catalog: &CatalogConfig,
    outgoing: &OutgoingClient,
) -> Vec<Box<dyn Source>> {
    let source = |name: &SourceName| -> Option<Box<dyn Source>> {
        match name {
            SourceName::Tmdb => Some(Box::new(tmdb::Tmdb::new(catalog, outgoing)?)),
            SourceName::Omdb => Some(Box::new(omdb::Omdb::new(catalog, outgoing)?)),
            SourceName::Wikidata => Some(Box::new(wikidata::Wikidata::new(catalog, outgoing))),
            SourceName::Local => None,
        }
    };
    catalog.sources.iter().filter_map(source).collect()
}

#[cfg(test)]
mod fuzz;
