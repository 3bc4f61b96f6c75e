//! Handlers for the member's API tokens.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use entity::api_token::TokenOrigin;

use super::unprocessable;
use crate::accounts::commands::{CreateTokenError, too_many_tokens_message};
use crate::accounts::{
    Accounts, Auth, AuthMethod, Member, NewToken, Reveal, RevealHeaders, SecurityEvent, Viewer,
    commands, current_session_hash, log_security_event, queries,
};
use crate::db::Db;
use crate::paths;
use crate::settings::components::tokens::{self, TokensView};
use crate::settings::form::RawToken;
use crate::web::form::EmptyForm;
use crate::web::{ClientAddress, Done, Error, FieldErrors, Form, Page};

/// What a new token is revealed as.
const NEW_TOKEN: &str = "token";

/// `GET /settings/tokens`: the member's API tokens.
pub async fn show(
    _: paths::SettingsTokens,
    viewer: Viewer,
    member: Member,
    State(accounts): State<Accounts>,
    reveal: Reveal,
) -> Result<(RevealHeaders, Page), Error> {
    let (raw, errors) = (RawToken::default(), FieldErrors::default());
    let new = reveal.secret(&member, NEW_TOKEN);
    let page = tokens_page(&accounts, &viewer, &member, &raw, &errors, new).await?;
    let is_shown = new.is_some();
    Ok((reveal.count(is_shown), page))
}

/// `POST /settings/tokens`: creates a token, which the page then shows.
pub async fn create(
    _: paths::SettingsTokens,
    viewer: Viewer,
    member: Member,
    auth: Auth,
    State(accounts): State<Accounts>,
    client: ClientAddress,
    Form(raw): Form<RawToken>,
) -> Result<Response, Error> {
    let (name, scope, lifetime) = match raw.check() {
        Ok(checked) => checked,
        Err(errors) => return with_errors(&accounts, &viewer, &member, &raw, &errors).await,
    };
    let new = NewToken {
        origin: TokenOrigin::Personal,
        name,
        scope,
        expires_at: lifetime.map(|lifetime| accounts.clock.now() + lifetime),
    };
    let by = AuthMethod::Session(current_session_hash(&auth).unwrap_or_default());
    match commands::create_token(&accounts, client, &member, by, new).await {
        Ok((_, token)) => {
            let done = Done::redirect_to(paths::SettingsTokens);
            Ok((Reveal::keep(&member, NEW_TOKEN, token.expose()), done).into_response())
        }
        Err(CreateTokenError::TooManyTokens) => {
            let errors = FieldErrors::single("", too_many_tokens_message());
            with_errors(&accounts, &viewer, &member, &raw, &errors).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/tokens/{id}/ending`: revokes a token.
pub async fn revoke(
    paths::SettingsTokenEnding { id }: paths::SettingsTokenEnding,
    member: Member,
    State(db): State<Db>,
    client: ClientAddress,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    if commands::revoke_token(&db, member.id, id).await? {
        log_security_event(SecurityEvent::TokenRevoked, client, Some(&member.username));
        Ok(Done::redirect_to(paths::SettingsTokens))
    } else {
        Err(Error::NotFound)
    }
}

/// The page again, for input that cannot be saved.
async fn with_errors(
    accounts: &Accounts,
    viewer: &Viewer,
    member: &Member,
    raw: &RawToken,
    errors: &FieldErrors,
) -> Result<Response, Error> {
    let page = tokens_page(accounts, viewer, member, raw, errors, None).await?;
    Ok(unprocessable(page))
}

/// Renders the page, optionally with a token that was just created.
async fn tokens_page(
    accounts: &Accounts,
    viewer: &Viewer,
    member: &Member,
    raw: &RawToken,
    errors: &FieldErrors,
    new_token: Option<&str>,
) -> Result<Page, Error> {
    let view = TokensView {
        viewer,
        tokens: &queries::tokens_of(&accounts.db, &accounts.clock, member.id).await?,
        new_token,
        raw,
        errors,
        now: accounts.clock.now(),
    };
    Ok(Page::new("API tokens", tokens::page(&view)))
}
