//! The online catalog. It tries the sources in the order of the settings until one has the
//! movie, and never mixes the answers of two sources.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use quick_cache::sync::Cache;
use tokio::time::{Instant, timeout};

use super::facts::{ExternalIds, Hit, Search, SourceFacts};
use super::sources::{self, Source, SourceError};
use crate::config::{Config, SourceName};
use crate::outgoing::OutgoingClient;
use crate::text;

/// How many search results are cached, and for how long.
const SEARCH_CACHE: (usize, Duration) = (1_000, Duration::from_secs(60 * 60));

/// Longer search text finds nothing, since no title has more characters than this.
const MAX_SEARCH_TEXT: usize = 255;

/// After this long the next source is tried, because a person is waiting for the search.
const SOURCE_TIMEOUT: Duration = Duration::from_secs(4);

/// The configured sources, in order, with a cache of recent searches.
#[derive(Debug)]
pub struct OnlineCatalog {
    sources: Arc<[Box<dyn Source>]>,
    searches: Cache<Search, CachedSearch>,
}

/// The answer is an error only until everybody who waited for it has it.
#[derive(Clone, Debug)]
struct CachedSearch {
    searched_at: Instant,
    answer: Result<Option<SourceHits>, SourceError>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceHits {
    pub source: SourceName,
    /// Never empty; best match first.
    pub hits: Vec<Hit>,
}

impl OnlineCatalog {
    pub fn new(config: &Config, outgoing: &OutgoingClient) -> Self {
        let (capacity, _) = SEARCH_CACHE;
        Self {
            sources: sources::configured_sources(&config.catalog, outgoing).into(),
            searches: Cache::new(capacity),
        }
    }

    /// Whether no source is configured.
    pub fn is_off(&self) -> bool {
        self.sources.is_empty()
    }

    /// The results of the first source that has any. `Ok(None)` means that every source answered
    /// and none knows the movie; `Err` means that a source failed and no other had a result, so
    /// the movie may still exist.
    pub async fn search(&self, search: &Search) -> Result<Option<SourceHits>, SourceError> {
        let Some(search) = normalize_search(search) else {
            return Ok(None);
        };
        let (_, time_to_live) = SEARCH_CACHE;
        self.searches.remove_if(&search, |cached| {
            cached.searched_at.elapsed() > time_to_live
        });
        let search_now = async {
            Ok::<_, Infallible>(CachedSearch {
                searched_at: Instant::now(),
                answer: self.search_sources(&search).await,
            })
        };
        let Ok(CachedSearch { answer, .. }) =
            self.searches.get_or_insert_async(&search, search_now).await;
        if answer.is_err() {
            self.searches
                .remove_if(&search, |cached| cached.answer.is_err());
        }
        answer
    }

    /// The facts from the first source that knows one of the ids. Sources whose own id is given
    /// come first. `Ok(None)` and `Err` mean the same as in [`OnlineCatalog::search`].
    pub async fn look_up(&self, ids: &ExternalIds) -> Result<Option<SourceFacts>, SourceError> {
        let mut sources: Vec<_> = self.sources.iter().collect();
        sources.sort_by_key(|source| !owns_an_id(source.name(), ids));
        let mut failed = FailedSources::default();
        for source in sources {
            let facts = failed.record(source.name(), source.look_up(ids).await);
            if let Some(facts) = facts.flatten() {
                return Ok(Some(facts));
            }
        }
        failed.into_result()
    }

    /// Queries every source live, for the command line.
    pub async fn check(&self) -> Vec<(SourceName, Result<SourceFacts, SourceError>)> {
        let checks = self.sources.iter().map(|source| async {
            let facts = probe_source(source.as_ref()).await;
            (source.name(), facts)
        });
        join_all(checks).await
    }

    async fn search_sources(&self, search: &Search) -> Result<Option<SourceHits>, SourceError> {
        let mut failed = FailedSources::default();
        for source in self.sources.iter() {
            let answer = timeout(SOURCE_TIMEOUT, source.search(search)).await;
            let answer = answer.unwrap_or_else(|_| {
                Err(SourceError::Unavailable(
                    "it took too long to answer".to_owned(),
                ))
            });
            let hits = failed.record(source.name(), answer);
            if let Some(hits) = hits.filter(|hits| !hits.is_empty()) {
                let source = source.name();
                return Ok(Some(SourceHits { source, hits }));
            }
        }
        failed.into_result()
    }
}

/// The errors of the sources tried so far.
#[derive(Debug, Default)]
struct FailedSources {
    errors: Vec<SourceError>,
}

impl FailedSources {
    fn record<T>(&mut self, source: SourceName, answer: Result<T, SourceError>) -> Option<T> {
        answer
            .inspect_err(|error| {
                tracing::debug!(source = source.display_name(), %error, "a source failed");
                self.errors.push(error.clone());
            })
            .ok()
    }

    /// `Ok(None)` only if no source failed; otherwise the most urgent error.
    fn into_result<T>(self) -> Result<Option<T>, SourceError> {
        match self.errors.into_iter().min_by_key(urgency_rank) {
            Some(error) => Err(error),
            None => Ok(None),
        }
    }
}

/// Errors that an admin must fix sort first, those that pass by themselves last.
fn urgency_rank(error: &SourceError) -> (u8, Duration) {
    match error {
        SourceError::WrongKey => (0, Duration::ZERO),
        SourceError::InvalidResponse(_) => (1, Duration::ZERO),
        SourceError::Unavailable(_) => (2, Duration::ZERO),
        SourceError::RateLimited(time) => (3, *time),
    }
}

/// The search as it is sent and cached; `None` when there is nothing to search for. A trailing
/// space means that the last word is complete.
fn normalize_search(search: &Search) -> Option<Search> {
    let title = text::clean_line(&search.title, MAX_SEARCH_TEXT).ok()?;
    (!title.is_empty()).then_some(Search {
        title,
        year: search.year,
        is_typing: search.is_typing && !search.title.ends_with(char::is_whitespace),
    })
}

/// Whether one of the ids was issued by `source`. IMDb ids do not count, since every source
/// accepts them.
fn owns_an_id(source: SourceName, ids: &ExternalIds) -> bool {
    match source {
        SourceName::Tmdb => ids.tmdb_id.is_some(),
        SourceName::Local | SourceName::Omdb => false,
        SourceName::Wikidata => ids.wikidata_id.is_some(),
    }
}

async fn probe_source(source: &dyn Source) -> Result<SourceFacts, SourceError> {
    let not_found = || SourceError::InvalidResponse("it did not find The Matrix (1999)".to_owned());
    let search = Search {
        title: "The Matrix".to_owned(),
        year: Some(1999),
        is_typing: false,
    };
    let hits = source.search(&search).await?;
    let hit = hits.first().ok_or_else(not_found)?;
    source.look_up(&hit.ids).await?.ok_or_else(not_found)
}
