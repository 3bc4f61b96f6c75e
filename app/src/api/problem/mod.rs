//! Errors of the API as problem details (RFC 9457).

mod error;

use axum::Extension;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::schema::MovieSummary;
use crate::transfer::RefusalReason;
use crate::web::error::ErrorMessage;
use crate::web::trace::RequestId;
use crate::web::{Error, RawResponse};

pub use error::ApiError;
use error::TOKEN_CHALLENGE;

/// The media type of problems (RFC 9457, section 3).
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Carries the id that the request has in the log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Why a request failed, as problem details (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status tells the kind of problem.
    #[serde(rename = "type")]
    #[schema(rename = "type", example = "about:blank")]
    kind: &'static str,
    /// A short summary of the problem.
    #[schema(example = "Some fields are wrong")]
    title: String,
    /// The HTTP status code of the response.
    #[schema(example = 422)]
    status: u16,
    /// What went wrong and what to do about it. Left out if there is nothing to add.
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
    /// The `x-request-id` of the response, as a URI. Only if the status is 500.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "x-request-id:00c3f1a2b4d5e697")]
    instance: Option<String>,
    /// The fields of the body that are wrong. Left out if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<WrongField>,
    /// The movies that match, if the body names one movie and several match. Left out otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    movies: Vec<MovieSummary>,
    /// Why nothing can be made of an uploaded file. Left out otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<RefusalReason>,
    /// The name of that file, as it was sent. Left out otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "export.zip")]
    upload: Option<String>,
    /// The file in the archive that is at fault. Left out if it is not about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "diary.csv")]
    file: Option<String>,
    /// The column that is at fault. Left out if it is not about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Name")]
    column: Option<String>,
    /// The line that is at fault. Left out if it is not about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 17)]
    line: Option<u64>,
}

/// A field of the body that is wrong.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WrongField {
    /// The name of the field.
    #[schema(example = "name")]
    field: String,
    /// What is wrong with it.
    #[schema(example = "This field is required.")]
    detail: String,
}

impl WrongField {
    pub fn new(field: &str, detail: String) -> Self {
        Self {
            field: field.to_owned(),
            detail,
        }
    }
}

impl Problem {
    fn new(status: StatusCode, title: &str, detail: String) -> Self {
        Self {
            kind: "about:blank",
            title: title.to_owned(),
            status: status.as_u16(),
            detail,
            instance: None,
            errors: Vec::new(),
            movies: Vec::new(),
            reason: None,
            upload: None,
            file: None,
            column: None,
            line: None,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let content_type = [(CONTENT_TYPE, PROBLEM_JSON)];
        (
            status,
            Extension(RawResponse),
            content_type,
            axum::Json(self),
        )
            .into_response()
    }
}

/// Turns the error responses of handlers and layers into problems.
pub async fn render_problems(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().copied();
    let mut response = next.run(request).await;
    let message = response.extensions_mut().remove::<ErrorMessage>();
    let status = response.status();
    let is_error_status = status.is_client_error() || status.is_server_error();
    let is_rendered = response.extensions().get::<RawResponse>().is_some();
    let message = match message {
        Some(message) => message,
        None if is_error_status && !is_rendered => ErrorMessage {
            status,
            ..Error::from_status(status).message()
        },
        None => {
            response.extensions_mut().insert(RawResponse);
            return response;
        }
    };
    problem_response(&message, id, response)
}

/// The `detail` of a problem. It replaces advice that is about pages and forms.
fn api_advice(message: &ErrorMessage) -> String {
    let advice = match message.status {
        StatusCode::REQUEST_TIMEOUT => {
            "Send it again. With the same idempotency-key, a review is logged only once."
        }
        StatusCode::PAYLOAD_TOO_LARGE => "Nothing was saved. Send a smaller body.",
        StatusCode::INTERNAL_SERVER_ERROR => {
            "It’s not your fault, and the error was logged. Try again. If it keeps happening, give the x-request-id to the person who runs this site."
        }
        _ => return message.advice.clone(),
    };
    advice.to_owned()
}

fn problem_response(message: &ErrorMessage, id: Option<RequestId>, original: Response) -> Response {
    let (title, detail) = if message.offer_sign_in {
        // The advice for pages is to sign in in another tab.
        (
            "A token is needed",
            "Send one as authorization: Bearer TOKEN.".to_owned(),
        )
    } else {
        (message.title, api_advice(message))
    };
    let is_internal = message.status == StatusCode::INTERNAL_SERVER_ERROR;
    let problem = Problem {
        instance: id
            .filter(|_| is_internal)
            .map(|id| format!("{REQUEST_ID}:{id}")),
        ..Problem::new(message.status, title, detail)
    };
    let mut response = problem.into_response();
    let headers = response.headers_mut();
    // Headers such as `allow`.
    for (name, value) in original.headers() {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            headers.append(name, value.clone());
        }
    }
    if message.offer_sign_in {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(TOKEN_CHALLENGE));
    }
    if let Some(seconds) = message.retry_after_seconds() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
