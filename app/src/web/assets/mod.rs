//! Style sheets, scripts and icons: embedded in the binary, named by a hash of their content so
//! that browsers can cache them for good, and compressed once.

mod content;
mod integrity;
mod modules;
mod scripts;

use std::collections::HashMap;
use std::io::Read;
use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, VARY};
use axum::response::Response;
use axum_extra::routing::TypedPath;
use flate2::read::GzDecoder;
use serde::Deserialize;

use super::Error;
use content::Content;
use integrity::integrity_of;

pub use scripts::service_worker_source;

/// Defined here because the names are computed here; `paths` re-exports it as `Asset`.
#[derive(Clone, Debug, Deserialize, TypedPath)]
#[typed_path("/assets/{name}", rejection(Error))]
pub struct AssetPath {
    /// `{stem}-{hash}.{extension}`, for example `app-0123456789abcdef.js`.
    pub name: String,
}

/// Served as one file, in the order of their cascade layers.
const STYLES: [&[u8]; 14] = [
    include_bytes!("../../../../public/css/tokens.css"),
    include_bytes!("../../../../public/css/base.css"),
    include_bytes!("../../../../public/css/shell.css"),
    include_bytes!("../../../../public/css/forms.css"),
    include_bytes!("../../../../public/css/diary.css"),
    include_bytes!("../../../../public/css/posters.css"),
    include_bytes!("../../../../public/css/stats.css"),
    include_bytes!("../../../../public/css/goals.css"),
    include_bytes!("../../../../public/css/lists.css"),
    include_bytes!("../../../../public/css/members.css"),
    include_bytes!("../../../../public/css/accounts.css"),
    include_bytes!("../../../../public/css/exports.css"),
    include_bytes!("../../../../public/css/imports.css"),
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

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

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

/// A script or a style sheet.
#[derive(Debug)]
pub struct CodeFile {
    pub url: String,
    /// The attribute of that name, which all tags that load the file must have.
    pub integrity: String,
}

impl CodeFile {
    fn new(url: String, content: impl Read) -> Self {
        let integrity = integrity_of(content).expect("the content is in memory, and intact");
        Self { url, integrity }
    }
}

#[derive(Debug)]
pub struct AssetUrls {
    pub style: CodeFile,
    /// Style sheet of embedded diaries.
    pub embed: CodeFile,
    pub htmx: CodeFile,
    pub script: CodeFile,
    /// `script` and the scripts for members in one file.
    pub member_script: CodeFile,
    /// `member_script` and the offline scripts in one file, which compresses better than two.
    pub offline_script: CodeFile,
    pub view_transition_script: CodeFile,
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
    pub style: CodeFile,
    /// Our script, which starts the library.
    pub script: CodeFile,
    pub library: CodeFile,
}

struct Assets {
    by_name: HashMap<String, Asset>,
    urls: AssetUrls,
}

#[derive(Default)]
struct AssetFiles(HashMap<String, Asset>);

impl AssetFiles {
    /// Returns the address of the file.
    fn add(&mut self, stem: &str, ending: &str, media_type: &'static str, bytes: &[u8]) -> String {
        let hash = crate::secret::sha256_hex(bytes);
        let name = format!("{stem}-{}.{ending}", &hash[..16]);
        let content = Content::of(media_type, bytes);
        self.insert(
            &name,
            Asset {
                media_type,
                content,
            },
        );
        AssetPath { name }.to_string()
    }

    fn insert(&mut self, name: &str, asset: Asset) {
        self.0.insert(name.to_owned(), asset);
    }

    fn png(&mut self, stem: &str, bytes: &[u8]) -> String {
        self.add(stem, "png", "image/png", bytes)
    }

    fn screenshot(&mut self, stem: &str, size: (u32, u32), bytes: &[u8]) -> Screenshot {
        Screenshot {
            src: self.add(stem, "webp", "image/webp", bytes),
            size,
        }
    }

    fn style(&mut self, stem: &str, bytes: &[u8]) -> CodeFile {
        CodeFile::new(
            self.add(stem, "css", "text/css; charset=utf-8", bytes),
            bytes,
        )
    }

    fn script(&mut self, stem: &str, code: &str) -> CodeFile {
        let bytes = code.as_bytes();
        CodeFile::new(self.add(stem, "js", JAVASCRIPT, bytes), bytes)
    }

    fn library(&mut self, (name, gzip): (&str, &'static [u8])) -> CodeFile {
        let asset = Asset {
            media_type: JAVASCRIPT,
            content: Content::Gzip(gzip),
        };
        self.insert(name, asset);
        let name = name.to_owned();
        CodeFile::new(AssetPath { name }.to_string(), GzDecoder::new(gzip))
    }
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let mut files = AssetFiles::default();
    let urls = AssetUrls {
        narrow: files.screenshot(
            "narrow",
            (780, 1688),
            include_bytes!("../../../../public/screenshots/narrow.webp"),
        ),
        wide: files.screenshot(
            "wide",
            (1280, 800),
            include_bytes!("../../../../public/screenshots/wide.webp"),
        ),
        touch_icon: files.png(
            "touch",
            include_bytes!("../../../../public/icons/touch.png"),
        ),
        launcher_icons: [
            (
                files.png(
                    "icon-192",
                    include_bytes!("../../../../public/icons/192.png"),
                ),
                192,
            ),
            (
                files.png(
                    "icon-512",
                    include_bytes!("../../../../public/icons/512.png"),
                ),
                512,
            ),
        ],
        maskable_icon: files.png(
            "maskable",
            include_bytes!("../../../../public/icons/maskable.png"),
        ),
        style: files.style("style", &STYLES.concat()),
        embed: files.style("embed", include_bytes!("../../../../public/css/embed.css")),
        htmx: files.script("htmx", include_str!("../../../../public/htmx.min.js")),
        script: files.script("app", &scripts::app()),
        member_script: files.script("app-member", &scripts::app_member()),
        offline_script: files.script("app-offline", &scripts::app_offline()),
        view_transition_script: files.script("view-transition", &scripts::view_transition()),
        icon: files.add(
            "icon",
            "svg",
            "image/svg+xml",
            include_bytes!("../../../../public/icon.svg"),
        ),
        api_docs: ApiDocsUrls {
            style: files.style("api-docs", &API_DOCS_STYLES.concat()),
            script: files.script("api-docs", &scripts::api_docs()),
            library: files.library(SCALAR),
        },
    };
    Assets {
        by_name: files.0,
        urls,
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
