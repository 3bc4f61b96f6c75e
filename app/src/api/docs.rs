//! The API reference for people: [Scalar](https://github.com/scalar/scalar) shows the document
//! that programs read.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::IntoResponse;
use maud::{DOCTYPE, Markup, html};

use crate::config::Config;
use crate::device::{Device, Theme};
use crate::paths;
use crate::web::assets;

/// Scalar writes styles into the page and draws its icons from `data:` URLs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'none'; \
    frame-ancestors 'none'; base-uri 'none'";

/// `GET /api/docs`: the API reference.
pub async fn show(
    _: paths::ApiDocs,
    State(config): State<Arc<Config>>,
    device: Device,
) -> impl IntoResponse {
    let policy = [(CONTENT_SECURITY_POLICY, POLICY)];
    (policy, reference_page(&config.site_name, device.theme))
}

/// A document of its own, because Scalar takes the whole page.
fn reference_page(site_name: &str, theme: Theme) -> Markup {
    let urls = &assets::asset_urls().api_docs;
    html! {
        (DOCTYPE)
        html lang="en" data-theme=[(theme != Theme::System).then_some(theme.name())] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { "API reference · " (site_name) }
                link rel="stylesheet" href=(urls.style.url) integrity=(urls.style.integrity);
                link rel="icon" type="image/svg+xml" href=(assets::asset_urls().icon);
                script src=(urls.script.url) integrity=(urls.script.integrity) defer {}
                script src=(urls.library.url) integrity=(urls.library.integrity) defer {}
            }
            body {
                nav.site-bar aria-label="Site" {
                    a href=(paths::Feed) { "← " (site_name) }
                    a href=(paths::SettingsTokens) { "Tokens" }
                    a href=(paths::OpenApi) { "OpenAPI" }
                }
                noscript { (without_script()) }
                div #scalar data-document=(paths::OpenApi) {}
            }
        }
    }
}

fn without_script() -> Markup {
    html! {
        main.no-script {
            h1 { "API reference" }
            p {
                "The API reference needs JavaScript. Without it, you can read the "
                a href=(paths::OpenApi) { "OpenAPI document" }
                ", which describes every operation, or " code { "docs/API.md" }
                " in the source code, a tour of the API with curl."
            }
        }
    }
}
