//! Cache validators (`ETag` and `Last-Modified`) for conditional requests.

use std::hash::{Hash, Hasher};
use std::time::SystemTime;

use axum::http::header::{CONTENT_TYPE, LAST_MODIFIED};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use headers::{ETag, HeaderMapExt, IfModifiedSince, IfNoneMatch, LastModified};
use sha2::{Digest, Sha256};

use crate::secret::hex;

/// Set by the build script; changes with every input of the build.
const BUILD_ID: &str = env!("BUILD_MARK");

/// For this long after a change, no `Last-Modified` is sent. HTTP dates have whole seconds, so
/// another change within the same second would go unnoticed; a change is also dated slightly
/// before it becomes visible.
const LAST_MODIFIED_DELAY: TimeDelta = TimeDelta::seconds(5);

#[derive(Clone, Debug)]
pub struct CacheValidators {
    etag: ETag,
    modified: Option<SystemTime>,
}

impl CacheValidators {
    /// `parts` is everything that the response depends on besides the build.
    pub fn new(parts: impl Hash, changed_at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let is_settled = changed_at + LAST_MODIFIED_DELAY < now;
        Self::with_modified(parts, is_settled.then(|| changed_at.into()))
    }

    /// For what has no time of its last change.
    pub fn without_time(parts: impl Hash) -> Self {
        Self::with_modified(parts, None)
    }

    fn with_modified(parts: impl Hash, modified: Option<SystemTime>) -> Self {
        let mut digest = DigestHasher(Sha256::new_with_prefix(BUILD_ID));
        parts.hash(&mut digest);
        let tag = hex(&digest.0.finalize()[..16]);
        // Weak, because the same tag covers compressed and plain bodies.
        let etag = format!("W/\"{tag}\"").parse();
        Self {
            etag: etag.expect("hex in quotes is a tag"),
            modified,
        }
    }

    /// Whether the client's cached copy is current. `If-None-Match` takes precedence over
    /// `If-Modified-Since`; malformed values are ignored (RFC 9110, section 13).
    pub fn matches(&self, headers: &HeaderMap) -> bool {
        match headers.typed_get::<IfNoneMatch>() {
            Some(tags) => !tags.precondition_passes(&self.etag),
            None => {
                let since = headers.typed_get::<IfModifiedSince>();
                self.modified
                    .zip(since)
                    .is_some_and(|(modified, since)| !since.is_modified(modified))
            }
        }
    }

    pub fn not_modified(&self) -> Response {
        self.apply_to(StatusCode::NOT_MODIFIED.into_response())
    }

    /// Sets `ETag`, and `Last-Modified` if the last change is old enough.
    pub fn apply_to(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.typed_insert(self.etag.clone());
        headers.remove(LAST_MODIFIED);
        if let Some(modified) = self.modified {
            headers.typed_insert(LastModified::from(modified));
        }
        response
    }
}

/// A body that is cheap to write, or 304 if the client already has it. No time says when it last
/// changed.
pub fn respond_unless_cached(
    request: &HeaderMap,
    content_type: &'static str,
    body: String,
) -> Response {
    let validators = CacheValidators::without_time(&body);
    if validators.matches(request) {
        return validators.not_modified();
    }
    let content_type = HeaderValue::from_static(content_type);
    validators.apply_to(([(CONTENT_TYPE, content_type)], body).into_response())
}

/// Adapts SHA-256 to [`Hasher`], so that tags are the same in every process.
struct DigestHasher(Sha256);

impl Hasher for DigestHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use axum::http::header::{ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
    use chrono::{DateTime, TimeDelta, Utc};

    use super::CacheValidators;

    fn changed_at() -> DateTime<Utc> {
        "2024-03-07T12:00:00.25Z".parse().expect("a time")
    }

    fn settled_validators(number: i64) -> CacheValidators {
        CacheValidators::new(
            (number, "x"),
            changed_at(),
            changed_at() + TimeDelta::hours(1),
        )
    }

    fn headers(pairs: &[(axum::http::HeaderName, &str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| (name.clone(), value.parse().expect("a header")))
            .collect()
    }

    fn tag(validators: &CacheValidators) -> String {
        let response = validators.not_modified();
        let tag = response.headers()[ETAG].to_str().expect("a text");
        tag.to_owned()
    }

    #[test]
    fn etags_match_in_lists_weak_or_strong_and_by_star() {
        let one = settled_validators(1);
        let strong = tag(&one).replace("W/", "");
        for known in ["*", &tag(&one), &strong, &format!("\"a\", {strong}")] {
            assert!(one.matches(&headers(&[(IF_NONE_MATCH, known)])), "{known}");
        }
        for other in ["\"a\"", &tag(&settled_validators(2)), ""] {
            let late = "Fri, 08 Mar 2024 00:00:00 GMT";
            let headers = headers(&[(IF_NONE_MATCH, other), (IF_MODIFIED_SINCE, late)]);
            assert!(!one.matches(&headers), "{other}");
        }
    }

    #[test]
    fn dates_match_from_the_second_of_the_change() {
        let is_current =
            |date| settled_validators(1).matches(&headers(&[(IF_MODIFIED_SINCE, date)]));
        assert!(is_current("Thu, 07 Mar 2024 12:00:00 GMT"));
        assert!(is_current("Fri, 08 Mar 2024 00:00:00 GMT"));
        assert!(!is_current("Thu, 07 Mar 2024 11:59:59 GMT"));
        assert!(!is_current("yesterday"));
        let response = settled_validators(1).not_modified();
        assert_eq!(response.status(), 304);
        assert_eq!(
            response.headers()[LAST_MODIFIED],
            "Thu, 07 Mar 2024 12:00:00 GMT"
        );
    }

    #[test]
    fn recent_changes_have_no_last_modified() {
        let fresh = CacheValidators::new(1, changed_at(), changed_at() + TimeDelta::seconds(2));
        assert!(!fresh.not_modified().headers().contains_key(LAST_MODIFIED));
        let late = headers(&[(IF_MODIFIED_SINCE, "Fri, 08 Mar 2024 00:00:00 GMT")]);
        assert!(!fresh.matches(&late));
    }

    #[test]
    fn different_parts_have_different_etags() {
        let tags = [("a", "bc"), ("ab", "c")]
            .map(|parts| tag(&CacheValidators::new(parts, changed_at(), changed_at())));
        assert_ne!(tags[0], tags[1]);
    }
}
