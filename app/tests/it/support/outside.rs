//! A stand-in for TMDB, OMDb and Wikidata on this machine, and what they are asked.

use movies_diary::catalog::{Facts, Ids, Outside, Search};
use movies_diary::config::Config;
use movies_diary::outgoing::Outgoing;
use serde_json::Value;
use url::Url;
use wiremock::matchers::{path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::shapes::wikidata;

/// A key as they all have it.
pub const KEY: &str = "hunter2hunter2";

/// A token as TMDB has it instead.
pub const TOKEN: &str = "eyJhbGci.hunter2.c2ln";

/// Where each of them answers.
pub const TMDB: &str = "/tmdb/3/";
pub const SEARCH: &str = "/tmdb/3/search/movie";
pub const OMDB: &str = "/omdb/";
pub const WIKIDATA: &str = "/wikidata/w/api.php";

/// The server that stands for all of them.
pub struct Upstream {
    server: MockServer,
}

impl Upstream {
    pub async fn start() -> Self {
        Self {
            server: MockServer::start().await,
        }
    }

    /// Settings that lead here, and `more`, which count for more.
    pub fn settings(&self, more: &[(&str, &str)]) -> Vec<(String, String)> {
        let uri = self.server.uri();
        let ours = [
            ("OUTGOING_ALLOW", String::new()),
            ("TMDB_URL", TMDB.to_owned()),
            ("TMDB_IMAGE_URL", "/pictures/".to_owned()),
            ("OMDB_URL", OMDB.to_owned()),
            ("WIKIDATA_URL", "/wikidata/".to_owned()),
            ("COMMONS_URL", "/commons/".to_owned()),
        ];
        let ours = ours.map(|(name, path)| (name.to_owned(), format!("{uri}{path}")));
        let keys = [("TMDB_API_KEY", KEY), ("OMDB_API_KEY", KEY)];
        let more = keys.iter().chain(more);
        let more = more.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        ours.into_iter().chain(more).collect()
    }

    /// Asks these sources, in this order.
    pub fn asks(&self, sources: &str) -> Outside {
        self.asks_with(&[("CATALOG", sources)])
    }

    /// Asks as the settings say.
    pub fn asks_with(&self, settings: &[(&str, &str)]) -> Outside {
        let settings = self.settings(settings);
        let config = Config::from_values(pairs(&settings)).expect("valid settings");
        Outside::new(&config, &Outgoing::new(&config))
    }

    /// What is answered at an address from now on.
    pub async fn answers(&self, at: &str, query: &[(&str, &str)], answer: ResponseTemplate) {
        self.mock(at, query, answer).mount(&self.server).await;
    }

    /// What is answered once, before what else is answered there.
    pub async fn answers_once(&self, at: &str, query: &[(&str, &str)], answer: ResponseTemplate) {
        let mock = self.mock(at, query, answer);
        let mock = mock.up_to_n_times(1).with_priority(1);
        mock.mount(&self.server).await;
    }

    /// What is answered at an address from now on, instead of what was.
    pub async fn answers_first(&self, at: &str, answer: ResponseTemplate) {
        let mock = self.mock(at, &[], answer).with_priority(1);
        mock.mount(&self.server).await;
    }

    /// Forgets every answer, and what was asked.
    pub async fn reset(&self) {
        self.server.reset().await;
    }

    /// The addresses that were asked for, in their order.
    pub async fn asked(&self) -> Vec<Url> {
        let requests = self.server.received_requests().await.expect("recorded");
        requests.into_iter().map(|request| request.url).collect()
    }

    /// How often the addresses that begin so were asked for.
    pub async fn count(&self, at: &str) -> usize {
        let asked = self.asked().await;
        asked
            .iter()
            .filter(|url| url.path().starts_with(at))
            .count()
    }

    /// A header of the last request.
    pub async fn last_header(&self, name: &str) -> Option<String> {
        let requests = self.server.received_requests().await.expect("recorded");
        let header = requests.last()?.headers.get(name)?;
        header.to_str().ok().map(str::to_owned)
    }

    /// Where it is.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.server.uri())
    }

    fn mock(&self, at: &str, query: &[(&str, &str)], answer: ResponseTemplate) -> Mock {
        let mock = Mock::given(path(at));
        let mock = query.iter().fold(mock, |mock, (name, value)| {
            mock.and(query_param(*name, *value))
        });
        mock.respond_with(answer)
    }
}

/// Settings as a server takes them.
pub fn pairs(settings: &[(String, String)]) -> Vec<(&str, &str)> {
    let pairs = settings.iter();
    pairs
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// An answer with status 200.
pub fn ok(body: impl Into<Value>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body.into())
}

/// An answer with another status and no JSON.
pub fn status(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_string("<h1>No</h1>")
}

/// A value of a query.
pub fn query(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    let (_, value) = pairs.find(|(known, _)| known == name)?;
    Some(value.into_owned())
}

/// A title, typed to its end.
pub fn search(title: &str) -> Search {
    Search {
        title: title.to_owned(),
        year: None,
        is_typing: false,
    }
}

/// A movie by its IMDb id.
pub fn imdb(id: &str) -> Ids {
    Ids {
        imdb_id: Some(id.to_owned()),
        ..Ids::default()
    }
}

/// A movie by its number at TMDB.
pub fn tmdb_number(id: i64) -> Ids {
    Ids {
        tmdb_id: Some(id),
        ..Ids::default()
    }
}

/// A movie by its item of Wikidata.
pub fn item(id: &str) -> Ids {
    Ids {
        wikidata_id: Some(id.to_owned()),
        ..Ids::default()
    }
}

/// The facts of a movie that somebody knows.
pub async fn facts(outside: &Outside, ids: &Ids) -> Facts {
    let facts = outside.look_up(ids).await.expect("an answer");
    facts.expect("the movie")
}

/// Lets Wikidata know The Matrix, and find it whatever is looked for.
pub async fn wikidata_knows_the_matrix(upstream: &Upstream) {
    let items = [("action", "wbgetentities"), ("ids", "Q83495")];
    let the_matrix = wikidata::items([wikidata::the_matrix()]);
    upstream.answers(WIKIDATA, &items, ok(the_matrix)).await;
    let names = [("action", "wbgetentities"), ("props", "labels")];
    let others = wikidata::its_people_and_genres();
    upstream.answers(WIKIDATA, &names, ok(others)).await;
    let found = wikidata::results(&["Q83495"]);
    upstream
        .answers(WIKIDATA, &[("action", "query")], ok(found))
        .await;
}
