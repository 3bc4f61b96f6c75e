//! Errors of the API as problem details (RFC 9457).

use std::collections::HashMap;

use axum::Extension;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::schema::MovieSummary;
use crate::catalog::KnownMovie;
use crate::web::error::ErrorMessage;
use crate::web::trace::RequestId;
use crate::web::{Error, FieldErrors, RawResponse};

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

/// Every error that a handler or an extractor of the API returns.
#[derive(Debug)]
pub enum ApiError {
    /// An error that pages have too. [`render_problems`] turns it into a problem.
    Web(Error),
    InvalidFields(FieldErrors),
    /// The body cannot be parsed, has the wrong media type, or is unacceptable as a whole.
    InvalidBody {
        /// 400, 415 or 422.
        status: StatusCode,
        advice: String,
        wrong: Option<WrongField>,
    },
    /// The token is unknown, expired or revoked.
    InvalidToken,
    WrongPassword,
    ReadOnlyToken,
    /// `if-match` names an older state of the resource.
    PreconditionFailed,
    /// Several movies match the title and year.
    AmbiguousMovie(Vec<KnownMovie>),
}

impl<E: Into<Error>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self::Web(error.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let challenge = self.challenge();
        let (status, title, detail) = match self {
            // This also logs the error. `render_problems` turns the response into a problem.
            Self::Web(error) => return error.into_response(),
            Self::InvalidFields(errors) => return invalid_fields_problem(&errors).into_response(),
            Self::AmbiguousMovie(movies) => {
                return ambiguous_movie_problem(&movies).into_response();
            }
            Self::InvalidBody {
                status,
                advice,
                wrong,
            } => {
                let problem = Problem::new(status, "The body is invalid", advice);
                let errors = wrong.into_iter().collect();
                return Problem { errors, ..problem }.into_response();
            }
            Self::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                "The token does not work",
                "It may have expired or been revoked. Make a new one in the settings.".to_owned(),
            ),
            Self::WrongPassword => (
                StatusCode::UNAUTHORIZED,
                "Sign-in failed",
                "The username or the password is wrong.".to_owned(),
            ),
            Self::ReadOnlyToken => (
                StatusCode::FORBIDDEN,
                "The token is read-only",
                "This needs a token that can read and write.".to_owned(),
            ),
            Self::PreconditionFailed => (
                StatusCode::PRECONDITION_FAILED,
                "It has changed in the meantime",
                "Nothing was saved. Read it again, then send the change with the new ETag."
                    .to_owned(),
            ),
        };
        let mut response = Problem::new(status, title, detail).into_response();
        if let Some(why) = challenge {
            let why = HeaderValue::from_static(why);
            response.headers_mut().insert(WWW_AUTHENTICATE, why);
        }
        response
    }
}

/// `www-authenticate` for a request without a token (RFC 6750, section 3).
const TOKEN_CHALLENGE: &str = r#"Bearer realm="Movies Diary""#;

impl ApiError {
    /// The value of `www-authenticate`. It has an error code only if a token was sent.
    fn challenge(&self) -> Option<&'static str> {
        match self {
            Self::InvalidToken => Some(r#"Bearer realm="Movies Diary", error="invalid_token""#),
            Self::ReadOnlyToken => {
                Some(r#"Bearer realm="Movies Diary", error="insufficient_scope", scope="write""#)
            }
            Self::WrongPassword => Some(TOKEN_CHALLENGE),
            _ => None,
        }
    }
}

fn ambiguous_movie_problem(movies: &[KnownMovie]) -> Problem {
    let posters = HashMap::new();
    let message = "Several movies match. Send the movie_id of one of them, or add the director.";
    Problem {
        movies: movies
            .iter()
            .map(|movie| MovieSummary::of(movie, &posters))
            .collect(),
        ..invalid_fields_problem(&FieldErrors::single("title", message))
    }
}

/// An error without a field, which a form shows at its top, becomes the `detail`.
fn invalid_fields_problem(errors: &FieldErrors) -> Problem {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some(general_error) = errors.get("") {
        return Problem::new(status, "The body is invalid", general_error.to_owned());
    }
    let errors = errors.iter().map(|(field, detail)| WrongField {
        field: field.to_owned(),
        detail: detail.to_owned(),
    });
    Problem {
        errors: errors.collect(),
        ..Problem::new(
            status,
            "Some fields are wrong",
            "Nothing was saved. Correct the fields listed in errors and try again.".to_owned(),
        )
    }
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
