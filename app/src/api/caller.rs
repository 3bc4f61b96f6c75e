//! Who asks: a token's member, or anybody.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use entity::api_token::Scope;

use super::problem::Refusal;
use crate::AppState;
use crate::accounts::{self, Bearer, TOKEN_NAME, Viewer};
use crate::web::Error;

/// Finds out who asks, for the extractors here and for those of accounts.
pub(super) async fn note(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let bearer = match bearer(&state, request.headers()).await {
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

/// A token that does not work is refused, even where anybody may ask: a program that thinks it
/// is known learns that it is not.
async fn bearer(state: &AppState, headers: &HeaderMap) -> Result<Option<Bearer>, Refusal> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    let token = token(header).ok_or(Refusal::Token)?;
    let found = accounts::bearer(&state.db, &state.clock, token).await;
    let found = found.map_err(Error::from)?;
    found.map(Some).ok_or(Refusal::Token)
}

/// Fails unless the token of a request works still: for what comes after a body that was long on
/// its way.
pub(super) async fn confirm(state: &AppState, headers: &HeaderMap) -> Result<(), Refusal> {
    bearer(state, headers)
        .await?
        .map(drop)
        .ok_or(Refusal::Token)
}

/// `Bearer` in any case, blanks, and the token (RFC 6750, section 2.1).
fn token(header: &HeaderValue) -> Option<&str> {
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Somebody with a token, whatever it may do.
#[derive(Debug)]
pub(super) struct Reader(pub(super) Bearer);

/// Somebody with a token that may change things.
#[derive(Debug)]
pub(super) struct Writer(pub(super) Bearer);

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let bearer = parts.extensions.get::<Bearer>().cloned();
        bearer.map(Self).ok_or(Refusal::Error(Error::SignIn))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Writer {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Reader(bearer) = Reader::from_request_parts(parts, state).await?;
        match bearer.scope {
            Scope::Write => Ok(Self(bearer)),
            Scope::Read => Err(Refusal::Scope),
        }
    }
}

/// Never fails: what the program calls itself, as far as it does.
#[derive(Debug)]
pub(super) struct Program(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Program {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let named = accounts::user_agent(parts.headers.get(USER_AGENT));
        Ok(Self(named.chars().take(TOKEN_NAME).collect()))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::token;

    #[test]
    fn a_token_comes_after_its_scheme() {
        let read = |header| token(&HeaderValue::from_static(header)).map(str::to_owned);
        assert_eq!(read("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(read("bearer  abc ").as_deref(), Some("abc"));
        for bad in ["abc", "Basic abc", "Bearer", ""] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
