//! What makes the site installable as an app: the manifest, the service worker and the offline
//! page.

use std::sync::{Arc, LazyLock};

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use maud::html;
use serde_json::{Value, json};

use super::Theme;
use crate::config::Config;
use crate::paths;
use crate::web::assets::Screenshot;
use crate::web::ui::cinema_illustration;
use crate::web::{Page, RawResponse, assets};

/// `GET /manifest.webmanifest`: the web app manifest.
pub async fn manifest(_: paths::Manifest, State(config): State<Arc<Config>>) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/manifest+json"),
        (CACHE_CONTROL, "public, max-age=3600"),
    ];
    (
        Extension(RawResponse),
        headers,
        Json(manifest_json(&config.site_name)),
    )
        .into_response()
}

/// The [web application manifest](https://www.w3.org/TR/appmanifest/).
fn manifest_json(name: &str) -> Value {
    let assets = assets::asset_urls();
    let icon = |src: &str, sizes: &str, kind: &str, purpose: &str| json!({ "src": src, "sizes": sizes, "type": kind, "purpose": purpose });
    let mut icons = vec![icon(&assets.icon, "any", "image/svg+xml", "any")];
    for (src, size) in &assets.launcher_icons {
        icons.push(icon(src, &format!("{size}x{size}"), "image/png", "any"));
    }
    icons.push(icon(
        &assets.maskable_icon,
        "512x512",
        "image/png",
        "maskable",
    ));
    json!({
        "id": paths::Feed.to_string(),
        "name": name,
        "short_name": name,
        "description": "A diary of the films you watch.",
        "lang": "en",
        "dir": "ltr",
        "categories": ["entertainment", "lifestyle"],
        "start_url": paths::Feed.to_string(),
        "scope": paths::Feed.to_string(),
        "display": "standalone",
        "background_color": Theme::Light.page_color(),
        "theme_color": Theme::Light.page_color(),
        "icons": icons,
        "screenshots": [
            screenshot(&assets.narrow, "narrow", "The feed on a phone"),
            screenshot(&assets.wide, "wide", "The feed on a desktop"),
        ],
        "shortcuts": [{
            "name": "Log a film",
            "url": paths::NewReview.to_string(),
            "icons": [icon(&assets.launcher_icons[0].0, "192x192", "image/png", "any")],
        }],
        "share_target": {
            "action": paths::NewReview.to_string(),
            "method": "GET",
            "enctype": "application/x-www-form-urlencoded",
            "params": { "title": "shared_title", "text": "shared_text", "url": "shared_url" },
        },
    })
}

/// A screenshot for the browser's install dialog. `form` is the manifest's `form_factor`.
fn screenshot(shot: &Screenshot, form_factor: &str, label: &str) -> Value {
    let Screenshot {
        src,
        size: (width, height),
    } = shot;
    json!({
        "src": src,
        "sizes": format!("{width}x{height}"),
        "type": "image/webp",
        "form_factor": form_factor,
        "label": label,
    })
}

/// Built once, because browsers check for a new version on every page.
static SERVICE_WORKER: LazyLock<String> =
    LazyLock::new(|| assets::service_worker_source(&worker_paths()));

/// The addresses that the worker handles specially.
fn worker_paths() -> Value {
    let nothing = String::new;
    json!({
        "assets": paths::Asset { name: nothing() }.to_string(),
        "posters": paths::PosterFile { name: nothing() }.to_string(),
        "feed": paths::Feed.to_string(),
        "offline": paths::Offline.to_string(),
        "byHand": paths::by_hand(""),
        "reviews": paths::Reviews.to_string(),
        "login": paths::Login.to_string(),
        "logout": paths::Logout.to_string(),
        "neverCached": [
            paths::Settings.to_string(),
            paths::Admin.to_string(),
            paths::Setup.to_string(),
            paths::Login.to_string(),
            paths::Register.to_string(),
            paths::Reset.to_string(),
        ],
    })
}

/// `GET /sw.js`: the service worker.
pub async fn service_worker(_: paths::Worker) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (Extension(RawResponse), headers, SERVICE_WORKER.as_str()).into_response()
}

/// `GET /offline`: shown for pages that are not saved on the device.
pub async fn offline(_: paths::Offline) -> Page {
    let main = html! {
        section.card.narrow.trouble {
            (cinema_illustration("offline"))
            h1 { "You’re offline" }
            p.lead { "This page isn’t saved on your device. Try again when you’re connected." }
            p.actions {
                a.button.primary href="" { "Try again" }
                a.button.quiet href=(paths::Feed) { "Go to the feed" }
            }
        }
    };
    Page::new("You’re offline", main)
}
