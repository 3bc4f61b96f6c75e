//! A stub of Wikidata's query service. It reads the days, kinds and ending from a query, and
//! answers with the films that fit, in the documented shape.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::catalog_stub::query_value;

const ENTITY: &str = "http://www.wikidata.org/entity/";

#[derive(Clone, Debug)]
pub struct StubFilm {
    /// `Q` and a number.
    pub id: String,
    pub kind: &'static str,
    /// The earliest release: `1994-10-14`.
    pub day: String,
    pub title: String,
    pub sitelinks: u32,
    /// More columns of the row.
    pub more: Vec<(&'static str, String)>,
}

impl StubFilm {
    pub fn new(number: u32, title: &str, day: &str) -> Self {
        Self {
            id: format!("Q{number}"),
            kind: "Q11424",
            day: day.to_owned(),
            title: title.to_owned(),
            sitelinks: 1,
            more: Vec::new(),
        }
    }

    fn row(&self) -> Value {
        let cell = |value: &str| json!({ "type": "literal", "value": value });
        let film = format!("{ENTITY}{}", self.id);
        let mut row = json!({
            "film": { "type": "uri", "value": film },
            "released": cell(&format!("{}T00:00:00Z", self.day)),
            "sitelinks": cell(&self.sitelinks.to_string()),
            "labels": cell(&format!("en:{}", self.title)),
        });
        for (column, value) in &self.more {
            row[column] = cell(value);
        }
        row
    }
}

/// What the service does when a query has too many films.
#[derive(Clone, Copy, Debug)]
pub enum Overload {
    /// The 500 of a query that took more than a minute.
    Timeout,
    /// A 200 whose body ends in the middle, with a stack trace.
    HalfPage,
}

#[derive(Debug)]
struct StubState {
    films: Vec<StubFilm>,
    /// The next answers, whatever is asked.
    next: VecDeque<ResponseTemplate>,
    overload: Option<(usize, Overload)>,
    queries: Vec<String>,
}

pub struct QueryServiceStub {
    server: MockServer,
    state: Arc<Mutex<StubState>>,
}

impl QueryServiceStub {
    pub async fn start(films: Vec<StubFilm>) -> Self {
        let state = StubState {
            films,
            next: VecDeque::new(),
            overload: None,
            queries: Vec::new(),
        };
        let stub = Self {
            server: MockServer::start().await,
            state: Arc::new(Mutex::new(state)),
        };
        let responder = Responder(Arc::clone(&stub.state));
        let mock = Mock::given(path("/sparql")).respond_with(responder);
        mock.mount(&stub.server).await;
        stub
    }

    /// Settings that lead to the stub.
    pub fn settings(&self) -> [(&'static str, String); 3] {
        [
            ("OUTGOING_ALLOW", self.server.uri()),
            (
                "WIKIDATA_QUERY_URL",
                format!("{}/sparql", self.server.uri()),
            ),
            ("CATALOG", "wikidata".to_owned()),
        ]
    }

    /// Answers the next requests with these.
    pub fn respond_next(&self, answers: impl IntoIterator<Item = ResponseTemplate>) {
        self.state().next.extend(answers);
    }

    /// From now on, queries with more films than this fail.
    pub fn limit_films(&self, most: usize, overload: Overload) {
        self.state().overload = Some((most, overload));
    }

    pub fn set_films(&self, films: Vec<StubFilm>) {
        self.state().films = films;
    }

    pub fn queries(&self) -> Vec<String> {
        self.state().queries.clone()
    }

    pub fn query_count(&self) -> usize {
        self.state().queries.len()
    }

    pub async fn last_header(&self, name: &str) -> Option<String> {
        let requests = self.server.received_requests().await.expect("recorded");
        let header = requests.last()?.headers.get(name)?;
        header.to_str().ok().map(str::to_owned)
    }

    fn state(&self) -> MutexGuard<'_, StubState> {
        self.state.lock().expect("nobody panicked")
    }
}

struct Responder(Arc<Mutex<StubState>>);

impl Respond for Responder {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let query = query_value(&request.url, "query").expect("a query");
        assert_eq!(query_value(&request.url, "format").as_deref(), Some("json"));
        let mut state = self.0.lock().expect("nobody panicked");
        state.queries.push(query.clone());
        if let Some(answer) = state.next.pop_front() {
            return answer;
        }
        let films: Vec<_> = state
            .films
            .iter()
            .filter(|film| fits(film, &query))
            .collect();
        let rows: Vec<_> = films.iter().map(|film| film.row()).collect();
        let answer = json!({
            "head": { "vars": ["film", "released", "sitelinks", "labels"] },
            "results": { "bindings": rows },
        });
        let overload = state.overload.filter(|(most, _)| rows.len() > *most);
        match overload {
            None => ResponseTemplate::new(200).set_body_json(answer),
            Some((_, Overload::Timeout)) => ResponseTemplate::new(500)
                .set_body_string("SPARQL-QUERY: queryStr=…\njava.util.concurrent.TimeoutException"),
            Some((_, Overload::HalfPage)) => {
                let answer = answer.to_string();
                let half = &answer[..answer.len() * 2 / 3];
                let body = format!("{half}\njava.util.concurrent.TimeoutException\n\tat java.base");
                ResponseTemplate::new(200).set_body_string(body)
            }
        }
    }
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

fn fits(film: &StubFilm, query: &str) -> bool {
    let kinds = between(query, "VALUES ?kind { ", " }").expect("kinds");
    let from = between(query, "?day >= \"", "T").expect("a first day");
    let to = between(query, "?day < \"", "T").expect("a last day");
    let ending = between(query, "STRENDS(STR(?film), \"", "\"").unwrap_or_default();
    kinds
        .split(' ')
        .any(|kind| kind == format!("wd:{}", film.kind))
        && (from..to).contains(&film.day.as_str())
        && film.id.ends_with(ending)
}
