//! Who is asked about movies. Each source turns what it is told into [`Hit`]s and
//! [`Facts`] that can be kept, and whatever goes wrong into a [`Trouble`].

mod api;
mod clean;
mod genres;
mod omdb;
mod pace;
mod tmdb;
mod wikidata;

use std::fmt;
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::facts::{Facts, Hit, Ids, Search};
use crate::config::{Catalog, SourceName};
use crate::outgoing::Outgoing;

pub use genres::canonical as canonical_genres;

/// Somebody who knows movies.
pub trait Source: fmt::Debug + Send + Sync {
    /// Who it is.
    fn name(&self) -> SourceName;

    /// The movies that may be meant, the likeliest first.
    fn search<'a>(&'a self, search: &'a Search) -> BoxFuture<'a, Result<Vec<Hit>, Trouble>>;

    /// What it knows of one movie, by any of the ids that it can use; `None` when it
    /// knows none of them.
    fn look_up<'a>(&'a self, ids: &'a Ids) -> BoxFuture<'a, Result<Option<Facts>, Trouble>>;
}

/// Why a source has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It does not take the key.
    #[error("it does not accept the key: check it in the settings")]
    WrongKey,
    /// It wants to be left alone that long, or too many ask at once.
    #[error("it was asked too often: ask again in {} s", .0.as_secs().max(1))]
    Later(Duration),
    /// It cannot be reached, takes too long, or says that it is broken.
    #[error("it cannot be reached: {0}")]
    Away(String),
    /// It answers, but not what was asked.
    #[error("its answer makes no sense: {0}")]
    Garbage(String),
}

/// The hosts that have the pictures of all sources.
pub fn picture_hosts(catalog: &Catalog) -> Vec<String> {
    let ours = [&catalog.tmdb_image_url, &catalog.commons_url];
    let ours = ours.into_iter().filter_map(|url| url.host_str());
    let theirs = omdb::POSTERS.into_iter().chain([wikidata::FILES]);
    ours.chain(theirs).map(str::to_owned).collect()
}

/// The sources of the settings, in their order.
pub fn all(catalog: &Catalog, outgoing: &Outgoing) -> Vec<Box<dyn Source>> {
    let source = |name: &SourceName| -> Option<Box<dyn Source>> {
        match name {
            SourceName::Tmdb => Some(Box::new(tmdb::Tmdb::new(catalog, outgoing)?)),
            SourceName::Omdb => Some(Box::new(omdb::Omdb::new(catalog, outgoing)?)),
            SourceName::Wikidata => Some(Box::new(wikidata::Wikidata::new(catalog, outgoing))),
        }
    };
    catalog.sources.iter().filter_map(source).collect()
}

#[cfg(test)]
mod odd;
