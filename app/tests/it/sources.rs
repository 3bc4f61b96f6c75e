//! What TMDB, OMDb and Wikidata say of movies, and what becomes of it. A server on this
//! machine stands in for them, in the shapes that they document.

use std::time::Duration;

use movies_diary::catalog::{Found, Hit, Ids, Outside, Search, Trouble};
use movies_diary::config::SourceName;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::outside::{
    KEY, OMDB, SEARCH, TOKEN, Upstream, WIKIDATA, facts, imdb, item, ok, query, search,
    tmdb_number, wikidata_knows_the_matrix,
};
use crate::support::shapes::{omdb, tmdb, wikidata};

fn typing(title: &str) -> Search {
    Search {
        is_typing: true,
        ..search(title)
    }
}

fn of_year(title: &str, year: i16) -> Search {
    Search {
        year: Some(year),
        ..search(title)
    }
}

async fn hits(outside: &Outside, search: &Search) -> Vec<Hit> {
    let found = outside.search(search).await.expect("an answer");
    found.map(|found| found.hits).unwrap_or_default()
}

async fn titles(outside: &Outside, search: &Search) -> Vec<(String, Option<i16>)> {
    let hits = hits(outside, search).await;
    hits.into_iter().map(|hit| (hit.title, hit.year)).collect()
}

fn titled(title: &str, year: i16) -> (String, Option<i16>) {
    (title.to_owned(), Some(year))
}

// TMDB

#[tokio::test]
async fn tmdb_finds_movies_and_what_is_odd_costs_only_itself() {
    let upstream = Upstream::start().await;
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
    upstream.answers(SEARCH, &[], ok(answer)).await;
    let outside = upstream.asks_with(&[("CATALOG", "tmdb"), ("CATALOG_LANGUAGE", "nl")]);
    let found = outside.search(&of_year("matrix & co", 1999)).await;
    let Found { source, hits } = found.expect("an answer").expect("a movie");
    assert_eq!(source, SourceName::Tmdb);
    let told: Vec<_> = hits
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
        told,
        [
            (Some(603), "The Matrix", None, Some(1999)),
            (Some(604), "Matrix 2", None, Some(2003)),
            (Some(605), "No day", None, None),
            (Some(606), "No day either", None, None),
            (Some(610), "Amélie", Some("Le Fabuleux Destin"), Some(2001)),
        ]
    );
    let asked = upstream.asked().await.remove(0);
    for (name, value) in [
        ("query", "matrix & co"),
        ("language", "nl"),
        ("include_adult", "false"),
        ("page", "1"),
        ("year", "1999"),
        ("api_key", KEY),
    ] {
        assert_eq!(query(&asked, name).as_deref(), Some(value), "{name}");
    }
}

#[tokio::test]
async fn a_token_of_tmdb_goes_in_a_header_and_not_in_the_address() {
    let upstream = Upstream::start().await;
    upstream.answers(SEARCH, &[], ok(tmdb::results([]))).await;
    let outside = upstream.asks_with(&[("CATALOG", "tmdb"), ("TMDB_API_KEY", TOKEN)]);
    assert_eq!(outside.search(&search("Heat")).await, Ok(None));
    let header = upstream.last_header("authorization").await;
    assert_eq!(header, Some(format!("Bearer {TOKEN}")));
    assert!(!upstream.asked().await[0].as_str().contains("hunter2"));
}

#[tokio::test]
async fn tmdb_knows_a_movie_by_its_number_and_by_its_imdb_id() {
    let upstream = Upstream::start().await;
    let details = ok(tmdb::the_matrix());
    let credits = [("append_to_response", "credits"), ("language", "en")];
    upstream
        .answers("/tmdb/3/movie/603", &credits, details)
        .await;
    let found = ok(tmdb::found([tmdb::result(603, "Matrix", "1999-03-31")]));
    let by_imdb = [("external_source", "imdb_id")];
    upstream
        .answers("/tmdb/3/find/tt0133093", &by_imdb, found)
        .await;
    let outside = upstream.asks("tmdb");
    let facts = facts(&outside, &tmdb_number(603)).await;
    assert_eq!(
        facts.ids,
        Ids {
            tmdb_id: Some(603),
            ..imdb("tt0133093")
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
        upstream.at("/pictures/w780/aBc-1_2.jpg")
    );
    let page = poster.page.expect("a page").to_string();
    assert_eq!(page, "https://www.themoviedb.org/movie/603");
    assert_eq!(outside.look_up(&imdb("tt0133093")).await, Ok(Some(facts)));
}

#[tokio::test]
async fn what_tmdb_does_not_know_or_gets_wrong_is_told_apart() {
    let upstream = Upstream::start().await;
    let nothing = json!({ "success": false, "status_code": 34, "status_message": "Not found." });
    let nothing = ResponseTemplate::new(404).set_body_json(nothing);
    upstream
        .answers("/tmdb/3/movie/1", &[], nothing.clone())
        .await;
    upstream
        .answers("/tmdb/3/find/tt0000001", &[], ok(tmdb::found([])))
        .await;
    let bare = json!({ "id": 2, "title": "Bare", "runtime": 0, "poster_path": null });
    upstream.answers("/tmdb/3/movie/2", &[], ok(bare)).await;
    upstream
        .answers("/tmdb/3/movie/3", &[], ok(tmdb::the_matrix()))
        .await;
    let outside = upstream.asks("tmdb");
    assert_eq!(outside.look_up(&tmdb_number(1)).await, Ok(None));
    assert_eq!(outside.look_up(&imdb("tt0000001")).await, Ok(None));
    assert_eq!(outside.look_up(&item("Q1")).await, Ok(None));
    let bare = facts(&outside, &tmdb_number(2)).await;
    assert_eq!((bare.year, bare.runtime, bare.poster), (None, None, None));
    let other = outside.look_up(&tmdb_number(3)).await;
    assert!(matches!(other, Err(Trouble::Garbage(_))), "{other:?}");
}

// OMDb

#[tokio::test]
async fn omdb_finds_movies_and_completes_the_last_word() {
    let upstream = Upstream::start().await;
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
    upstream.answers(OMDB, &[], ok(answer)).await;
    let outside = upstream.asks("omdb");
    let found = titles(&outside, &typing("the matr")).await;
    let (dated, undated) = found.split_at(2);
    assert_eq!(dated, [titled("The Matrix", 1999), titled("Matrix", 2011)]);
    assert_eq!(
        undated,
        ["No year", "No fields"].map(|title| (title.to_owned(), None))
    );
    hits(&outside, &of_year("heat", 1995)).await;
    let asked = upstream.asked().await;
    let values = |name| [&asked[0], &asked[1]].map(|url| query(url, name));
    assert_eq!(
        values("s"),
        ["the matr*", "heat"].map(|title| Some(title.to_owned()))
    );
    assert_eq!(values("y"), [None, Some("1995".to_owned())]);
    assert_eq!(
        values("type"),
        ["movie", "movie"].map(|kind| Some(kind.to_owned()))
    );
    assert_eq!(values("apikey"), [KEY, KEY].map(|key| Some(key.to_owned())));
}

#[tokio::test]
async fn omdb_knows_a_movie_by_its_imdb_id_alone() {
    let upstream = Upstream::start().await;
    let full = [("i", "tt0133093"), ("plot", "full")];
    upstream.answers(OMDB, &full, ok(omdb::the_matrix())).await;
    let outside = upstream.asks("omdb");
    assert_eq!(outside.look_up(&tmdb_number(603)).await, Ok(None));
    assert_eq!(upstream.count(OMDB).await, 0);
    let facts = facts(&outside, &imdb("tt0133093")).await;
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
async fn what_omdb_leaves_out_is_left_out() {
    let upstream = Upstream::start().await;
    let bare = ["Year", "Runtime", "Genre", "Director", "Plot", "Poster"];
    let bare = bare
        .into_iter()
        .fold(omdb::the_matrix(), |movie, field| movie.with(field, "N/A"));
    upstream
        .answers(OMDB, &[("i", "tt0133093")], ok(bare))
        .await;
    let series = omdb::the_matrix()
        .with("imdbID", "tt0903747")
        .with("Type", "series");
    upstream
        .answers(OMDB, &[("i", "tt0903747")], ok(series))
        .await;
    let outside = upstream.asks("omdb");
    let facts = facts(&outside, &imdb("tt0133093")).await;
    assert_eq!(
        (facts.year, facts.runtime, facts.poster),
        (None, None, None)
    );
    assert!(facts.directors.is_empty() && facts.genres.is_empty());
    assert_eq!(facts.overview, "");
    assert_eq!(
        outside.look_up(&imdb("tt0903747")).await,
        Ok(None),
        "a series"
    );
}

#[tokio::test]
async fn omdb_says_in_words_what_went_wrong() {
    for (said, code, expected) in [
        ("Movie not found!", 200, Ok(None)),
        ("Too many results.", 200, Ok(None)),
        ("Incorrect IMDb ID.", 200, Ok(None)),
        ("Invalid API key!", 401, Err(Trouble::WrongKey)),
        ("No API key provided.", 401, Err(Trouble::WrongKey)),
        (
            "Request limit reached!",
            401,
            Err(Trouble::Later(Duration::from_secs(3_600))),
        ),
        (
            "We moved.",
            200,
            Err(Trouble::Garbage("We moved.".to_owned())),
        ),
    ] {
        let upstream = Upstream::start().await;
        let answer = ResponseTemplate::new(code).set_body_json(omdb::error(said));
        upstream.answers(OMDB, &[], answer).await;
        let found = upstream.asks("omdb").search(&search("Heat")).await;
        assert_eq!(found, expected, "{said}");
        let known = upstream.asks("omdb").look_up(&imdb("tt0113277")).await;
        assert_eq!(known.map(|_| None), expected, "{said}");
    }
}

// Wikidata

#[tokio::test]
async fn wikidata_finds_films_in_two_requests() {
    let upstream = Upstream::start().await;
    let ids = wikidata::results(&["Q2", "Q83495", "Q3", "Q4", "Property:P31", "Q5"]);
    upstream
        .answers(WIKIDATA, &[("action", "query")], ok(ids))
        .await;
    let unnamed = wikidata::item("Q5", "");
    let items = wikidata::items([
        wikidata::the_matrix(),
        wikidata::item("Q2", "Second of a year later").states("P577", wikidata::date("2000-01-01")),
        wikidata::item("Q3", "Another year").states("P577", wikidata::date("2003-05-15")),
        wikidata::item("Q4", "No year")
            .states_oddly("P577", json!("odd"))
            .states_oddly(
                "P577",
                json!({ "rank": "normal", "mainsnak": { "snaktype": "novalue" } }),
            ),
        unnamed,
    ]);
    upstream
        .answers(WIKIDATA, &[("action", "wbgetentities")], ok(items))
        .await;
    let outside = upstream.asks("wikidata");
    let near = titles(&outside, &of_year("matrix", 1999)).await;
    let expected = [
        titled("Second of a year later", 2000),
        titled("The Matrix", 1999),
    ];
    assert_eq!(near, expected);
    let asked = upstream.asked().await;
    assert_eq!(asked.len(), 2);
    assert_eq!(
        query(&asked[1], "ids").as_deref(),
        Some("Q2|Q83495|Q3|Q4|Q5")
    );
    assert_eq!(query(&asked[1], "props").as_deref(), Some("labels|claims"));
    assert_eq!(query(&asked[1], "languages").as_deref(), Some("en|mul"));
    let all = hits(&outside, &search("matrix")).await;
    let titles: Vec<_> = all.iter().map(|hit| hit.title.as_str()).collect();
    let expected = [
        "Second of a year later",
        "The Matrix",
        "Another year",
        "No year",
    ];
    assert_eq!(titles, expected);
    let ids = Ids {
        tmdb_id: Some(603),
        ..imdb("tt0133093")
    };
    assert_eq!(
        all[1].ids,
        Ids {
            wikidata_id: Some("Q83495".to_owned()),
            ..ids
        }
    );
}

#[tokio::test]
async fn typed_operators_do_not_reach_wikidata() {
    let upstream = Upstream::start().await;
    upstream
        .answers(WIKIDATA, &[], ok(wikidata::results(&[])))
        .await;
    let outside = upstream.asks("wikidata");
    let typed = "insource:/x/ -haswbstatement:P31=Q5 \"a\" OR inten";
    assert_eq!(outside.search(&typing(typed)).await, Ok(None));
    assert_eq!(outside.search(&typing("?!")).await, Ok(None));
    let asked = upstream.asked().await;
    assert_eq!(asked.len(), 1, "what has no word is not asked for");
    let expected = "insource x haswbstatement p31 q5 a or inten* haswbstatement:P4947|P31=Q11424";
    assert_eq!(query(&asked[0], "srsearch").as_deref(), Some(expected));
}

#[tokio::test]
async fn wikidata_knows_a_film_by_any_id() {
    let upstream = Upstream::start().await;
    wikidata_knows_the_matrix(&upstream).await;
    let outside = upstream.asks("wikidata");
    let by_item = facts(&outside, &item("Q83495")).await;
    assert_eq!(by_item.title, "The Matrix");
    assert_eq!(by_item.original_title, None, "it is the same");
    assert_eq!((by_item.year, by_item.runtime), (Some(1999), Some(136)));
    assert_eq!(by_item.directors, ["Lana Wachowski", "Lilly Wachowski"]);
    assert_eq!(by_item.genres, ["Science Fiction", "Action"]);
    let poster = by_item.poster.clone().expect("a picture");
    let file = "The_Matrix_set_(1998).jpg";
    let url = upstream.at(&format!("/commons/wiki/Special:FilePath/{file}?width=780"));
    let page = upstream.at(&format!("/commons/wiki/File:{file}"));
    assert_eq!(poster.url.as_str(), url);
    assert_eq!(poster.page.expect("a page").as_str(), page);
    let asked = upstream.asked().await;
    assert_eq!(asked.len(), 2);
    let others = query(&asked[1], "ids").expect("ids");
    assert_eq!(others, "Q188473|Q471839|Q9544977|Q9545711");

    let by_ids = facts(
        &outside,
        &Ids {
            tmdb_id: Some(603),
            ..imdb("tt0133093")
        },
    )
    .await;
    assert_eq!(by_ids, by_item);
    let query = query(&upstream.asked().await[2], "srsearch");
    assert_eq!(
        query.as_deref(),
        Some("haswbstatement:P345=tt0133093|P4947=603")
    );
}

#[tokio::test]
async fn wikidata_knows_nothing_of_other_films() {
    let upstream = Upstream::start().await;
    wikidata_knows_the_matrix(&upstream).await;
    let outside = upstream.asks("wikidata");
    // The search is behind what the items say.
    assert_eq!(outside.look_up(&imdb("tt9999999")).await, Ok(None));
    let missing = json!({ "entities": { "Q7": { "id": "Q7", "missing": "" } }, "success": 1 });
    upstream
        .answers(WIKIDATA, &[("ids", "Q7")], ok(missing))
        .await;
    assert_eq!(outside.look_up(&item("Q7")).await, Ok(None));
    let error = json!({ "error": { "code": "no-such-entity", "info": "Not found." } });
    upstream
        .answers(WIKIDATA, &[("ids", "Q8")], ok(error))
        .await;
    assert_eq!(outside.look_up(&item("Q8")).await, Ok(None));
}

#[tokio::test]
async fn wikidata_tells_of_mistakes_with_status_200() {
    for (code, is_right) in [
        (
            "ratelimited",
            (|t| *t == Trouble::Later(Duration::from_secs(9))) as fn(&Trouble) -> bool,
        ),
        ("maxlag", |t| *t == Trouble::Later(Duration::from_secs(9))),
        ("readonly", |t| matches!(t, Trouble::Away(_))),
        ("internal_api_error_DBQueryError", |t| {
            matches!(t, Trouble::Away(_))
        }),
        ("badvalue", |t| {
            *t == Trouble::Garbage("badvalue".to_owned())
        }),
    ] {
        let upstream = Upstream::start().await;
        let error = json!({ "error": { "code": code, "info": "…" }, "servedby": "mw1" });
        let answer = ok(error).insert_header("Retry-After", "9");
        upstream.answers(WIKIDATA, &[], answer).await;
        let found = upstream.asks("wikidata").search(&search("Heat")).await;
        let trouble = found.expect_err("no answer");
        assert!(is_right(&trouble), "{code}: {trouble:?}");
    }
}
