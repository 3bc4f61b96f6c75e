//! The tokens of one's own programs.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use entity::api_token::Origin;

use super::settings::current;
use crate::accounts::components::tokens::{self, Shown};
use crate::accounts::form::RawToken;
use crate::accounts::{Accounts, Auth, By, Member, NewToken, Viewer, commands, queries};
use crate::db::Db;
use crate::paths;
use crate::web::form::Nothing;
use crate::web::{Done, Error, Fields, Form, Page};

/// `GET /settings/tokens`
pub async fn show(
    _: paths::SettingsTokens,
    viewer: Viewer,
    member: Member,
    State(accounts): State<Accounts>,
) -> Result<Page, Error> {
    let (raw, errors) = (RawToken::default(), Fields::default());
    page(&accounts, &viewer, &member, &raw, &errors, None).await
}

/// `POST /settings/tokens`
pub async fn create(
    _: paths::SettingsTokens,
    viewer: Viewer,
    member: Member,
    auth: Auth,
    State(accounts): State<Accounts>,
    Form(raw): Form<RawToken>,
) -> Result<Response, Error> {
    let made = match raw.check() {
        Ok((name, scope, lifetime)) => {
            let new = NewToken {
                origin: Origin::Personal,
                name,
                scope,
                expires_at: lifetime.map(|lifetime| accounts.clock.now() + lifetime),
            };
            let by = By::Session(current(&auth).unwrap_or_default());
            commands::make_token(&accounts.db, &accounts.clock, &member, by, new).await
        }
        Err(errors) => return refused(&accounts, &viewer, &member, &raw, &errors).await,
    };
    match made {
        Ok((_, token)) => {
            let (raw, errors) = (RawToken::default(), Fields::default());
            let made = Some(token.expose());
            let page = page(&accounts, &viewer, &member, &raw, &errors, made).await?;
            Ok(page.into_response())
        }
        Err(Error::Conflict(why)) => {
            refused(&accounts, &viewer, &member, &raw, &Fields::one("", why)).await
        }
        Err(error) => Err(error),
    }
}

/// `POST /settings/tokens/{id}/ending`
pub async fn end(
    paths::SettingsTokenEnding { id }: paths::SettingsTokenEnding,
    member: Member,
    State(db): State<Db>,
    _: Form<Nothing>,
) -> Result<Done, Error> {
    match commands::end_token(&db, member.id, id).await? {
        true => Ok(Done::at(paths::SettingsTokens)),
        false => Err(Error::NotFound),
    }
}

async fn refused(
    accounts: &Accounts,
    viewer: &Viewer,
    member: &Member,
    raw: &RawToken,
    errors: &Fields,
) -> Result<Response, Error> {
    let page = page(accounts, viewer, member, raw, errors, None).await?;
    Ok(page
        .status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response())
}

/// The page, with a token that was just made, or what could not be.
async fn page(
    accounts: &Accounts,
    viewer: &Viewer,
    member: &Member,
    raw: &RawToken,
    errors: &Fields,
    made: Option<&str>,
) -> Result<Page, Error> {
    let shown = Shown {
        viewer,
        tokens: &queries::tokens(&accounts.db, &accounts.clock, member.id).await?,
        made,
        raw,
        errors,
        now: accounts.clock.now(),
    };
    Ok(Page::new("Programs", tokens::page(&shown)))
}
