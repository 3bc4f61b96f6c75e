//! Style sheets, scripts and icons: embedded in the binary, named by a hash of their content so
//! that browsers can cache them for good, and compressed once.

mod content;
mod modules;
mod scripts;

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, VARY};
use axum::response::Response;
use axum_extra::routing::TypedPath;
use serde::Deserialize;

use super::Error;
use content::Content;

pub use scripts::service_worker_source;

/// Defined here because the names are computed here; `paths` re-exports it as `Asset`.
#[derive(Clone, Debug, Deserialize, TypedPath)]
#[typed_path("/assets/{name}", rejection(Error))]
pub struct AssetPath {
    /// `{stem}-{hash}.{extension}`, for example `app-0123456789abcdef.js`.
    pub name: String,
}

/// Served as one file, in the order of their cascade layers.
const STYLES: [&[u8]; 10] = [
    include_bytes!("../../../../public/css/tokens.css"),
    include_bytes!("../../../../public/css/base.css"),
    include_bytes!("../../../../public/css/shell.css"),
    include_bytes!("../../../../public/css/forms.css"),
    include_bytes!("../../../../public/css/diary.css"),
    include_bytes!("../../../../public/css/posters.css"),
    include_bytes!("../../../../public/css/stats.css"),
    include_bytes!("../../../../public/css/members.css"),
    include_bytes!("../../../../public/css/accounts.css"),
    include_bytes!("../../../../public/css/media.css"),
];

/// `tokens.css` comes first: it defines the colours.
const API_DOCS_STYLES: [&[u8]; 2] = [
    include_bytes!("../../../../public/css/tokens.css"),
    include_bytes!("../../../../public/css/api-docs.css"),
];

/// The library of the API reference. Its name contains its version, so it needs no hash.
const SCALAR: (&str, &[u8]) = (
    "scalar-1.46.4.js",
    include_bytes!("../../../../public/vendor/scalar-1.46.4.js.gz"),
);

struct Asset {
    media_type: &'static str,
    content: Content,
}

/// Screenshot for the web app manifest; browsers show it when they offer to install the site.
#[derive(Debug)]
pub struct Screenshot {
    pub src: String,
    /// Width and height in pixels.
    pub size: (u32, u32),
}

#[derive(Debug)]
pub struct AssetUrls {
    pub style: String,
    /// Style sheet of embedded diaries.
    pub embed: String,
    pub htmx: String,
    pub script: String,
    /// `script` and the offline scripts in one file, which compresses better than two.
    pub offline_script: String,
    pub view_transition_script: String,
    pub api_docs: ApiDocsUrls,
    pub icon: String,
    /// For the home screen of iPhones.
    pub touch_icon: String,
    /// Each with its size in pixels.
    pub launcher_icons: [(String, u32); 2],
    /// Launchers may crop this one to any shape.
    pub maskable_icon: String,
    /// Taken on a phone.
    pub narrow: Screenshot,
    /// Taken on a desktop.
    pub wide: Screenshot,
}

#[derive(Debug)]
pub struct ApiDocsUrls {
    pub style: String,
    /// Our script, which starts the library.
    pub script: String,
    pub library: String,
}

struct Assets {
    by_name: HashMap<String, Asset>,
    urls: AssetUrls,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let mut by_name = HashMap::new();
    let mut add = |stem: &str, ending: &str, media_type, content: &[u8]| {
        let hash = crate::secret::sha256_hex(content);
        let name = format!("{stem}-{}.{ending}", &hash[..16]);
        let content = Content::of(media_type, content);
        by_name.insert(
            name.clone(),
            Asset {
                media_type,
                content,
            },
        );
        AssetPath { name }.to_string()
    };
    let css = "text/css; charset=utf-8";
    let js = "text/javascript; charset=utf-8";
    let mut shot = |stem: &str, size, content: &[u8]| Screenshot {
        src: add(stem, "webp", "image/webp", content),
        size,
    };
    let narrow = shot(
        "narrow",
        (780, 1688),
        include_bytes!("../../../../public/screenshots/narrow.webp"),
    );
    let wide = shot(
        "wide",
        (1280, 800),
        include_bytes!("../../../../public/screenshots/wide.webp"),
    );
    let mut png = |stem: &str, content: &[u8]| add(stem, "png", "image/png", content);
    let addresses = AssetUrls {
        narrow,
        wide,
        touch_icon: png(
            "touch",
            include_bytes!("../../../../public/icons/touch.png"),
        ),
        launcher_icons: [
            (
                png(
                    "icon-192",
                    include_bytes!("../../../../public/icons/192.png"),
                ),
                192,
            ),
            (
                png(
                    "icon-512",
                    include_bytes!("../../../../public/icons/512.png"),
                ),
                512,
            ),
        ],
        maskable_icon: png(
            "maskable",
            include_bytes!("../../../../public/icons/maskable.png"),
        ),
        style: add("style", "css", css, &STYLES.concat()),
        embed: add(
            "embed",
            "css",
            css,
            include_bytes!("../../../../public/css/embed.css"),
        ),
        htmx: add(
            "htmx",
            "js",
            js,
            include_bytes!("../../../../public/htmx.min.js"),
        ),
        script: add("app", "js", js, scripts::app().as_bytes()),
        offline_script: add("app-offline", "js", js, scripts::app_offline().as_bytes()),
        view_transition_script: add(
            "view-transition",
            "js",
            js,
            scripts::view_transition().as_bytes(),
        ),
        icon: add(
            "icon",
            "svg",
            "image/svg+xml",
            include_bytes!("../../../../public/icon.svg"),
        ),
        api_docs: ApiDocsUrls {
            style: add("api-docs", "css", css, &API_DOCS_STYLES.concat()),
            script: add("api-docs", "js", js, scripts::api_docs().as_bytes()),
            library: AssetPath {
                name: SCALAR.0.to_owned(),
            }
            .to_string(),
        },
    };
    let library = Asset {
        media_type: js,
        content: Content::Gzip(SCALAR.1),
    };
    by_name.insert(SCALAR.0.to_owned(), library);
    Assets {
        by_name,
        urls: addresses,
    }
});

pub fn asset_urls() -> &'static AssetUrls {
    &ASSETS.urls
}

/// Compresses all assets at startup instead of during the first request.
pub fn compress_assets() {
    LazyLock::force(&ASSETS);
}

/// `GET /assets/{name}`: an embedded file.
pub async fn serve(AssetPath { name }: AssetPath, headers: HeaderMap) -> Result<Response, Error> {
    let asset = ASSETS.by_name.get(&name).ok_or(Error::NotFound)?;
    let mut response = asset.content.respond(&headers);
    let headers = [
        (CONTENT_TYPE, asset.media_type),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (VARY, "accept-encoding"),
    ];
    for (name, value) in headers {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}
