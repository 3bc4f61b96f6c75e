//! The headers that stand on every answer, errors and panics too.

use axum::extract::{Request, State};
use axum::http::header::{
    self, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, SET_COOKIE,
};
use axum::middleware::Next;
use axum::response::Response;

/// Nothing but this site's own files, no inline script or style; who may show it in a
/// frame.
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

const POLICY: &str = policy!("'none'");

/// Of a page that is made to be shown in the frames of other sites.
pub const IN_FRAMES: [(HeaderName, HeaderValue); 2] = [
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(policy!("*")),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    ),
];

const FIXED: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, POLICY),
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

/// Whether people reach the site by https only.
#[derive(Clone, Copy, Debug)]
pub struct Https(pub bool);

/// Sets them, except where an answer has its own: a file that other sites may show. What
/// has not said how it may be kept is not kept.
pub async fn set(State(Https(https)): State<Https>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    complete_cookies(headers, https);
    response
}

/// A cookie that is taken back must carry the same attributes as one that is set, or
/// browsers ignore it (`__Host-` wants `Secure`).
fn complete_cookies(headers: &mut HeaderMap, https: bool) {
    let cookies: Vec<_> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for cookie in cookies {
        let mut text = cookie.to_str().unwrap_or_default().to_owned();
        let wanted = ["HttpOnly", "SameSite=Lax", "Path=/"]
            .into_iter()
            .chain(https.then_some("Secure"));
        for attribute in wanted {
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
