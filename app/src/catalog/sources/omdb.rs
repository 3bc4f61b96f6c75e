//! The Open Movie Database: <https://www.omdbapi.com>. It identifies movies by IMDb id, writes
//! `N/A` for missing values, and reports failures in an `Error` field whatever the status.

use std::time::Duration;

use chrono::NaiveDate;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use super::json_api::{ApiAuth, JsonApi, LOOK_UP_MAX_WAIT, Reply, SEARCH_MAX_WAIT};
use super::{Source, SourceError, genres, sanitize};
use crate::catalog::facts::{ExternalIds, Hit, RemotePoster, Search, SourceFacts};
use crate::config::{CatalogConfig, SourceName};
use crate::outgoing::OutgoingClient;

/// The hosts of its posters.
pub const POSTER_HOSTS: [&str; 2] = ["m.media-amazon.com", "ia.media-imdb.com"];

/// OMDb accepts a wildcard only after this many letters.
const MIN_WILDCARD_LETTERS: usize = 3;

/// The pause when the daily quota is used up. OMDb does not document when its day ends.
const QUOTA_PAUSE: Duration = Duration::from_secs(60 * 60);

/// Parts of the error messages that mean "no result", in lower case.
const NO_RESULT_ERRORS: [&str; 4] = [
    "not found",
    "too many results",
    "incorrect imdb id",
    "error getting data",
];

#[derive(Debug)]
pub struct Omdb {
    api: JsonApi,
}

impl Omdb {
    /// `None` when no key is configured.
    pub fn new(catalog: &CatalogConfig, outgoing: &OutgoingClient) -> Option<Self> {
        let auth = ApiAuth::QueryParam("apikey", catalog.omdb_key.clone()?);
        Some(Self {
            api: JsonApi::new(SourceName::Omdb, &catalog.omdb_url, auth, outgoing),
        })
    }

    async fn hits(&self, search: &Search) -> Result<Vec<Hit>, SourceError> {
        let title = search_text(search);
        let year = search.year.map(|year| year.to_string());
        let mut query = vec![("s", title.as_str()), ("type", "movie"), ("r", "json")];
        query.extend(year.as_deref().map(|year| ("y", year)));
        self.api.get(SEARCH_MAX_WAIT, "", &query, omdb_hits).await
    }

    async fn facts(&self, ids: &ExternalIds) -> Result<Option<SourceFacts>, SourceError> {
        let Some(imdb_id) = ids.imdb_id.as_deref().and_then(sanitize::imdb_id) else {
            return Ok(None);
        };
        let query = [("i", imdb_id.as_str()), ("plot", "full"), ("r", "json")];
        let requested_id = imdb_id.clone();
        let read = move |reply: &Reply| omdb_facts(reply, &requested_id);
        self.api.get(LOOK_UP_MAX_WAIT, "", &query, read).await
    }
}

impl Source for Omdb {
    fn name(&self) -> SourceName {
        SourceName::Omdb
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

/// The title to search for, with a `*` after an incomplete last word.
fn search_text(search: &Search) -> String {
    let title = search.title.as_str();
    let word = title.split_whitespace().next_back().unwrap_or_default();
    let is_word =
        word.chars().all(char::is_alphanumeric) && word.chars().count() >= MIN_WILDCARD_LETTERS;
    if search.is_typing && is_word {
        format!("{title}*")
    } else {
        title.to_owned()
    }
}

fn omdb_hits(reply: &Reply) -> Result<Vec<Hit>, SourceError> {
    let Some(answer) = omdb_payload(reply)? else {
        return Ok(Vec::new());
    };
    let results = answer["Search"].as_array();
    let results = results
        .ok_or_else(|| SourceError::InvalidResponse("it has no list of results".to_owned()))?;
    Ok(results.iter().filter_map(omdb_hit).collect())
}

fn omdb_hit(result: &Value) -> Option<Hit> {
    Some(Hit {
        source: SourceName::Omdb,
        ids: ExternalIds {
            imdb_id: Some(text_field(result, "imdbID").and_then(sanitize::imdb_id)?),
            ..ExternalIds::default()
        },
        title: text_field(result, "Title").and_then(sanitize::title)?,
        original_title: None,
        year: text_field(result, "Year").and_then(sanitize::year),
        directors: Vec::new(),
    })
}

fn omdb_facts(reply: &Reply, imdb_id: &str) -> Result<Option<SourceFacts>, SourceError> {
    let Some(movie) = omdb_payload(reply)?.filter(|answer| is_movie(answer)) else {
        return Ok(None);
    };
    if text_field(movie, "imdbID") != Some(imdb_id) {
        return Err(SourceError::InvalidResponse(format!(
            "it is not about movie {imdb_id}"
        )));
    }
    let untitled = || SourceError::InvalidResponse(format!("movie {imdb_id} has no title"));
    let title = text_field(movie, "Title").and_then(sanitize::title);
    Ok(Some(SourceFacts {
        source: SourceName::Omdb,
        ids: ExternalIds {
            imdb_id: Some(imdb_id.to_owned()),
            ..ExternalIds::default()
        },
        title: title.ok_or_else(untitled)?,
        original_title: None,
        year: text_field(movie, "Year").and_then(sanitize::year),
        released_on: text_field(movie, "Released").and_then(released_on),
        directors: split_directors(text_field(movie, "Director").unwrap_or_default()),
        runtime: text_field(movie, "Runtime").and_then(parse_runtime),
        genres: genres::canonical(text_field(movie, "Genre").unwrap_or_default().split(',')),
        overview: sanitize::overview(text_field(movie, "Plot").unwrap_or_default()),
        poster: omdb_poster(movie, imdb_id),
    }))
}

/// Parses a date as OMDb writes it: `31 Mar 1999`.
fn released_on(text: &str) -> Option<NaiveDate> {
    sanitize::date_in_format(text, "%d %b %Y")
}

/// The response body; `None` when OMDb reports that nothing was found.
fn omdb_payload(reply: &Reply) -> Result<Option<&Value>, SourceError> {
    let Some(error) = text_field(&reply.value, "Error") else {
        return match reply.status {
            StatusCode::UNAUTHORIZED => Err(SourceError::WrongKey),
            _ => reply.success_body().map(Some),
        };
    };
    let words = error.to_lowercase();
    if words.contains("limit reached") {
        return Err(SourceError::RateLimited(QUOTA_PAUSE));
    }
    if words.contains("api key") || reply.status == StatusCode::UNAUTHORIZED {
        return Err(SourceError::WrongKey);
    }
    if NO_RESULT_ERRORS
        .iter()
        .any(|nothing| words.contains(nothing))
    {
        Ok(None)
    } else {
        Err(SourceError::InvalidResponse(sanitize::error_text(error)))
    }
}

/// OMDb also has series, episodes and games under IMDb ids.
fn is_movie(answer: &Value) -> bool {
    text_field(answer, "Type").is_none_or(|kind| kind == "movie")
}

fn text_field<'a>(answer: &'a Value, name: &str) -> Option<&'a str> {
    let text = answer[name].as_str()?.trim();
    Some(text).filter(|text| !text.is_empty() && *text != "N/A")
}

/// Splits the names at commas and drops remarks in parentheses.
fn split_directors(names: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let outside: String = names
        .chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            false
        })
        .collect();
    sanitize::directors(outside.split(','))
}

/// Accepts `136 min`, `2 h`, `1 h 30 min`.
fn parse_runtime(runtime: &str) -> Option<i16> {
    let mut words = runtime.split_whitespace();
    let mut minutes = 0_i64;
    while let Some(number) = words.next() {
        let number: u32 = number.parse().ok()?;
        minutes += match words.next()? {
            "min" => i64::from(number),
            "h" => i64::from(number) * 60,
            _ => return None,
        };
    }
    sanitize::runtime(minutes)
}

fn omdb_poster(movie: &Value, imdb_id: &str) -> Option<RemotePoster> {
    let url = text_field(movie, "Poster").and_then(|url| Url::parse(url).ok())?;
    let is_known = url
        .host_str()
        .is_some_and(|host| POSTER_HOSTS.contains(&host));
    let is_plain = url.scheme() == "https" && url.port().is_none() && url.username().is_empty();
    (is_known && is_plain).then_some(RemotePoster {
        url,
        page: Url::parse(&format!("https://www.imdb.com/title/{imdb_id}/")).ok(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{omdb_facts, omdb_hits, omdb_poster, parse_runtime, search_text, split_directors};
    use crate::catalog::facts::Search;
    use crate::catalog::sources::fuzz::{self, ok_reply};

    #[test]
    fn an_incomplete_word_gets_a_wildcard() {
        let typed = |title: &str, is_typing| {
            let title = title.to_owned();
            search_text(&Search {
                title,
                year: None,
                is_typing,
            })
        };
        assert_eq!(typed("the matr", true), "the matr*");
        assert_eq!(typed("the matr", false), "the matr");
        assert_eq!(typed("the ma", true), "the ma");
        assert_eq!(typed("what?!?", true), "what?!?");
    }

    #[test]
    fn running_times_come_in_hours_and_minutes() {
        for (raw, expected) in [
            ("136 min", Some(136)),
            ("2 h", Some(120)),
            ("1 h 30 min", Some(90)),
            ("0 min", None),
            ("136", None),
            ("4294967295 h 4294967295 min", None),
            ("99999999999 min", None),
            ("-5 min", None),
            ("1 week", None),
            ("", None),
        ] {
            assert_eq!(parse_runtime(raw), expected, "{raw:?}");
        }
    }

    #[test]
    fn remarks_in_parentheses_are_dropped() {
        let names = "Andrew Stanton, Lee Unkrich (co-director, uncredited), Andrew Stanton";
        assert_eq!(split_directors(names), ["Andrew Stanton", "Lee Unkrich"]);
        assert_eq!(split_directors("A) B, C ((D), E"), ["A B", "C"]);
    }

    #[test]
    fn posters_must_be_on_a_known_host() {
        let url = |url: &str| omdb_poster(&json!({ "Poster": url }), "tt0133093");
        assert!(url("https://m.media-amazon.com/images/M/a@._V1_SX300.jpg").is_some());
        for bad in [
            "N/A",
            "/a.jpg",
            "http://m.media-amazon.com/a.jpg",
            "https://m.media-amazon.com.example/a.jpg",
            "https://m.media-amazon.com@127.0.0.1/a.jpg",
            "https://m.media-amazon.com:8080/a.jpg",
            "file:///etc/passwd",
        ] {
            assert_eq!(url(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn omdb_search_survives_any_response(answer in fuzz::mutated_json(json!({
            "Response": "True", "totalResults": "2", "Search": [
                { "Title": "The Matrix", "Year": "1999", "imdbID": "tt0133093", "Type": "movie" },
                { "Title": "Matrix", "Year": "2011–2019", "imdbID": "tt0106062" },
            ],
        }))) {
            for hit in omdb_hits(&ok_reply(answer)).into_iter().flatten() {
                fuzz::assert_hit(&hit)?;
            }
        }

        #[test]
        fn omdb_look_up_survives_any_response(answer in fuzz::mutated_json(json!({
            "Response": "True", "Title": "The Matrix", "Year": "1999", "Released": "31 Mar 1999",
            "Runtime": "136 min",
            "Genre": "Action, Sci-Fi", "Director": "Lana Wachowski, Lilly Wachowski",
            "Plot": "A hacker wakes up.", "imdbID": "tt0133093", "Type": "movie",
            "Poster": "https://m.media-amazon.com/images/M/a.jpg",
        }))) {
            if let Ok(Some(facts)) = omdb_facts(&ok_reply(answer), "tt0133093") {
                fuzz::assert_facts(&facts)?;
            }
        }

        #[test]
        fn any_runtime_is_handled(raw in "[0-9]{0,30} ?(h|min|x)? ?[0-9]{0,30} ?(min)?") {
            parse_runtime(&raw);
        }
    }
}
