//! One API: where it is, how it knows us, how often it may be asked. What it answers is
//! read off the async threads: an answer of Wikidata can weigh megabytes.

use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue};
use serde_json::Value;
use tokio::task::spawn_blocking;
use url::Url;

use super::Trouble;
use super::pace::{Pace, retry_after};
use crate::config::{Key, SourceName};
use crate::outgoing::{Answer, Ask, Failure, Outgoing};

/// How long somebody who searches waits for a turn.
pub const SEARCH: Duration = Duration::from_secs(1);

/// How long a look-up waits for a turn: nobody sits in front of it.
pub const LOOK_UP: Duration = Duration::from_secs(10);

/// The most bytes of an answer: eight films with all that Wikidata says of them.
const MOST: usize = 8 * 1024 * 1024;

/// How an API knows who asks.
#[derive(Clone, Debug)]
pub enum Auth {
    /// It does not care.
    Nobody,
    /// By a token in a header.
    Bearer(Key),
    /// By a key in the address, under this name.
    Query(&'static str, Key),
}

/// An API that answers in JSON.
#[derive(Debug)]
pub struct Api {
    outgoing: Outgoing,
    base: Url,
    auth: Auth,
    pace: Pace,
}

/// What an API answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Any but 429 and those that mean that the server is broken.
    pub status: StatusCode,
    /// `Null` where an answer that tells of a mistake has no JSON.
    pub value: Value,
    /// How long to wait, should it turn out that this says so.
    pub retry_after: Duration,
}

impl Reply {
    /// The answer, where its status says that it is one.
    pub fn ok(&self) -> Result<&Value, Trouble> {
        match self.status.is_success() {
            true => Ok(&self.value),
            false => Err(Trouble::Garbage(self.status.to_string())),
        }
    }
}

impl Api {
    /// The API whose addresses begin with `base`.
    pub fn new(source: SourceName, base: &Url, auth: Auth, outgoing: &Outgoing) -> Self {
        Self {
            outgoing: outgoing.clone(),
            base: base.clone(),
            auth,
            pace: Pace::new(source),
        }
    }

    /// Waits for a turn, `patience` at most, asks, and lets `read` make something of the
    /// answer.
    pub async fn get<T: Send + 'static>(
        &self,
        patience: Duration,
        path: &str,
        query: &[(&str, &str)],
        read: impl FnOnce(&Reply) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        self.pace.turn(patience).await?;
        let outcome = self.ask(path, query, read).await;
        let outcome = outcome.map_err(|trouble| self.without_key(trouble));
        self.pace.note(&outcome);
        outcome
    }

    async fn ask<T: Send + 'static>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        read: impl FnOnce(&Reply) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let ask = Ask {
            url: self.url(path, query),
            hosts: self
                .base
                .host_str()
                .map(str::to_owned)
                .into_iter()
                .collect(),
            headers: self.headers(),
            most: MOST,
        };
        let answer = self.outgoing.get(ask).await.map_err(trouble)?;
        let retry_after = retry_after(&answer.headers);
        let Answer { status, body, .. } = answer;
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(Trouble::Later(retry_after));
        }
        if status.is_server_error() {
            return Err(Trouble::Away(status.to_string()));
        }
        let reading = spawn_blocking(move || {
            let value = json(status, &body)?;
            read(&Reply {
                status,
                value,
                retry_after,
            })
        });
        reading
            .await
            .unwrap_or_else(|_| Err(Trouble::Garbage("it cannot be read".to_owned())))
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let url = self.base.join(path);
        let mut url = url.expect("paths are ours, and fit any web address");
        let mut pairs = url.query_pairs_mut();
        pairs.extend_pairs(query);
        if let Auth::Query(name, key) = &self.auth {
            pairs.append_pair(name, key.expose());
        }
        drop(pairs);
        url
    }

    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let mut headers = vec![(ACCEPT, HeaderValue::from_static("application/json"))];
        if let Auth::Bearer(key) = &self.auth {
            let value = HeaderValue::from_str(&format!("Bearer {}", key.expose()));
            let mut value = value.expect("a key is printable");
            value.set_sensitive(true);
            headers.push((AUTHORIZATION, value));
        }
        headers
    }

    /// Whoever words a failure may quote the address, and with it the key.
    fn without_key(&self, trouble: Trouble) -> Trouble {
        let key = match &self.auth {
            Auth::Nobody => return trouble,
            Auth::Bearer(key) | Auth::Query(_, key) => key.expose(),
        };
        let encoded: String = url::form_urlencoded::byte_serialize(key.as_bytes()).collect();
        let hide = |text: String| text.replace(key, "…").replace(&encoded, "…");
        match trouble {
            Trouble::Away(text) => Trouble::Away(hide(text)),
            Trouble::Garbage(text) => Trouble::Garbage(hide(text)),
            other @ (Trouble::WrongKey | Trouble::Later(_)) => other,
        }
    }
}

fn trouble(failure: Failure) -> Trouble {
    match failure {
        Failure::TimedOut | Failure::Refused(_) | Failure::Unreachable(_) => {
            Trouble::Away(failure.to_string())
        }
        Failure::TooLarge => Trouble::Garbage(failure.to_string()),
    }
}

fn json(status: StatusCode, body: &Bytes) -> Result<Value, Trouble> {
    match serde_json::from_slice(body) {
        Ok(value) => Ok(value),
        Err(_) if !status.is_success() => Ok(Value::Null),
        Err(_) => Err(Trouble::Garbage("it is not JSON".to_owned())),
    }
}
