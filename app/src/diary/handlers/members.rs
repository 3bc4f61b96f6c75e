//! Changes to accounts that reviews follow: a diary that is opened or closed, an
//! account that is switched off or deleted.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use entity::Visibility;
use serde::Deserialize;

use crate::accounts::commands::verify_password;
use crate::accounts::{Accounts, Admin, Auth, Member, Trouble, Viewer, saved, settings_page, wait};
use crate::clock::Clock;
use crate::db::Db;
use crate::device::Device;
use crate::diary::commands;
use crate::paths;
use crate::web::form::Nothing;
use crate::web::{ClientAddress, Done, Error, Fields, Form};

/// Who may see a diary.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawVisibility {
    visibility: String,
}

/// What deletes an account.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawDeletion {
    password: String,
}

/// `POST /settings/visibility`
pub async fn set_visibility(
    _: paths::SettingsVisibility,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    Form(raw): Form<RawVisibility>,
) -> Result<Done, Error> {
    let visibility = Visibility::parse(&raw.visibility)
        .ok_or_else(|| Error::BadRequest("Choose who may see your diary.".to_owned()))?;
    commands::set_diary_visibility(&db, &clock, member.id, visibility).await?;
    Ok(saved("diary"))
}

/// `POST /settings/deletion`
pub async fn delete_account(
    _: paths::SettingsDeletion,
    viewer: Viewer,
    member: Member,
    mut auth: Auth,
    State(accounts): State<Accounts>,
    address: ClientAddress,
    device: Device,
    Form(raw): Form<RawDeletion>,
) -> Result<Response, Error> {
    let refusal = match verify_password(&accounts, address, &member, raw.password).await {
        Ok(Some(verified)) => {
            let Accounts { db, clock, .. } = &accounts;
            match commands::delete_member(db, clock, member.id, verified).await {
                Ok(()) => {
                    auth.logout().await?;
                    return Ok(Done::at(paths::Feed).into_response());
                }
                Err(Error::Conflict(why)) => why,
                Err(error) => return Err(error),
            }
        }
        Ok(None) => "This is not your password. Nothing was deleted.".to_owned(),
        Err(error) => wait(error)?,
    };
    let trouble = Trouble {
        deletion: Fields::one("password", refusal),
        ..Trouble::default()
    };
    let page = settings_page(&accounts, &viewer, &member, &auth, &device, "", &trouble).await?;
    Ok(page
        .status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response())
}

/// `POST /admin/members/{id}/disabling`
pub async fn disable(
    paths::AdminDisabling { id }: paths::AdminDisabling,
    Admin(admin): Admin,
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Form<Nothing>,
) -> Result<Done, Error> {
    commands::disable(&db, &clock, admin.id, id).await?;
    Ok(Done::at(paths::Admin))
}

/// `POST /admin/members/{id}/enabling`
pub async fn enable(
    paths::AdminEnabling { id }: paths::AdminEnabling,
    Admin(admin): Admin,
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Form<Nothing>,
) -> Result<Done, Error> {
    commands::enable(&db, &clock, admin.id, id).await?;
    Ok(Done::at(paths::Admin))
}
