//! Asking others about movies: one source after the other, in the order of the settings,
//! until one knows. What one says is never mixed with what another says.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use moka::future::Cache;
use tokio::time::timeout;

use super::facts::{Facts, Hit, Ids, Search};
use super::sources::{self, Source, Trouble};
use crate::config::{Config, SourceName};
use crate::outgoing::Outgoing;
use crate::text;

/// How many searches are remembered, and how long.
const REMEMBERED: (u64, Duration) = (1_000, Duration::from_secs(60 * 60));

/// The most characters that are looked for: as many as a title has.
const TITLE: usize = 255;

/// How long a source may search before the next one is asked: somebody waits for it.
const PATIENCE: Duration = Duration::from_secs(4);

/// Those who are asked about movies, in their order.
#[derive(Debug)]
pub struct Outside {
    sources: Arc<[Box<dyn Source>]>,
    searches: Cache<Search, Option<Found>>,
}

/// What a search found, and who did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The source.
    pub source: SourceName,
    /// At least one, the likeliest first.
    pub hits: Vec<Hit>,
}

impl Outside {
    /// The sources of the settings.
    pub fn new(config: &Config, outgoing: &Outgoing) -> Self {
        let (most, time) = REMEMBERED;
        Self {
            sources: sources::all(&config.catalog, outgoing).into(),
            searches: Cache::builder()
                .max_capacity(most)
                .time_to_live(time)
                .build(),
        }
    }

    /// Whether there is nobody to ask.
    pub fn is_off(&self) -> bool {
        self.sources.is_empty()
    }

    /// What the first source finds that finds something. `Ok(None)`: nobody knows it.
    /// `Err`: somebody could not be asked and nobody else found it, so the answer is not
    /// final.
    pub async fn search(&self, search: &Search) -> Result<Option<Found>, Trouble> {
        let Some(search) = tidy(search) else {
            return Ok(None);
        };
        let asking = self.ask_all(&search);
        let remembered = self.searches.try_get_with_by_ref(&search, asking).await;
        remembered.map_err(|trouble| Trouble::clone(&trouble))
    }

    /// The facts of the first source that knows one of the ids, and first asks those whose
    /// own id it is. The answer means the same as that of [`Outside::search`].
    pub async fn look_up(&self, ids: &Ids) -> Result<Option<Facts>, Trouble> {
        let mut sources: Vec<_> = self.sources.iter().collect();
        sources.sort_by_key(|source| !is_its_own(source.name(), ids));
        let mut asked = Asked::default();
        for source in sources {
            let known = asked.note(source.name(), source.look_up(ids).await);
            if let Some(facts) = known.flatten() {
                return Ok(Some(facts));
            }
        }
        asked.nobody_knows()
    }

    /// Each source, asked live, for the command line.
    pub async fn check(&self) -> Vec<(SourceName, Result<Facts, Trouble>)> {
        let checks = self.sources.iter().map(|source| async {
            let facts = look_for_the_matrix(source.as_ref()).await;
            (source.name(), facts)
        });
        join_all(checks).await
    }

    async fn ask_all(&self, search: &Search) -> Result<Option<Found>, Trouble> {
        let mut asked = Asked::default();
        for source in self.sources.iter() {
            let answer = timeout(PATIENCE, source.search(search)).await;
            let answer =
                answer.unwrap_or_else(|_| Err(Trouble::Away("it takes too long".to_owned())));
            let hits = asked.note(source.name(), answer);
            if let Some(hits) = hits.filter(|hits| !hits.is_empty()) {
                let source = source.name();
                return Ok(Some(Found { source, hits }));
            }
        }
        asked.nobody_knows()
    }
}

/// What went wrong so far.
#[derive(Debug, Default)]
struct Asked {
    troubles: Vec<Trouble>,
}

impl Asked {
    fn note<T>(&mut self, source: SourceName, answer: Result<T, Trouble>) -> Option<T> {
        answer
            .inspect_err(|trouble| {
                tracing::debug!(source = source.title(), %trouble, "a source has no answer");
                self.troubles.push(trouble.clone());
            })
            .ok()
    }

    /// Nobody had it; that counts only when everybody was asked.
    fn nobody_knows<T>(self) -> Result<Option<T>, Trouble> {
        match self.troubles.into_iter().min_by_key(urgency) {
            Some(trouble) => Err(trouble),
            None => Ok(None),
        }
    }
}

/// What somebody has to see to comes first; what passes by itself comes last.
fn urgency(trouble: &Trouble) -> (u8, Duration) {
    match trouble {
        Trouble::WrongKey => (0, Duration::ZERO),
        Trouble::Garbage(_) => (1, Duration::ZERO),
        Trouble::Away(_) => (2, Duration::ZERO),
        Trouble::Later(time) => (3, *time),
    }
}

/// The search as it is asked and remembered; `None` when there is nothing to look for. A
/// space at the end says that the last word is finished.
fn tidy(search: &Search) -> Option<Search> {
    let title = text::line(&search.title, TITLE).ok()?;
    (!title.is_empty()).then_some(Search {
        title,
        year: search.year,
        is_typing: search.is_typing && !search.title.ends_with(char::is_whitespace),
    })
}

/// Whether one of the ids is this source's own. An IMDb id is nobody's: all take it.
fn is_its_own(source: SourceName, ids: &Ids) -> bool {
    match source {
        SourceName::Tmdb => ids.tmdb_id.is_some(),
        SourceName::Omdb => false,
        SourceName::Wikidata => ids.wikidata_id.is_some(),
    }
}

async fn look_for_the_matrix(source: &dyn Source) -> Result<Facts, Trouble> {
    let nothing = || Trouble::Garbage("it does not know The Matrix (1999)".to_owned());
    let search = Search {
        title: "The Matrix".to_owned(),
        year: Some(1999),
        is_typing: false,
    };
    let hits = source.search(&search).await?;
    let hit = hits.first().ok_or_else(nothing)?;
    source.look_up(&hit.ids).await?.ok_or_else(nothing)
}
