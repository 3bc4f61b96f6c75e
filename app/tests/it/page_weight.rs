//! What a first visit loads over a slow connection.

use axum::http::StatusCode;

use crate::support::pictures::decode_picture;
use crate::support::{App, ReviewBuilder, TestClient, TestResponse};

/// A first page with everything it loads, except posters, in bytes.
const FIRST_VISIT_LIMIT: usize = 60_000;
/// htmx and our own scripts, compressed with gzip.
const SCRIPTS_LIMIT: usize = 20_000;
/// htmx and our own scripts with those for saved pages, compressed with zstd.
const OFFLINE_SCRIPTS_LIMIT: usize = 24_576;
/// Each screenshot in the manifest.
const SCREENSHOT_LIMIT: usize = 70_000;

/// The size of headers and body as they are sent.
fn transfer_size(answer: &TestResponse) -> usize {
    let head = answer.headers.iter();
    let head = head.map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    answer.bytes.len() + head.sum::<usize>()
}

async fn total_size(
    visitor: &TestClient,
    addresses: &[String],
    of: fn(&TestResponse) -> usize,
) -> usize {
    let mut sum = 0;
    for address in addresses {
        sum += of(&visitor.get(address).await.expect(StatusCode::OK));
    }
    sum
}

/// The assets that the service worker caches when it is installed.
fn cached_assets(worker: &str) -> Vec<String> {
    let assets = worker.lines().find_map(|line| {
        let list = line.strip_prefix("const ASSETS=")?;
        serde_json::from_str(list.trim_end_matches(';')).ok()
    });
    assets.expect("a list")
}

/// Turns saving pages on and returns the size of all scripts, compressed with zstd.
async fn offline_scripts_size(app: &App, member: &TestClient) -> usize {
    let settings = member.get("/settings").await;
    let mark = settings
        .attributes("#device [name=keep]", "value")
        .remove(0);
    let form = settings
        .form("#device form")
        .set("theme", "system")
        .set("keep", &mark);
    member.submit(&form).await;
    let scripts = member.get("/").await.attributes("script[src]", "src");
    assert!(scripts.iter().any(|script| script.contains("app-offline")));
    let visitor = app.visitor().header("accept-encoding", "zstd");
    total_size(&visitor, &scripts, |answer| answer.bytes.len()).await
}

#[tokio::test]
async fn a_first_visit_is_light() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for number in 0..20 {
        // Repetitive text would compress to almost nothing.
        let words: Vec<_> = (0..40_u32)
            .map(|place| format!("{:x}", (number * 40 + place).wrapping_mul(2_654_435_761)))
            .collect();
        ReviewBuilder::of(&format!("Film {number}"), 1995)
            .with("rating", "3.5")
            .with("comment", &words.join(" "))
            .log(&ada)
            .await;
    }
    // Every browser accepts gzip; other codings are smaller still.
    let visitor = app.visitor().header("accept-encoding", "gzip");
    let page = app.visitor().get("/").await;
    assert_eq!(page.texts(".entry").len(), 20);
    let html = transfer_size(&visitor.get("/").await);
    let scripts = page.attributes("script[src]", "src");
    let looks = "link[rel=stylesheet], link[rel=icon], link[rel=manifest]";
    let looks = page.attributes(looks, "href");
    // Once the page is loaded, the service worker is installed and fetches the remaining assets.
    let worker = app.visitor().get("/sw.js").await.expect(StatusCode::OK);
    let mut cached = cached_assets(&worker.body);
    cached.retain(|asset| !scripts.contains(asset) && !looks.contains(asset));
    cached.extend(["/sw.js".to_owned(), "/offline".to_owned()]);
    let code = total_size(&visitor, &scripts, |answer| answer.bytes.len()).await;
    let scripts = total_size(&visitor, &scripts, transfer_size).await;
    let looks = total_size(&visitor, &looks, transfer_size).await;
    let beside = total_size(&visitor, &cached, transfer_size).await;
    let all = html + scripts + looks + beside;
    assert!(code < SCRIPTS_LIMIT, "the scripts have {code} bytes");
    let keeps = offline_scripts_size(&app, &ada).await;
    assert!(
        keeps < OFFLINE_SCRIPTS_LIMIT,
        "those of who keeps pages have {keeps} bytes"
    );
    assert!(
        all < FIRST_VISIT_LIMIT,
        "{all} bytes: the page {html}, scripts {scripts}, looks {looks}, afterwards {beside}"
    );
}

#[tokio::test]
async fn screenshots_are_light_and_match_the_manifest() {
    let app = App::start().await;
    let visitor = app.visitor().header("accept-encoding", "gzip, zstd");
    let manifest = visitor.get("/manifest.webmanifest").await.json();
    let shots = manifest["screenshots"].as_array().expect("some");
    let forms: Vec<_> = shots.iter().map(|shot| &shot["form_factor"]).collect();
    assert_eq!(forms, ["narrow", "wide"]);
    for shot in shots {
        let file = visitor.get(shot["src"].as_str().expect("an address")).await;
        let file = file.expect(StatusCode::OK);
        assert_eq!(file.header("content-type"), shot["type"]);
        assert!(!file.headers.contains_key("content-encoding"));
        assert!(
            file.bytes.len() <= SCREENSHOT_LIMIT,
            "{} bytes",
            file.bytes.len()
        );
        let picture = decode_picture(&file.bytes);
        let size = format!("{}x{}", picture.width(), picture.height());
        assert_eq!(shot["sizes"], size.as_str());
        assert!(!shot["label"].as_str().expect("words").is_empty());
    }
}
