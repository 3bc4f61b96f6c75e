//! What goes wrong in handlers and extractors of the API.

use std::collections::HashMap;

use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::{Problem, WrongField};
use crate::api::schema::MovieSummary;
use crate::catalog::KnownMovie;
use crate::transfer::RefusedFile;
use crate::transfer::messages::refusal_message;
use crate::web::{Error, FieldErrors};

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
    /// Nothing can be made of an uploaded file.
    RefusedFile(RefusedFile),
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
            Self::RefusedFile(refused) => return refused_file_problem(refused).into_response(),
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
pub(super) const TOKEN_CHALLENGE: &str = r#"Bearer realm="Movies Diary""#;

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

fn refused_file_problem(refused: RefusedFile) -> Problem {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let detail = refusal_message(&refused);
    let RefusedFile { upload, refusal } = refused;
    Problem {
        reason: Some(refusal.reason),
        upload: Some(upload),
        file: refusal.file,
        column: refusal.column,
        line: refusal.line,
        ..Problem::new(status, "The file cannot be imported", detail)
    }
}
