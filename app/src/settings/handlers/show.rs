//! Handler of the settings page.

use axum::extract::Query;

use super::{SettingsErrors, SettingsPage};
use crate::paths;
use crate::web::{Error, Page};

/// `GET /settings`: the settings page.
pub async fn show(
    _: paths::Settings,
    page: SettingsPage,
    Query(paths::SavedParams { saved }): Query<paths::SavedParams>,
) -> Result<Page, Error> {
    page.render(&saved, &SettingsErrors::default()).await
}
