//! Handler that deletes the member's account.

use axum::response::Response;

use super::{SettingsErrors, SettingsPage, retry_message};
use crate::accounts::commands::{AdministrationError, LAST_ADMIN, verify_password};
use crate::accounts::{Accounts, SecurityEvent, end_session, log_security_event};
use crate::diary::commands;
use crate::paths;
use crate::settings::form::RawDeletion;
use crate::web::{ClientAddress, Error, FieldErrors, Form};

/// `POST /settings/deletion`: deletes the member's account, after checking the password.
pub async fn delete_account(
    _: paths::SettingsDeletion,
    page: SettingsPage,
    address: ClientAddress,
    Form(raw): Form<RawDeletion>,
) -> Result<Response, Error> {
    let (accounts, member) = (&page.accounts, &page.member);
    let refusal = match verify_password(accounts, address, member, raw.password).await {
        Ok(Some(verified)) => {
            let Accounts { db, clock, .. } = accounts;
            match commands::delete_member(db, clock, member.id, verified).await {
                Ok(()) => {
                    let deleted = SecurityEvent::AccountDeleted;
                    log_security_event(deleted, address, Some(&member.username));
                    return end_session(page.auth).await;
                }
                Err(AdministrationError::LastAdmin) => LAST_ADMIN.to_owned(),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None) => "This is not your password. Nothing was deleted.".to_owned(),
        Err(error) => retry_message(error)?,
    };
    let errors = SettingsErrors {
        deletion: FieldErrors::single("password", refusal),
        ..SettingsErrors::default()
    };
    page.with_errors(errors).await
}
