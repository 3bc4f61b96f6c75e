//! Wikidata, with pictures from Wikimedia Commons: <https://www.mediawiki.org/wiki/API>.
//!
//! A search takes two requests, as the first answers with bare ids; a look-up takes up to
//! three, as directors and genres are items of their own.

mod film;
mod item;
mod query;

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use url::Url;

use super::api::{Api, Auth, LOOK_UP, Reply, SEARCH};
use super::{Source, Trouble, clean};
use crate::catalog::facts::{Facts, Hit, Ids, Search};
use crate::config::{Catalog, SourceName};
use crate::outgoing::Outgoing;
use film::Film;
use item::{Item, Languages};

/// Where Commons has the files that its own addresses lead to.
pub const FILES: &str = "upload.wikimedia.org";

/// Where its API is, under its address.
const API: &str = "w/api.php";

/// The most films that a search looks at.
const HITS: &str = "8";

/// How far a film's year may be from the one that is looked for: where it came out first
/// is not where everybody saw it.
const YEARS: u16 = 1;

/// Wikidata.
#[derive(Debug)]
pub struct Wikidata {
    api: Api,
    languages: Languages,
    commons: Url,
}

impl Wikidata {
    /// As the settings have it. It needs no key.
    pub fn new(catalog: &Catalog, outgoing: &Outgoing) -> Self {
        let base = &catalog.wikidata_url;
        Self {
            api: Api::new(SourceName::Wikidata, base, Auth::Nobody, outgoing),
            languages: Languages::new(&catalog.language),
            commons: catalog.commons_url.clone(),
        }
    }

    async fn hits(&self, search: &Search) -> Result<Vec<Hit>, Trouble> {
        let Some(query) = query::by_title(search) else {
            return Ok(Vec::new());
        };
        let ids = self.find(SEARCH, &query).await?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let year = search.year;
        let near = move |films: Vec<Film>| {
            let near = films.into_iter().filter(|film| is_near(film, year));
            near.map(Film::into_hit).collect()
        };
        self.films(SEARCH, ids, near).await
    }

    async fn facts(&self, ids: &Ids) -> Result<Option<Facts>, Trouble> {
        match self.film(ids).await? {
            Some(film) => self.named(film).await.map(Some),
            None => Ok(None),
        }
    }

    async fn film(&self, ids: &Ids) -> Result<Option<Film>, Trouble> {
        if let Some(id) = ids.wikidata_id.as_deref().and_then(clean::wikidata_id) {
            let first = |films: Vec<Film>| films.into_iter().next();
            let film = self.films(LOOK_UP, vec![id], first).await?;
            if film.is_some() {
                return Ok(film);
            }
        }
        let Some(query) = query::by_ids(ids) else {
            return Ok(None);
        };
        let candidates = self.find(LOOK_UP, &query).await?;
        if candidates.is_empty() {
            return Ok(None);
        }
        let ids = ids.clone();
        let meant = move |films| meant(films, &ids);
        self.films(LOOK_UP, candidates, meant).await
    }

    /// The ids of items that fit the query, the best first.
    async fn find(&self, patience: Duration, query: &str) -> Result<Vec<String>, Trouble> {
        let query = [
            ("action", "query"),
            ("format", "json"),
            ("list", "search"),
            ("srsearch", query),
            ("srlimit", HITS),
            ("srnamespace", "0"),
        ];
        self.api.get(patience, API, &query, found).await
    }

    /// What `choose` makes of the items that are films with a title.
    async fn films<T: Send + 'static>(
        &self,
        patience: Duration,
        ids: Vec<String>,
        choose: impl FnOnce(Vec<Film>) -> T + Send + 'static,
    ) -> Result<T, Trouble> {
        let (languages, commons) = (self.languages.clone(), self.commons.clone());
        let query = self.items_query(&ids, "labels|claims");
        let read = move |reply: &Reply| {
            let films = films(told(reply)?, &ids, &languages, &commons);
            Ok(choose(films))
        };
        self.api.get(patience, API, &pairs(&query), read).await
    }

    /// The facts of a film, its directors and genres called by their names.
    async fn named(&self, film: Film) -> Result<Facts, Trouble> {
        let ids = film.others();
        if ids.is_empty() {
            return Ok(film.into_facts(&Value::Null, &self.languages));
        }
        let languages = self.languages.clone();
        let query = self.items_query(&ids, "labels");
        let read = move |reply: &Reply| Ok(film.into_facts(told(reply)?, &languages));
        self.api.get(LOOK_UP, API, &pairs(&query), read).await
    }

    fn items_query(&self, ids: &[String], props: &'static str) -> [(&'static str, String); 5] {
        [
            ("action", "wbgetentities".to_owned()),
            ("format", "json".to_owned()),
            ("ids", ids.join("|")),
            ("props", props.to_owned()),
            ("languages", self.languages.asked()),
        ]
    }
}

impl Source for Wikidata {
    fn name(&self) -> SourceName {
        SourceName::Wikidata
    }

    fn search<'a>(&'a self, search: &'a Search) -> BoxFuture<'a, Result<Vec<Hit>, Trouble>> {
        self.hits(search).boxed()
    }

    fn look_up<'a>(&'a self, ids: &'a Ids) -> BoxFuture<'a, Result<Option<Facts>, Trouble>> {
        self.facts(ids).boxed()
    }
}

fn pairs<'a>(query: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    query
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

/// The answer, where it does not tell of a mistake: that too comes with status 200.
fn told(reply: &Reply) -> Result<&Value, Trouble> {
    let answer = reply.ok()?;
    let error = &answer["error"];
    match error["code"].as_str() {
        None if error.is_null() => Ok(answer),
        None => Err(Trouble::Garbage("an error without a code".to_owned())),
        // Then there are no entities in the answer, as if none had been found.
        Some("no-such-entity") => Ok(answer),
        Some("ratelimited" | "maxlag") => Err(Trouble::Later(reply.retry_after)),
        Some(code) if code == "readonly" || code.starts_with("internal_api_error") => {
            Err(Trouble::Away(clean::saying(code)))
        }
        Some(code) => Err(Trouble::Garbage(clean::saying(code))),
    }
}

fn found(reply: &Reply) -> Result<Vec<String>, Trouble> {
    let results = told(reply)?["query"]["search"].as_array();
    let results = results.ok_or_else(|| Trouble::Garbage("there is no list".to_owned()))?;
    let titles = results.iter().filter_map(|result| result["title"].as_str());
    Ok(titles.filter_map(clean::wikidata_id).collect())
}

fn films(answer: &Value, ids: &[String], languages: &Languages, commons: &Url) -> Vec<Film> {
    ids.iter()
        .filter_map(|id| Item::of(answer, id))
        .filter_map(|item| Film::read(item, languages, commons))
        .collect()
}

fn is_near(film: &Film, year: Option<i16>) -> bool {
    let apart = |wanted: i16| film.year.map(|year| year.abs_diff(wanted));
    year.is_none_or(|wanted| apart(wanted).is_some_and(|years| years <= YEARS))
}

/// The film that has the ids. IMDb's counts for more, as everywhere here.
fn meant(films: Vec<Film>, ids: &Ids) -> Option<Film> {
    let by_imdb = |film: &Film| ids.imdb_id.is_some() && film.ids.imdb_id == ids.imdb_id;
    let by_tmdb = |film: &Film| ids.tmdb_id.is_some() && film.ids.tmdb_id == ids.tmdb_id;
    let at = films
        .iter()
        .position(by_imdb)
        .or_else(|| films.iter().position(by_tmdb))?;
    films.into_iter().nth(at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use url::Url;

    use super::item::Languages;
    use super::{films, found, told};
    use crate::catalog::sources::odd::{self, reply};

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
        fn no_list_of_ids_breaks_it(answer in odd::answers(json!({
            "query": { "search": [{ "ns": 0, "title": "Q83495" }, { "title": "Q1" }] },
        }))) {
            let _ = found(&reply(answer));
        }

        #[test]
        fn no_items_break_it(answer in odd::answers(sample()), labels in odd::answers(labels())) {
            let commons = Url::parse("https://commons.example/").expect("an address");
            let languages = Languages::new("de");
            let ids = ["Q83495".to_owned()];
            let answer = reply(answer);
            let found = told(&answer).map(|answer| films(answer, &ids, &languages, &commons));
            for film in found.into_iter().flatten() {
                odd::assert_hit(&film.clone().into_hit())?;
                let facts = film.into_facts(&labels, &languages);
                odd::assert_facts(&facts)?;
                let is_there = |url: &Url| url.as_str().starts_with("https://commons.example/wiki/");
                prop_assert!(facts.poster.iter().all(|poster| is_there(&poster.url)));
            }
        }
    }
}
