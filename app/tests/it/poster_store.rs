//! Posters in an S3 bucket: moto's server, on this machine. Where it is not installed, these tests
//! print a notice and pass, unless `REQUIRE_S3=1`.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use axum::http::StatusCode;
use chrono::TimeDelta;
use movies_diary::background;
use movies_diary::posters::file_name::FileName;
use movies_diary::posters::{prune_files, verify_files};
use serde_json::Value;

use crate::exports::background::member_with_large_diary;
use crate::exports::reading::files_in;
use crate::imports::repeats::letterboxd_diary;
use crate::support::pictures::{decode_picture, distinct_png};
use crate::support::{App, Importer, ReviewBuilder};

const TIMEOUT: Duration = Duration::from_secs(60);

struct S3Server {
    server: Child,
    endpoint: String,
    client: reqwest::Client,
}

impl S3Server {
    /// Starts a server with a bucket called `films`; `None` where moto is not installed.
    async fn start() -> Option<Self> {
        let program = std::env::var("TEST_S3_SERVER").unwrap_or("moto_server".to_owned());
        let server = Command::new(&program)
            .args(["-H", "127.0.0.1", "-p", "0"])
            .env("NO_COLOR", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut server) = server else {
            let is_required = std::env::var("REQUIRE_S3").is_ok_and(|value| value == "1");
            assert!(!is_required, "REQUIRE_S3=1, but {program} does not start");
            let notice = "SKIPPED: a test of the S3 store, because moto_server is missing";
            writeln!(std::io::stderr(), "{notice}").expect("stderr is open");
            return None;
        };
        let endpoint = read_endpoint(server.stderr.take().expect("a pipe"));
        movies_diary::outgoing::install_crypto_provider();
        let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT);
        let s3 = Self {
            server,
            endpoint,
            client: client.build().expect("a client"),
        };
        let made = s3.request(reqwest::Method::PUT, "/films").await;
        assert_eq!(made.status(), 200);
        Some(s3)
    }

    async fn request(&self, method: reqwest::Method, path: &str) -> reqwest::Response {
        let url = format!("{}{path}", self.endpoint);
        let sent = self.client.request(method, url).send().await;
        sent.expect("an answer")
    }

    async fn object_keys(&self) -> Vec<String> {
        let listed = self
            .request(reqwest::Method::GET, "/films?list-type=2")
            .await;
        let text = listed.text().await.expect("a text");
        let keys = text.split("<Key>").skip(1);
        keys.map(|rest| rest.split("</Key>").next().unwrap_or_default().to_owned())
            .collect()
    }

    async fn start_app(&self) -> App {
        App::start_with(&[
            ("POSTER_STORE", "s3://films/diary/posters"),
            ("AWS_ENDPOINT_URL", &self.endpoint),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "somebody"),
            (
                "AWS_SECRET_ACCESS_KEY",
                "a secret".replace(' ', "-").as_str(),
            ),
        ])
        .await
    }
}

/// The address that moto prints. The rest of its output is drained, so that it never blocks on a
/// full pipe.
fn read_endpoint(stderr: ChildStderr) -> String {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if let Some((_, address)) = line.split_once("Running on ") {
                let address = address.trim().trim_end_matches('/');
                // The receiver waits only for the first address.
                let _ = sender.send(address.to_owned());
            }
        }
    });
    receiver.recv_timeout(TIMEOUT).expect("it listens")
}

impl Drop for S3Server {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[tokio::test]
async fn posters_are_kept_in_a_bucket_and_served_from_it() {
    let Some(s3) = S3Server::start().await else {
        return;
    };
    let app = s3.start_app().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let sent = ada.upload("/movies/1/poster", &distinct_png(5)).await;
    sent.expect(StatusCode::SEE_OTHER);
    assert_eq!(s3.object_keys().await.len(), 5);
    assert!(
        s3.object_keys()
            .await
            .iter()
            .all(|key| key.starts_with("diary/posters/"))
    );
    assert!(!app.database.folder().join("posters").exists());
    let src = ada
        .get("/")
        .await
        .attributes(".poster img", "src")
        .remove(0);
    for _ in 0..2 {
        let file = app.visitor().get(&src).await.expect(StatusCode::OK);
        assert_eq!(file.header("content-type"), "image/webp");
        assert_eq!(decode_picture(&file.bytes).width(), 185);
    }
    let (head, _) = src.split_at(src.len() - "-185.webp".len());
    let missing = head.replace(['0', '1'], "2");
    let missing = app.visitor().get(format!("{missing}-185.webp")).await;
    assert_eq!(missing.status, 404);
}

/// A diary to import waits in the bucket until it is read, and is no orphaned poster meanwhile.
#[tokio::test]
async fn files_to_import_wait_in_the_bucket() {
    let Some(s3) = S3Server::start().await else {
        return;
    };
    let app = s3.start_app().await;
    let ana = Importer::new(&app, "ana").await;
    let diary = letterboxd_diary(&[("2024-01-01", "Heat", 1995, "a", "4")]);
    let begun = ana.send(&[("diary.csv", &diary)], &Value::Null).await;
    let id = begun.expect(StatusCode::ACCEPTED).json()["id"].as_i64();
    let keys = s3.object_keys().await;
    assert!(
        keys.len() == 1 && keys[0].starts_with("diary/posters/imports/"),
        "{keys:?}"
    );
    app.state.clock.advance(TimeDelta::hours(2));
    let store = app.state.posters.store();
    let pruned = prune_files(&app.state.db, &app.state.clock, store).await;
    assert_eq!(pruned.expect("pruned").files, 0);
    background::sweep_all(&app.state).await.expect("swept");
    app.work_on_imports().await;
    assert!(
        s3.object_keys().await.is_empty(),
        "it is deleted once it is read"
    );
    ana.write(id.expect("an id")).await;
    assert_eq!(ana.diary().await, ["2024-01-01 Heat 4"]);
}

/// A large archive is written into the bucket, read from it, and swept out of it.
#[tokio::test]
async fn archives_are_kept_in_the_bucket() {
    let Some(s3) = S3Server::start().await else {
        return;
    };
    let app = s3.start_app().await;
    let ana = member_with_large_diary(&app, "ana").await.client;
    let picture = ana.upload("/movies/1/poster", &distinct_png(5)).await;
    picture.expect(StatusCode::SEE_OTHER);
    let posters = s3.object_keys().await.len();
    let begun = ana.post("/settings/export/archives", &[]).await;
    begun.expect(StatusCode::SEE_OTHER);
    app.write_archives().await;
    let keys = s3.object_keys().await;
    assert_eq!(keys.len(), posters + 1, "{keys:?}");

    app.state.clock.advance(TimeDelta::hours(2));
    let store = app.state.posters.store();
    let pruned = prune_files(&app.state.db, &app.state.clock, store).await;
    assert_eq!(pruned.expect("pruned").files, 0);
    background::sweep_all(&app.state).await.expect("swept");
    let page = ana.get("/settings/export").await;
    let link = page.attributes("#archive a[download]", "href").remove(0);
    let zip = ana.get(&link).await.expect(StatusCode::OK);
    let files = files_in(&zip.bytes);
    let pictures = files.keys().filter(|name| name.starts_with("pictures/"));
    assert_eq!(pictures.count(), 1, "{:?}", files.keys());

    app.state.clock.advance(TimeDelta::days(1));
    background::sweep_all(&app.state).await.expect("swept");
    assert_eq!(s3.object_keys().await.len(), posters);
}

#[tokio::test]
async fn a_bucket_is_verified_and_pruned() {
    let Some(s3) = S3Server::start().await else {
        return;
    };
    let app = s3.start_app().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    ada.upload("/movies/1/poster", &distinct_png(5)).await;
    let (db, clock, store) = (&app.state.db, &app.state.clock, app.state.posters.store());
    let found = verify_files(db, store).await.expect("checked");
    assert_eq!((found.posters, found.incomplete.len()), (1, 0));
    let keys = s3.object_keys().await;
    let file = keys[0].rsplit('/').next().and_then(FileName::parse);
    store
        .remove(&file.expect("one of ours"))
        .await
        .expect("removed");
    let found = verify_files(db, store).await.expect("checked");
    assert_eq!(found.incomplete.len(), 1);

    let stray = "/films/diary/posters/00/00112233445566778899aabbccddeeff-92.webp";
    s3.request(reqwest::Method::PUT, stray).await;
    s3.request(reqwest::Method::PUT, "/films/elsewhere.txt")
        .await;
    clock.advance(TimeDelta::hours(2));
    let pruned = prune_files(db, clock, store).await.expect("pruned");
    assert_eq!(pruned.files, 1);
    let left = s3.object_keys().await;
    assert_eq!(
        left.len(),
        5,
        "four of the poster's, and what is not ours: {left:?}"
    );
}

/// An unreachable bucket is a temporary error.
#[tokio::test]
async fn an_unreachable_bucket_loses_nothing() {
    let Some(s3) = S3Server::start().await else {
        return;
    };
    let app = s3.start_app().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    ada.upload("/movies/1/poster", &distinct_png(5)).await;
    let src = ada
        .get("/")
        .await
        .attributes(".poster img", "src")
        .remove(0);
    drop(s3);
    let away = app.visitor().get(&src).await;
    assert_eq!(away.status, 503, "{}", away.body);
    let refused = ada.upload("/movies/1/poster", &distinct_png(6)).await;
    assert_eq!(refused.status, 503);
    assert_eq!(ada.get("/").await.attributes(".poster img", "src"), [src]);
}
