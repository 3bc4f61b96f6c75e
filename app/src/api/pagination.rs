//! Pagination: each page of a list links to the next one.

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

use super::etag::JsonWithEtag;
use super::problem::ApiError;

const CURSOR: &str = "cursor";

/// Reads an empty parameter as `None`, like one that is left out.
pub fn empty_as_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    match String::deserialize(deserializer)?.as_str() {
        "" => Ok(None),
        value => value.parse().map(Some).map_err(D::Error::custom),
    }
}

/// The query string of a list that has no filters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The `cursor` in the `next` address of the previous page.
    #[serde(default)]
    #[param(required = false)]
    pub cursor: String,
}

/// The URI of the current request.
#[derive(Debug)]
pub struct RequestUri(Uri);

impl<S: Send + Sync> FromRequestParts<S> for RequestUri {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.uri.clone()))
    }
}

impl RequestUri {
    /// The address of the page after `cursor`, with all other parameters unchanged. `None` on the
    /// last page.
    pub fn next_page(&self, cursor: Option<impl Display>) -> Option<String> {
        let cursor = cursor?.to_string();
        let current_query = self.0.query().unwrap_or_default();
        let other_params = parse(current_query.as_bytes()).filter(|(name, _)| name != CURSOR);
        let mut query = Serializer::new(String::new());
        query
            .extend_pairs(other_params)
            .append_pair(CURSOR, &cursor);
        Some(format!("{}?{}", self.0.path(), query.finish()))
    }
}

/// A page of a list, with a `link` header that leads to the next page (RFC 8288).
pub fn list_response(page: &impl Serialize, next: Option<&str>) -> Result<Response, ApiError> {
    let mut response = JsonWithEtag::weak(page)?.into_response();
    let link = next.map(|next| format!("<{next}>; rel=\"next\""));
    if let Some(link) = link.and_then(|link| HeaderValue::try_from(link).ok()) {
        response.headers_mut().insert(LINK, link);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::RequestUri;

    #[test]
    fn next_page_keeps_the_other_parameters() {
        let next =
            |here: &str| RequestUri(here.parse().expect("an address")).next_page(Some("7.1"));
        assert_eq!(next("/api/feed").as_deref(), Some("/api/feed?cursor=7.1"));
        assert_eq!(
            next("/api/diary?query=a+%26%20b&cursor=9.2&year=2024").as_deref(),
            Some("/api/diary?query=a+%26+b&year=2024&cursor=7.1")
        );
        let uri = RequestUri("/api/feed".parse().expect("an address"));
        assert_eq!(uri.next_page(None::<&str>), None);
    }
}
