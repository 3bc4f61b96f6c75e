//! A client for one JSON API: base URL, authentication and rate limit. JSON is parsed on the
//! blocking thread pool, because an answer of Wikidata can have megabytes.

use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue};
use serde_json::Value;
use tokio::task::spawn_blocking;
use url::Url;

use super::SourceError;
use super::limiter::{SourceLimiter, parse_retry_after};
use crate::config::{ServiceKey, SourceName};
use crate::outgoing::{OutgoingClient, OutgoingError, OutgoingRequest, OutgoingResponse};

/// How long a search waits for its turn at the rate limiter; a person is waiting for it.
pub const SEARCH_MAX_WAIT: Duration = Duration::from_secs(1);

/// How long a look-up waits for its turn at the rate limiter. It runs in the background.
pub const LOOK_UP_MAX_WAIT: Duration = Duration::from_secs(10);

/// The most bytes of a response. Eight complete Wikidata items fit.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;

#[derive(Clone, Debug)]
pub enum ApiAuth {
    Anonymous,
    /// In the `Authorization` header.
    Bearer(ServiceKey),
    /// In the query string, under this parameter name.
    QueryParam(&'static str, ServiceKey),
}

#[derive(Debug)]
pub struct JsonApi {
    outgoing: OutgoingClient,
    base: Url,
    auth: ApiAuth,
    pace: SourceLimiter,
}

#[derive(Clone, Debug)]
pub struct Reply {
    /// Never 429 or 5xx: those become errors.
    pub status: StatusCode,
    /// `Null` when the body of an error response is not JSON.
    pub value: Value,
    /// How long to wait if the body turns out to report a rate limit.
    pub retry_after: Duration,
}

impl Reply {
    /// The body, or an error if the status is not a success.
    pub fn success_body(&self) -> Result<&Value, SourceError> {
        if self.status.is_success() {
            Ok(&self.value)
        } else {
            Err(SourceError::InvalidResponse(self.status.to_string()))
        }
    }
}

impl JsonApi {
    pub fn new(source: SourceName, base: &Url, auth: ApiAuth, outgoing: &OutgoingClient) -> Self {
        Self {
            outgoing: outgoing.clone(),
            base: base.clone(),
            auth,
            pace: SourceLimiter::new(source),
        }
    }

    /// Waits for the rate limiter for at most `max_wait`, sends the request, and parses the
    /// response with `read`.
    pub async fn get<T: Send + 'static>(
        &self,
        max_wait: Duration,
        path: &str,
        query: &[(&str, &str)],
        read: impl FnOnce(&Reply) -> Result<T, SourceError> + Send + 'static,
    ) -> Result<T, SourceError> {
        self.pace.acquire(max_wait).await?;
        let outcome = self.send(path, query, read).await;
        let outcome = outcome.map_err(|error| self.without_key(error));
        self.pace.record(&outcome);
        outcome
    }

    async fn send<T: Send + 'static>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        read: impl FnOnce(&Reply) -> Result<T, SourceError> + Send + 'static,
    ) -> Result<T, SourceError> {
        let ask = OutgoingRequest {
            url: self.url(path, query),
            allowed_hosts: self
                .base
                .host_str()
                .map(str::to_owned)
                .into_iter()
                .collect(),
            headers: self.headers(),
            max_bytes: MAX_BODY_BYTES,
        };
        let answer = self.outgoing.get(ask).await.map_err(source_error)?;
        let retry_after = parse_retry_after(&answer.headers);
        let OutgoingResponse { status, body, .. } = answer;
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(SourceError::RateLimited(retry_after));
        }
        if status.is_server_error() {
            return Err(SourceError::Unavailable(status.to_string()));
        }
        let reading = spawn_blocking(move || {
            let value = parse_json_body(status, &body)?;
            read(&Reply {
                status,
                value,
                retry_after,
            })
        });
        reading
            .await
            .unwrap_or_else(|_| Err(SourceError::InvalidResponse("parsing it failed".to_owned())))
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let url = self.base.join(path);
        let mut url = url.expect("a valid relative URL");
        let mut pairs = url.query_pairs_mut();
        pairs.extend_pairs(query);
        if let ApiAuth::QueryParam(name, key) = &self.auth {
            pairs.append_pair(name, key.expose());
        }
        drop(pairs);
        url
    }

    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let mut headers = vec![(ACCEPT, HeaderValue::from_static("application/json"))];
        if let ApiAuth::Bearer(key) = &self.auth {
            let value = HeaderValue::from_str(&format!("Bearer {}", key.expose()));
            let mut value = value.expect("keys are printable");
            value.set_sensitive(true);
            headers.push((AUTHORIZATION, value));
        }
        headers
    }

    /// Removes the key from the error text, which may quote the URL or the response.
    fn without_key(&self, error: SourceError) -> SourceError {
        let key = match &self.auth {
            ApiAuth::Anonymous => return error,
            ApiAuth::Bearer(key) | ApiAuth::QueryParam(_, key) => key.expose(),
        };
        let encoded: String = url::form_urlencoded::byte_serialize(key.as_bytes()).collect();
        let hide = |text: String| text.replace(key, "…").replace(&encoded, "…");
        match error {
            SourceError::Unavailable(text) => SourceError::Unavailable(hide(text)),
            SourceError::InvalidResponse(text) => SourceError::InvalidResponse(hide(text)),
            other @ (SourceError::WrongKey | SourceError::RateLimited(_)) => other,
        }
    }
}

fn source_error(failure: OutgoingError) -> SourceError {
    match failure {
        OutgoingError::TimedOut | OutgoingError::Refused(_) | OutgoingError::Unreachable(_) => {
            SourceError::Unavailable(failure.to_string())
        }
        OutgoingError::TooLarge => SourceError::InvalidResponse(failure.to_string()),
    }
}

fn parse_json_body(status: StatusCode, body: &Bytes) -> Result<Value, SourceError> {
    match serde_json::from_slice(body) {
        Ok(value) => Ok(value),
        Err(_) if !status.is_success() => Ok(Value::Null),
        Err(_) => Err(SourceError::InvalidResponse("it is not JSON".to_owned())),
    }
}
