//! Handler of the diary's visibility.

use axum::extract::State;
use entity::Visibility;

use super::redirect_saved;
use crate::accounts::Member;
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::commands;
use crate::paths;
use crate::settings::form::RawVisibility;
use crate::web::{Done, Error, Form};

/// `POST /settings/visibility`: sets who may see the member's diary.
pub async fn update(
    _: paths::SettingsVisibility,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    Form(raw): Form<RawVisibility>,
) -> Result<Done, Error> {
    let visibility = Visibility::parse(&raw.visibility)
        .ok_or_else(|| Error::BadRequest("Choose who can see your diary.".to_owned()))?;
    commands::change_diary_visibility(&db, &clock, member.id, visibility).await?;
    Ok(redirect_saved("diary"))
}
