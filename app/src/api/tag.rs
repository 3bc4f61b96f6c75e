//! Tags that tell one state of an answer from the next (RFC 9110, section 8.8.3).
//!
//! A tag of what can be changed has two halves. The first changes with what can be changed
//! through the answer's address, and is what a change is held against; the second with all that
//! is shown. So a poster that arrives makes nobody's change come late. It is a strong tag, as
//! `If-Match` wants it, and such an answer is therefore never compressed. All other tags are
//! weak.

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_MATCH};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use headers::{HeaderMapExt, IfNoneMatch};
use serde::Serialize;

use super::problem::Refusal;
use crate::secret;
use crate::web::Error;

/// Hex digits of each half: 64 bits.
const HALF: usize = 16;

/// A JSON body with the tag of its state.
#[derive(Clone, Debug)]
pub(super) struct Tagged {
    json: Bytes,
    tag: HeaderValue,
}

impl Tagged {
    /// `shown`, of which nothing can be changed.
    pub(super) fn new(shown: &impl Serialize) -> Result<Self, Error> {
        let json = json(shown)?;
        let tag = format!("W/\"{}\"", half(&json));
        Self::with(json, tag)
    }

    /// `shown`, in the `state` that can be changed.
    pub(super) fn of(shown: &impl Serialize, state: &impl Serialize) -> Result<Self, Error> {
        let json = json(shown)?;
        let tag = format!("\"{}-{}\"", half(&self::json(state)?), half(&json));
        Self::with(json, tag)
    }

    fn with(json: Vec<u8>, tag: String) -> Result<Self, Error> {
        let tag = HeaderValue::try_from(tag);
        Ok(Self {
            json: json.into(),
            tag: tag.map_err(|error| Error::Internal(error.to_string()))?,
        })
    }
}

/// Whoever keeps an answer asks whether it is still so before it is used, and keeps it for
/// nobody else.
const KEPT: HeaderValue = HeaderValue::from_static("private, no-cache");

impl IntoResponse for Tagged {
    fn into_response(self) -> Response {
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (CACHE_CONTROL, KEPT),
            (ETAG, self.tag),
        ];
        (headers, self.json).into_response()
    }
}

/// `value` as it is sent, and as it is told from others.
pub(super) fn json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|error| Error::Internal(error.to_string()))
}

fn half(json: &[u8]) -> String {
    secret::hash(json)[..HALF].to_owned()
}

/// Fails if `if-match` is sent and names another state than this one (RFC 9110, section
/// 13.1.1).
pub(super) fn expect(headers: &HeaderMap, state: &impl Serialize) -> Result<(), Refusal> {
    let now = half(&json(state)?);
    let mut lists = headers.get_all(IF_MATCH).iter().peekable();
    let is_said = lists.peek().is_some();
    let names = |list: &HeaderValue| {
        let tags = list.to_str().unwrap_or_default().split(',');
        tags.into_iter()
            .any(|tag| tag.trim() == "*" || state_of(tag) == Some(&now))
    };
    match !is_said || lists.any(names) {
        true => Ok(()),
        false => Err(Refusal::Stale),
    }
}

/// The first half of a strong tag.
fn state_of(tag: &str) -> Option<&str> {
    let inner = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
    inner.split_once('-').map(|(state, _)| state)
}

/// Spares those who have an answer already its body (RFC 9110, section 13.1.2).
pub(super) async fn spare(request: Request, next: Next) -> Response {
    let known = request.headers().typed_get::<IfNoneMatch>();
    let known = known.filter(|_| [Method::GET, Method::HEAD].contains(request.method()));
    let response = next.run(request).await;
    match known {
        Some(known) if response.status() == StatusCode::OK && is_known(&known, &response) => {
            not_modified(response)
        }
        _ => response,
    }
}

fn is_known(known: &IfNoneMatch, response: &Response) -> bool {
    let tag = response.headers().typed_get::<headers::ETag>();
    tag.is_some_and(|tag| !known.precondition_passes(&tag))
}

fn not_modified(response: Response) -> Response {
    let (head, _) = response.into_parts();
    let mut spared = StatusCode::NOT_MODIFIED.into_response();
    *spared.headers_mut() = head.headers;
    spared.headers_mut().remove(CONTENT_TYPE);
    spared.headers_mut().remove(CONTENT_LENGTH);
    *spared.extensions_mut() = head.extensions;
    spared
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use axum::http::header::{ETAG, IF_MATCH};
    use axum::response::IntoResponse;

    use super::{Tagged, expect};

    fn tag(shown: &str, state: i32) -> String {
        let response = Tagged::of(&shown, &state).expect("JSON").into_response();
        let tag = response.headers()[ETAG].to_str().expect("a text");
        tag.to_owned()
    }

    fn fits(tag: &str, state: i32) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(IF_MATCH, tag.parse().expect("a header"));
        expect(&headers, &state).is_ok()
    }

    #[test]
    fn a_change_is_held_against_what_can_be_changed() {
        assert!(fits(&tag("a poster", 1), 1));
        assert!(fits(&tag("another poster", 1), 1));
        assert!(!fits(&tag("a poster", 1), 2));
    }

    #[test]
    fn what_is_shown_changes_the_tag_too() {
        assert_ne!(tag("a poster", 1), tag("another poster", 1));
        assert_ne!(tag("a poster", 1), tag("a poster", 2));
    }

    #[test]
    fn one_of_a_list_is_enough_and_a_star_is_any() {
        assert!(fits(&format!("\"x-y\", {}", tag("", 1)), 1));
        assert!(fits("*", 1));
        assert!(expect(&HeaderMap::new(), &1).is_ok());
    }

    #[test]
    fn a_weak_tag_and_what_is_no_tag_name_no_state() {
        for none in [&format!("W/{}", tag("", 1)), "", "1", "\"\"", "\"*\""] {
            assert!(!fits(none, 1), "{none}");
        }
    }
}
