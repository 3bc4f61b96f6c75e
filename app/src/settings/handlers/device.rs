//! Handlers that store the settings of this device in its cookie.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};

use crate::config::Config;
use crate::device::{Device, Theme, parse_account_mark};
use crate::paths;
use crate::settings::form::{RawDevice, RawTheme};
use crate::web::form::is_ticked;
use crate::web::url_checks::local_path;
use crate::web::{Done, Error, Form};

/// `POST /settings/theme`: changes the theme only.
pub async fn update_theme(
    _: paths::SettingsTheme,
    device: Device,
    State(config): State<Arc<Config>>,
    Form(raw): Form<RawTheme>,
) -> Result<Response, Error> {
    let theme = Theme::parse(&raw.theme).ok_or_else(unknown_theme)?;
    let device = Device { theme, ..device };
    let next = local_path(&raw.next).unwrap_or_else(|| paths::Feed.to_string());
    Ok(save_and_redirect(&device, &config, next))
}

/// `POST /settings/device`: saves all settings of this device.
pub async fn update(
    _: paths::SettingsDevice,
    State(config): State<Arc<Config>>,
    Form(raw): Form<RawDevice>,
) -> Result<Response, Error> {
    let device = Device {
        theme: Theme::parse(&raw.theme).ok_or_else(unknown_theme)?,
        has_shortcuts: is_ticked(&raw.shortcuts),
        saves_pages_for: parse_account_mark(&raw.keep),
    };
    let saved = paths::SavedParams {
        saved: "device".to_owned(),
    };
    let next = format!("{}#device", paths::with(paths::Settings, saved));
    Ok(save_and_redirect(&device, &config, next))
}

fn unknown_theme() -> Error {
    Error::BadRequest("Choose system, light or dark.".to_owned())
}

fn save_and_redirect(device: &Device, config: &Config, next: String) -> Response {
    let cookie = device.set_cookie(config.is_https());
    ([(SET_COOKIE, cookie)], Done::redirect_to(next)).into_response()
}
