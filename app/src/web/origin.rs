//! The site's origin, for absolute URLs, and the `Host` of a request.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, Request, State};
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Uri, Version};
use axum::middleware::Next;
use axum::response::Response;

use super::Error;
use crate::config::Config;

/// Scheme and host under which the client reaches this site: `BASE_URL` if it is set, else the
/// request's `Host`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    fn from_request(config: &Config, headers: &HeaderMap) -> Self {
        Self(match (config.origin(), host_of(headers)) {
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

/// Middleware that answers 400 unless the request has one valid `Host` (RFC 9112, section 3.2).
/// With `BASE_URL`, every request counts as sent there, because proxies may replace the header.
pub async fn check_host(
    State(config): State<Arc<Config>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    let count = request.headers().get_all(HOST).iter().count();
    // HTTP/1.0 has no such header, and some health checks use that version.
    let is_optional = request.version() == Version::HTTP_10;
    if count > 1 || (count == 0 && !is_optional) {
        return Err(invalid_host(&format!("it has {count} of them")));
    }
    take_authority(&mut request);
    let headers = request.headers_mut();
    if let Some(host) = config.public_host() {
        headers.insert(HOST, HeaderValue::from_str(host).expect("a host of ASCII"));
    } else if headers.contains_key(HOST) && host_of(headers).is_none() {
        return Err(invalid_host("it has an invalid one"));
    }
    Ok(next.run(request).await)
}

/// The host of an absolute address in the request line replaces that of the header (RFC 9112,
/// section 3.2.2).
fn take_authority(request: &mut Request) {
    let uri = request.uri();
    let authority = uri.authority().map(|host| host.as_str().to_owned());
    if let Some(authority) = authority
        && let Some(path) = uri.path_and_query().cloned()
        && let Ok(host) = HeaderValue::from_str(&authority)
    {
        *request.uri_mut() = Uri::from(path);
        request.headers_mut().insert(HOST, host);
    }
}

/// The client controls this header, so anything but a host and a port counts as none.
pub fn host_of(headers: &HeaderMap) -> Option<Authority> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let is_plain = !host.contains('@');
    host.parse().ok().filter(|_| is_plain)
}

fn invalid_host(problem: &str) -> Error {
    Error::BadRequest(format!(
        "A request needs one header Host, with the address of this site, but {problem}. If there \
         is a proxy in front of this site, have it send one."
    ))
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
        assert_eq!(url_with("", "a@b"), "http://127.0.0.1:3000/x");
    }
}
