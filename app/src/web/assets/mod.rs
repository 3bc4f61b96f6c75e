//! Style sheets, scripts and icons: embedded in the binary, named by their content so
//! that browsers keep them for good, and compressed once.

use std::collections::HashMap;
use std::io::Write;
use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, VARY,
};
use axum::response::{IntoResponse, Response};

use axum_extra::routing::TypedPath;
use serde::Deserialize;

use super::Error;

mod modules;
mod scripts;

pub use scripts::worker;

/// The address of an asset. It stands here rather than in `paths` because the names
/// are made here; `paths` shows it with the others.
#[derive(Clone, Debug, Deserialize, TypedPath)]
#[typed_path("/assets/{name}", rejection(Error))]
pub struct Path {
    /// Stem, hash of the content, ending.
    pub name: String,
}

/// The style sheets in the order of their layers; they are served as one.
const STYLES: [&[u8]; 11] = [
    include_bytes!("../../../../public/css/tokens.css"),
    include_bytes!("../../../../public/css/base.css"),
    include_bytes!("../../../../public/css/shell.css"),
    include_bytes!("../../../../public/css/forms.css"),
    include_bytes!("../../../../public/css/diary.css"),
    include_bytes!("../../../../public/css/posters.css"),
    include_bytes!("../../../../public/css/stats.css"),
    include_bytes!("../../../../public/css/members.css"),
    include_bytes!("../../../../public/css/accounts.css"),
    include_bytes!("../../../../public/css/api.css"),
    include_bytes!("../../../../public/css/media.css"),
];

/// Something to serve.
struct Asset {
    media_type: &'static str,
    plain: Bytes,
    /// Pictures have none: they are as small as they get.
    compressed: Option<Compressed>,
}

struct Compressed {
    gzip: Bytes,
    zstd: Bytes,
}

/// How the site looks, for those who are asked whether to install it.
#[derive(Debug)]
pub struct Screenshot {
    /// Its address.
    pub src: String,
    /// Its width and height in pixels.
    pub size: (u32, u32),
}

/// The addresses of the assets.
#[derive(Debug)]
pub struct Addresses {
    /// The style sheet.
    pub style: String,
    /// The style sheet of what other sites show in a frame.
    pub embed: String,
    /// htmx.
    pub htmx: String,
    /// Our own script.
    pub script: String,
    /// The same with what members need who keep pages on their device: one file compresses
    /// better than two.
    pub offline_script: String,
    /// The script that runs before the page is drawn.
    pub view_transition: String,
    /// The icon.
    pub icon: String,
    /// The icon on the home screen of an iPhone.
    pub touch_icon: String,
    /// Icons for launchers, each with its size in pixels.
    pub launcher_icons: [(String, u32); 2],
    /// The one that a launcher may cut into any shape.
    pub maskable_icon: String,
    /// The site on a phone,
    pub narrow: Screenshot,
    /// and on a desk.
    pub wide: Screenshot,
}

struct Assets {
    by_name: HashMap<String, Asset>,
    addresses: Addresses,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let mut by_name = HashMap::new();
    let mut add = |stem: &str, ending: &str, media_type, content: &[u8]| {
        let hash = crate::secret::hash(content);
        let name = format!("{stem}-{}.{ending}", &hash[..16]);
        by_name.insert(name.clone(), Asset::new(media_type, content));
        Path { name }.to_string()
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
    let addresses = Addresses {
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
        view_transition: add(
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
    };
    Assets { by_name, addresses }
});

/// Where the assets are.
pub fn addresses() -> &'static Addresses {
    &ASSETS.addresses
}

/// Compresses everything now rather than at the first visit.
pub fn prepare() {
    LazyLock::force(&ASSETS);
}

/// `GET /assets/{name}`
pub async fn serve(Path { name }: Path, headers: HeaderMap) -> Result<Response, Error> {
    let asset = ASSETS.by_name.get(&name).ok_or(Error::NotFound)?;
    let mut response = asset.clone_for(&headers).into_response();
    let set = [
        (CONTENT_TYPE, asset.media_type),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (VARY, "accept-encoding"),
    ];
    for (name, value) in set {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

impl Asset {
    fn new(media_type: &'static str, content: &[u8]) -> Self {
        let is_text = !matches!(media_type, "image/png" | "image/webp");
        Self {
            media_type,
            plain: Bytes::copy_from_slice(content),
            compressed: is_text.then(|| Compressed::of(content)),
        }
    }

    fn clone_for(&self, headers: &HeaderMap) -> Response {
        let accepted = headers
            .get(ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let accepts = |coding: &str| {
            accepted.split(',').any(|offer| {
                let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
                name.trim() == coding && !matches!(weight.trim(), "q=0" | "q=0.0")
            })
        };
        match &self.compressed {
            Some(Compressed { zstd, .. }) if accepts("zstd") => {
                ([(CONTENT_ENCODING, "zstd")], zstd.clone()).into_response()
            }
            Some(Compressed { gzip, .. }) if accepts("gzip") => {
                ([(CONTENT_ENCODING, "gzip")], gzip.clone()).into_response()
            }
            _ => self.plain.clone().into_response(),
        }
    }
}

impl Compressed {
    fn of(content: &[u8]) -> Self {
        const WHY: &str = "a Vec takes every write";
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(content).expect(WHY);
        // Told how little it is, it makes itself ready for no more.
        let zstd = zstd::bulk::compress(content, 19).expect(WHY);
        Self {
            gzip: gzip.finish().expect(WHY).into(),
            zstd: zstd.into(),
        }
    }
}
