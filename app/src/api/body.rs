//! What comes in and goes out: bodies in JSON, and the numbers in addresses.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::problem::Refusal;
use crate::web::Error;

/// A body in JSON: what came, or what goes out. One that has a field that it should not have is
/// refused whole.
#[derive(Debug)]
pub(super) struct Json<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(refused(&rejection)),
        }
    }
}

/// The number in an address; one that is no number leads nowhere.
#[derive(Debug)]
pub(super) struct Id(pub(super) i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Path(id) = Path::from_request_parts(parts, state).await?;
        Ok(Self(id))
    }
}

fn refused(rejection: &JsonRejection) -> Refusal {
    let text = rejection.body_text();
    let advice = match rejection {
        // What it is about, then where it stands and what was expected there.
        JsonRejection::JsonDataError(_) | JsonRejection::JsonSyntaxError(_) => {
            let (_, why) = text.split_once(": ").unwrap_or_default();
            format!("Nothing was done. {why}.")
        }
        JsonRejection::MissingJsonContentType(_) => {
            "The body must be JSON, and say so: content-type: application/json.".to_owned()
        }
        _ => return Refusal::Error(Error::from_status(rejection.status())),
    };
    let status = match rejection {
        JsonRejection::JsonDataError(_) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => rejection.status(),
    };
    Refusal::Unfit { status, advice }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}
