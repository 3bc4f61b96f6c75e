//! Errors as programs read them: RFC 9457.

use std::collections::HashMap;

use axum::Extension;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::schema::Film;
use crate::catalog::Known;
use crate::web::error::Told;
use crate::web::trace::RequestId;
use crate::web::{AsIs, Error, Fields};

/// The media type of problems (RFC 9457, section 3).
pub(super) const PROBLEM: &str = "application/problem+json";

/// Names a request in the log.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Why a request was not done (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Problem {
    /// Always `about:blank`: the kind of problem is told by the status.
    #[serde(rename = "type")]
    #[schema(rename = "type", example = "about:blank")]
    kind: &'static str,
    /// The problem in a few words.
    #[schema(example = "Some fields are wrong")]
    title: String,
    /// The status code of the answer.
    #[schema(example = 422)]
    status: u16,
    /// Why, and what to do about it. Left out if there is nothing to add.
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
    /// The `x-request-id` of the answer, as a URI. Only where the site is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "x-request-id:00c3f1a2b4d5e697")]
    instance: Option<String>,
    /// The fields of the body that are wrong. Left out if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<WrongField>,
    /// The movies that fit what was sent, if it was one movie and several fit. Left out otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    movies: Vec<Film>,
}

/// A field of the body that is wrong.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct WrongField {
    /// The name of the field.
    #[schema(example = "name")]
    field: String,
    /// What is wrong with it.
    #[schema(example = "This is needed.")]
    detail: String,
}

/// Why a program does not get what it asked for.
#[derive(Debug)]
pub(super) enum Refusal {
    /// For a reason that a page would tell too.
    Error(Error),
    /// Fields of the body are wrong.
    Fields(Fields),
    /// The body cannot be read.
    Unfit {
        /// 400, 415 or 422.
        status: StatusCode,
        /// What to do.
        advice: String,
        /// The field that is wrong, if it is one.
        wrong: Option<WrongField>,
    },
    /// The token does not work.
    Token,
    /// Name or password are wrong.
    Password,
    /// The token may only read.
    Scope,
    /// What is there has changed since it was looked at.
    Stale,
    /// Several films fit what was said of one.
    Several(Vec<Known>),
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let why = self.challenge();
        let (status, title, detail) = match self {
            // It is put down in the log on the way, and `render` makes a problem of it.
            Self::Error(error) => return error.into_response(),
            Self::Fields(errors) => return wrong(&errors).into_response(),
            Self::Several(films) => return several(&films).into_response(),
            Self::Unfit {
                status,
                advice,
                wrong,
            } => {
                let problem = Problem::new(status, "The body does not fit", advice);
                let errors = wrong.into_iter().collect();
                return Problem { errors, ..problem }.into_response();
            }
            Self::Token => (
                StatusCode::UNAUTHORIZED,
                "The token does not work",
                "It may have run out or been ended. Make another one in the settings.".to_owned(),
            ),
            Self::Password => (
                StatusCode::UNAUTHORIZED,
                "That did not sign you in",
                "The username or the password is wrong.".to_owned(),
            ),
            Self::Scope => (
                StatusCode::FORBIDDEN,
                "The token may only read",
                "This needs a token that may write.".to_owned(),
            ),
            Self::Stale => (
                StatusCode::PRECONDITION_FAILED,
                "It has changed meanwhile",
                "Nothing was saved. Get it again, and send the change with its new ETag."
                    .to_owned(),
            ),
        };
        let mut response = Problem::new(status, title, detail).into_response();
        if let Some(why) = why {
            let why = HeaderValue::from_static(why);
            response.headers_mut().insert(WWW_AUTHENTICATE, why);
        }
        response
    }
}

/// Asks for a token (RFC 6750, section 3).
const CHALLENGE: &str = r#"Bearer realm="Movies Diary""#;

impl Refusal {
    /// What the token lacks; nothing but that one is wanted, where none was sent.
    fn challenge(&self) -> Option<&'static str> {
        match self {
            Self::Token => Some(r#"Bearer realm="Movies Diary", error="invalid_token""#),
            Self::Scope => {
                Some(r#"Bearer realm="Movies Diary", error="insufficient_scope", scope="write""#)
            }
            Self::Password => Some(CHALLENGE),
            _ => None,
        }
    }
}

fn several(films: &[Known]) -> Problem {
    let posters = HashMap::new();
    let told = "Several films fit. Say which one it is by movie_id, or who directed it.";
    Problem {
        movies: films.iter().map(|film| Film::of(film, &posters)).collect(),
        ..wrong(&Fields::one("title", told))
    }
}

/// What is wrong with no field but with all of it, a form has at its top; a problem has it as its
/// detail.
fn wrong(errors: &Fields) -> Problem {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some(all_of_it) = errors.of("") {
        return Problem::new(status, "The body does not fit", all_of_it.to_owned());
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
            "Nothing was saved. Correct the fields that are listed, and send it again.".to_owned(),
        )
    }
}

impl WrongField {
    /// What fits in `field`.
    pub(super) fn new(field: &str, detail: String) -> Self {
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
        let kind = [(CONTENT_TYPE, PROBLEM)];
        (status, Extension(AsIs), kind, axum::Json(self)).into_response()
    }
}

/// Makes problems of what handlers and layers could not do.
pub(super) async fn render(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().copied();
    let mut response = next.run(request).await;
    let told = response.extensions_mut().remove::<Told>();
    let status = response.status();
    let is_bare = status.is_client_error() || status.is_server_error();
    let is_told = response.extensions().get::<AsIs>().is_some();
    let told = match told {
        Some(told) => told,
        None if is_bare && !is_told => Told {
            status,
            ..Error::from_status(status).told()
        },
        None => {
            response.extensions_mut().insert(AsIs);
            return response;
        }
    };
    problem_of(&told, id, response)
}

/// What a program does about it: it has no form to go back to, and no page to reload.
fn advice(told: &Told) -> String {
    let advice = match told.status {
        StatusCode::REQUEST_TIMEOUT => {
            "Send it again. A review that is sent with the same idempotency-key is logged only once."
        }
        StatusCode::PAYLOAD_TOO_LARGE => "Nothing was saved. Send less at once.",
        StatusCode::INTERNAL_SERVER_ERROR => {
            "The fault is this site’s, and its log says more. If it happens again, tell whoever runs the site the x-request-id."
        }
        _ => return told.advice.clone(),
    };
    advice.to_owned()
}

fn problem_of(told: &Told, id: Option<RequestId>, before: Response) -> Response {
    let (title, detail) = match told.sign_in {
        // There is no tab to sign in in.
        true => (
            "A token is needed",
            "Send one as authorization: Bearer TOKEN.".to_owned(),
        ),
        false => (told.title, advice(told)),
    };
    let is_fault = told.status == StatusCode::INTERNAL_SERVER_ERROR;
    let problem = Problem {
        instance: id
            .filter(|_| is_fault)
            .map(|id| format!("{REQUEST_ID}:{id}")),
        ..Problem::new(told.status, title, detail)
    };
    let mut response = problem.into_response();
    let headers = response.headers_mut();
    // Which methods there are, for one.
    for (name, value) in before.headers() {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            headers.append(name, value.clone());
        }
    }
    if told.sign_in {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
    }
    if let Some(seconds) = told.retry_after_seconds() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
