//! The scripts: ES modules in `public/js`, joined here so that a page loads one file and the
//! build needs no Node.

use serde_json::{Value, json};

use super::modules::{Module, in_order, minify};
use super::{AssetUrls, asset_urls};

#[cfg(test)]
mod tests;

macro_rules! modules {
    ($($name:literal)*) => {
        &[$(Module {
            name: $name,
            source: include_str!(concat!("../../../../public/js/", $name)),
        }),*]
    };
}

const MODULES: &[Module] = modules! {
    "api_docs.js"
    "combobox.js"
    "day.js"
    "dialog.js"
    "dom.js"
    "drafts.js"
    "forms.js"
    "heat_map.js"
    "htmx_errors.js"
    "import_films.js"
    "init.js"
    "log_dialog.js"
    "member.js"
    "menus.js"
    "offline.js"
    "older.js"
    "outbox.js"
    "posters.js"
    "progress.js"
    "reorder.js"
    "review_form.js"
    "share.js"
    "shortcuts.js"
    "sw.js"
    "theme.js"
    "toast.js"
    "undo.js"
    "upload.js"
    "view_transition.js"
};

const API_DOCS: &str = "api_docs.js";
const APP: &str = "init.js";
const APP_MEMBER: &str = "member.js";
const APP_OFFLINE: &str = "offline.js";
const VIEW_TRANSITION: &str = "view_transition.js";
const WORKER: &str = "sw.js";

/// The script of visitors’ pages.
pub fn app() -> String {
    script("", APP)
}

/// The script of members’ pages.
pub fn app_member() -> String {
    script("", APP_MEMBER)
}

/// The script of members who save pages on their device.
pub fn app_offline() -> String {
    script("", APP_OFFLINE)
}

/// The script that runs before the page is drawn.
pub fn view_transition() -> String {
    script("", VIEW_TRANSITION)
}

/// The script that starts the API reference.
pub fn api_docs() -> String {
    script("", API_DOCS)
}

/// The service worker. It caches the assets of this build and works with the addresses in `paths`.
/// Browsers install it anew when any of these changes.
pub fn service_worker_source(paths: &Value) -> String {
    let AssetUrls {
        style,
        htmx,
        script: app,
        view_transition_script,
        icon,
        ..
    } = asset_urls();
    let assets = json!([
        style.url,
        htmx.url,
        app.url,
        view_transition_script.url,
        icon
    ]);
    let given = format!("const ASSETS={assets};\nconst PATHS={paths};\n");
    let hash = crate::secret::sha256_hex(script(&given, WORKER).as_bytes());
    let build = &hash[..16];
    script(&format!("const BUILD={build:?};\n{given}"), WORKER)
}

/// `head`, and `entry` with all that it imports, in a block: deferred scripts and the worker are
/// classic scripts, and declarations in a block are not global.
fn script(head: &str, entry: &str) -> String {
    let modules = in_order(MODULES, entry);
    let code: String = modules
        .iter()
        .map(|module| minify(&module.code()))
        .collect();
    format!("\"use strict\";\n{{\n{head}{code}}}\n")
}
