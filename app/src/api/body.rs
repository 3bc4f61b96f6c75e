//! Extractors and responses: JSON bodies, query strings, path parameters and idempotency keys.

use std::fmt;
use std::marker::PhantomData;

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::problem::{ApiError, WrongField};
use crate::diary::is_form_key;
use crate::stats::parse_four_digit_year;
use crate::web::Error;

pub const JSON: &str = "application/json";

/// The media type of a JSON merge patch (RFC 7396).
pub const MERGE_PATCH: &str = "application/merge-patch+json";

/// A JSON body, as extractor and as response. It must be an object with an exact media type, and
/// rejections are [`ApiError`]s.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let accepted: &[&str] = match *request.method() {
            Method::PATCH => &[JSON, MERGE_PATCH],
            _ => &[JSON],
        };
        require_content_type(request.headers(), accepted)?;
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(JsonObject(value))) => Ok(Self(value)),
            Err(rejection) => Err(invalid_body(&rejection)),
        }
    }
}

/// A JSON body that may be left out together with its media type.
#[derive(Debug)]
pub struct OptionalJson<T>(pub Option<T>);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for OptionalJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !request.headers().contains_key(CONTENT_TYPE) {
            return Ok(Self(None));
        }
        let Json(value) = Json::from_request(request, state).await?;
        Ok(Self(Some(value)))
    }
}

/// Fails with 415 unless `content-type` is one of the `accepted` media types. Parameters such as
/// `charset` are ignored.
pub fn require_content_type(headers: &HeaderMap, accepted: &[&str]) -> Result<(), ApiError> {
    let content_type = headers.get(CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let content_type = content_type.split(';').next().unwrap_or_default().trim();
    if accepted
        .iter()
        .any(|media_type| content_type.eq_ignore_ascii_case(media_type))
    {
        Ok(())
    } else {
        Err(ApiError::InvalidBody {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            advice: format!(
                "Nothing was saved. Set content-type to {}.",
                accepted.join(" or ")
            ),
            wrong: None,
        })
    }
}

/// Accepts a JSON object only. The implementations that serde derives also accept an array of the
/// fields' values.
struct JsonObject<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for JsonObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(JsonObjectVisitor(PhantomData))
    }
}

struct JsonObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for JsonObjectVisitor<T> {
    type Value = JsonObject<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<JsonObject<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields)).map(JsonObject)
    }
}

/// An id in the path. Only its canonical form is accepted (`7`, not `07`), so that each resource
/// has one address; anything else is a 404.
#[derive(Debug)]
pub struct PathId(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(written) = Path::<String>::from_request_parts(parts, state).await?;
        parse_id(&written).map(Self)
    }
}

/// The ids of a resource and of a part of it in the path, as in [`PathId`].
#[derive(Debug)]
pub struct PathIds(pub i64, pub i64);

impl<S: Send + Sync> FromRequestParts<S> for PathIds {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path((whole, part)) =
            Path::<(String, String)>::from_request_parts(parts, state).await?;
        Ok(Self(parse_id(&whole)?, parse_id(&part)?))
    }
}

fn parse_id(written: &str) -> Result<i64, ApiError> {
    let id = written.parse().ok();
    let id = id.filter(|id: &i64| id.to_string() == written);
    id.ok_or(ApiError::Web(Error::NotFound))
}

/// A year in the path. It is a 404 unless it has four digits.
#[derive(Debug)]
pub struct PathYear(pub i32);

impl<S: Send + Sync> FromRequestParts<S> for PathYear {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(written) = Path::<String>::from_request_parts(parts, state).await?;
        let year = parse_four_digit_year(&written);
        year.map(Self).ok_or(ApiError::Web(Error::NotFound))
    }
}

/// A username in the path. It is a 404 if it is not valid UTF-8.
#[derive(Debug)]
pub struct PathUsername(pub String);

impl<S: Send + Sync> FromRequestParts<S> for PathUsername {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(name) = Path::from_request_parts(parts, state).await?;
        Ok(Self(name))
    }
}

/// Reads a JSON object that is sent as the field `name` of a form.
pub fn parse_json_field<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, ApiError> {
    let parsed = serde_json::from_str(text).map(|JsonObject(value)| value);
    parsed.map_err(|error| {
        let why = with_json_types(&error.to_string());
        ApiError::InvalidBody {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            advice: format!("Nothing was saved. The field {name} cannot be read: {why}."),
            wrong: Some(WrongField::new(name, format!("{why}."))),
        }
    })
}

fn invalid_body(rejection: &JsonRejection) -> ApiError {
    let text = rejection.body_text();
    let (advice, wrong) = match rejection {
        // A fixed prefix, then the path of the field and what was expected there.
        JsonRejection::JsonDataError(_) => {
            let why = with_json_types(strip_prefix_of_rejection(&text));
            (
                format!("Nothing was saved. {why}."),
                parse_wrong_field(&why),
            )
        }
        JsonRejection::JsonSyntaxError(_) => (
            format!("Nothing was saved. {}.", strip_prefix_of_rejection(&text)),
            None,
        ),
        _ => return ApiError::Web(Error::from_status(rejection.status())),
    };
    let status = match rejection {
        JsonRejection::JsonDataError(_) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => rejection.status(),
    };
    ApiError::InvalidBody {
        status,
        advice,
        wrong,
    }
}

/// Replaces the names of Rust types in serde's messages with those of JSON types.
fn with_json_types(why: &str) -> String {
    let replacements = [
        ("expected f64", "expected a number"),
        ("expected i32", "expected a whole number"),
        ("expected i64", "expected a whole number"),
        ("expected a sequence", "expected a list"),
        ("unknown variant", "unknown value"),
    ];
    replacements
        .iter()
        .fold(why.to_owned(), |why, (rust_words, json_words)| {
            why.replace(rust_words, json_words)
        })
}

/// Finds the field that serde's message `why` names, if any: `rating: invalid type: …` or
/// ``missing field `name` …``.
fn parse_wrong_field(why: &str) -> Option<WrongField> {
    if let Some(missing) = why.strip_prefix("missing field `") {
        let (field, _) = missing.split_once('`')?;
        return Some(WrongField::new(field, "This field is required.".to_owned()));
    }
    let (field, fault) = why.split_once(": ")?;
    let is_name = |one: char| one.is_ascii_alphanumeric() || "_.[]".contains(one);
    let fault = fault.split(" at line ").next().unwrap_or(fault);
    field
        .chars()
        .all(is_name)
        .then(|| WrongField::new(field, format!("{fault}.")))
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// A query string. Unknown parameters are a 400, because a misspelled filter would otherwise be
/// ignored and everything returned.
#[derive(Debug)]
pub struct StrictQuery<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for StrictQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(rejection) => Err(ApiError::Web(Error::BadRequest(format!(
                "{}.",
                strip_prefix_of_rejection(&rejection.body_text())
            )))),
        }
    }
}

/// Strips the fixed prefix of axum's message, which only says what could not be read.
fn strip_prefix_of_rejection(text: &str) -> &str {
    text.split_once(": ").map_or(text, |(_, why)| why)
}

/// The key that makes a repeated request take effect once: 16 to 64 letters, digits, `-` and `_`,
/// with or without quotation marks (draft-ietf-httpapi-idempotency-key-header).
#[derive(Debug)]
pub struct IdempotencyKey(pub Option<String>);

pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(header) = parts.headers.get(IDEMPOTENCY_KEY) else {
            return Ok(Self(None));
        };
        let key = header.to_str().unwrap_or_default().trim_matches('"');
        if is_form_key(key) {
            Ok(Self(Some(key.to_owned())))
        } else {
            Err(ApiError::Web(Error::BadRequest(
                "Nothing was saved. An idempotency key has 16 to 64 letters, digits, - and _."
                    .to_owned(),
            )))
        }
    }
}
