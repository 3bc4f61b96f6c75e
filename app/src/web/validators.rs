//! What tells one state of an answer from the next, so that whoever has it already need
//! not be sent it again.

use std::hash::{Hash, Hasher};
use std::time::SystemTime;

use axum::http::header::LAST_MODIFIED;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use headers::{ETag, HeaderMapExt, IfModifiedSince, IfNoneMatch, LastModified};
use sha2::{Digest, Sha256};

use crate::secret::hex;

/// Changes with everything that this program is built of.
const BUILD: &str = env!("BUILD_MARK");

/// How long after a change its second is not named: dates have no parts of a second, and
/// a change counts from a moment before anybody can see it.
const SETTLING: TimeDelta = TimeDelta::seconds(5);

/// The state of an answer.
#[derive(Clone, Debug)]
pub struct Validators {
    etag: ETag,
    modified: Option<SystemTime>,
}

impl Validators {
    /// Of what this build makes of `parts`, which last changed then.
    pub fn of(parts: impl Hash, changed_at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let mut digest = Digested(Sha256::new_with_prefix(BUILD));
        parts.hash(&mut digest);
        let tag = hex(&digest.0.finalize()[..16]);
        // Weak: compressed or not, it is the same.
        let etag = format!("W/\"{tag}\"").parse();
        Self {
            etag: etag.expect("hex in quotes is a tag"),
            modified: (changed_at + SETTLING < now).then(|| changed_at.into()),
        }
    }

    /// Whether whoever sent `headers` has this state already. A tag counts more than a
    /// date; what is neither counts as nothing.
    pub fn are_known_by(&self, headers: &HeaderMap) -> bool {
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

    /// The answer to somebody who has it already.
    pub fn not_modified(&self) -> Response {
        self.put_on(StatusCode::NOT_MODIFIED.into_response())
    }

    /// `response`, saying which state it is.
    pub fn put_on(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.typed_insert(self.etag.clone());
        headers.remove(LAST_MODIFIED);
        if let Some(modified) = self.modified {
            headers.typed_insert(LastModified::from(modified));
        }
        response
    }
}

/// Feeds what is hashed to a digest that is the same in every process.
struct Digested(Sha256);

impl Hasher for Digested {
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

    use super::Validators;

    fn then() -> DateTime<Utc> {
        "2024-03-07T12:00:00.25Z".parse().expect("a time")
    }

    fn settled(number: i64) -> Validators {
        Validators::of((number, "x"), then(), then() + TimeDelta::hours(1))
    }

    fn headers(pairs: &[(axum::http::HeaderName, &str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| (name.clone(), value.parse().expect("a header")))
            .collect()
    }

    fn tag(validators: &Validators) -> String {
        let response = validators.not_modified();
        let tag = response.headers()[ETAG].to_str().expect("a text");
        tag.to_owned()
    }

    #[test]
    fn a_tag_is_known_in_a_list_weak_or_not_and_by_a_star() {
        let one = settled(1);
        let strong = tag(&one).replace("W/", "");
        for known in ["*", &tag(&one), &strong, &format!("\"a\", {strong}")] {
            assert!(
                one.are_known_by(&headers(&[(IF_NONE_MATCH, known)])),
                "{known}"
            );
        }
        for other in ["\"a\"", &tag(&settled(2)), ""] {
            let late = "Fri, 08 Mar 2024 00:00:00 GMT";
            let headers = headers(&[(IF_NONE_MATCH, other), (IF_MODIFIED_SINCE, late)]);
            assert!(!one.are_known_by(&headers), "{other}");
        }
    }

    #[test]
    fn a_date_is_known_from_its_second_on() {
        let known = |date| settled(1).are_known_by(&headers(&[(IF_MODIFIED_SINCE, date)]));
        assert!(known("Thu, 07 Mar 2024 12:00:00 GMT"));
        assert!(known("Fri, 08 Mar 2024 00:00:00 GMT"));
        assert!(!known("Thu, 07 Mar 2024 11:59:59 GMT"));
        assert!(!known("yesterday"));
        let response = settled(1).not_modified();
        assert_eq!(response.status(), 304);
        assert_eq!(
            response.headers()[LAST_MODIFIED],
            "Thu, 07 Mar 2024 12:00:00 GMT"
        );
    }

    #[test]
    fn a_second_that_may_see_another_change_is_not_named() {
        let fresh = Validators::of(1, then(), then() + TimeDelta::seconds(2));
        assert!(!fresh.not_modified().headers().contains_key(LAST_MODIFIED));
        let late = headers(&[(IF_MODIFIED_SINCE, "Fri, 08 Mar 2024 00:00:00 GMT")]);
        assert!(!fresh.are_known_by(&late));
    }

    #[test]
    fn what_differs_has_another_tag() {
        let tags =
            [("a", "bc"), ("ab", "c")].map(|parts| tag(&Validators::of(parts, then(), then())));
        assert_ne!(tags[0], tags[1]);
    }
}
