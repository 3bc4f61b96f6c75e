//! The Movie Database: <https://developer.themoviedb.org/reference>.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use super::api::{Api, Auth, LOOK_UP, Reply, SEARCH};
use super::{Source, Trouble, clean, genres};
use crate::catalog::facts::{Facts, Hit, Ids, Picture, Search};
use crate::config::{Catalog, Key, SourceName};
use crate::outgoing::Outgoing;

/// The width in which posters are fetched: the widest that is shown, and some more.
const WIDTH: &str = "w780/";

/// Genres come in the language of the settings; their numbers stay.
const GENRES: [(i64, &str); 19] = [
    (12, "Adventure"),
    (14, "Fantasy"),
    (16, "Animation"),
    (18, "Drama"),
    (27, "Horror"),
    (28, "Action"),
    (35, "Comedy"),
    (36, "History"),
    (37, "Western"),
    (53, "Thriller"),
    (80, "Crime"),
    (99, "Documentary"),
    (878, "Science Fiction"),
    (9648, "Mystery"),
    (10402, "Music"),
    (10749, "Romance"),
    (10751, "Family"),
    (10752, "War"),
    (10770, "TV Movie"),
];

/// The Movie Database.
#[derive(Debug)]
pub struct Tmdb {
    api: Api,
    language: String,
    images: Url,
}

impl Tmdb {
    /// As the settings have it; `None` without a key.
    pub fn new(catalog: &Catalog, outgoing: &Outgoing) -> Option<Self> {
        let auth = auth(catalog.tmdb_key.clone()?);
        Some(Self {
            api: Api::new(SourceName::Tmdb, &catalog.tmdb_url, auth, outgoing),
            language: catalog.language.clone(),
            images: catalog.tmdb_image_url.clone(),
        })
    }

    async fn hits(&self, search: &Search) -> Result<Vec<Hit>, Trouble> {
        let year = search.year.map(|year| year.to_string());
        let mut query = vec![
            ("query", search.title.as_str()),
            ("language", &self.language),
            ("include_adult", "false"),
            ("page", "1"),
        ];
        query.extend(year.as_deref().map(|year| ("year", year)));
        self.api.get(SEARCH, "search/movie", &query, hits).await
    }

    async fn facts(&self, ids: &Ids) -> Result<Option<Facts>, Trouble> {
        if let Some(id) = ids.tmdb_id.and_then(clean::tmdb_id) {
            let known = self.details(id).await?;
            if known.is_some() {
                return Ok(known);
            }
        }
        let Some(imdb_id) = ids.imdb_id.as_deref().and_then(clean::imdb_id) else {
            return Ok(None);
        };
        match self.find(&imdb_id).await? {
            Some(id) => self.details(id).await,
            None => Ok(None),
        }
    }

    async fn find(&self, imdb_id: &str) -> Result<Option<i64>, Trouble> {
        let query = [("external_source", "imdb_id"), ("language", &self.language)];
        let path = format!("find/{imdb_id}");
        self.api.get(LOOK_UP, &path, &query, found).await
    }

    async fn details(&self, id: i64) -> Result<Option<Facts>, Trouble> {
        let query = [
            ("language", self.language.as_str()),
            ("append_to_response", "credits"),
        ];
        let images = self.images.clone();
        let read = move |reply: &Reply| facts(reply, id, &images);
        let path = format!("movie/{id}");
        self.api.get(LOOK_UP, &path, &query, read).await
    }
}

impl Source for Tmdb {
    fn name(&self) -> SourceName {
        SourceName::Tmdb
    }

    fn search<'a>(&'a self, search: &'a Search) -> BoxFuture<'a, Result<Vec<Hit>, Trouble>> {
        self.hits(search).boxed()
    }

    fn look_up<'a>(&'a self, ids: &'a Ids) -> BoxFuture<'a, Result<Option<Facts>, Trouble>> {
        self.facts(ids).boxed()
    }
}

/// A v4 token has three parts with dots between them; a v3 key has no dot.
fn auth(key: Key) -> Auth {
    match key.expose().contains('.') {
        true => Auth::Bearer(key),
        false => Auth::Query("api_key", key),
    }
}

fn told(reply: &Reply) -> Result<&Value, Trouble> {
    match reply.status {
        StatusCode::UNAUTHORIZED => Err(Trouble::WrongKey),
        _ => reply.ok(),
    }
}

fn hits(reply: &Reply) -> Result<Vec<Hit>, Trouble> {
    let results = list(told(reply)?, "results")?;
    Ok(results.iter().filter_map(hit).collect())
}

fn hit(result: &Value) -> Option<Hit> {
    let (title, original_title) = titles(result)?;
    Some(Hit {
        source: SourceName::Tmdb,
        ids: Ids {
            tmdb_id: Some(id(result)?),
            ..Ids::default()
        },
        title,
        original_title,
        year: result["release_date"].as_str().and_then(clean::year),
        directors: Vec::new(),
    })
}

fn found(reply: &Reply) -> Result<Option<i64>, Trouble> {
    if reply.status == StatusCode::NOT_FOUND {
        return Ok(None);
    }
    let results = list(told(reply)?, "movie_results")?;
    Ok(results.iter().find_map(id))
}

fn facts(reply: &Reply, asked: i64, images: &Url) -> Result<Option<Facts>, Trouble> {
    if reply.status == StatusCode::NOT_FOUND {
        return Ok(None);
    }
    let movie = told(reply)?;
    if id(movie) != Some(asked) {
        return Err(Trouble::Garbage(format!("it is not movie {asked}")));
    }
    let untitled = || Trouble::Garbage(format!("movie {asked} has no title"));
    let (title, original_title) = titles(movie).ok_or_else(untitled)?;
    Ok(Some(Facts {
        source: SourceName::Tmdb,
        ids: Ids {
            imdb_id: movie["imdb_id"].as_str().and_then(clean::imdb_id),
            tmdb_id: Some(asked),
            wikidata_id: None,
        },
        title,
        original_title,
        year: movie["release_date"].as_str().and_then(clean::year),
        directors: directors(movie),
        runtime: movie["runtime"].as_i64().and_then(clean::runtime),
        genres: genres::canonical(all(&movie["genres"]).iter().filter_map(genre)),
        overview: clean::overview(movie["overview"].as_str().unwrap_or_default()),
        poster: poster(movie, asked, images),
    }))
}

fn id(movie: &Value) -> Option<i64> {
    movie["id"].as_i64().and_then(clean::tmdb_id)
}

/// The title, and the original one where it is another.
fn titles(movie: &Value) -> Option<(String, Option<String>)> {
    let original = movie["original_title"].as_str().unwrap_or_default();
    let title = movie["title"].as_str().and_then(clean::title);
    let title = title.or_else(|| clean::title(original))?;
    let original = clean::original_title(original, &title);
    Some((title, original))
}

fn directors(movie: &Value) -> Vec<String> {
    let crew = all(&movie["credits"]["crew"]).iter();
    let directors = crew.filter(|member| member["job"] == "Director");
    clean::directors(directors.filter_map(|member| member["name"].as_str()))
}

fn genre(genre: &Value) -> Option<&str> {
    let number = genre["id"].as_i64();
    let known = GENRES.iter().find(|(known, _)| Some(*known) == number);
    known
        .map(|(_, name)| *name)
        .or_else(|| genre["name"].as_str())
}

fn poster(movie: &Value, id: i64, images: &Url) -> Option<Picture> {
    let file = movie["poster_path"].as_str().and_then(file)?;
    Some(Picture {
        url: images.join(WIDTH).and_then(|url| url.join(file)).ok()?,
        page: Url::parse(&format!("https://www.themoviedb.org/movie/{id}")).ok(),
    })
}

/// The name of a picture: nothing that leads anywhere but into the folder of pictures.
fn file(path: &str) -> Option<&str> {
    let file = path.strip_prefix('/')?;
    let (name, ending) = file.rsplit_once('.')?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let fits = !name.is_empty() && name.chars().all(is_plain);
    (fits && matches!(ending, "jpg" | "png" | "webp")).then_some(file)
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>, Trouble> {
    let list = value[name].as_array();
    list.ok_or_else(|| Trouble::Garbage(format!("there is no list of {name}")))
}

fn all(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use url::Url;

    use super::{facts, file, found, hits};
    use crate::catalog::sources::odd::{self, reply};

    fn images() -> Url {
        Url::parse("https://image.tmdb.org/t/p/").expect("an address")
    }

    #[test]
    fn a_poster_is_a_file_in_the_folder_of_pictures() {
        assert_eq!(file("/a-B_9.jpg"), Some("a-B_9.jpg"));
        for bad in [
            "a.jpg",
            "/",
            "/.jpg",
            "//evil.example/a.jpg",
            "/../../a.jpg",
            "/a.jpg?b",
            "/a.svg",
            "/a%2fb.jpg",
            "/http:a.jpg",
        ] {
            assert_eq!(file(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_answer_to_a_search_breaks_it(answer in odd::answers(json!({ "results": [
            { "id": 603, "title": "The Matrix", "original_title": "The Matrix",
              "release_date": "1999-03-30" },
            { "id": 604, "title": "The Matrix Reloaded", "release_date": "" },
        ]}))) {
            for hit in hits(&reply(answer.clone())).into_iter().flatten() {
                odd::assert_hit(&hit)?;
            }
            let _ = found(&reply(answer));
        }

        #[test]
        fn no_answer_to_a_look_up_breaks_it(answer in odd::answers(json!({
            "id": 603, "imdb_id": "tt0133093", "title": "The Matrix",
            "original_title": "The Matrix", "release_date": "1999-03-30", "runtime": 136,
            "overview": "A hacker wakes up.", "poster_path": "/abc.jpg",
            "genres": [{ "id": 28, "name": "Action" }],
            "credits": { "crew": [{ "job": "Director", "name": "Lana Wachowski" }] },
        }))) {
            if let Ok(Some(facts)) = facts(&reply(answer), 603, &images()) {
                odd::assert_facts(&facts)?;
                let poster = facts.poster.map(|poster| poster.url.to_string());
                let is_there = |url: &String| url.starts_with("https://image.tmdb.org/t/p/w780/");
                prop_assert!(poster.iter().all(is_there));
            }
        }
    }
}
