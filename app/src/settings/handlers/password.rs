//! Handler of the password.

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::{SettingsErrors, SettingsPage, redirect_saved, retry_message};
use crate::accounts::{commands, start_session};
use crate::paths;
use crate::settings::form::RawPasswordChange;
use crate::web::{ClientAddress, Error, FieldErrors, Form};

/// `POST /settings/password`: changes the password and ends all other sessions.
pub async fn update(
    _: paths::SettingsPassword,
    mut page: SettingsPage,
    address: ClientAddress,
    headers: HeaderMap,
    Form(raw): Form<RawPasswordChange>,
) -> Result<Response, Error> {
    let (accounts, member) = (&page.accounts, &page.member);
    let mut errors = FieldErrors::default();
    let current = raw.current_password;
    let verified = match commands::verify_password(accounts, address, member, current).await {
        Ok(verified) => verified.ok_or_else(|| "This is not your password.".to_owned()),
        Err(error) => Err(retry_message(error)?),
    };
    if let Some(verified) = errors.ok_or_add("current_password", verified) {
        // Estimating a password takes as long as checking one, and only the latter is limited.
        let (username, display_name) = (&member.username, &member.display_name);
        let checked = accounts
            .check_password(&raw.new_password, username, display_name)
            .await?;
        if let Some(new) = errors.ok_or_add("new_password", checked) {
            let changed =
                commands::change_password(accounts, Some(address), member.id, new, Some(verified));
            start_session(&mut page.auth, &changed.await?, &headers).await?;
            return Ok(redirect_saved("password").into_response());
        }
    }
    let errors = SettingsErrors {
        password: errors,
        ..SettingsErrors::default()
    };
    page.with_errors(errors).await
}
