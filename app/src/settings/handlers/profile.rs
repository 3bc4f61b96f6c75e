//! Handler of the profile.

use axum::response::{IntoResponse, Response};

use super::{SettingsErrors, SettingsPage, redirect_saved};
use crate::accounts::commands;
use crate::accounts::form::RawProfile;
use crate::paths;
use crate::web::{Error, Form};

/// `POST /settings/profile`: saves the display name and time zone.
pub async fn update(
    _: paths::SettingsProfile,
    page: SettingsPage,
    Form(raw): Form<RawProfile>,
) -> Result<Response, Error> {
    let (accounts, member) = (&page.accounts, &page.member);
    match raw.check(accounts, &member.username).await? {
        Ok(profile) => {
            commands::update_profile(&accounts.db, &accounts.clock, member.id, profile).await?;
            Ok(redirect_saved("profile").into_response())
        }
        Err(errors) => {
            let errors = SettingsErrors {
                profile: Some((raw, errors)),
                ..SettingsErrors::default()
            };
            page.with_errors(errors).await
        }
    }
}
