//! Handlers of the settings, one file for each subject.

pub mod deletion;
pub mod device;
pub mod calendar;
pub mod exports;
pub mod feeds;
pub mod imports;
pub mod password;
pub mod profile;
pub mod sessions;
pub mod show;
pub mod tokens;
pub mod visibility;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::components::{self, SettingsView};
use super::form::SettingsErrors;
use crate::AppState;
use crate::accounts::{Accounts, Auth, Member, Viewer, current_session_hash, queries};
use crate::device::Device;
use crate::paths;
use crate::transfer::exports::export_size;
use crate::web::{Done, Error, Page};

/// What the settings page is rendered from, besides the errors of a form on it.
#[derive(Debug)]
pub struct SettingsPage {
    accounts: Accounts,
    viewer: Viewer,
    member: Member,
    auth: Auth,
    device: Device,
}

impl FromRequestParts<AppState> for SettingsPage {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let auth = Auth::from_request_parts(parts, state).await;
        Ok(Self {
            accounts: Accounts::from_ref(state),
            viewer: Viewer::from_request_parts(parts, state).await?,
            member: Member::from_request_parts(parts, state).await?,
            auth: auth.map_err(|(_, reason)| Error::Internal(reason.to_owned()))?,
            device: match Device::from_request_parts(parts, state).await {
                Ok(device) => device,
            },
        })
    }
}

impl SettingsPage {
    /// `saved` is the section that was just saved, or empty.
    async fn render(&self, saved: &str, errors: &SettingsErrors) -> Result<Page, Error> {
        let Accounts { db, clock, .. } = &self.accounts;
        let sessions = queries::sessions_of(db, clock, self.member.id).await?;
        let current_session = current_session_hash(&self.auth);
        let view = SettingsView {
            member: &self.member,
            viewer: &self.viewer,
            sessions: &sessions,
            current_session: current_session.as_deref(),
            saved,
            errors,
            device: &self.device,
            export_size: export_size(db, self.member.id).await?,
            now: clock.now(),
        };
        Ok(Page::new("Settings", components::page(&view)))
    }

    /// The page again, for input that cannot be saved.
    async fn with_errors(&self, errors: SettingsErrors) -> Result<Response, Error> {
        Ok(unprocessable(self.render("", &errors).await?))
    }
}

fn unprocessable(page: Page) -> Response {
    page.status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response()
}

/// Redirects to the settings page, which confirms that `section` was saved.
fn redirect_saved(section: &str) -> Done {
    let saved = section.to_owned();
    Done::redirect_to(paths::with(paths::Settings, paths::SavedParams { saved }))
}

/// The message for a field when an attempt was rate-limited; returns all other errors unchanged.
fn retry_message(error: impl Into<Error>) -> Result<String, Error> {
    let error = error.into();
    if error.is_retryable() {
        Ok(error.message().as_line())
    } else {
        Err(error)
    }
}
