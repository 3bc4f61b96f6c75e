//! What an operation answers where it does not do what it was asked: the answers that many
//! share, described once.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder, ResponsesBuilder};

/// The media type of problems (RFC 9457, section 3).
pub(super) const PROBLEM: &str = "application/problem+json";

/// Declares a set of answers that stands for its statuses in the description of operations.
macro_rules! refusals {
    ($($(#[$about:meta])* $name:ident: $($status:ident)+;)+) => { $(
        $(#[$about])*
        pub(super) enum $name {}

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                described(&[$(StatusCode::$status),+])
            }
        }
    )+ };
}

refusals! {
    /// Anybody may ask; but a token that does not work is refused.
    ForAll: UNAUTHORIZED;
    /// Members may ask.
    ForReaders: UNAUTHORIZED;
    /// Members may ask, by a token that may write.
    ForWriters: UNAUTHORIZED FORBIDDEN;
    /// What is asked for may not be there.
    OfOne: NOT_FOUND;
    /// What stands behind the question mark may make no sense.
    Asked: BAD_REQUEST;
    /// What is sent may not fit.
    Sent: BAD_REQUEST REQUEST_TIMEOUT PAYLOAD_TOO_LARGE UNSUPPORTED_MEDIA_TYPE UNPROCESSABLE_ENTITY;
    /// What is there now may not let it be done.
    Now: CONFLICT;
    /// A change may come late.
    Guarded: PRECONDITION_FAILED;
}

fn described(statuses: &[StatusCode]) -> BTreeMap<String, RefOr<Response>> {
    let described = statuses
        .iter()
        .map(|status| (status.as_str(), problem(about(*status))));
    ResponsesBuilder::new()
        .responses_from_iter(described)
        .build()
        .into()
}

fn problem(about: &str) -> Response {
    let schema = Ref::from_schema_name("Problem");
    ResponseBuilder::new()
        .description(about)
        .content(PROBLEM, ContentBuilder::new().schema(Some(schema)).build())
        .build()
}

fn about(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "The request makes no sense: `detail` says why.",
        StatusCode::UNAUTHORIZED => "There is no token, or it does not work.",
        StatusCode::FORBIDDEN => "The token may only read.",
        StatusCode::NOT_FOUND => "It is not there, or not for this member to see.",
        StatusCode::REQUEST_TIMEOUT => "The body came too slowly.",
        StatusCode::CONFLICT => "What is there now does not let it be done: `detail` says why.",
        StatusCode::PRECONDITION_FAILED => {
            "Somebody changed it since the state that `if-match` names. Nothing was saved."
        }
        StatusCode::PAYLOAD_TOO_LARGE => "The body is too large.",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "The body does not say that it is what is wanted.",
        _ => "The body does not fit: `errors` lists the fields that are wrong.",
    }
}
