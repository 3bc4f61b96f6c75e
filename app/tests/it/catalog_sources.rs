//! What TMDB, OMDb and Wikidata say about movies, and how it is parsed. A stub on this machine
//! answers in their documented formats.

use std::time::Duration;

use movies_diary::catalog::{ExternalIds, Hit, OnlineCatalog, Search, SourceError, SourceHits};
use movies_diary::config::SourceName;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::catalog_payloads::{omdb, tmdb, wikidata};
use crate::support::catalog_stub::{
    API_KEY, CatalogStub, OMDB_PATH, SEARCH, TMDB_TOKEN, WIKIDATA_PATH, look_up_facts, ok,
    query_value, stub_wikidata_matrix, title_search, with_imdb_id, with_tmdb_id, with_wikidata_id,
};

fn unfinished_search(title: &str) -> Search {
    Search {
        is_typing: true,
        ..title_search(title)
    }
}

fn search_in_year(title: &str, year: i16) -> Search {
    Search {
        year: Some(year),
        ..title_search(title)
    }
}

async fn hits_of(online: &OnlineCatalog, search: &Search) -> Vec<Hit> {
    let found = online.search(search).await.expect("an answer");
    found.map(|found| found.hits).unwrap_or_default()
}

async fn hit_titles(online: &OnlineCatalog, search: &Search) -> Vec<(String, Option<i16>)> {
    let hits = hits_of(online, search).await;
    hits.into_iter().map(|hit| (hit.title, hit.year)).collect()
}

fn title_and_year(title: &str, year: i16) -> (String, Option<i16>) {
    (title.to_owned(), Some(year))
}

// TMDB

#[tokio::test]
async fn tmdb_search_skips_invalid_results() {
    let upstream = CatalogStub::start().await;
    let answer = tmdb::results([
        tmdb::result(603, "The Matrix", "1999-03-31"),
        tmdb::result(604, "", "2003-05-15").with("original_title", "Matrix 2"),
        tmdb::result(605, "No day", ""),
        tmdb::result(606, "No day either", "soon").with("original_title", Value::Null),
        tmdb::result(607, "No id", "1999-01-01").without("id"),
        tmdb::result(608, "Odd id", "1999-01-01").with("id", "608"),
        tmdb::result(609, "", "1999-01-01"),
        tmdb::result(610, "Amélie", "2001-04-25").with("original_title", "Le Fabuleux Destin"),
    ]);
    upstream.respond(SEARCH, &[], ok(answer)).await;
    let online = upstream.catalog_with(&[("CATALOG", "tmdb"), ("CATALOG_LANGUAGE", "nl")]);
    let found = online.search(&search_in_year("matrix & co", 1999)).await;
    let SourceHits { source, hits } = found.expect("an answer").expect("a movie");
    assert_eq!(source, SourceName::Tmdb);
    let parsed: Vec<_> = hits
        .iter()
        .map(|hit| {
            (
                hit.ids.tmdb_id,
                hit.title.as_str(),
                hit.original_title.as_deref(),
                hit.year,
            )
        })
        .collect();
    assert_eq!(
        parsed,
        [
            (Some(603), "The Matrix", None, Some(1999)),
            (Some(604), "Matrix 2", None, Some(2003)),
            (Some(605), "No day", None, None),
            (Some(606), "No day either", None, None),
            (Some(610), "Amélie", Some("Le Fabuleux Destin"), Some(2001)),
        ]
    );
    let url = upstream.requested_urls().await.remove(0);
    for (name, value) in [
        ("query", "matrix & co"),
        ("language", "nl"),
        ("include_adult", "false"),
        ("page", "1"),
        ("year", "1999"),
        ("api_key", API_KEY),
    ] {
        assert_eq!(query_value(&url, name).as_deref(), Some(value), "{name}");
    }
}

#[tokio::test]
async fn a_tmdb_token_is_sent_in_a_header() {
    let upstream = CatalogStub::start().await;
    upstream.respond(SEARCH, &[], ok(tmdb::results([]))).await;
    let online = upstream.catalog_with(&[("CATALOG", "tmdb"), ("TMDB_API_KEY", TMDB_TOKEN)]);
    assert_eq!(online.search(&title_search("Heat")).await, Ok(None));
    let header = upstream.last_request_header("authorization").await;
    assert_eq!(header, Some(format!("Bearer {TMDB_TOKEN}")));
    assert!(
        !upstream.requested_urls().await[0]
            .as_str()
            .contains("hunter2")
    );
}

#[tokio::test]
async fn tmdb_looks_up_by_tmdb_id_and_imdb_id() {
    let upstream = CatalogStub::start().await;
    let details = ok(tmdb::the_matrix());
    let credits = [("append_to_response", "credits"), ("language", "en")];
    upstream
        .respond("/tmdb/3/movie/603", &credits, details)
        .await;
    let found = ok(tmdb::find_results([tmdb::result(
        603,
        "Matrix",
        "1999-03-31",
    )]));
    let by_imdb = [("external_source", "imdb_id")];
    upstream
        .respond("/tmdb/3/find/tt0133093", &by_imdb, found)
        .await;
    let online = upstream.catalog("tmdb");
    let facts = look_up_facts(&online, &with_tmdb_id(603)).await;
    assert_eq!(
        facts.ids,
        ExternalIds {
            tmdb_id: Some(603),
            ..with_imdb_id("tt0133093")
        }
    );
    assert_eq!(facts.title, "Matrix");
    assert_eq!(facts.original_title.as_deref(), Some("The Matrix"));
    assert_eq!((facts.year, facts.runtime), (Some(1999), Some(136)));
    assert_eq!(facts.directors, ["Lilly Wachowski", "Lana Wachowski"]);
    assert_eq!(facts.genres, ["Action", "Science Fiction"]);
    assert_eq!(facts.overview, "A hacker learns what is real.");
    let poster = facts.poster.clone().expect("a poster");
    assert_eq!(
        poster.url.as_str(),
        upstream.url("/pictures/w780/aBc-1_2.jpg")
    );
    let page = poster.page.expect("a page").to_string();
    assert_eq!(page, "https://www.themoviedb.org/movie/603");
    assert_eq!(
        online.look_up(&with_imdb_id("tt0133093")).await,
        Ok(Some(facts))
    );
}

#[tokio::test]
async fn tmdb_not_found_and_invalid_responses_differ() {
    let upstream = CatalogStub::start().await;
    let nothing = json!({ "success": false, "status_code": 34, "status_message": "Not found." });
    let nothing = ResponseTemplate::new(404).set_body_json(nothing);
    upstream
        .respond("/tmdb/3/movie/1", &[], nothing.clone())
        .await;
    upstream
        .respond("/tmdb/3/find/tt0000001", &[], ok(tmdb::find_results([])))
        .await;
    let bare = json!({ "id": 2, "title": "Bare", "runtime": 0, "poster_path": null });
    upstream.respond("/tmdb/3/movie/2", &[], ok(bare)).await;
    upstream
        .respond("/tmdb/3/movie/3", &[], ok(tmdb::the_matrix()))
        .await;
    let online = upstream.catalog("tmdb");
    assert_eq!(online.look_up(&with_tmdb_id(1)).await, Ok(None));
    assert_eq!(online.look_up(&with_imdb_id("tt0000001")).await, Ok(None));
    assert_eq!(online.look_up(&with_wikidata_id("Q1")).await, Ok(None));
    let bare = look_up_facts(&online, &with_tmdb_id(2)).await;
    assert_eq!((bare.year, bare.runtime, bare.poster), (None, None, None));
    let other = online.look_up(&with_tmdb_id(3)).await;
    assert!(
        matches!(other, Err(SourceError::InvalidResponse(_))),
        "{other:?}"
    );
}

// OMDb

#[tokio::test]
async fn omdb_search_completes_the_last_word() {
    let upstream = CatalogStub::start().await;
    let answer = omdb::results([
        omdb::result("tt0133093", "The Matrix", "1999"),
        omdb::result("tt0106062", "Matrix", "2011–2019"),
        omdb::result("tt0000003", "N/A", "1999"),
        omdb::result("nm0000004", "A person", "1999"),
        omdb::result("tt0000005", "No year", "N/A"),
        omdb::result("tt0000006", "No fields", "1999")
            .without("Year")
            .without("Poster"),
    ]);
    upstream.respond(OMDB_PATH, &[], ok(answer)).await;
    let online = upstream.catalog("omdb");
    let found = hit_titles(&online, &unfinished_search("the matr")).await;
    let (dated, undated) = found.split_at(2);
    assert_eq!(
        dated,
        [
            title_and_year("The Matrix", 1999),
            title_and_year("Matrix", 2011)
        ]
    );
    assert_eq!(
        undated,
        ["No year", "No fields"].map(|title| (title.to_owned(), None))
    );
    hits_of(&online, &search_in_year("heat", 1995)).await;
    let urls = upstream.requested_urls().await;
    let values = |name| [&urls[0], &urls[1]].map(|url| query_value(url, name));
    assert_eq!(
        values("s"),
        ["the matr*", "heat"].map(|title| Some(title.to_owned()))
    );
    assert_eq!(values("y"), [None, Some("1995".to_owned())]);
    assert_eq!(
        values("type"),
        ["movie", "movie"].map(|kind| Some(kind.to_owned()))
    );
    assert_eq!(
        values("apikey"),
        [API_KEY, API_KEY].map(|key| Some(key.to_owned()))
    );
}

#[tokio::test]
async fn omdb_looks_up_by_imdb_id_only() {
    let upstream = CatalogStub::start().await;
    let full = [("i", "tt0133093"), ("plot", "full")];
    upstream
        .respond(OMDB_PATH, &full, ok(omdb::the_matrix()))
        .await;
    let online = upstream.catalog("omdb");
    assert_eq!(online.look_up(&with_tmdb_id(603)).await, Ok(None));
    assert_eq!(upstream.request_count(OMDB_PATH).await, 0);
    let facts = look_up_facts(&online, &with_imdb_id("tt0133093")).await;
    assert_eq!(
        (facts.title.as_str(), facts.original_title),
        ("The Matrix", None)
    );
    assert_eq!((facts.year, facts.runtime), (Some(1999), Some(136)));
    assert_eq!(facts.directors, ["Lana Wachowski", "Lilly Wachowski"]);
    assert_eq!(facts.genres, ["Action", "Science Fiction"]);
    let poster = facts.poster.expect("a poster");
    let expected = "https://m.media-amazon.com/images/M/abc._V1_SX300.jpg";
    assert_eq!(poster.url.as_str(), expected);
}

#[tokio::test]
async fn fields_missing_from_omdb_stay_empty() {
    let upstream = CatalogStub::start().await;
    let bare = ["Year", "Runtime", "Genre", "Director", "Plot", "Poster"];
    let bare = bare
        .into_iter()
        .fold(omdb::the_matrix(), |movie, field| movie.with(field, "N/A"));
    upstream
        .respond(OMDB_PATH, &[("i", "tt0133093")], ok(bare))
        .await;
    let series = omdb::the_matrix()
        .with("imdbID", "tt0903747")
        .with("Type", "series");
    upstream
        .respond(OMDB_PATH, &[("i", "tt0903747")], ok(series))
        .await;
    let online = upstream.catalog("omdb");
    let facts = look_up_facts(&online, &with_imdb_id("tt0133093")).await;
    assert_eq!(
        (facts.year, facts.runtime, facts.poster),
        (None, None, None)
    );
    assert!(facts.directors.is_empty() && facts.genres.is_empty());
    assert_eq!(facts.overview, "");
    assert_eq!(
        online.look_up(&with_imdb_id("tt0903747")).await,
        Ok(None),
        "a series"
    );
}

#[tokio::test]
async fn omdb_error_messages_are_recognised() {
    for (message, code, expected) in [
        ("Movie not found!", 200, Ok(None)),
        ("Too many results.", 200, Ok(None)),
        ("Incorrect IMDb ID.", 200, Ok(None)),
        ("Invalid API key!", 401, Err(SourceError::WrongKey)),
        ("No API key provided.", 401, Err(SourceError::WrongKey)),
        (
            "Request limit reached!",
            401,
            Err(SourceError::RateLimited(Duration::from_secs(3_600))),
        ),
        (
            "We moved.",
            200,
            Err(SourceError::InvalidResponse("We moved.".to_owned())),
        ),
    ] {
        let upstream = CatalogStub::start().await;
        let answer = ResponseTemplate::new(code).set_body_json(omdb::error(message));
        upstream.respond(OMDB_PATH, &[], answer).await;
        let found = upstream.catalog("omdb").search(&title_search("Heat")).await;
        assert_eq!(found, expected, "{message}");
        let known = upstream
            .catalog("omdb")
            .look_up(&with_imdb_id("tt0113277"))
            .await;
        assert_eq!(known.map(|_| None), expected, "{message}");
    }
}

// Wikidata

/// For the ids, for the items, and for the names of the directors.
#[tokio::test]
async fn wikidata_search_takes_three_requests() {
    let upstream = CatalogStub::start().await;
    let ids = wikidata::results(&["Q2", "Q83495", "Q3", "Q4", "Property:P31", "Q5"]);
    upstream
        .respond(WIKIDATA_PATH, &[("action", "query")], ok(ids))
        .await;
    let unnamed = wikidata::item("Q5", "");
    let items = wikidata::items([
        wikidata::the_matrix(),
        wikidata::item("Q2", "Second of a year later")
            .with_claim("P577", wikidata::time_value("2000-01-01")),
        wikidata::item("Q3", "Another year").with_claim("P577", wikidata::time_value("2003-05-15")),
        wikidata::item("Q4", "No year")
            .with_statement("P577", json!("odd"))
            .with_statement(
                "P577",
                json!({ "rank": "normal", "mainsnak": { "snaktype": "novalue" } }),
            ),
        unnamed,
    ]);
    upstream
        .respond(WIKIDATA_PATH, &[("action", "wbgetentities")], ok(items))
        .await;
    let online = upstream.catalog("wikidata");
    let near = hit_titles(&online, &search_in_year("matrix", 1999)).await;
    let expected = [
        title_and_year("Second of a year later", 2000),
        title_and_year("The Matrix", 1999),
    ];
    assert_eq!(near, expected);
    let urls = upstream.requested_urls().await;
    assert_eq!(urls.len(), 3);
    assert_eq!(
        query_value(&urls[2], "ids").as_deref(),
        Some("Q9544977|Q9545711")
    );
    assert_eq!(
        query_value(&urls[1], "ids").as_deref(),
        Some("Q2|Q83495|Q3|Q4|Q5")
    );
    assert_eq!(
        query_value(&urls[1], "props").as_deref(),
        Some("labels|claims")
    );
    assert_eq!(
        query_value(&urls[1], "languages").as_deref(),
        Some("en|mul")
    );
    let all = hits_of(&online, &title_search("matrix")).await;
    let titles: Vec<_> = all.iter().map(|hit| hit.title.as_str()).collect();
    let expected = [
        "Second of a year later",
        "The Matrix",
        "Another year",
        "No year",
    ];
    assert_eq!(titles, expected);
    let ids = ExternalIds {
        tmdb_id: Some(603),
        ..with_imdb_id("tt0133093")
    };
    assert_eq!(
        all[1].ids,
        ExternalIds {
            wikidata_id: Some("Q83495".to_owned()),
            ..ids
        }
    );
}

#[tokio::test]
async fn search_operators_do_not_reach_wikidata() {
    let upstream = CatalogStub::start().await;
    upstream
        .respond(WIKIDATA_PATH, &[], ok(wikidata::results(&[])))
        .await;
    let online = upstream.catalog("wikidata");
    let typed = "insource:/x/ -haswbstatement:P31=Q5 \"a\" OR inten";
    assert_eq!(online.search(&unfinished_search(typed)).await, Ok(None));
    assert_eq!(online.search(&unfinished_search("?!")).await, Ok(None));
    let urls = upstream.requested_urls().await;
    assert_eq!(urls.len(), 1, "what has no word is not asked for");
    let expected = "insource x haswbstatement p31 q5 a or inten* haswbstatement:P4947|P31=Q11424";
    assert_eq!(query_value(&urls[0], "srsearch").as_deref(), Some(expected));
}

#[tokio::test]
async fn wikidata_looks_up_by_any_id() {
    let upstream = CatalogStub::start().await;
    stub_wikidata_matrix(&upstream).await;
    let online = upstream.catalog("wikidata");
    let by_item = look_up_facts(&online, &with_wikidata_id("Q83495")).await;
    assert_eq!(by_item.title, "The Matrix");
    assert_eq!(by_item.original_title, None, "it is the same");
    assert_eq!((by_item.year, by_item.runtime), (Some(1999), Some(136)));
    assert_eq!(by_item.directors, ["Lana Wachowski", "Lilly Wachowski"]);
    assert_eq!(by_item.genres, ["Science Fiction", "Action"]);
    let poster = by_item.poster.clone().expect("a picture");
    let file = "The_Matrix_set_(1998).jpg";
    let url = upstream.url(&format!("/commons/wiki/Special:FilePath/{file}?width=780"));
    let page = upstream.url(&format!("/commons/wiki/File:{file}"));
    assert_eq!(poster.url.as_str(), url);
    assert_eq!(poster.page.expect("a page").as_str(), page);
    let urls = upstream.requested_urls().await;
    assert_eq!(urls.len(), 2);
    let others = query_value(&urls[1], "ids").expect("ids");
    assert_eq!(others, "Q188473|Q471839|Q9544977|Q9545711");

    let by_ids = look_up_facts(
        &online,
        &ExternalIds {
            tmdb_id: Some(603),
            ..with_imdb_id("tt0133093")
        },
    )
    .await;
    assert_eq!(by_ids, by_item);
    let query = query_value(&upstream.requested_urls().await[2], "srsearch");
    assert_eq!(
        query.as_deref(),
        Some("haswbstatement:P345=tt0133093|P4947=603")
    );
}

#[tokio::test]
async fn wikidata_hits_with_other_ids_are_dropped() {
    let upstream = CatalogStub::start().await;
    stub_wikidata_matrix(&upstream).await;
    let online = upstream.catalog("wikidata");
    // The search index lags behind the items, so its hits are checked against them.
    assert_eq!(online.look_up(&with_imdb_id("tt9999999")).await, Ok(None));
    let missing = json!({ "entities": { "Q7": { "id": "Q7", "missing": "" } }, "success": 1 });
    upstream
        .respond(WIKIDATA_PATH, &[("ids", "Q7")], ok(missing))
        .await;
    assert_eq!(online.look_up(&with_wikidata_id("Q7")).await, Ok(None));
    let error = json!({ "error": { "code": "no-such-entity", "info": "Not found." } });
    upstream
        .respond(WIKIDATA_PATH, &[("ids", "Q8")], ok(error))
        .await;
    assert_eq!(online.look_up(&with_wikidata_id("Q8")).await, Ok(None));
}

#[tokio::test]
async fn wikidata_errors_with_status_200_are_recognised() {
    for (code, is_right) in [
        (
            "ratelimited",
            (|t| *t == SourceError::RateLimited(Duration::from_secs(9)))
                as fn(&SourceError) -> bool,
        ),
        ("maxlag", |t| {
            *t == SourceError::RateLimited(Duration::from_secs(9))
        }),
        ("readonly", |t| matches!(t, SourceError::Unavailable(_))),
        ("internal_api_error_DBQueryError", |t| {
            matches!(t, SourceError::Unavailable(_))
        }),
        ("badvalue", |t| {
            *t == SourceError::InvalidResponse("badvalue".to_owned())
        }),
    ] {
        let upstream = CatalogStub::start().await;
        let error = json!({ "error": { "code": code, "info": "…" }, "servedby": "mw1" });
        let answer = ok(error).insert_header("Retry-After", "9");
        upstream.respond(WIKIDATA_PATH, &[], answer).await;
        let found = upstream
            .catalog("wikidata")
            .search(&title_search("Heat"))
            .await;
        let failure = found.expect_err("no answer");
        assert!(is_right(&failure), "{code}: {failure:?}");
    }
}
