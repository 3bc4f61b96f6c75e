//! What comes in and goes out: bodies in JSON, and the numbers in addresses.

use std::fmt;
use std::marker::PhantomData;

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::problem::{Refusal, WrongField};
use crate::diary::is_key;
use crate::web::Error;

/// The media type of JSON,
pub(super) const JSON: &str = "application/json";

/// and of a merge patch in it (RFC 7396).
pub(super) const MERGE_PATCH: &str = "application/merge-patch+json";

/// A body in JSON: what came, or what goes out. One that has a field that it should not have is
/// refused whole.
#[derive(Debug)]
pub(super) struct Json<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let taken: &[&str] = match *request.method() {
            Method::PATCH => &[JSON, MERGE_PATCH],
            _ => &[JSON],
        };
        is_of(request.headers(), taken)?;
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(Object(value))) => Ok(Self(value)),
            Err(rejection) => Err(refused(&rejection)),
        }
    }
}

/// Fails unless a body says that it is of one of the media types `taken`.
pub(super) fn is_of(headers: &HeaderMap, taken: &[&str]) -> Result<(), Refusal> {
    let said = headers.get(CONTENT_TYPE);
    let said = said.and_then(|said| said.to_str().ok()).unwrap_or_default();
    let said = said.split(';').next().unwrap_or_default().trim();
    match taken.iter().any(|one| said.eq_ignore_ascii_case(one)) {
        true => Ok(()),
        false => Err(Refusal::Unfit {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            advice: format!(
                "Nothing was done. The content-type must be {}.",
                taken.join(" or ")
            ),
            wrong: None,
        }),
    }
}

/// An object, and no list of what its fields would be: serde takes either.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields(PhantomData))
    }
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields)).map(Object)
    }
}

/// The number in an address. What is no number leads nowhere, and neither does one that is
/// written otherwise than we do: each thing has one address.
#[derive(Debug)]
pub(super) struct Id(pub(super) i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Path(written) = Path::<String>::from_request_parts(parts, state).await?;
        let id = written.parse().ok();
        let id = id.filter(|id: &i64| id.to_string() == written);
        id.map(Self).ok_or(Refusal::Error(Error::NotFound))
    }
}

/// The name in an address; one that is no text leads nowhere.
#[derive(Debug)]
pub(super) struct Name(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Path(name) = Path::from_request_parts(parts, state).await?;
        Ok(Self(name))
    }
}

fn refused(rejection: &JsonRejection) -> Refusal {
    let text = rejection.body_text();
    let (advice, wrong) = match rejection {
        // What it is about, then where it stands and what was expected there.
        JsonRejection::JsonDataError(_) => {
            let why = in_words(reason(&text));
            (format!("Nothing was done. {why}."), wrong_field(&why))
        }
        JsonRejection::JsonSyntaxError(_) => {
            (format!("Nothing was done. {}.", reason(&text)), None)
        }
        _ => return Refusal::Error(Error::from_status(rejection.status())),
    };
    let status = match rejection {
        JsonRejection::JsonDataError(_) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => rejection.status(),
    };
    Refusal::Unfit {
        status,
        advice,
        wrong,
    }
}

/// Says what was expected in the words of JSON rather than of Rust.
fn in_words(why: &str) -> String {
    let words = [
        ("expected f64", "expected a number"),
        ("expected i32", "expected a whole number"),
        ("expected i64", "expected a whole number"),
        ("expected a sequence", "expected a list"),
        ("unknown variant", "unknown value"),
    ];
    words.iter().fold(why.to_owned(), |why, (theirs, ours)| {
        why.replace(theirs, ours)
    })
}

/// The field that is wrong, where `why` names one: `rating: invalid type: …`, or
/// ``missing field `name` …``.
fn wrong_field(why: &str) -> Option<WrongField> {
    if let Some(missing) = why.strip_prefix("missing field `") {
        let (field, _) = missing.split_once('`')?;
        return Some(WrongField::new(field, "This is needed.".to_owned()));
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

/// What stands behind the question mark. A name that is not known there is refused: a filter
/// with a typing error would let everything through.
#[derive(Debug)]
pub(super) struct Query<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(rejection) => Err(Refusal::Error(Error::BadRequest(format!(
                "{}.",
                reason(&rejection.body_text())
            )))),
        }
    }
}

/// The part of axum's words that is about what came: they say first what it was about.
fn reason(text: &str) -> &str {
    text.split_once(": ").map_or(text, |(_, why)| why)
}

/// Tells what is `null` from what is left out, for fields of a merge patch (RFC 7396).
pub(super) fn said<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// The same of what cannot be taken away: `null` is refused.
pub(super) fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let value = Option::deserialize(deserializer)?;
    let value = value.ok_or_else(|| D::Error::custom("this cannot be taken away"))?;
    Ok(Some(value))
}

/// What a program sends so that a request that it sends twice counts once: 16 to 64 letters,
/// digits, `-` and `_`, in quotation marks or without
/// (draft-ietf-httpapi-idempotency-key-header).
#[derive(Debug)]
pub(super) struct IdempotencyKey(pub(super) Option<String>);

/// The name of its header.
pub(super) const IDEMPOTENCY_KEY: &str = "idempotency-key";

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let Some(header) = parts.headers.get(IDEMPOTENCY_KEY) else {
            return Ok(Self(None));
        };
        let key = header.to_str().unwrap_or_default().trim_matches('"');
        match is_key(key) {
            true => Ok(Self(Some(key.to_owned()))),
            false => Err(Refusal::Error(Error::BadRequest(
                "An idempotency key is 16 to 64 letters, digits, - and _. Nothing was done."
                    .to_owned(),
            ))),
        }
    }
}
