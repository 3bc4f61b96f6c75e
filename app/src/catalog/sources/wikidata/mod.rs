//! Wikidata, with pictures from Wikimedia Commons: <https://www.mediawiki.org/wiki/API>.
//!
//! A search takes up to three requests: the first returns only item ids, and directors are items of
//! their own. So does a look-up.

mod item;
mod movie;
mod query;
pub mod query_service;

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use url::Url;

use super::json_api::{ApiAuth, JsonApi, LOOK_UP_MAX_WAIT, Reply, SEARCH_MAX_WAIT};
use super::{Source, SourceError, sanitize};
use crate::catalog::facts::{ExternalIds, Hit, Search, SourceFacts};
use crate::config::{CatalogConfig, SourceName};
use crate::outgoing::OutgoingClient;
use item::{LabelLanguages, WikidataItem};
use movie::WikidataMovie;

/// The host to which the file URLs of Commons redirect.
pub const FILE_HOST: &str = "upload.wikimedia.org";

/// The path of the API below the base URL.
const API_PATH: &str = "w/api.php";

/// The most items that a search considers.
const MAX_HITS: &str = "8";

/// How far the year of a hit may be off, since release dates differ by country.
const MAX_YEAR_DIFFERENCE: u16 = 1;

#[derive(Debug)]
pub struct Wikidata {
    api: JsonApi,
    languages: LabelLanguages,
    commons: Url,
}

impl Wikidata {
    pub fn new(catalog: &CatalogConfig, outgoing: &OutgoingClient) -> Self {
        let base = &catalog.wikidata_url;
        Self {
            api: JsonApi::new(SourceName::Wikidata, base, ApiAuth::Anonymous, outgoing),
            languages: LabelLanguages::new(&catalog.language),
            commons: catalog.commons_url.clone(),
        }
    }

    async fn hits(&self, search: &Search) -> Result<Vec<Hit>, SourceError> {
        let Some(query) = query::title_query(search) else {
            return Ok(Vec::new());
        };
        let ids = self.search_items(SEARCH_MAX_WAIT, &query).await?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let year = search.year;
        let near = move |movies: Vec<WikidataMovie>| {
            let near = movies.into_iter().filter(|movie| is_year_near(movie, year));
            near.collect()
        };
        let movies = self.fetch_movies(SEARCH_MAX_WAIT, ids, near).await?;
        Ok(self.hits_with_directors(movies).await)
    }

    /// Without the names, if they cannot be had.
    async fn hits_with_directors(&self, movies: Vec<WikidataMovie>) -> Vec<Hit> {
        let to_hits = |movies: Vec<WikidataMovie>, labels: &Value, languages: &LabelLanguages| {
            let hits = movies
                .into_iter()
                .map(|movie| movie.into_hit(labels, languages));
            hits.collect::<Vec<_>>()
        };
        let directors = director_ids(&movies);
        if directors.is_empty() {
            return to_hits(movies, &Value::Null, &self.languages);
        }
        let query = self.items_query(&directors, "labels");
        let (found, languages) = (movies.clone(), self.languages.clone());
        let read = move |reply: &Reply| Ok(to_hits(found, wikidata_payload(reply)?, &languages));
        let named = self
            .api
            .get(SEARCH_MAX_WAIT, API_PATH, &query_pairs(&query), read)
            .await;
        named.unwrap_or_else(|error| {
            tracing::debug!(%error, "the names of directors could not be fetched");
            to_hits(movies, &Value::Null, &self.languages)
        })
    }

    async fn facts(&self, ids: &ExternalIds) -> Result<Option<SourceFacts>, SourceError> {
        match self.find_movie(ids).await? {
            Some(movie) => self.facts_with_labels(movie).await.map(Some),
            None => Ok(None),
        }
    }

    async fn find_movie(&self, ids: &ExternalIds) -> Result<Option<WikidataMovie>, SourceError> {
        if let Some(id) = ids.wikidata_id.as_deref().and_then(sanitize::wikidata_id) {
            let first = |movies: Vec<WikidataMovie>| movies.into_iter().next();
            let movie = self.fetch_movies(LOOK_UP_MAX_WAIT, vec![id], first).await?;
            if movie.is_some() {
                return Ok(movie);
            }
        }
        let Some(query) = query::ids_query(ids) else {
            return Ok(None);
        };
        let candidates = self.search_items(LOOK_UP_MAX_WAIT, &query).await?;
        if candidates.is_empty() {
            return Ok(None);
        }
        let ids = ids.clone();
        let choose = move |movies| movie_with_ids(movies, &ids);
        self.fetch_movies(LOOK_UP_MAX_WAIT, candidates, choose)
            .await
    }

    /// Searches for items and returns their ids, best match first.
    async fn search_items(
        &self,
        max_wait: Duration,
        query: &str,
    ) -> Result<Vec<String>, SourceError> {
        let query = [
            ("action", "query"),
            ("format", "json"),
            ("list", "search"),
            ("srsearch", query),
            ("srlimit", MAX_HITS),
            ("srnamespace", "0"),
        ];
        self.api.get(max_wait, API_PATH, &query, item_ids).await
    }

    /// Fetches the items, reads those that are movies with a title, and passes them to `choose`.
    async fn fetch_movies<T: Send + 'static>(
        &self,
        max_wait: Duration,
        ids: Vec<String>,
        choose: impl FnOnce(Vec<WikidataMovie>) -> T + Send + 'static,
    ) -> Result<T, SourceError> {
        let (languages, commons) = (self.languages.clone(), self.commons.clone());
        let query = self.items_query(&ids, "labels|claims");
        let read = move |reply: &Reply| {
            let movies = movies_from_items(wikidata_payload(reply)?, &ids, &languages, &commons);
            Ok(choose(movies))
        };
        self.api
            .get(max_wait, API_PATH, &query_pairs(&query), read)
            .await
    }

    /// Fetches the labels of the directors and genres, and returns the complete facts.
    async fn facts_with_labels(&self, movie: WikidataMovie) -> Result<SourceFacts, SourceError> {
        let ids = movie.linked_item_ids();
        if ids.is_empty() {
            return Ok(movie.into_facts(&Value::Null, &self.languages));
        }
        let languages = self.languages.clone();
        let query = self.items_query(&ids, "labels");
        let read = move |reply: &Reply| Ok(movie.into_facts(wikidata_payload(reply)?, &languages));
        self.api
            .get(LOOK_UP_MAX_WAIT, API_PATH, &query_pairs(&query), read)
            .await
    }

    fn items_query(&self, ids: &[String], props: &'static str) -> [(&'static str, String); 5] {
        [
            ("action", "wbgetentities".to_owned()),
            ("format", "json".to_owned()),
            ("ids", ids.join("|")),
            ("props", props.to_owned()),
            ("languages", self.languages.query_value()),
        ]
    }
}

impl Source for Wikidata {
    fn name(&self) -> SourceName {
        SourceName::Wikidata
    }

    fn search<'a>(&'a self, search: &'a Search) -> BoxFuture<'a, Result<Vec<Hit>, SourceError>> {
        self.hits(search).boxed()
    }

    fn look_up<'a>(
        &'a self,
        ids: &'a ExternalIds,
    ) -> BoxFuture<'a, Result<Option<SourceFacts>, SourceError>> {
        self.facts(ids).boxed()
    }
}

/// The item ids of the directors; the API takes at most fifty at once.
fn director_ids(movies: &[WikidataMovie]) -> Vec<String> {
    let mut ids: Vec<_> = movies
        .iter()
        .flat_map(WikidataMovie::director_ids)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(50);
    ids.into_iter().cloned().collect()
}

fn query_pairs<'a>(query: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    query
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

/// The response body, or the error it reports: Wikidata sends errors with status 200.
fn wikidata_payload(reply: &Reply) -> Result<&Value, SourceError> {
    let answer = reply.success_body()?;
    let error = &answer["error"];
    match error["code"].as_str() {
        None if error.is_null() => Ok(answer),
        None => Err(SourceError::InvalidResponse(
            "an error without a code".to_owned(),
        )),
        // Treated as an empty result, since the response has no `entities`.
        Some("no-such-entity") => Ok(answer),
        Some("ratelimited" | "maxlag") => Err(SourceError::RateLimited(reply.retry_after)),
        Some(code) if code == "readonly" || code.starts_with("internal_api_error") => {
            Err(SourceError::Unavailable(sanitize::error_text(code)))
        }
        Some(code) => Err(SourceError::InvalidResponse(sanitize::error_text(code))),
    }
}

fn item_ids(reply: &Reply) -> Result<Vec<String>, SourceError> {
    let results = wikidata_payload(reply)?["query"]["search"].as_array();
    let results = results
        .ok_or_else(|| SourceError::InvalidResponse("it has no list of results".to_owned()))?;
    let titles = results.iter().filter_map(|result| result["title"].as_str());
    Ok(titles.filter_map(sanitize::wikidata_id).collect())
}

fn movies_from_items(
    answer: &Value,
    ids: &[String],
    languages: &LabelLanguages,
    commons: &Url,
) -> Vec<WikidataMovie> {
    ids.iter()
        .filter_map(|id| WikidataItem::find(answer, id))
        .filter_map(|item| WikidataMovie::from_item(item, languages, commons))
        .collect()
}

fn is_year_near(movie: &WikidataMovie, year: Option<i16>) -> bool {
    let apart = |wanted: i16| movie.year.map(|year| year.abs_diff(wanted));
    year.is_none_or(|wanted| apart(wanted).is_some_and(|years| years <= MAX_YEAR_DIFFERENCE))
}

/// The movie that has one of the ids. A match by IMDb id wins over one by TMDB id.
fn movie_with_ids(movies: Vec<WikidataMovie>, ids: &ExternalIds) -> Option<WikidataMovie> {
    let by_imdb = |movie: &WikidataMovie| ids.imdb_id.is_some() && movie.ids.imdb_id == ids.imdb_id;
    let by_tmdb = |movie: &WikidataMovie| ids.tmdb_id.is_some() && movie.ids.tmdb_id == ids.tmdb_id;
    let at = movies
        .iter()
        .position(by_imdb)
        .or_else(|| movies.iter().position(by_tmdb))?;
    movies.into_iter().nth(at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use url::Url;

    use super::item::LabelLanguages;
    use super::{item_ids, movies_from_items, wikidata_payload};
    use crate::catalog::sources::fuzz::{self, ok_reply};

    fn claim(value: Value) -> Value {
        json!([{ "rank": "normal", "mainsnak": { "snaktype": "value", "datavalue": { "value": value } } }])
    }

    fn sample() -> Value {
        json!({ "entities": { "Q83495": {
            "id": "Q83495",
            "labels": { "en": { "value": "The Matrix" }, "mul": { "value": "Matrix" } },
            "claims": {
                "P1476": claim(json!({ "text": "The Matrix", "language": "en" })),
                "P577": claim(json!({ "time": "+1999-03-24T00:00:00Z", "precision": 11 })),
                "P57": claim(json!({ "id": "Q9544977" })),
                "P136": claim(json!({ "id": "Q471839" })),
                "P345": claim(json!("tt0133093")),
                "P4947": claim(json!("603")),
                "P2047": claim(json!({
                    "amount": "+136", "unit": "http://www.wikidata.org/entity/Q7727",
                })),
                "P3383": claim(json!("The Matrix.jpg")),
            },
        }}})
    }

    fn labels() -> Value {
        json!({ "entities": {
            "Q9544977": { "id": "Q9544977", "labels": { "en": { "value": "Lana Wachowski" } } },
            "Q471839": { "id": "Q471839", "labels": { "en": { "value": "science fiction film" } } },
        }})
    }

    proptest! {
        #[test]
        fn wikidata_search_survives_any_response(answer in fuzz::mutated_json(json!({
            "query": { "search": [{ "ns": 0, "title": "Q83495" }, { "title": "Q1" }] },
        }))) {
            let _ = item_ids(&ok_reply(answer));
        }

        #[test]
        fn wikidata_items_survive_any_response(answer in fuzz::mutated_json(sample()), labels in fuzz::mutated_json(labels())) {
            let commons = Url::parse("https://commons.example/").expect("an address");
            let languages = LabelLanguages::new("de");
            let ids = ["Q83495".to_owned()];
            let answer = ok_reply(answer);
            let found = wikidata_payload(&answer).map(|answer| movies_from_items(answer, &ids, &languages, &commons));
            for movie in found.into_iter().flatten() {
                fuzz::assert_hit(&movie.clone().into_hit(&labels, &languages))?;
                let facts = movie.into_facts(&labels, &languages);
                fuzz::assert_facts(&facts)?;
                let is_there = |url: &Url| url.as_str().starts_with("https://commons.example/wiki/");
                prop_assert!(facts.poster.iter().all(|poster| is_there(&poster.url)));
            }
        }
    }
}
