//! Choosing for a device.

use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::choice::mark_in;
use super::{Device, Theme};
use crate::paths;
use crate::web::address::local_path;
use crate::web::form::is_ticked;
use crate::web::{Done, Error, Form};

/// The switch as it comes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawTheme {
    theme: String,
    /// The page that it stands on.
    next: String,
}

/// `POST /settings/theme`
pub async fn theme(
    _: paths::SettingsTheme,
    headers: HeaderMap,
    Form(raw): Form<RawTheme>,
) -> Result<Response, Error> {
    let theme = Theme::parse(&raw.theme).ok_or_else(unknown)?;
    let device = Device {
        theme,
        ..Device::of(&headers)
    };
    let next = local_path(&raw.next).unwrap_or_else(|| paths::Feed.to_string());
    Ok(chosen(&device, next))
}

/// The settings as they come.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawDevice {
    theme: String,
    shortcuts: String,
    /// The mark of the member whose pages are to be kept.
    keep: String,
}

/// `POST /settings/device`
pub async fn device(
    _: paths::SettingsDevice,
    Form(raw): Form<RawDevice>,
) -> Result<Response, Error> {
    let device = Device {
        theme: Theme::parse(&raw.theme).ok_or_else(unknown)?,
        has_shortcuts: is_ticked(&raw.shortcuts),
        keeps_for: mark_in(&raw.keep),
    };
    let saved = paths::Saved {
        saved: "device".to_owned(),
    };
    let next = format!("{}#device", paths::with(paths::Settings, saved));
    Ok(chosen(&device, next))
}

fn unknown() -> Error {
    Error::BadRequest("Choose light, dark, or as the system has it.".to_owned())
}

fn chosen(device: &Device, next: String) -> Response {
    ([(SET_COOKIE, device.cookie())], Done::at(next)).into_response()
}
