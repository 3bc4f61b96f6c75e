//! The Movie Database: <https://developer.themoviedb.org/reference>.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use super::json_api::{ApiAuth, JsonApi, LOOK_UP_MAX_WAIT, Reply, SEARCH_MAX_WAIT};
use super::{Source, SourceError, genres, sanitize};
use crate::catalog::facts::{ExternalIds, Hit, RemotePoster, Search, SourceFacts};
use crate::config::{CatalogConfig, ServiceKey, SourceName};
use crate::outgoing::OutgoingClient;

/// Wider than the widest poster we store.
const POSTER_WIDTH: &str = "w780/";

/// TMDB translates the names of genres, so we map their ids to our names.
const GENRE_NAMES: [(i64, &str); 19] = [
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

#[derive(Debug)]
pub struct Tmdb {
    api: JsonApi,
    language: String,
    images: Url,
}

impl Tmdb {
    /// `None` when no key is configured.
    pub fn new(catalog: &CatalogConfig, outgoing: &OutgoingClient) -> Option<Self> {
        let auth = auth_for_key(catalog.tmdb_key.clone()?);
        Some(Self {
            api: JsonApi::new(SourceName::Tmdb, &catalog.tmdb_url, auth, outgoing),
            language: catalog.language.clone(),
            images: catalog.tmdb_image_url.clone(),
        })
    }

    async fn hits(&self, search: &Search) -> Result<Vec<Hit>, SourceError> {
        let year = search.year.map(|year| year.to_string());
        let mut query = vec![
            ("query", search.title.as_str()),
            ("language", &self.language),
            ("include_adult", "false"),
            ("page", "1"),
        ];
        query.extend(year.as_deref().map(|year| ("year", year)));
        self.api
            .get(SEARCH_MAX_WAIT, "search/movie", &query, tmdb_hits)
            .await
    }

    async fn facts(&self, ids: &ExternalIds) -> Result<Option<SourceFacts>, SourceError> {
        if let Some(id) = ids.tmdb_id.and_then(sanitize::tmdb_id) {
            let known = self.details(id).await?;
            if known.is_some() {
                return Ok(known);
            }
        }
        let Some(imdb_id) = ids.imdb_id.as_deref().and_then(sanitize::imdb_id) else {
            return Ok(None);
        };
        match self.find_by_imdb_id(&imdb_id).await? {
            Some(id) => self.details(id).await,
            None => Ok(None),
        }
    }

    async fn find_by_imdb_id(&self, imdb_id: &str) -> Result<Option<i64>, SourceError> {
        let query = [("external_source", "imdb_id"), ("language", &self.language)];
        let path = format!("find/{imdb_id}");
        self.api
            .get(LOOK_UP_MAX_WAIT, &path, &query, found_tmdb_id)
            .await
    }

    async fn details(&self, id: i64) -> Result<Option<SourceFacts>, SourceError> {
        let query = [
            ("language", self.language.as_str()),
            ("append_to_response", "credits"),
        ];
        let images = self.images.clone();
        let read = move |reply: &Reply| tmdb_facts(reply, id, &images);
        let path = format!("movie/{id}");
        self.api.get(LOOK_UP_MAX_WAIT, &path, &query, read).await
    }
}

impl Source for Tmdb {
    fn name(&self) -> SourceName {
        SourceName::Tmdb
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

/// A v4 token is a JWT, which has dots; a v3 key has none.
fn auth_for_key(key: ServiceKey) -> ApiAuth {
    if key.expose().contains('.') {
        ApiAuth::Bearer(key)
    } else {
        ApiAuth::QueryParam("api_key", key)
    }
}

fn tmdb_payload(reply: &Reply) -> Result<&Value, SourceError> {
    match reply.status {
        StatusCode::UNAUTHORIZED => Err(SourceError::WrongKey),
        _ => reply.success_body(),
    }
}

fn tmdb_hits(reply: &Reply) -> Result<Vec<Hit>, SourceError> {
    let results = required_array(tmdb_payload(reply)?, "results")?;
    Ok(results.iter().filter_map(tmdb_hit).collect())
}

fn tmdb_hit(result: &Value) -> Option<Hit> {
    let (title, original_title) = title_and_original(result)?;
    Some(Hit {
        source: SourceName::Tmdb,
        ids: ExternalIds {
            tmdb_id: Some(tmdb_id_of(result)?),
            ..ExternalIds::default()
        },
        title,
        original_title,
        year: result["release_date"].as_str().and_then(sanitize::year),
        directors: Vec::new(),
    })
}

fn found_tmdb_id(reply: &Reply) -> Result<Option<i64>, SourceError> {
    if reply.status == StatusCode::NOT_FOUND {
        return Ok(None);
    }
    let results = required_array(tmdb_payload(reply)?, "movie_results")?;
    Ok(results.iter().find_map(tmdb_id_of))
}

fn tmdb_facts(
    reply: &Reply,
    requested_id: i64,
    images: &Url,
) -> Result<Option<SourceFacts>, SourceError> {
    if reply.status == StatusCode::NOT_FOUND {
        return Ok(None);
    }
    let movie = tmdb_payload(reply)?;
    if tmdb_id_of(movie) != Some(requested_id) {
        return Err(SourceError::InvalidResponse(format!(
            "it is not about movie {requested_id}"
        )));
    }
    let untitled = || SourceError::InvalidResponse(format!("movie {requested_id} has no title"));
    let (title, original_title) = title_and_original(movie).ok_or_else(untitled)?;
    Ok(Some(SourceFacts {
        source: SourceName::Tmdb,
        ids: ExternalIds {
            imdb_id: movie["imdb_id"].as_str().and_then(sanitize::imdb_id),
            tmdb_id: Some(requested_id),
            wikidata_id: None,
        },
        title,
        original_title,
        year: movie["release_date"].as_str().and_then(sanitize::year),
        released_on: movie["release_date"].as_str().and_then(sanitize::date),
        directors: directors_in_crew(movie),
        runtime: movie["runtime"].as_i64().and_then(sanitize::runtime),
        genres: genres::canonical(
            array_or_empty(&movie["genres"])
                .iter()
                .filter_map(genre_name),
        ),
        overview: sanitize::overview(movie["overview"].as_str().unwrap_or_default()),
        poster: tmdb_poster(movie, requested_id, images),
    }))
}

fn tmdb_id_of(movie: &Value) -> Option<i64> {
    movie["id"].as_i64().and_then(sanitize::tmdb_id)
}

/// The title, and the original title if it differs.
fn title_and_original(movie: &Value) -> Option<(String, Option<String>)> {
    let original = movie["original_title"].as_str().unwrap_or_default();
    let title = movie["title"].as_str().and_then(sanitize::title);
    let title = title.or_else(|| sanitize::title(original))?;
    let original = sanitize::original_title(original, &title);
    Some((title, original))
}

fn directors_in_crew(movie: &Value) -> Vec<String> {
    let crew = array_or_empty(&movie["credits"]["crew"]).iter();
    let directors = crew.filter(|member| member["job"] == "Director");
    sanitize::directors(directors.filter_map(|member| member["name"].as_str()))
}

fn genre_name(genre: &Value) -> Option<&str> {
    let number = genre["id"].as_i64();
    let known = GENRE_NAMES.iter().find(|(known, _)| Some(*known) == number);
    known
        .map(|(_, name)| *name)
        .or_else(|| genre["name"].as_str())
}

fn tmdb_poster(movie: &Value, id: i64, images: &Url) -> Option<RemotePoster> {
    let file = movie["poster_path"].as_str().and_then(poster_file_name)?;
    Some(RemotePoster {
        url: images
            .join(POSTER_WIDTH)
            .and_then(|url| url.join(file))
            .ok()?,
        page: Url::parse(&format!("https://www.themoviedb.org/movie/{id}")).ok(),
    })
}

/// The file name of a poster. Rejects paths that would lead outside the image directory.
fn poster_file_name(path: &str) -> Option<&str> {
    let file = path.strip_prefix('/')?;
    let (name, ending) = file.rsplit_once('.')?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let fits = !name.is_empty() && name.chars().all(is_plain);
    (fits && matches!(ending, "jpg" | "png" | "webp")).then_some(file)
}

fn required_array<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>, SourceError> {
    let list = value[name].as_array();
    list.ok_or_else(|| SourceError::InvalidResponse(format!("`{name}` is not a list")))
}

fn array_or_empty(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use url::Url;

    use super::{found_tmdb_id, poster_file_name, tmdb_facts, tmdb_hits};
    use crate::catalog::sources::fuzz::{self, ok_reply};

    fn images() -> Url {
        Url::parse("https://image.tmdb.org/t/p/").expect("an address")
    }

    #[test]
    fn poster_file_names_stay_in_the_image_directory() {
        assert_eq!(poster_file_name("/a-B_9.jpg"), Some("a-B_9.jpg"));
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
            assert_eq!(poster_file_name(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn tmdb_search_survives_any_response(answer in fuzz::mutated_json(json!({ "results": [
            { "id": 603, "title": "The Matrix", "original_title": "The Matrix",
              "release_date": "1999-03-30" },
            { "id": 604, "title": "The Matrix Reloaded", "release_date": "" },
        ]}))) {
            for hit in tmdb_hits(&ok_reply(answer.clone())).into_iter().flatten() {
                fuzz::assert_hit(&hit)?;
            }
            let _ = found_tmdb_id(&ok_reply(answer));
        }

        #[test]
        fn tmdb_look_up_survives_any_response(answer in fuzz::mutated_json(json!({
            "id": 603, "imdb_id": "tt0133093", "title": "The Matrix",
            "original_title": "The Matrix", "release_date": "1999-03-30", "runtime": 136,
            "overview": "A hacker wakes up.", "poster_path": "/abc.jpg",
            "genres": [{ "id": 28, "name": "Action" }],
            "credits": { "crew": [{ "job": "Director", "name": "Lana Wachowski" }] },
        }))) {
            if let Ok(Some(facts)) = tmdb_facts(&ok_reply(answer), 603, &images()) {
                fuzz::assert_facts(&facts)?;
                let poster = facts.poster.map(|poster| poster.url.to_string());
                let is_there = |url: &String| url.starts_with("https://image.tmdb.org/t/p/w780/");
                prop_assert!(poster.iter().all(is_there));
            }
        }
    }
}
