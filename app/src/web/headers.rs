//! Security headers of every response, including errors and panics.

use axum::extract::{Request, State};
use axum::http::header::{
    self, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, SET_COOKIE,
};
use axum::middleware::Next;
use axum::response::Response;

use crate::config::Config;

/// Content security policy: only this site's own files, no inline script or style. The argument
/// says which sites may embed the page in a frame.
macro_rules! policy {
    ($ancestors:literal) => {
        concat!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; ",
            "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; ",
            "form-action 'self'; frame-ancestors ",
            $ancestors,
            "; base-uri 'none'"
        )
    };
}

const CONTENT_POLICY: &str = policy!("'none'");

/// Keeps what is at a secret address out of search engines. Shared caches do not store it either,
/// because `no-store` is the default of all responses.
pub fn unlisted(mut response: Response) -> Response {
    let noindex = HeaderValue::from_static("noindex");
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-robots-tag"), noindex);
    response
}

/// Headers of pages that other sites may embed in a frame.
pub const EMBEDDABLE: [(HeaderName, HeaderValue); 2] = [
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(policy!("*")),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    ),
];

const DEFAULT_HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// The `Strict-Transport-Security` header; `None` unless the site is reached over https.
#[derive(Clone, Copy, Debug)]
pub struct Hsts(Option<&'static str>);

impl Hsts {
    pub fn of(config: &Config) -> Self {
        let value = if config.hsts_include_subdomains {
            "max-age=31536000; includeSubDomains"
        } else {
            "max-age=31536000"
        };
        Self(config.is_https().then_some(value))
    }
}

/// Middleware. Keeps headers that the response already has, as poster files do. Responses without
/// `Cache-Control` get `no-store`.
pub async fn set_security_headers(
    State(Hsts(hsts)): State<Hsts>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in DEFAULT_HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if let Some(hsts) = hsts {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(hsts),
        );
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    add_cookie_attributes(headers, hsts.is_some());
    response
}

/// Adds missing attributes. A cookie can be removed only with the attributes that it was set with,
/// and browsers ignore a `__Host-` cookie without `Secure`.
fn add_cookie_attributes(headers: &mut HeaderMap, https: bool) {
    let cookies: Vec<_> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for cookie in cookies {
        let mut text = cookie.to_str().unwrap_or_default().to_owned();
        let required = ["HttpOnly", "SameSite=Lax", "Path=/"]
            .into_iter()
            .chain(https.then_some("Secure"));
        for attribute in required {
            if !text.split("; ").any(|part| part == attribute) {
                text.push_str("; ");
                text.push_str(attribute);
            }
        }
        if let Ok(cookie) = HeaderValue::from_str(&text) {
            headers.append(SET_COOKIE, cookie);
        }
    }
}
