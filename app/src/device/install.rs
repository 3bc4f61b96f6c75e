//! The site beside the apps of a phone: its manifest, the script that answers without the
//! network, and the page that says so.

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
use crate::web::ui::scene;
use crate::web::{AsIs, Page, assets};

/// `GET /manifest.webmanifest`
pub async fn manifest(_: paths::Manifest, State(config): State<Arc<Config>>) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/manifest+json"),
        (CACHE_CONTROL, "public, max-age=3600"),
    ];
    (Extension(AsIs), headers, Json(described(&config.site_name))).into_response()
}

/// The [web application manifest](https://www.w3.org/TR/appmanifest/).
fn described(name: &str) -> Value {
    let assets = assets::addresses();
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
        "background_color": Theme::Light.paper(),
        "theme_color": Theme::Light.paper(),
        "icons": icons,
        "screenshots": [
            screenshot(&assets.narrow, "narrow", "The feed on a phone"),
            screenshot(&assets.wide, "wide", "The feed on a desk"),
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

/// What is shown to whoever is asked whether to install the site, on devices of that form.
fn screenshot(shot: &Screenshot, form: &str, label: &str) -> Value {
    let Screenshot {
        src,
        size: (width, height),
    } = shot;
    json!({
        "src": src,
        "sizes": format!("{width}x{height}"),
        "type": "image/webp",
        "form_factor": form,
        "label": label,
    })
}

/// Every page asks whether there is a new one, so it is put together once.
static WORKER: LazyLock<String> = LazyLock::new(|| assets::worker(&worker_paths()));

/// The addresses that the worker treats in a way of its own.
fn worker_paths() -> Value {
    let nothing = String::new;
    json!({
        "assets": paths::Asset { name: nothing() }.to_string(),
        "posters": paths::Poster { name: nothing() }.to_string(),
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

/// `GET /sw.js`
pub async fn worker(_: paths::Worker) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (Extension(AsIs), headers, WORKER.as_str()).into_response()
}

/// `GET /offline`
pub async fn offline(_: paths::Offline) -> Page {
    let main = html! {
        section.card.narrow.trouble {
            (scene("offline"))
            h1 { "You’re offline" }
            p.lead { "This page isn’t saved on your device. Try again when you’re connected." }
            p.actions {
                a.button.primary href="" { "Try again" }
                a.button.quiet href=(paths::Feed) { "To the feed" }
            }
        }
    };
    Page::new("You’re offline", main)
}
