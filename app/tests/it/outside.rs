//! Asking one source after the other, never too often, and remembering what they said.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use movies_diary::catalog::{Facts, Found, Ids, Outside, Trouble};
use movies_diary::config::SourceName;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use wiremock::ResponseTemplate;

use crate::support::outside::{
    KEY, OMDB, SEARCH, TMDB, TOKEN, Upstream, WIKIDATA, facts, imdb, item, ok, search, status,
    tmdb_number, wikidata_knows_the_matrix,
};
use crate::support::shapes::{omdb, tmdb};

fn heat() -> ResponseTemplate {
    ok(tmdb::results([tmdb::result(949, "Heat", "1995-12-15")]))
}

async fn omdb_finds_heat(upstream: &Upstream) {
    let heat = omdb::results([omdb::result("tt0113277", "Heat", "1995")]);
    upstream.answers(OMDB, &[], ok(heat)).await;
}

async fn source(outside: &Outside, title: &str) -> Option<SourceName> {
    let found = outside.search(&search(title)).await.expect("an answer");
    found.map(|found| found.source)
}

#[tokio::test]
async fn sources_are_asked_in_their_order_until_one_finds_something() {
    let upstream = Upstream::start().await;
    upstream.answers(SEARCH, &[], heat()).await;
    omdb_finds_heat(&upstream).await;
    let first = source(&upstream.asks("tmdb,omdb"), "Heat").await;
    assert_eq!(first, Some(SourceName::Tmdb));
    assert_eq!(upstream.count(OMDB).await, 0);
    let first = source(&upstream.asks("omdb,tmdb"), "Heat").await;
    assert_eq!(first, Some(SourceName::Omdb));
    assert_eq!(upstream.count(TMDB).await, 1);
}

#[tokio::test]
async fn the_next_source_is_asked_when_one_fails_or_finds_nothing() {
    let nothing = ok(tmdb::results([]));
    let later = status(429);
    for failing in [nothing, later, status(500), status(404), tmdb::wrong_key()] {
        let upstream = Upstream::start().await;
        upstream.answers(SEARCH, &[], failing).await;
        omdb_finds_heat(&upstream).await;
        let found = source(&upstream.asks("tmdb,omdb"), "Heat").await;
        assert_eq!(found, Some(SourceName::Omdb));
    }
}

#[tokio::test]
async fn nobody_knowing_it_is_final_only_when_everybody_was_asked() {
    let upstream = Upstream::start().await;
    upstream.answers_once(SEARCH, &[], status(503)).await;
    upstream.answers(SEARCH, &[], ok(tmdb::results([]))).await;
    upstream
        .answers_once("/tmdb/3/movie/1", &[], status(503))
        .await;
    upstream.answers("/tmdb/3/movie/1", &[], status(404)).await;
    upstream
        .answers(OMDB, &[], ok(omdb::error("Movie not found!")))
        .await;
    let outside = upstream.asks("tmdb,omdb");
    let ids = Ids {
        tmdb_id: Some(1),
        ..imdb("tt0000001")
    };
    upstream
        .answers("/tmdb/3/find/tt0000001", &[], ok(tmdb::found([])))
        .await;
    let found = outside.search(&search("Heat")).await;
    assert!(matches!(found, Err(Trouble::Away(_))), "{found:?}");
    assert_eq!(outside.search(&search("Heat")).await, Ok(None));
    let known = outside.look_up(&ids).await;
    assert!(matches!(known, Err(Trouble::Away(_))), "{known:?}");
    assert_eq!(outside.look_up(&ids).await, Ok(None));
}

#[tokio::test]
async fn a_look_up_begins_where_the_id_comes_from() {
    let upstream = Upstream::start().await;
    wikidata_knows_the_matrix(&upstream).await;
    upstream
        .answers("/tmdb/3/movie/603", &[], ok(tmdb::the_matrix()))
        .await;
    upstream.answers(OMDB, &[], ok(omdb::the_matrix())).await;
    let outside = upstream.asks("omdb,wikidata,tmdb");
    for (ids, source) in [
        (tmdb_number(603), SourceName::Tmdb),
        (item("Q83495"), SourceName::Wikidata),
        (imdb("tt0133093"), SourceName::Omdb),
        (
            Ids {
                tmdb_id: Some(603),
                ..item("Q83495")
            },
            SourceName::Wikidata,
        ),
    ] {
        assert_eq!(facts(&outside, &ids).await.source, source, "{ids:?}");
    }
    upstream
        .answers_once("/tmdb/3/movie/603", &[], status(500))
        .await;
    let instead = facts(
        &outside,
        &Ids {
            tmdb_id: Some(603),
            ..imdb("tt0133093")
        },
    )
    .await;
    assert_eq!(instead.source, SourceName::Omdb);
}

#[tokio::test]
async fn a_wrong_key_is_told_once_and_the_source_is_left_alone() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.writer()).finish();
    let _log = tracing::subscriber::set_default(subscriber);
    let upstream = Upstream::start().await;
    let slowly = tmdb::wrong_key().set_delay(Duration::from_millis(100));
    upstream.answers(SEARCH, &[], slowly).await;
    let outside = upstream.asks("tmdb");
    let searches = ["Heat", "Ronin", "Thief"].map(search);
    let at_once = join_all(searches[..2].iter().map(|search| outside.search(search)));
    assert_eq!(
        at_once.await,
        [Err(Trouble::WrongKey), Err(Trouble::WrongKey)]
    );
    assert_eq!(outside.search(&searches[2]).await, Err(Trouble::WrongKey));
    assert_eq!(upstream.count(TMDB).await, 2);
    let log = log.text();
    assert_eq!(log.matches("the key is not accepted").count(), 1, "{log}");
    assert!(log.contains("TMDB") && !log.contains(KEY), "{log}");
}

#[tokio::test]
async fn a_source_that_says_later_is_not_asked_before() {
    let upstream = Upstream::start().await;
    let later = status(429).insert_header("Retry-After", "30");
    upstream.answers(SEARCH, &[], later).await;
    let outside = upstream.asks("tmdb");
    for title in ["Heat", "Ronin", "Thief"] {
        let Err(Trouble::Later(wait)) = outside.search(&search(title)).await else {
            panic!("{title} was not put off");
        };
        assert!((28..=30).contains(&wait.as_secs()), "{wait:?}");
    }
    let known = outside.look_up(&tmdb_number(603)).await;
    assert!(matches!(known, Err(Trouble::Later(_))), "{known:?}");
    assert_eq!(upstream.count(TMDB).await, 1);
}

#[tokio::test]
async fn a_source_is_asked_again_when_its_time_has_come() {
    let upstream = Upstream::start().await;
    let later = status(429).insert_header("Retry-After", "1");
    upstream.answers_once(SEARCH, &[], later).await;
    upstream.answers(SEARCH, &[], heat()).await;
    let outside = upstream.asks("tmdb");
    let begun = Instant::now();
    let found = loop {
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "it is never asked again"
        );
        match outside.search(&search("Heat")).await {
            Ok(found) => break found,
            Err(Trouble::Later(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(other) => panic!("{other:?}"),
        }
    };
    assert!(found.is_some());
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(upstream.count(TMDB).await, 2);
}

#[tokio::test]
async fn an_answer_that_is_none_is_told() {
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
        let upstream = Upstream::start().await;
        for at in [SEARCH, "/tmdb/3/movie/603", OMDB, WIKIDATA] {
            upstream.answers(at, &[], garbage.clone()).await;
        }
        for name in ["tmdb", "omdb", "wikidata"] {
            let outside = upstream.asks(name);
            let found = outside.search(&search("Heat")).await;
            assert!(
                matches!(found, Err(Trouble::Garbage(_))),
                "{name}: {found:?}"
            );
            let ids = Ids {
                tmdb_id: Some(603),
                ..imdb("tt0133093")
            };
            let known = outside.look_up(&ids).await;
            assert!(
                matches!(known, Err(Trouble::Garbage(_))),
                "{name}: {known:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_source_that_hangs_or_drips_is_away() {
    let (hanging, dripping) = (slow(b"").await, slow(b"x").await);
    let found = join_all([hanging, dripping].map(|url| async move {
        let outside = Upstream::start().await.asks_with(&[
            ("CATALOG", "tmdb"),
            ("TMDB_URL", &url),
            ("OUTGOING_ALLOW", &url),
        ]);
        outside.search(&search("Heat")).await
    }));
    let found = tokio::time::timeout(Duration::from_secs(15), found).await;
    for found in found.expect("it is given up") {
        assert!(matches!(found, Err(Trouble::Away(_))), "{found:?}");
    }
}

/// A server that never comes to an end: it answers nothing, or `drop` after `drop`.
async fn slow(drop: &'static [u8]) -> String {
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
async fn a_search_is_remembered_and_a_failure_is_not() {
    let upstream = Upstream::start().await;
    upstream.answers_once(SEARCH, &[], status(500)).await;
    upstream
        .answers(SEARCH, &[("query", "Heat")], ok(tmdb::results([])))
        .await;
    let ronin = tmdb::results([tmdb::result(8195, "Ronin", "1998-09-25")]);
    upstream
        .answers(SEARCH, &[("query", "Ronin")], ok(ronin))
        .await;
    let outside = upstream.asks("tmdb");
    assert!(outside.search(&search("Heat")).await.is_err());
    for same in ["Heat", "Heat", " Heat  "] {
        assert_eq!(outside.search(&search(same)).await, Ok(None));
    }
    assert_eq!(upstream.count(TMDB).await, 2);
    let first = outside.search(&search("Ronin")).await;
    assert!(matches!(first, Ok(Some(_))), "{first:?}");
    assert_eq!(outside.search(&search("Ronin")).await, first);
    assert_eq!(upstream.count(TMDB).await, 3);
}

#[tokio::test]
async fn equal_searches_at_once_are_asked_once() {
    let upstream = Upstream::start().await;
    let slowly = heat().set_delay(Duration::from_millis(100));
    upstream.answers(SEARCH, &[], slowly).await;
    let outside = upstream.asks("tmdb");
    let heat = search("Heat");
    let found = join_all((0..20).map(|_| outside.search(&heat))).await;
    let is_found = |found: &Result<Option<Found>, _>| matches!(found, Ok(Some(_)));
    assert!(found.iter().all(is_found), "{found:?}");
    assert_eq!(upstream.count(TMDB).await, 1);
}

#[tokio::test]
async fn a_source_gets_four_requests_a_second_whoever_types() {
    let upstream = Upstream::start().await;
    upstream.answers(SEARCH, &[], heat()).await;
    let outside = upstream.asks("tmdb");
    let searches: Vec<_> = (0..20)
        .map(|number| search(&format!("Heat {number}")))
        .collect();
    let begun = Instant::now();
    let found = join_all(searches.iter().map(|search| outside.search(search))).await;
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "somebody waited too long"
    );
    let asked = upstream.count(TMDB).await;
    assert!((2..=5).contains(&asked), "{asked} requests");
    let (answered, put_off): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
    assert_eq!((answered.len(), put_off.len()), (asked, 20 - asked));
    for found in put_off {
        assert!(matches!(found, Err(Trouble::Later(_))), "{found:?}");
    }
}

#[tokio::test]
async fn a_look_up_waits_for_its_turn() {
    let upstream = Upstream::start().await;
    upstream
        .answers("/tmdb/3/movie/603", &[], ok(tmdb::the_matrix()))
        .await;
    let outside = upstream.asks("tmdb");
    let id = tmdb_number(603);
    let begun = Instant::now();
    let known = join_all((0..8).map(|_| outside.look_up(&id))).await;
    let is_known = |known: &Result<Option<Facts>, _>| matches!(known, Ok(Some(_)));
    assert!(known.iter().all(is_known), "{known:?}");
    assert!(begun.elapsed() > Duration::from_secs(1), "eight at once");
}

#[tokio::test]
async fn no_key_is_told_to_anybody() {
    // The last one is written differently in an address.
    for key in [KEY, TOKEN, "hun+ter&2"] {
        let upstream = Upstream::start().await;
        let url = "http://127.0.0.1:1/";
        let outside = upstream.asks_with(&[
            ("CATALOG", "tmdb,omdb"),
            ("TMDB_API_KEY", key),
            ("OMDB_API_KEY", key),
            ("TMDB_URL", url),
            ("OMDB_URL", url),
            ("OUTGOING_ALLOW", url),
        ]);
        let trouble = outside
            .search(&search("Heat"))
            .await
            .expect_err("nobody there");
        let ids = Ids {
            tmdb_id: Some(603),
            ..imdb("tt0133093")
        };
        let other = outside.look_up(&ids).await.expect_err("nobody there");
        let told = format!("{trouble} {trouble:?} {other} {other:?} {outside:?}");
        for secret in [key, "hun%2Bter%262", "hunter2"] {
            assert!(!told.contains(secret), "{secret} in {told}");
        }
    }
}

#[tokio::test]
async fn what_is_said_back_does_not_hold_the_key() {
    let upstream = Upstream::start().await;
    let said = format!("No movie for apikey={KEY}");
    upstream.answers(OMDB, &[], ok(omdb::error(&said))).await;
    let trouble = upstream.asks("omdb").search(&search("Heat")).await;
    let expected = Trouble::Garbage("No movie for apikey=…".to_owned());
    assert_eq!(trouble, Err(expected));
}

#[tokio::test]
async fn without_sources_nobody_is_asked() {
    let upstream = Upstream::start().await;
    let outside = upstream.asks("off");
    assert!(outside.is_off() && !upstream.asks("wikidata").is_off());
    assert_eq!(outside.search(&search("Heat")).await, Ok(None));
    assert_eq!(outside.look_up(&imdb("tt0113277")).await, Ok(None));
    assert!(outside.check().await.is_empty());
    assert_eq!(
        upstream.asks("tmdb").search(&search(" \u{200b} ")).await,
        Ok(None)
    );
    assert!(upstream.asked().await.is_empty());
}

#[tokio::test]
async fn a_check_asks_each_source_and_tells_what_each_said() {
    let upstream = Upstream::start().await;
    let matrix = tmdb::results([tmdb::result(603, "Matrix", "1999-03-31")]);
    upstream
        .answers(SEARCH, &[("query", "The Matrix")], ok(matrix))
        .await;
    upstream
        .answers("/tmdb/3/movie/603", &[], ok(tmdb::the_matrix()))
        .await;
    upstream
        .answers(OMDB, &[], ok(omdb::error("Movie not found!")))
        .await;
    wikidata_knows_the_matrix(&upstream).await;
    let outside = upstream.asks("wikidata,tmdb,omdb");
    let checked = outside.check().await;
    let names: Vec<_> = checked.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [SourceName::Wikidata, SourceName::Tmdb, SourceName::Omdb]
    );
    let title = |at: usize| checked[at].1.as_ref().map(|facts| facts.title.as_str());
    assert_eq!((title(0), title(1)), (Ok("The Matrix"), Ok("Matrix")));
    assert!(
        matches!(checked[2].1, Err(Trouble::Garbage(_))),
        "{checked:?}"
    );
}

/// What is logged while it is there.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn writer(&self) -> impl Fn() -> Self + 'static {
        let log = self.clone();
        move || log.clone()
    }

    fn text(&self) -> String {
        let bytes = self.0.lock().expect("nobody panicked");
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut log = self.0.lock().expect("nobody panicked");
        log.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
