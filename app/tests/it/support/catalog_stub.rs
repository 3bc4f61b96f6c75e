//! A stub server for TMDB, OMDb and Wikidata, which records its requests.

use movies_diary::catalog::{ExternalIds, OnlineCatalog, Search, SourceFacts};
use movies_diary::config::Config;
use movies_diary::outgoing::OutgoingClient;
use serde_json::Value;
use url::Url;
use wiremock::matchers::{path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::catalog_payloads::wikidata;

/// An API key in a form that every source accepts.
pub const API_KEY: &str = "hunter2hunter2";

/// An access token, which TMDB accepts instead of a key.
pub const TMDB_TOKEN: &str = "eyJhbGci.hunter2.c2ln";

/// The paths at which the sources are stubbed.
pub const TMDB_PATH: &str = "/tmdb/3/";
pub const SEARCH: &str = "/tmdb/3/search/movie";
pub const OMDB_PATH: &str = "/omdb/";
pub const WIKIDATA_PATH: &str = "/wikidata/w/api.php";

/// One server that stands in for all sources.
pub struct CatalogStub {
    server: MockServer,
}

impl CatalogStub {
    pub async fn start() -> Self {
        Self {
            server: MockServer::start().await,
        }
    }

    /// Settings that lead to the stub; `more` overrides them.
    pub fn settings(&self, more: &[(&str, &str)]) -> Vec<(String, String)> {
        let uri = self.server.uri();
        let ours = [
            ("OUTGOING_ALLOW", String::new()),
            ("TMDB_URL", TMDB_PATH.to_owned()),
            ("TMDB_IMAGE_URL", "/pictures/".to_owned()),
            ("OMDB_URL", OMDB_PATH.to_owned()),
            ("WIKIDATA_URL", "/wikidata/".to_owned()),
            ("COMMONS_URL", "/commons/".to_owned()),
        ];
        let ours = ours.map(|(name, path)| (name.to_owned(), format!("{uri}{path}")));
        let keys = [("TMDB_API_KEY", API_KEY), ("OMDB_API_KEY", API_KEY)];
        let more = keys.iter().chain(more);
        let more = more.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        ours.into_iter().chain(more).collect()
    }

    /// A catalog that queries these sources, in this order.
    pub fn catalog(&self, sources: &str) -> OnlineCatalog {
        self.catalog_with(&[("CATALOG", sources)])
    }

    /// A catalog with these settings.
    pub fn catalog_with(&self, settings: &[(&str, &str)]) -> OnlineCatalog {
        let settings = self.settings(settings);
        let config = Config::from_values(as_str_pairs(&settings)).expect("valid settings");
        OnlineCatalog::new(&config, &OutgoingClient::new(&config))
    }

    /// Answers requests for this path and query from now on.
    pub async fn respond(&self, at: &str, query: &[(&str, &str)], answer: ResponseTemplate) {
        self.mock(at, query, answer).mount(&self.server).await;
    }

    /// Answers one request, before any other response to it.
    pub async fn respond_once(&self, at: &str, query: &[(&str, &str)], answer: ResponseTemplate) {
        let mock = self.mock(at, query, answer);
        let mock = mock.up_to_n_times(1).with_priority(1);
        mock.mount(&self.server).await;
    }

    /// Answers requests for this path from now on, before any other response to them.
    pub async fn override_response(&self, at: &str, answer: ResponseTemplate) {
        let mock = self.mock(at, &[], answer).with_priority(1);
        mock.mount(&self.server).await;
    }

    /// Forgets all responses and all recorded requests.
    pub async fn reset(&self) {
        self.server.reset().await;
    }

    /// In the order of the requests.
    pub async fn requested_urls(&self) -> Vec<Url> {
        let requests = self.server.received_requests().await.expect("recorded");
        requests.into_iter().map(|request| request.url).collect()
    }

    /// The number of requests whose path starts with `at`.
    pub async fn request_count(&self, at: &str) -> usize {
        let urls = self.requested_urls().await;
        urls.iter().filter(|url| url.path().starts_with(at)).count()
    }

    pub async fn last_request_header(&self, name: &str) -> Option<String> {
        let requests = self.server.received_requests().await.expect("recorded");
        let header = requests.last()?.headers.get(name)?;
        header.to_str().ok().map(str::to_owned)
    }

    pub fn url(&self, path: &str) -> String {
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

pub fn as_str_pairs(settings: &[(String, String)]) -> Vec<(&str, &str)> {
    let pairs = settings.iter();
    pairs
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// Status 200 with JSON.
pub fn ok(body: impl Into<Value>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body.into())
}

/// Another status, without JSON.
pub fn status(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_string("<h1>No</h1>")
}

pub fn query_value(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    let (_, value) = pairs.find(|(known, _)| known == name)?;
    Some(value.into_owned())
}

/// A search for a complete title.
pub fn title_search(title: &str) -> Search {
    Search {
        title: title.to_owned(),
        year: None,
        is_typing: false,
    }
}

pub fn with_imdb_id(id: &str) -> ExternalIds {
    ExternalIds {
        imdb_id: Some(id.to_owned()),
        ..ExternalIds::default()
    }
}

pub fn with_tmdb_id(id: i64) -> ExternalIds {
    ExternalIds {
        tmdb_id: Some(id),
        ..ExternalIds::default()
    }
}

pub fn with_wikidata_id(id: &str) -> ExternalIds {
    ExternalIds {
        wikidata_id: Some(id.to_owned()),
        ..ExternalIds::default()
    }
}

/// The facts of a movie that the catalog must know.
pub async fn look_up_facts(online: &OnlineCatalog, ids: &ExternalIds) -> SourceFacts {
    let facts = online.look_up(ids).await.expect("an answer");
    facts.expect("the movie")
}

/// Makes Wikidata find The Matrix, whatever is searched for.
pub async fn stub_wikidata_matrix(upstream: &CatalogStub) {
    let items = [("action", "wbgetentities"), ("ids", "Q83495")];
    let the_matrix = wikidata::items([wikidata::the_matrix()]);
    upstream
        .respond(WIKIDATA_PATH, &items, ok(the_matrix))
        .await;
    let names = [("action", "wbgetentities"), ("props", "labels")];
    let others = wikidata::matrix_people_and_genres();
    upstream.respond(WIKIDATA_PATH, &names, ok(others)).await;
    let found = wikidata::results(&["Q83495"]);
    upstream
        .respond(WIKIDATA_PATH, &[("action", "query")], ok(found))
        .await;
}
