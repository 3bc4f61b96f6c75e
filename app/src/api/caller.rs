//! Authentication by bearer token: finds the member who makes a request.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use entity::api_token::TokenScope;

use super::problem::ApiError;
use crate::AppState;
use crate::accounts::{self, Bearer, MAX_TOKEN_NAME, Viewer};
use crate::web::Error;

/// Checks the token, and stores the [`Viewer`] and the [`Bearer`] as extensions of the request for
/// the extractors here and in accounts.
pub async fn identify_caller(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let bearer = match find_bearer(&state, request.headers()).await {
        Ok(bearer) => bearer,
        Err(refusal) => return refusal.into_response(),
    };
    let member = bearer.as_ref().map(|bearer| bearer.member.clone());
    let viewer = Viewer::of(member, &state.site);
    let extensions = request.extensions_mut();
    extensions.insert(viewer);
    if let Some(bearer) = bearer {
        extensions.insert(bearer);
    }
    next.run(request).await
}

/// Refuses an invalid token even where none is needed, so that the program learns that its token no
/// longer works.
pub async fn find_bearer(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<Option<Bearer>, ApiError> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    let token = parse_bearer_token(header).ok_or(ApiError::InvalidToken)?;
    let bearer = accounts::authenticate_token(&state.db, &state.clock, token).await;
    let found = bearer.map_err(Error::from)?;
    found.map(Some).ok_or(ApiError::InvalidToken)
}

/// Checks the token again after a large body was received, because it may have been revoked during
/// the upload.
pub async fn require_valid_token(state: &AppState, headers: &HeaderMap) -> Result<(), ApiError> {
    find_bearer(state, headers)
        .await?
        .map(drop)
        .ok_or(ApiError::InvalidToken)
}

/// Parses `Bearer TOKEN` (RFC 6750, section 2.1). The case of the scheme does not matter.
fn parse_bearer_token(header: &HeaderValue) -> Option<&str> {
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Requires a token of any scope.
#[derive(Debug)]
pub struct ReadAccess(pub Bearer);

/// Requires a token with the scope `write`.
#[derive(Debug)]
pub struct WriteAccess(pub Bearer);

impl<S: Send + Sync> FromRequestParts<S> for ReadAccess {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let bearer = parts.extensions.get::<Bearer>().cloned();
        bearer.map(Self).ok_or(ApiError::Web(Error::SignInRequired))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for WriteAccess {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let ReadAccess(bearer) = ReadAccess::from_request_parts(parts, state).await?;
        match bearer.scope {
            TokenScope::Write => Ok(Self(bearer)),
            TokenScope::Read => Err(ApiError::ReadOnlyToken),
        }
    }
}

/// The `user-agent`, cut to the length of a token's name. Empty if there is none.
#[derive(Debug)]
pub struct ClientName(pub String);

impl<S: Send + Sync> FromRequestParts<S> for ClientName {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let user_agent = accounts::user_agent_of(parts.headers.get(USER_AGENT));
        Ok(Self(user_agent.chars().take(MAX_TOKEN_NAME).collect()))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::parse_bearer_token;

    #[test]
    fn a_token_comes_after_its_scheme() {
        let read =
            |header| parse_bearer_token(&HeaderValue::from_static(header)).map(str::to_owned);
        assert_eq!(read("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(read("bearer  abc ").as_deref(), Some("abc"));
        for bad in ["abc", "Basic abc", "Bearer", ""] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
