//! Wikidata's query service, which answers SPARQL queries:
//! <https://www.mediawiki.org/wiki/Wikidata_Query_Service/User_Manual>. It works on a query for at
//! most 60 s, and for one client for at most 60 s a minute, with at most 30 errors. Whoever ignores
//! a 429 is banned for a day.

mod answer;
mod film_row;
mod slice;
mod sparql;

use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, HeaderValue};
use tokio::task::spawn_blocking;
use url::Url;

use super::item::LabelLanguages;
use crate::catalog::local::CatalogFilm;
use crate::catalog::sources::limiter::retry_after_up_to;
use crate::config::Config;
use crate::outgoing::{
    OutgoingClient, OutgoingError, OutgoingLimits, OutgoingRequest, OutgoingResponse,
};
pub use slice::{FIRST_YEAR, FilmKinds, FilmSlice, slices_of_years};

const RESULTS_TYPE: HeaderValue = HeaderValue::from_static("application/sparql-results+json");

/// The longest wait that we obey. Bans last a day.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// In the body of an error 500, when a query took more than the 60 s.
const TIMEOUT_MARK: &str = "TimeoutException";

/// How much of an error's body is searched for the mark.
const ERROR_START: usize = 64 * 1024;

#[derive(Debug)]
pub struct QueryService {
    outgoing: OutgoingClient,
    url: Url,
    languages: LabelLanguages,
}

/// All films of a slice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilmPage {
    pub films: Vec<CatalogFilm>,
    /// The size of the response, after decompression.
    pub bytes: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryServiceError {
    #[error("it asked us to wait {} s", .0.as_secs())]
    RateLimited(Duration),
    /// A smaller slice may work.
    #[error("{0}")]
    TooMuch(String),
    /// It may work some time later.
    #[error("{0}")]
    Unavailable(String),
    /// Asking again is of no use, or not allowed.
    #[error("{0}")]
    Refused(String),
}

impl QueryService {
    pub fn new(config: &Config) -> Self {
        Self {
            outgoing: OutgoingClient::with_limits(config, OutgoingLimits::LONG_QUERY),
            url: config.catalog.wikidata_query_url.clone(),
            languages: LabelLanguages::new(&config.catalog.language),
        }
    }

    pub fn url(&self) -> &Url {
        &self.url
    }

    pub async fn films_of(&self, slice: &FilmSlice) -> Result<FilmPage, QueryServiceError> {
        let response = self.outgoing.get(self.request(slice)).await;
        let OutgoingResponse {
            status,
            headers,
            body,
        } = response.map_err(query_error)?;
        match status {
            StatusCode::OK => self.read_films(body).await,
            StatusCode::TOO_MANY_REQUESTS => {
                let wait = retry_after_up_to(MAX_RETRY_AFTER, &headers);
                Err(QueryServiceError::RateLimited(wait))
            }
            status => Err(status_error(status, &body)),
        }
    }

    fn request(&self, slice: &FilmSlice) -> OutgoingRequest {
        let mut url = self.url.clone();
        let query = sparql::films_query(slice, &self.languages);
        url.query_pairs_mut()
            .append_pair("query", &query)
            .append_pair("format", "json");
        OutgoingRequest {
            url,
            allowed_hosts: self.url.host_str().map(str::to_owned).into_iter().collect(),
            headers: vec![(ACCEPT, RESULTS_TYPE)],
            max_bytes: usize::MAX,
        }
    }

    async fn read_films(&self, body: Bytes) -> Result<FilmPage, QueryServiceError> {
        let languages = self.languages.clone();
        let reading = spawn_blocking(move || {
            let mut page = FilmPage {
                bytes: body.len() as u64,
                ..FilmPage::default()
            };
            answer::read_rows(&body, |row| {
                page.films.extend(film_row::film_of(row, &languages));
            })?;
            Ok(page)
        });
        reading.await.unwrap_or_else(|_| {
            let message = "its answer could not be read".to_owned();
            Err(QueryServiceError::Unavailable(message))
        })
    }
}

fn query_error(error: OutgoingError) -> QueryServiceError {
    let message = error.to_string();
    match error {
        OutgoingError::TimedOut | OutgoingError::TooLarge => QueryServiceError::TooMuch(message),
        OutgoingError::Unreachable(_) => QueryServiceError::Unavailable(message),
        OutgoingError::Refused(_) => QueryServiceError::Refused(message),
    }
}

fn status_error(status: StatusCode, body: &Bytes) -> QueryServiceError {
    let message = format!("it answered {status}");
    let is_timeout = || {
        let start = &body[..body.len().min(ERROR_START)];
        String::from_utf8_lossy(start).contains(TIMEOUT_MARK)
    };
    match status {
        StatusCode::GATEWAY_TIMEOUT | StatusCode::REQUEST_TIMEOUT => {
            QueryServiceError::TooMuch(message)
        }
        StatusCode::INTERNAL_SERVER_ERROR if is_timeout() => {
            QueryServiceError::TooMuch("the query took it too long".to_owned())
        }
        status if status.is_client_error() => QueryServiceError::Refused(message),
        _ => QueryServiceError::Unavailable(message),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::StatusCode;

    use super::{QueryServiceError, status_error};

    #[test]
    fn only_a_timeout_of_theirs_asks_for_a_smaller_slice() {
        for (status, body, is_too_much, is_refused) in [
            (504, "upstream request timeout", true, false),
            (
                500,
                "SPARQL-QUERY: …\njava.util.concurrent.TimeoutException",
                true,
                false,
            ),
            (500, "java.lang.OutOfMemoryError", false, false),
            (502, "<h1>Bad gateway</h1>", false, false),
            (503, "", false, false),
            (204, "", false, false),
            (400, "MalformedQueryException", false, true),
            (403, "You have been banned until tomorrow", false, true),
        ] {
            let code = StatusCode::from_u16(status).expect("a status");
            let error = status_error(code, &Bytes::from(body));
            let too_much = matches!(error, QueryServiceError::TooMuch(_));
            let refused = matches!(error, QueryServiceError::Refused(_));
            assert_eq!((too_much, refused), (is_too_much, is_refused), "{status}");
        }
    }
}
