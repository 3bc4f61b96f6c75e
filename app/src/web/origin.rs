//! The site's origin, for absolute URLs.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;

use crate::config::Config;

/// Scheme and host under which the client reaches this site: `BASE_URL` if it is set, else the
/// request's `Host`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    fn from_request(config: &Config, headers: &HeaderMap) -> Self {
        let host_header = headers.get(HOST).and_then(|host| host.to_str().ok());
        // The client controls this header, so accept only a valid authority.
        let host = host_header.and_then(|host| host.parse::<Authority>().ok());
        Self(match (config.origin(), host) {
            (Some(origin), _) => origin.to_owned(),
            (None, Some(host)) => format!("http://{host}"),
            (None, None) => format!("http://{}", config.address),
        })
    }

    /// The absolute URL of a path on this site.
    pub fn url_of(&self, path: impl fmt::Display) -> String {
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
        Ok(Self::from_request(&Arc::from_ref(state), &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::HOST;
    use axum::http::{HeaderMap, HeaderValue};

    use super::Origin;
    use crate::config::Config;

    fn url_with(base_url: &str, host: &'static str) -> String {
        let config = Config::from_values([("BASE_URL", base_url)]).expect("valid settings");
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static(host));
        Origin::from_request(&config, &headers).url_of("/x")
    }

    #[test]
    fn base_url_wins_over_a_valid_host() {
        assert_eq!(url_with("https://a.example/", "b"), "https://a.example/x");
        assert_eq!(url_with("", "b.example:81"), "http://b.example:81/x");
        assert_eq!(url_with("", "b/\"><x"), "http://127.0.0.1:3000/x");
    }
}
