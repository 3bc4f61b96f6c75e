//! What somebody loads who comes for the first time, over a slow line.

use axum::http::StatusCode;

use crate::support::pictures::decoded;
use crate::support::{Answer, App, Client, Review};

/// A first page with all that belongs to it, but for posters.
const PAGE: usize = 60_000;
/// htmx and our own script, as they are compressed.
const SCRIPTS: usize = 20_000;
/// The same of those who keep pages on their device, as browsers of today take it.
const KEEPING: usize = 20_480;
/// A picture that comes with the program.
const PICTURE: usize = 60_000;

/// An answer as it travels: its head, too.
fn weight(answer: &Answer) -> usize {
    let head = answer.headers.iter();
    let head = head.map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    answer.bytes.len() + head.sum::<usize>()
}

/// The sum of what is at those addresses.
async fn weights(visitor: &Client, addresses: &[String], of: fn(&Answer) -> usize) -> usize {
    let mut sum = 0;
    for address in addresses {
        sum += of(&visitor.get(address).await.expect(StatusCode::OK));
    }
    sum
}

/// What the worker puts by when it is installed.
fn kept(worker: &str) -> Vec<String> {
    let assets = worker.lines().find_map(|line| {
        let list = line.strip_prefix("const ASSETS=")?;
        serde_json::from_str(list.trim_end_matches(';')).ok()
    });
    assets.expect("a list")
}

/// The scripts for who keeps pages on their device, by zstd.
async fn keeping_scripts(app: &App, member: &Client) -> usize {
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
    weights(&visitor, &scripts, |answer| answer.bytes.len()).await
}

#[tokio::test]
async fn a_first_visit_is_light() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for number in 0..20 {
        // Words that repeat would weigh nothing.
        let words: Vec<_> = (0..40_u32)
            .map(|place| format!("{:x}", (number * 40 + place).wrapping_mul(2_654_435_761)))
            .collect();
        Review::of(&format!("Film {number}"), 1995)
            .with("rating", "3.5")
            .with("comment", &words.join(" "))
            .log(&ada)
            .await;
    }
    // What every browser takes; some take what makes it smaller still.
    let visitor = app.visitor().header("accept-encoding", "gzip");
    let page = app.visitor().get("/").await;
    assert_eq!(page.texts(".entry").len(), 20);
    let html = weight(&visitor.get("/").await);
    let scripts = page.attributes("script[src]", "src");
    let looks = "link[rel=stylesheet], link[rel=icon], link[rel=manifest]";
    let looks = page.attributes(looks, "href");
    // Once the page is there, the worker is installed, and takes what the page had no use for.
    let worker = app.visitor().get("/sw.js").await.expect(StatusCode::OK);
    let mut beside = kept(&worker.body);
    beside.retain(|asset| !scripts.contains(asset) && !looks.contains(asset));
    beside.extend(["/sw.js".to_owned(), "/offline".to_owned()]);
    let code = weights(&visitor, &scripts, |answer| answer.bytes.len()).await;
    let scripts = weights(&visitor, &scripts, weight).await;
    let looks = weights(&visitor, &looks, weight).await;
    let beside = weights(&visitor, &beside, weight).await;
    let all = html + scripts + looks + beside;
    assert!(code < SCRIPTS, "the scripts have {code} bytes");
    let keeps = keeping_scripts(&app, &ada).await;
    assert!(
        keeps < KEEPING,
        "those of who keeps pages have {keeps} bytes"
    );
    assert!(
        all < PAGE,
        "{all} bytes: the page {html}, scripts {scripts}, looks {looks}, afterwards {beside}"
    );
}

#[tokio::test]
async fn pictures_of_the_site_are_light_and_as_large_as_the_manifest_says() {
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
        assert!(file.bytes.len() <= PICTURE, "{} bytes", file.bytes.len());
        let picture = decoded(&file.bytes);
        let size = format!("{}x{}", picture.width(), picture.height());
        assert_eq!(shot["sizes"], size.as_str());
        assert!(!shot["label"].as_str().expect("words").is_empty());
    }
}
