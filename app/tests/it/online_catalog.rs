//! The online catalog: sources in order, rate limits, retries and the cache of searches.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use movies_diary::catalog::{ExternalIds, OnlineCatalog, SourceError, SourceFacts, SourceHits};
use movies_diary::config::SourceName;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use wiremock::ResponseTemplate;

use crate::support::catalog_payloads::{omdb, tmdb};
use crate::support::catalog_stub::{
    API_KEY, CatalogStub, OMDB_PATH, SEARCH, TMDB_PATH, TMDB_TOKEN, WIKIDATA_PATH, look_up_facts,
    ok, status, stub_wikidata_matrix, title_search, with_imdb_id, with_tmdb_id, with_wikidata_id,
};

fn heat_results() -> ResponseTemplate {
    ok(tmdb::results([tmdb::result(949, "Heat", "1995-12-15")]))
}

async fn stub_omdb_heat(upstream: &CatalogStub) {
    let heat = omdb::results([omdb::result("tt0113277", "Heat", "1995")]);
    upstream.respond(OMDB_PATH, &[], ok(heat)).await;
}

async fn source_of_hits(online: &OnlineCatalog, title: &str) -> Option<SourceName> {
    let found = online
        .search(&title_search(title))
        .await
        .expect("an answer");
    found.map(|found| found.source)
}

#[tokio::test]
async fn sources_are_queried_in_order_until_one_has_hits() {
    let upstream = CatalogStub::start().await;
    upstream.respond(SEARCH, &[], heat_results()).await;
    stub_omdb_heat(&upstream).await;
    let first = source_of_hits(&upstream.catalog("tmdb,omdb"), "Heat").await;
    assert_eq!(first, Some(SourceName::Tmdb));
    assert_eq!(upstream.request_count(OMDB_PATH).await, 0);
    let first = source_of_hits(&upstream.catalog("omdb,tmdb"), "Heat").await;
    assert_eq!(first, Some(SourceName::Omdb));
    assert_eq!(upstream.request_count(TMDB_PATH).await, 1);
}

#[tokio::test]
async fn the_next_source_is_queried_after_a_failure_or_no_hits() {
    let nothing = ok(tmdb::results([]));
    let later = status(429);
    for failing in [
        nothing,
        later,
        status(500),
        status(404),
        tmdb::invalid_key(),
    ] {
        let upstream = CatalogStub::start().await;
        upstream.respond(SEARCH, &[], failing).await;
        stub_omdb_heat(&upstream).await;
        let found = source_of_hits(&upstream.catalog("tmdb,omdb"), "Heat").await;
        assert_eq!(found, Some(SourceName::Omdb));
    }
}

#[tokio::test]
async fn not_found_is_final_only_if_no_source_failed() {
    let upstream = CatalogStub::start().await;
    upstream.respond_once(SEARCH, &[], status(503)).await;
    upstream.respond(SEARCH, &[], ok(tmdb::results([]))).await;
    upstream
        .respond_once("/tmdb/3/movie/1", &[], status(503))
        .await;
    upstream.respond("/tmdb/3/movie/1", &[], status(404)).await;
    upstream
        .respond(OMDB_PATH, &[], ok(omdb::error("Movie not found!")))
        .await;
    let online = upstream.catalog("tmdb,omdb");
    let ids = ExternalIds {
        tmdb_id: Some(1),
        ..with_imdb_id("tt0000001")
    };
    upstream
        .respond("/tmdb/3/find/tt0000001", &[], ok(tmdb::find_results([])))
        .await;
    let found = online.search(&title_search("Heat")).await;
    assert!(
        matches!(found, Err(SourceError::Unavailable(_))),
        "{found:?}"
    );
    assert_eq!(online.search(&title_search("Heat")).await, Ok(None));
    let known = online.look_up(&ids).await;
    assert!(
        matches!(known, Err(SourceError::Unavailable(_))),
        "{known:?}"
    );
    assert_eq!(online.look_up(&ids).await, Ok(None));
}

#[tokio::test]
async fn a_lookup_starts_at_the_source_of_the_id() {
    let upstream = CatalogStub::start().await;
    stub_wikidata_matrix(&upstream).await;
    upstream
        .respond("/tmdb/3/movie/603", &[], ok(tmdb::the_matrix()))
        .await;
    upstream
        .respond(OMDB_PATH, &[], ok(omdb::the_matrix()))
        .await;
    let online = upstream.catalog("omdb,wikidata,tmdb");
    for (ids, source) in [
        (with_tmdb_id(603), SourceName::Tmdb),
        (with_wikidata_id("Q83495"), SourceName::Wikidata),
        (with_imdb_id("tt0133093"), SourceName::Omdb),
        (
            ExternalIds {
                tmdb_id: Some(603),
                ..with_wikidata_id("Q83495")
            },
            SourceName::Wikidata,
        ),
    ] {
        assert_eq!(look_up_facts(&online, &ids).await.source, source, "{ids:?}");
    }
    upstream
        .respond_once("/tmdb/3/movie/603", &[], status(500))
        .await;
    let instead = look_up_facts(
        &online,
        &ExternalIds {
            tmdb_id: Some(603),
            ..with_imdb_id("tt0133093")
        },
    )
    .await;
    assert_eq!(instead.source, SourceName::Omdb);
}

#[tokio::test]
async fn an_invalid_key_is_logged_once_and_disables_the_source() {
    let log = LogBuffer::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.writer()).finish();
    let _log = tracing::subscriber::set_default(subscriber);
    let upstream = CatalogStub::start().await;
    let slowly = tmdb::invalid_key().set_delay(Duration::from_millis(100));
    upstream.respond(SEARCH, &[], slowly).await;
    let online = upstream.catalog("tmdb");
    let searches = ["Heat", "Ronin", "Thief"].map(title_search);
    let at_once = join_all(searches[..2].iter().map(|search| online.search(search)));
    assert_eq!(
        at_once.await,
        [Err(SourceError::WrongKey), Err(SourceError::WrongKey)]
    );
    assert_eq!(
        online.search(&searches[2]).await,
        Err(SourceError::WrongKey)
    );
    assert_eq!(upstream.request_count(TMDB_PATH).await, 2);
    let log = log.text();
    assert_eq!(log.matches("the key is not accepted").count(), 1, "{log}");
    assert!(log.contains("TMDB") && !log.contains(API_KEY), "{log}");
}

#[tokio::test]
async fn retry_after_is_respected() {
    let upstream = CatalogStub::start().await;
    let later = status(429).insert_header("Retry-After", "30");
    upstream.respond(SEARCH, &[], later).await;
    let online = upstream.catalog("tmdb");
    for title in ["Heat", "Ronin", "Thief"] {
        let Err(SourceError::RateLimited(wait)) = online.search(&title_search(title)).await else {
            panic!("{title} was not put off");
        };
        assert!((28..=30).contains(&wait.as_secs()), "{wait:?}");
    }
    let known = online.look_up(&with_tmdb_id(603)).await;
    assert!(
        matches!(known, Err(SourceError::RateLimited(_))),
        "{known:?}"
    );
    assert_eq!(upstream.request_count(TMDB_PATH).await, 1);
}

#[tokio::test]
async fn a_source_is_queried_again_after_retry_after() {
    let upstream = CatalogStub::start().await;
    let later = status(429).insert_header("Retry-After", "1");
    upstream.respond_once(SEARCH, &[], later).await;
    upstream.respond(SEARCH, &[], heat_results()).await;
    let online = upstream.catalog("tmdb");
    let begun = Instant::now();
    let found = loop {
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "it is never asked again"
        );
        match online.search(&title_search("Heat")).await {
            Ok(found) => break found,
            Err(SourceError::RateLimited(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(other) => panic!("{other:?}"),
        }
    };
    assert!(found.is_some());
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(upstream.request_count(TMDB_PATH).await, 2);
}

#[tokio::test]
async fn invalid_responses_are_errors() {
    let body = |body: &str| ResponseTemplate::new(200).set_body_string(body);
    let large = ok(json!({ "results": ["x".repeat(9 << 20)] }));
    for garbage in [
        body(""),
        body("<!doctype html>"),
        body("{\"results\": ["),
        body("[]"),
        body("null"),
        body("{\"results\": {\"id\": 603}}"),
        ResponseTemplate::new(200).set_body_bytes([0xff, 0xfe, 0x00]),
        body(&"[".repeat(100_000)),
        large,
    ] {
        let upstream = CatalogStub::start().await;
        for at in [SEARCH, "/tmdb/3/movie/603", OMDB_PATH, WIKIDATA_PATH] {
            upstream.respond(at, &[], garbage.clone()).await;
        }
        for name in ["tmdb", "omdb", "wikidata"] {
            let online = upstream.catalog(name);
            let found = online.search(&title_search("Heat")).await;
            assert!(
                matches!(found, Err(SourceError::InvalidResponse(_))),
                "{name}: {found:?}"
            );
            let ids = ExternalIds {
                tmdb_id: Some(603),
                ..with_imdb_id("tt0133093")
            };
            let known = online.look_up(&ids).await;
            assert!(
                matches!(known, Err(SourceError::InvalidResponse(_))),
                "{name}: {known:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_hanging_or_dripping_source_times_out() {
    let (hanging, dripping) = (start_slow_server(b"").await, start_slow_server(b"x").await);
    let found = join_all([hanging, dripping].map(|url| async move {
        let online = CatalogStub::start().await.catalog_with(&[
            ("CATALOG", "tmdb"),
            ("TMDB_URL", &url),
            ("OUTGOING_ALLOW", &url),
        ]);
        online.search(&title_search("Heat")).await
    }));
    let found = tokio::time::timeout(Duration::from_secs(15), found).await;
    for found in found.expect("it is given up") {
        assert!(
            matches!(found, Err(SourceError::Unavailable(_))),
            "{found:?}"
        );
    }
}

/// A server that never finishes: it sends nothing, or `drop` again and again. Returns its URL.
async fn start_slow_server(drop: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            if drop.is_empty() {
                open.push(stream);
                continue;
            }
            tokio::spawn(async move {
                let mut rest = stream.write_all(head).await;
                while rest.is_ok() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    rest = stream.write_all(drop).await;
                }
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn searches_are_cached_and_failures_are_not() {
    let upstream = CatalogStub::start().await;
    upstream.respond_once(SEARCH, &[], status(500)).await;
    upstream
        .respond(SEARCH, &[("query", "Heat")], ok(tmdb::results([])))
        .await;
    let ronin = tmdb::results([tmdb::result(8195, "Ronin", "1998-09-25")]);
    upstream
        .respond(SEARCH, &[("query", "Ronin")], ok(ronin))
        .await;
    let online = upstream.catalog("tmdb");
    assert!(online.search(&title_search("Heat")).await.is_err());
    for same in ["Heat", "Heat", " Heat  "] {
        assert_eq!(online.search(&title_search(same)).await, Ok(None));
    }
    assert_eq!(upstream.request_count(TMDB_PATH).await, 2);
    let first = online.search(&title_search("Ronin")).await;
    assert!(matches!(first, Ok(Some(_))), "{first:?}");
    assert_eq!(online.search(&title_search("Ronin")).await, first);
    assert_eq!(upstream.request_count(TMDB_PATH).await, 3);
}

#[tokio::test]
async fn concurrent_equal_searches_send_one_request() {
    let upstream = CatalogStub::start().await;
    let slowly = heat_results().set_delay(Duration::from_millis(100));
    upstream.respond(SEARCH, &[], slowly).await;
    let online = upstream.catalog("tmdb");
    let heat = title_search("Heat");
    let found = join_all((0..20).map(|_| online.search(&heat))).await;
    let is_found = |found: &Result<Option<SourceHits>, _>| matches!(found, Ok(Some(_)));
    assert!(found.iter().all(is_found), "{found:?}");
    assert_eq!(upstream.request_count(TMDB_PATH).await, 1);
}

#[tokio::test]
async fn a_source_gets_four_requests_a_second() {
    let upstream = CatalogStub::start().await;
    upstream.respond(SEARCH, &[], heat_results()).await;
    let online = upstream.catalog("tmdb");
    let searches: Vec<_> = (0..20)
        .map(|number| title_search(&format!("Heat {number}")))
        .collect();
    let begun = Instant::now();
    let found = join_all(searches.iter().map(|search| online.search(search))).await;
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "somebody waited too long"
    );
    let sent = upstream.request_count(TMDB_PATH).await;
    assert!((2..=5).contains(&sent), "{sent} requests");
    let (answered, put_off): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
    assert_eq!((answered.len(), put_off.len()), (sent, 20 - sent));
    for found in put_off {
        assert!(
            matches!(found, Err(SourceError::RateLimited(_))),
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn lookups_wait_for_the_rate_limit() {
    let upstream = CatalogStub::start().await;
    upstream
        .respond("/tmdb/3/movie/603", &[], ok(tmdb::the_matrix()))
        .await;
    let online = upstream.catalog("tmdb");
    let id = with_tmdb_id(603);
    let begun = Instant::now();
    let known = join_all((0..8).map(|_| online.look_up(&id))).await;
    let is_known = |known: &Result<Option<SourceFacts>, _>| matches!(known, Ok(Some(_)));
    assert!(known.iter().all(is_known), "{known:?}");
    assert!(begun.elapsed() > Duration::from_secs(1), "eight at once");
}

#[tokio::test]
async fn errors_contain_no_key() {
    // The last key is percent-encoded in a URL.
    for key in [API_KEY, TMDB_TOKEN, "hun+ter&2"] {
        let upstream = CatalogStub::start().await;
        let url = "http://127.0.0.1:1/";
        let online = upstream.catalog_with(&[
            ("CATALOG", "tmdb,omdb"),
            ("TMDB_API_KEY", key),
            ("OMDB_API_KEY", key),
            ("TMDB_URL", url),
            ("OMDB_URL", url),
            ("OUTGOING_ALLOW", url),
        ]);
        let search_error = online
            .search(&title_search("Heat"))
            .await
            .expect_err("nobody there");
        let ids = ExternalIds {
            tmdb_id: Some(603),
            ..with_imdb_id("tt0133093")
        };
        let lookup_error = online.look_up(&ids).await.expect_err("nobody there");
        let text =
            format!("{search_error} {search_error:?} {lookup_error} {lookup_error:?} {online:?}");
        for secret in [key, "hun%2Bter%262", "hunter2"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[tokio::test]
async fn a_sources_message_is_stripped_of_the_key() {
    let upstream = CatalogStub::start().await;
    let message = format!("No movie for apikey={API_KEY}");
    upstream
        .respond(OMDB_PATH, &[], ok(omdb::error(&message)))
        .await;
    let result = upstream.catalog("omdb").search(&title_search("Heat")).await;
    let expected = SourceError::InvalidResponse("No movie for apikey=…".to_owned());
    assert_eq!(result, Err(expected));
}

#[tokio::test]
async fn without_sources_no_request_is_sent() {
    let upstream = CatalogStub::start().await;
    let online = upstream.catalog("off");
    assert!(online.is_off() && !upstream.catalog("wikidata").is_off());
    assert_eq!(online.search(&title_search("Heat")).await, Ok(None));
    assert_eq!(online.look_up(&with_imdb_id("tt0113277")).await, Ok(None));
    assert!(online.check().await.is_empty());
    assert_eq!(
        upstream
            .catalog("tmdb")
            .search(&title_search(" \u{200b} "))
            .await,
        Ok(None)
    );
    assert!(upstream.requested_urls().await.is_empty());
}

#[tokio::test]
async fn a_check_reports_on_each_source() {
    let upstream = CatalogStub::start().await;
    let matrix = tmdb::results([tmdb::result(603, "Matrix", "1999-03-31")]);
    upstream
        .respond(SEARCH, &[("query", "The Matrix")], ok(matrix))
        .await;
    upstream
        .respond("/tmdb/3/movie/603", &[], ok(tmdb::the_matrix()))
        .await;
    upstream
        .respond(OMDB_PATH, &[], ok(omdb::error("Movie not found!")))
        .await;
    stub_wikidata_matrix(&upstream).await;
    let online = upstream.catalog("wikidata,tmdb,omdb");
    let checked = online.check().await;
    let names: Vec<_> = checked.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [SourceName::Wikidata, SourceName::Tmdb, SourceName::Omdb]
    );
    let title = |at: usize| checked[at].1.as_ref().map(|facts| facts.title.as_str());
    assert_eq!((title(0), title(1)), (Ok("The Matrix"), Ok("Matrix")));
    assert!(
        matches!(checked[2].1, Err(SourceError::InvalidResponse(_))),
        "{checked:?}"
    );
}

#[derive(Clone, Default)]
struct LogBuffer(Arc<Mutex<Vec<u8>>>);

impl LogBuffer {
    fn writer(&self) -> impl Fn() -> Self + 'static {
        let log = self.clone();
        move || log.clone()
    }

    fn text(&self) -> String {
        let bytes = self.0.lock().expect("nobody panicked");
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for LogBuffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut log = self.0.lock().expect("nobody panicked");
        log.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
