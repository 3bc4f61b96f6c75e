//! Protection against requests that another site makes a browser send (CSRF).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{HeaderName, ORIGIN, REFERER};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::csrf::ProtectionError;
use url::{Position, Url};

use super::Error;
use super::origin::host_of;
use super::url_checks::local_path;
use crate::config::Config;

/// See [Fetch Metadata](https://www.w3.org/TR/fetch-metadata/). Browsers send it to https and to
/// the same machine only.
pub const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Middleware around [`CsrfLayer`](tower_http::csrf::CsrfLayer). It says which address or header to change when that refuses a
/// request. It also refuses requests from pages on http if `BASE_URL` is https: the browser would
/// ignore the cookies of the response, and a one-time link would be used up for nothing.
pub async fn explain_refusal(
    State(config): State<Arc<Config>>,
    request: Request,
    next: Next,
) -> Response {
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method()) {
        return next.run(request).await;
    }
    let sender = Sender::of(request.headers());
    if config.is_https() && sender.is_on_http() {
        return sender.refusal(&config).into_response();
    }
    let response = next.run(request).await;
    match response.extensions().get::<ProtectionError>() {
        Some(_) => sender.refusal(&config).into_response(),
        None => response,
    }
}

/// What a request says about the page that it was sent from.
struct Sender {
    /// The origin of the page, unless it is hidden.
    origin: Option<Url>,
    /// The path of the page, if the browser tells.
    path: Option<String>,
    /// Whether the browser says that the page is of another site.
    is_other_site: bool,
    /// The host to which the request was sent.
    host: Option<Authority>,
}

impl Sender {
    fn of(headers: &HeaderMap) -> Self {
        let origin = url_in(headers, &ORIGIN);
        let origin = origin.filter(|url| ["http", "https"].contains(&url.scheme()));
        let referer = url_in(headers, &REFERER);
        let page = referer.filter(|page| Some(page.origin()) == origin.as_ref().map(Url::origin));
        Self {
            origin,
            path: page.and_then(|page| local_path(&page[Position::BeforePath..])),
            is_other_site: headers
                .get(SEC_FETCH_SITE)
                .is_some_and(|site| site != "same-origin" && site != "none"),
            host: host_of(headers),
        }
    }

    fn is_on_http(&self) -> bool {
        let origin = self.origin.as_ref();
        origin.is_some_and(|origin| origin.scheme() == "http")
    }

    fn refusal(&self, config: &Config) -> Error {
        let origin = self.origin.as_ref().map(|url| url.origin());
        let Some(origin) = origin.map(|origin| origin.ascii_serialization()) else {
            return Error::CrossSite(
                "Nothing was changed, because the header Origin doesn’t say which site. Reload the \
                 page and try again. If that doesn’t help, a browser extension or a proxy may be \
                 changing that header."
                    .to_owned(),
            );
        };
        match (config.origin(), &self.host) {
            _ if self.is_other_site => Error::CrossSite(format!(
                "Nothing was changed, because it was sent from {origin}. If you pressed a button \
                 on this site, reload the page and try again."
            )),
            (Some(site), _) => Error::WrongAddress {
                reason: wrong_address_advice(&origin, site),
                page_url: format!("{site}{}", self.path.as_deref().unwrap_or_default()),
            },
            (None, host) => Error::CrossSite(format!(
                "Nothing was changed, because it was sent from {origin}, but to {}. If {origin} is \
                 the address of this site, set BASE_URL to it, or have the proxy in front of this \
                 site keep the header Host.",
                host.as_ref().map_or("no host", Authority::as_str)
            )),
        }
    }
}

/// Either the person is wrong, or whoever set `BASE_URL` to `site`.
fn wrong_address_advice(used: &str, site: &str) -> String {
    let problem = format!("Nothing was changed, because you are at {used}");
    let solution = format!("Go to {site} and try again.");
    if site.starts_with("https:") && used.starts_with("http:") {
        format!("{problem}, where your browser can’t stay signed in. {solution}")
    } else {
        format!(
            "{problem}. {solution} If {used} is right, the person who runs this site needs to set \
             BASE_URL to it."
        )
    }
}

fn url_in(headers: &HeaderMap, name: &HeaderName) -> Option<Url> {
    Url::parse(headers.get(name)?.to_str().ok()?).ok()
}
