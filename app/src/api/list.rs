//! Lists that go on: each page says where the next one is.

use std::convert::Infallible;
use std::fmt::Display;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::header::LINK;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use url::form_urlencoded::{Serializer, parse};
use utoipa::IntoParams;

use super::problem::Refusal;
use super::tag::Tagged;

/// The parameter that says after what a list goes on.
const CURSOR: &str = "cursor";

/// A parameter that may stand there empty, as if it were left out.
pub(super) fn maybe<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    match String::deserialize(deserializer)?.as_str() {
        "" => Ok(None),
        value => value.parse().map(Some).map_err(D::Error::custom),
    }
}

/// Where a list goes on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// The cursor in `next` of the page before.
    #[serde(default)]
    #[param(required = false)]
    pub(super) cursor: String,
}

/// Where this page is.
#[derive(Debug)]
pub(super) struct Here(Uri);

impl<S: Send + Sync> FromRequestParts<S> for Here {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.uri.clone()))
    }
}

impl Here {
    /// The address of the page after `cursor`, if the list goes on: this one, but for the
    /// cursor.
    pub(super) fn after(&self, cursor: Option<impl Display>) -> Option<String> {
        let cursor = cursor?.to_string();
        let asked = self.0.query().unwrap_or_default();
        let kept = parse(asked.as_bytes()).filter(|(name, _)| name != CURSOR);
        let mut query = Serializer::new(String::new());
        query.extend_pairs(kept).append_pair(CURSOR, &cursor);
        Some(format!("{}?{}", self.0.path(), query.finish()))
    }
}

/// A page of a list, with a link to the next (RFC 8288).
pub(super) fn listed(page: &impl Serialize, next: Option<&str>) -> Result<Response, Refusal> {
    let mut response = Tagged::new(page)?.into_response();
    let link = next.map(|next| format!("<{next}>; rel=\"next\""));
    if let Some(link) = link.and_then(|link| HeaderValue::try_from(link).ok()) {
        response.headers_mut().insert(LINK, link);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::Here;

    #[test]
    fn the_next_page_is_asked_for_as_this_one_was() {
        let next = |here: &str| Here(here.parse().expect("an address")).after(Some("7.1"));
        assert_eq!(next("/api/feed").as_deref(), Some("/api/feed?cursor=7.1"));
        assert_eq!(
            next("/api/diary?query=a+%26%20b&cursor=9.2&year=2024").as_deref(),
            Some("/api/diary?query=a+%26+b&year=2024&cursor=7.1")
        );
        let here = Here("/api/feed".parse().expect("an address"));
        assert_eq!(here.after(None::<&str>), None);
    }
}
