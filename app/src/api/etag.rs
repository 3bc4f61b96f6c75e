//! ETags and conditional requests (RFC 9110, sections 8.8.3 and 13.1).
//!
//! The ETag of a resource that can be changed has two halves: a hash of the fields that a change at
//! this address can touch, and a hash of the whole body. `If-Match` compares only the first half,
//! so a poster that arrives in between does not make a change fail. `If-Match` needs a strong ETag,
//! which is why these responses are never compressed. All other ETags are weak.

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_MATCH};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use headers::{HeaderMapExt, IfNoneMatch};
use serde::Serialize;

use super::problem::ApiError;
use crate::secret;
use crate::web::Error;

/// Hex digits of each half: 64 bits.
const HALF_DIGITS: usize = 16;

/// A JSON body with its ETag.
#[derive(Clone, Debug)]
pub struct JsonWithEtag {
    json: Bytes,
    etag: HeaderValue,
}

impl JsonWithEtag {
    /// A body that cannot be changed at its address.
    pub fn weak(body: &impl Serialize) -> Result<Self, Error> {
        let json = to_json(body)?;
        let etag = format!("W/\"{}\"", short_hash(&json));
        Self::with_etag(json, etag)
    }

    /// A body whose fields in `state` can be changed at its address.
    pub fn strong(body: &impl Serialize, state: &impl Serialize) -> Result<Self, Error> {
        let json = to_json(body)?;
        let etag = format!(
            "\"{}-{}\"",
            short_hash(&self::to_json(state)?),
            short_hash(&json)
        );
        Self::with_etag(json, etag)
    }

    fn with_etag(json: Vec<u8>, tag: String) -> Result<Self, Error> {
        let etag = HeaderValue::try_from(tag);
        Ok(Self {
            json: json.into(),
            etag: etag.map_err(|error| Error::Internal(error.to_string()))?,
        })
    }
}

/// Responses depend on the caller: shared caches must not store them, and a browser must revalidate
/// them.
const PRIVATE_NO_CACHE: HeaderValue = HeaderValue::from_static("private, no-cache");

impl IntoResponse for JsonWithEtag {
    fn into_response(self) -> Response {
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (CACHE_CONTROL, PRIVATE_NO_CACHE),
            (ETAG, self.etag),
        ];
        (headers, self.json).into_response()
    }
}

pub fn to_json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|error| Error::Internal(error.to_string()))
}

fn short_hash(json: &[u8]) -> String {
    secret::sha256_hex(json)[..HALF_DIGITS].to_owned()
}

/// Fails with 412 if `if-match` is sent and does not name this `state` (RFC 9110, section 13.1.1).
pub fn check_if_match(headers: &HeaderMap, state: &impl Serialize) -> Result<(), ApiError> {
    let current = short_hash(&to_json(state)?);
    let mut lists = headers.get_all(IF_MATCH).iter().peekable();
    let is_conditional = lists.peek().is_some();
    let is_match = |list: &HeaderValue| {
        let tags = list.to_str().unwrap_or_default().split(',');
        tags.into_iter()
            .any(|tag| tag.trim() == "*" || first_half(tag) == Some(&current))
    };
    if !is_conditional || lists.any(is_match) {
        Ok(())
    } else {
        Err(ApiError::PreconditionFailed)
    }
}

/// The first half of a strong ETag. `None` if it is weak or malformed.
fn first_half(tag: &str) -> Option<&str> {
    let inner = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
    inner.split_once('-').map(|(state, _)| state)
}

/// Replaces a response with a 304 if `if-none-match` names its ETag (RFC 9110, section 13.1.2).
pub async fn conditional_get(request: Request, next: Next) -> Response {
    let if_none_match = request.headers().typed_get::<IfNoneMatch>();
    let known = if_none_match.filter(|_| [Method::GET, Method::HEAD].contains(request.method()));
    let response = next.run(request).await;
    match known {
        Some(known) if response.status() == StatusCode::OK && matches_etag(&known, &response) => {
            not_modified_response(response)
        }
        _ => response,
    }
}

fn matches_etag(if_none_match: &IfNoneMatch, response: &Response) -> bool {
    let etag = response.headers().typed_get::<headers::ETag>();
    etag.is_some_and(|tag| !if_none_match.precondition_passes(&tag))
}

fn not_modified_response(response: Response) -> Response {
    let (head, _) = response.into_parts();
    let mut empty = StatusCode::NOT_MODIFIED.into_response();
    *empty.headers_mut() = head.headers;
    empty.headers_mut().remove(CONTENT_TYPE);
    empty.headers_mut().remove(CONTENT_LENGTH);
    *empty.extensions_mut() = head.extensions;
    empty
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use axum::http::header::{ETAG, IF_MATCH};
    use axum::response::IntoResponse;

    use super::{JsonWithEtag, check_if_match};

    fn etag_of(body: &str, state: i32) -> String {
        let response = JsonWithEtag::strong(&body, &state)
            .expect("JSON")
            .into_response();
        let tag = response.headers()[ETAG].to_str().expect("a text");
        tag.to_owned()
    }

    fn passes_if_match(tag: &str, state: i32) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(IF_MATCH, tag.parse().expect("a header"));
        check_if_match(&headers, &state).is_ok()
    }

    #[test]
    fn if_match_compares_only_the_editable_state() {
        assert!(passes_if_match(&etag_of("a poster", 1), 1));
        assert!(passes_if_match(&etag_of("another poster", 1), 1));
        assert!(!passes_if_match(&etag_of("a poster", 1), 2));
    }

    #[test]
    fn a_different_body_has_a_different_etag() {
        assert_ne!(etag_of("a poster", 1), etag_of("another poster", 1));
        assert_ne!(etag_of("a poster", 1), etag_of("a poster", 2));
    }

    #[test]
    fn one_match_in_a_list_or_a_star_is_enough() {
        assert!(passes_if_match(&format!("\"x-y\", {}", etag_of("", 1)), 1));
        assert!(passes_if_match("*", 1));
        assert!(check_if_match(&HeaderMap::new(), &1).is_ok());
    }

    #[test]
    fn weak_and_malformed_etags_never_match() {
        for none in [&format!("W/{}", etag_of("", 1)), "", "1", "\"\"", "\"*\""] {
            assert!(!passes_if_match(none, 1), "{none}");
        }
    }
}
