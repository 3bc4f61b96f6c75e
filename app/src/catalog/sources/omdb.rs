//! The Open Movie Database: <https://www.omdbapi.com>. It knows movies by their IMDb ids,
//! says `N/A` where it knows nothing, and tells of mistakes in an `Error`, whatever the
//! status.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use super::api::{Api, Auth, LOOK_UP, Reply, SEARCH};
use super::{Source, Trouble, clean, genres};
use crate::catalog::facts::{Facts, Hit, Ids, Picture, Search};
use crate::config::{Catalog, SourceName};
use crate::outgoing::Outgoing;

/// Where its posters are.
pub const POSTERS: [&str; 2] = ["m.media-amazon.com", "ia.media-imdb.com"];

/// The fewest letters of a word that it completes.
const LETTERS: usize = 3;

/// When to come again after the requests of a day are used up: nobody says when its day ends.
const USED_UP: Duration = Duration::from_secs(60 * 60);

/// What it says where it found nothing, in parts and in small letters.
const NOTHING: [&str; 4] = [
    "not found",
    "too many results",
    "incorrect imdb id",
    "error getting data",
];

/// The Open Movie Database.
#[derive(Debug)]
pub struct Omdb {
    api: Api,
}

impl Omdb {
    /// As the settings have it; `None` without a key.
    pub fn new(catalog: &Catalog, outgoing: &Outgoing) -> Option<Self> {
        let auth = Auth::Query("apikey", catalog.omdb_key.clone()?);
        Some(Self {
            api: Api::new(SourceName::Omdb, &catalog.omdb_url, auth, outgoing),
        })
    }

    async fn hits(&self, search: &Search) -> Result<Vec<Hit>, Trouble> {
        let title = wanted(search);
        let year = search.year.map(|year| year.to_string());
        let mut query = vec![("s", title.as_str()), ("type", "movie"), ("r", "json")];
        query.extend(year.as_deref().map(|year| ("y", year)));
        self.api.get(SEARCH, "", &query, hits).await
    }

    async fn facts(&self, ids: &Ids) -> Result<Option<Facts>, Trouble> {
        let Some(imdb_id) = ids.imdb_id.as_deref().and_then(clean::imdb_id) else {
            return Ok(None);
        };
        let query = [("i", imdb_id.as_str()), ("plot", "full"), ("r", "json")];
        let asked = imdb_id.clone();
        let read = move |reply: &Reply| facts(reply, &asked);
        self.api.get(LOOK_UP, "", &query, read).await
    }
}

impl Source for Omdb {
    fn name(&self) -> SourceName {
        SourceName::Omdb
    }

    fn search<'a>(&'a self, search: &'a Search) -> BoxFuture<'a, Result<Vec<Hit>, Trouble>> {
        self.hits(search).boxed()
    }

    fn look_up<'a>(&'a self, ids: &'a Ids) -> BoxFuture<'a, Result<Option<Facts>, Trouble>> {
        self.facts(ids).boxed()
    }
}

/// The title as it is asked for: an unfinished word with a star in place of its rest.
fn wanted(search: &Search) -> String {
    let title = search.title.as_str();
    let word = title.split_whitespace().next_back().unwrap_or_default();
    let is_word = word.chars().all(char::is_alphanumeric) && word.chars().count() >= LETTERS;
    match search.is_typing && is_word {
        true => format!("{title}*"),
        false => title.to_owned(),
    }
}

fn hits(reply: &Reply) -> Result<Vec<Hit>, Trouble> {
    let Some(answer) = told(reply)? else {
        return Ok(Vec::new());
    };
    let results = answer["Search"].as_array();
    let results = results.ok_or_else(|| Trouble::Garbage("there is no list".to_owned()))?;
    Ok(results.iter().filter_map(hit).collect())
}

fn hit(result: &Value) -> Option<Hit> {
    Some(Hit {
        source: SourceName::Omdb,
        ids: Ids {
            imdb_id: Some(said(result, "imdbID").and_then(clean::imdb_id)?),
            ..Ids::default()
        },
        title: said(result, "Title").and_then(clean::title)?,
        original_title: None,
        year: said(result, "Year").and_then(clean::year),
        directors: Vec::new(),
    })
}

fn facts(reply: &Reply, asked: &str) -> Result<Option<Facts>, Trouble> {
    let Some(movie) = told(reply)?.filter(|answer| is_movie(answer)) else {
        return Ok(None);
    };
    if said(movie, "imdbID") != Some(asked) {
        return Err(Trouble::Garbage(format!("it is not movie {asked}")));
    }
    let untitled = || Trouble::Garbage(format!("movie {asked} has no title"));
    let title = said(movie, "Title").and_then(clean::title);
    Ok(Some(Facts {
        source: SourceName::Omdb,
        ids: Ids {
            imdb_id: Some(asked.to_owned()),
            ..Ids::default()
        },
        title: title.ok_or_else(untitled)?,
        original_title: None,
        year: said(movie, "Year").and_then(clean::year),
        directors: directors(said(movie, "Director").unwrap_or_default()),
        runtime: said(movie, "Runtime").and_then(minutes),
        genres: genres::canonical(said(movie, "Genre").unwrap_or_default().split(',')),
        overview: clean::overview(said(movie, "Plot").unwrap_or_default()),
        poster: poster(movie, asked),
    }))
}

/// The answer; `None` where it says that it found nothing.
fn told(reply: &Reply) -> Result<Option<&Value>, Trouble> {
    let Some(error) = said(&reply.value, "Error") else {
        return match reply.status {
            StatusCode::UNAUTHORIZED => Err(Trouble::WrongKey),
            _ => reply.ok().map(Some),
        };
    };
    let words = error.to_lowercase();
    if words.contains("limit reached") {
        return Err(Trouble::Later(USED_UP));
    }
    if words.contains("api key") || reply.status == StatusCode::UNAUTHORIZED {
        return Err(Trouble::WrongKey);
    }
    match NOTHING.iter().any(|nothing| words.contains(nothing)) {
        true => Ok(None),
        false => Err(Trouble::Garbage(clean::saying(error))),
    }
}

/// Series, episodes and games have IMDb ids as well.
fn is_movie(answer: &Value) -> bool {
    said(answer, "Type").is_none_or(|kind| kind == "movie")
}

fn said<'a>(answer: &'a Value, name: &str) -> Option<&'a str> {
    let text = answer[name].as_str()?.trim();
    Some(text).filter(|text| !text.is_empty() && *text != "N/A")
}

/// The names between the commas, without what is noted in brackets.
fn directors(names: &str) -> Vec<String> {
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
    clean::directors(outside.split(','))
}

/// `136 min`, `2 h`, `1 h 30 min`.
fn minutes(runtime: &str) -> Option<i16> {
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
    clean::runtime(minutes)
}

fn poster(movie: &Value, imdb_id: &str) -> Option<Picture> {
    let url = said(movie, "Poster").and_then(|url| Url::parse(url).ok())?;
    let is_known = url.host_str().is_some_and(|host| POSTERS.contains(&host));
    let is_plain = url.scheme() == "https" && url.port().is_none() && url.username().is_empty();
    (is_known && is_plain).then_some(Picture {
        url,
        page: Url::parse(&format!("https://www.imdb.com/title/{imdb_id}/")).ok(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{directors, facts, hits, minutes, poster, wanted};
    use crate::catalog::facts::Search;
    use crate::catalog::sources::odd::{self, reply};

    #[test]
    fn an_unfinished_word_is_asked_for_with_a_star() {
        let typed = |title: &str, is_typing| {
            let title = title.to_owned();
            wanted(&Search {
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
            assert_eq!(minutes(raw), expected, "{raw:?}");
        }
    }

    #[test]
    fn notes_in_brackets_are_no_names() {
        let names = "Andrew Stanton, Lee Unkrich (co-director, uncredited), Andrew Stanton";
        assert_eq!(directors(names), ["Andrew Stanton", "Lee Unkrich"]);
        assert_eq!(directors("A) B, C ((D), E"), ["A B", "C"]);
    }

    #[test]
    fn posters_come_from_where_its_posters_are() {
        let url = |url: &str| poster(&json!({ "Poster": url }), "tt0133093");
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
        fn no_answer_to_a_search_breaks_it(answer in odd::answers(json!({
            "Response": "True", "totalResults": "2", "Search": [
                { "Title": "The Matrix", "Year": "1999", "imdbID": "tt0133093", "Type": "movie" },
                { "Title": "Matrix", "Year": "2011–2019", "imdbID": "tt0106062" },
            ],
        }))) {
            for hit in hits(&reply(answer)).into_iter().flatten() {
                odd::assert_hit(&hit)?;
            }
        }

        #[test]
        fn no_answer_to_a_look_up_breaks_it(answer in odd::answers(json!({
            "Response": "True", "Title": "The Matrix", "Year": "1999", "Runtime": "136 min",
            "Genre": "Action, Sci-Fi", "Director": "Lana Wachowski, Lilly Wachowski",
            "Plot": "A hacker wakes up.", "imdbID": "tt0133093", "Type": "movie",
            "Poster": "https://m.media-amazon.com/images/M/a.jpg",
        }))) {
            if let Ok(Some(facts)) = facts(&reply(answer), "tt0133093") {
                odd::assert_facts(&facts)?;
            }
        }

        #[test]
        fn no_running_time_breaks_it(raw in "[0-9]{0,30} ?(h|min|x)? ?[0-9]{0,30} ?(min)?") {
            minutes(&raw);
        }
    }
}
