//! What stands before a path where it must be a whole address.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;

use crate::config::Config;

/// How whoever asks reaches this site: as `BASE_URL` says, else by the host that they
/// asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    fn of(config: &Config, headers: &HeaderMap) -> Self {
        let asked = headers.get(HOST).and_then(|host| host.to_str().ok());
        // A host is whatever the client says: what is none gets no further.
        let host = asked.and_then(|host| host.parse::<Authority>().ok());
        Self(match (config.origin(), host) {
            (Some(origin), _) => origin.to_owned(),
            (None, Some(host)) => format!("http://{host}"),
            (None, None) => format!("http://{}", config.address),
        })
    }

    /// The whole address of a path of this site.
    pub fn at(&self, path: impl fmt::Display) -> String {
        format!("{}{path}", self.0)
    }
}

impl<S> FromRequestParts<S> for Origin
where
    S: Send + Sync,
    Arc<Config>: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&Arc::from_ref(state), &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::HOST;
    use axum::http::{HeaderMap, HeaderValue};

    use super::Origin;
    use crate::config::Config;

    fn origin(base_url: &str, host: &'static str) -> String {
        let config = Config::from_values([("BASE_URL", base_url)]).expect("valid settings");
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static(host));
        Origin::of(&config, &headers).at("/x")
    }

    #[test]
    fn the_setting_comes_first_then_the_host_and_never_what_is_no_host() {
        assert_eq!(origin("https://a.example/", "b"), "https://a.example/x");
        assert_eq!(origin("", "b.example:81"), "http://b.example:81/x");
        assert_eq!(origin("", "b/\"><x"), "http://127.0.0.1:3000/x");
    }
}
