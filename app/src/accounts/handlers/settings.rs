//! One's own account.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::sign_in::begin;
use crate::accounts::components::settings::{self, Shown};
use crate::accounts::form::{RawPasswordChange, RawProfile, Trouble};
use crate::accounts::{Accounts, Auth, Member, Password, Viewer, commands, queries, sessions};
use crate::db::Db;
use crate::device::Device;
use crate::paths;
use crate::web::form::Nothing;
use crate::web::{ClientAddress, Done, Error, Fields, Form, Page};

/// `GET /settings`
pub async fn show(
    _: paths::Settings,
    viewer: Viewer,
    member: Member,
    auth: Auth,
    device: Device,
    State(accounts): State<Accounts>,
    Query(paths::Saved { saved }): Query<paths::Saved>,
) -> Result<Page, Error> {
    let nothing = Trouble::default();
    page(
        &accounts, &viewer, &member, &auth, &device, &saved, &nothing,
    )
    .await
}

/// `POST /settings/profile`
pub async fn profile(
    _: paths::SettingsProfile,
    viewer: Viewer,
    member: Member,
    auth: Auth,
    device: Device,
    State(accounts): State<Accounts>,
    Form(raw): Form<RawProfile>,
) -> Result<Response, Error> {
    match raw.check(&member.username) {
        Ok(profile) => {
            commands::set_profile(&accounts.db, &accounts.clock, member.id, profile).await?;
            Ok(saved("profile").into_response())
        }
        Err(errors) => {
            let trouble = Trouble {
                profile: Some((raw, errors)),
                ..Trouble::default()
            };
            again(page(&accounts, &viewer, &member, &auth, &device, "", &trouble).await)
        }
    }
}

/// `POST /settings/password`
pub async fn password(
    _: paths::SettingsPassword,
    viewer: Viewer,
    member: Member,
    mut auth: Auth,
    State(accounts): State<Accounts>,
    address: ClientAddress,
    device: Device,
    headers: HeaderMap,
    Form(raw): Form<RawPasswordChange>,
) -> Result<Response, Error> {
    let mut errors = Fields::default();
    let checked = Password::check(&raw.new_password, &member.username);
    let new = errors.keep("new_password", checked);
    let current = raw.current_password;
    let verified = match commands::verify_password(&accounts, address, &member, current).await {
        Ok(verified) => verified.ok_or_else(|| "This is not your password.".to_owned()),
        Err(error) => Err(wait(error)?),
    };
    let verified = errors.keep("current_password", verified);
    match (new, verified) {
        (Some(new), Some(verified)) => {
            let verified = Some(verified);
            let member = commands::set_password(&accounts, member.id, new, verified).await?;
            begin(&mut auth, &member, &headers).await?;
            Ok(saved("password").into_response())
        }
        _ => {
            let trouble = Trouble {
                password: errors,
                ..Trouble::default()
            };
            again(page(&accounts, &viewer, &member, &auth, &device, "", &trouble).await)
        }
    }
}

/// `POST /settings/sessions/{id}/ending`
pub async fn end_session(
    paths::SettingsSessionEnding { id }: paths::SettingsSessionEnding,
    member: Member,
    State(db): State<Db>,
    _: Form<Nothing>,
) -> Result<Done, Error> {
    match commands::end_session(&db, member.id, id).await? {
        true => Ok(saved("sessions")),
        false => Err(Error::NotFound),
    }
}

/// `POST /settings/sessions/ending`
pub async fn end_other_sessions(
    _: paths::SettingsOtherSessionsEnding,
    member: Member,
    auth: Auth,
    State(db): State<Db>,
    _: Form<Nothing>,
) -> Result<Done, Error> {
    commands::sign_out_elsewhere(&db, member.id, current(&auth)).await?;
    Ok(saved("sessions"))
}

/// The settings, with what was just saved or could not be.
pub async fn page(
    accounts: &Accounts,
    viewer: &Viewer,
    member: &Member,
    auth: &Auth,
    device: &Device,
    saved: &str,
    trouble: &Trouble,
) -> Result<Page, Error> {
    let open = queries::sessions(&accounts.db, &accounts.clock, member.id).await?;
    let current = current(auth);
    let shown = Shown {
        member,
        viewer,
        sessions: &open,
        current: current.as_deref(),
        saved,
        trouble,
        device,
        now: accounts.clock.now(),
    };
    Ok(Page::new("Settings", settings::page(&shown)))
}

/// What to tell whoever tried too often.
pub fn wait(error: Error) -> Result<String, Error> {
    match error.is_for_later() {
        true => Ok(error.told().line()),
        false => Err(error),
    }
}

/// The session that asks, by the hash of its secret.
pub(super) fn current(auth: &Auth) -> Option<String> {
    auth.session.id().map(|id| sessions::hash(&id))
}

/// Back to the settings, which say that `part` was saved.
pub fn saved(part: &str) -> Done {
    let saved = part.to_owned();
    Done::at(paths::with(paths::Settings, paths::Saved { saved }))
}

fn again(page: Result<Page, Error>) -> Result<Response, Error> {
    Ok(page?
        .status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response())
}
