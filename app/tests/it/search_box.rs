//! The box for a film: the same on every page, and what it understands of a text.

use std::time::Duration;

use axum::http::StatusCode;

use crate::support::browser::{Browser, BrowserOptions};
use crate::support::catalog_payloads::tmdb;
use crate::support::catalog_stub::{CatalogStub, SEARCH, as_str_pairs, ok, stub_wikidata_matrix};
use crate::support::databases::TestDatabase;
use crate::support::process::ServerProcess;
use crate::support::{App, ReviewBuilder, TestClient};

const ENTER: &str = "\u{e007}";
const DOWN: &str = "\u{e015}";

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The form by hand for this text: title, year, director, IMDb id and TMDB id.
async fn form_by_hand(client: &TestClient, typed: &str) -> [String; 5] {
    let path = format!("/reviews/new?by_hand=1&q={}", encode(typed));
    let page = client.get(path).await.expect(StatusCode::OK);
    let form = page.form("form.review");
    ["title", "year", "director", "imdb_id", "tmdb_id"]
        .map(|name| form.value(name).unwrap_or_default().to_owned())
}

#[tokio::test]
async fn every_way_to_log_leads_to_the_same_box() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let manifest = app.visitor().get("/manifest.webmanifest").await.json();
    let shortcut = manifest["shortcuts"][0]["url"].as_str().expect("a path");
    let feed = ada.get("/").await;
    let tab = feed.attributes("nav.bar a[data-log]", "href").remove(0);
    let edit = ada.get(format!("/reviews/{review}/edit")).await;
    let wrong_film = edit.attributes("a.wrong-film", "href").remove(0);
    for path in ["/", shortcut, &tab, &wrong_film] {
        let page = ada.get(path).await.expect(StatusCode::OK);
        let boxes = page.attributes("form[data-combobox] #q[role=combobox]", "hx-get");
        assert_eq!(boxes.len(), 1, "{path}");
        let separator = if boxes[0].contains('?') { '&' } else { '?' };
        let suggest = format!("{}{separator}q=x", boxes[0]);
        let options = ada.htmx().get(suggest).await;
        assert_eq!(
            options.texts("[role=option]"),
            ["Add “x” by hand"],
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_form_by_hand_is_filled_in_from_the_text() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for client in [ada.clone(), ada.htmx()] {
        for (typed, form) in [
            ("Zardoz 1974", ["Zardoz", "1974", "", "", ""]),
            ("Heat (1995)", ["Heat", "1995", "", "", ""]),
            ("Suspiria, 2018", ["Suspiria", "2018", "", "", ""]),
            ("Face/Off", ["Face/Off", "", "", "", ""]),
            ("the-matrix-1999", ["The Matrix", "1999", "", "", ""]),
            ("TT0133093", ["", "", "", "tt0133093", ""]),
            (
                "https://m.imdb.com/de/title/tt0133093/",
                ["", "", "", "tt0133093", ""],
            ),
            ("https://letterboxd.com/tmdb/603", ["", "", "", "", "603"]),
            (
                "The Matrix (1999) ⭐ 8.7 | Action\nhttps://www.imdb.com/title/tt0133093/",
                ["The Matrix", "1999", "", "tt0133093", ""],
            ),
            (
                "Heat (1995) directed by Michael Mann • Letterboxd https://boxd.it/2a9q",
                ["Heat", "1995", "Michael Mann", "", ""],
            ),
            ("https://evil.example/tt0133093", ["", "", "", "", ""]),
        ] {
            assert_eq!(form_by_hand(&client, typed).await, form, "{typed}");
        }
    }
    // The id from a link is logged with the film.
    let path = format!(
        "/reviews/new?by_hand=1&q={}",
        encode("Matrix 1999 wikidata.org/entity/Q83495")
    );
    let form = ada.get(path).await.form("form.review");
    assert_eq!(form.value("wikidata_id"), Some("Q83495"));
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    let found = ada
        .htmx()
        .get("/movies/suggest?q=wikidata.org/wiki/q83495")
        .await;
    assert_eq!(found.texts("[role=option]:first-child .title"), ["Matrix"]);
}

#[tokio::test]
async fn after_title_and_year_the_rating_comes_next() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for (typed, focused) in [("", "title"), ("Heat", "year"), ("Heat 1995", "rating")] {
        let page = ada
            .get(format!("/reviews/new?by_hand=1&q={}", encode(typed)))
            .await;
        assert_eq!(page.attributes("[autofocus]", "name"), [focused], "{typed}");
    }
}

#[tokio::test]
async fn links_in_any_text_find_a_movie() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for (title, year, id, value) in [
        ("The Matrix", 1999, "tmdb_id", "603"),
        ("Heat", 1995, "imdb_id", "tt0113277"),
    ] {
        ReviewBuilder::of(title, year)
            .with(id, value)
            .log(&ada)
            .await;
    }
    let api = app.api_client();
    for (typed, title) in [
        ("TT0113277", Some("Heat")),
        (
            "Heat (1995) ⭐ 8.3 | Crime https://www.imdb.com/title/tt0113277/",
            Some("Heat"),
        ),
        ("imdb.com/title/tt0113277", Some("Heat")),
        ("letterboxd.com/imdb/tt0113277/", Some("Heat")),
        (
            "https://letterboxd.com/someone/film/heat-1995/",
            Some("Heat"),
        ),
        ("https://letterboxd.com/tmdb/603", Some("The Matrix")),
        (
            "https://www.themoviedb.org/movie/603-the-matrix?language=de",
            Some("The Matrix"),
        ),
        ("the-matrix-1999", Some("The Matrix")),
        ("https://evil.example/tt0113277", None),
        ("https://imdb.com@evil.example/title/tt0113277", None),
        ("https://boxd.it/2a9q", None),
    ] {
        let q = encode(typed);
        let found: Vec<_> = title.into_iter().collect();
        let options = ada.htmx().get(format!("/movies/suggest?q={q}")).await;
        assert_eq!(options.texts("[role=option] .title"), found, "{typed}");
        let page = ada.get(format!("/reviews/new?q={q}")).await;
        assert_eq!(page.texts(".found .title"), found, "{typed}");
        let list = ada.get(format!("/movies?q={q}")).await;
        assert_eq!(list.texts("#movies .title"), found, "{typed}");
        let answer = api.get(&format!("/api/movies?query={q}")).await.json();
        let movies = answer["movies"].as_array().expect("a list");
        let titles: Vec<_> = movies
            .iter()
            .filter_map(|movie| movie["title"].as_str())
            .collect();
        assert_eq!(titles, found, "{typed}");
    }
}

#[tokio::test]
async fn a_link_that_says_nothing_is_explained() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    for (link, message) in [
        (
            "https://boxd.it/2a9q",
            "“https://boxd.it/2a9q” is a short link",
        ),
        (
            "https://example.org/heat",
            "This link doesn’t say which film it is",
        ),
        (
            "https://www.imdb.com/name/nm0000206/",
            "This link doesn’t say which film it is",
        ),
    ] {
        let q = encode(link);
        let suggestions = ada.htmx().get(format!("/movies/suggest?q={q}")).await;
        let explained = suggestions.texts(".asking").remove(0);
        assert!(explained.starts_with(message), "{explained}");
        assert!(explained.contains("type the film’s title"), "{explained}");
        assert_eq!(suggestions.texts("[role=option]"), ["Add the film by hand"]);
        for path in [
            "/reviews/new",
            "/movies",
            &format!("/reviews/{review}/movie"),
        ] {
            let page = ada.get(format!("{path}?q={q}")).await;
            assert!(page.texts("main")[0].contains(message), "{path} {link}");
        }
    }
}

#[tokio::test]
async fn a_link_is_never_stored_as_a_title() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for link in [
        "https://example.org/heat",
        "imdb.com/title/tt0113277",
        "tt0113277",
    ] {
        let answer = ReviewBuilder::of(link, 1995).submit(&ada).await;
        let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.has("#title-error"), "{link}");
        assert_eq!(answer.form("form.review").value("title"), Some(link));
    }
    ReviewBuilder::of("Startup.com", 2001).log(&ada).await;
}

#[tokio::test]
async fn a_suggestion_names_director_and_source() {
    let upstream = CatalogStub::start().await;
    stub_wikidata_matrix(&upstream).await;
    let settings = upstream.settings(&[("CATALOG", "wikidata")]);
    let app = App::start_with(&as_str_pairs(&settings)).await;
    let ada = app.member("ada").await;
    let found = ada.htmx().get("/movies/found?q=the+matrix").await;
    let option = found.texts("[role=option]").remove(0);
    assert!(option.starts_with("The Matrix 1999 Wikidata "), "{option}");
    assert!(option.ends_with("Wachowski"), "{option}");
}

#[tokio::test]
async fn only_the_owner_searches_for_another_movie_of_a_review() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Matador", 1986).log(&ada).await;
    ReviewBuilder::of("Matilda", 1996).log(&ada).await;
    let path = format!("/movies/suggest?review={review}&q=mat");
    let found = ada.htmx().get(&path).await;
    assert_eq!(found.texts("[role=option] .title"), ["Matilda"]);
    let form = found.form("[role=option] form");
    let eve = app.member("eve").await.htmx();
    eve.get(&path).await.expect(StatusCode::NOT_FOUND);
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(
        ada.get(format!("/reviews/{review}")).await.titles(),
        ["Matilda"]
    );
}

/// Without JavaScript, the page for another movie offers what was typed as a form by hand.
#[tokio::test]
async fn another_movie_can_be_added_by_hand_from_the_text() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Matador", 1986).log(&ada).await;
    let page = ada
        .get(format!("/reviews/{review}/movie?q=Zardoz+1974"))
        .await;
    assert!(page.has("details.more:not([open]) #title"));
    let form = page.form("details form");
    assert_eq!(form.value("title"), Some("Zardoz"));
    assert_eq!(form.value("year"), Some("1974"));
    let by_hand = format!("/reviews/{review}/movie?q=Zardoz+1974&by_hand=1");
    assert!(ada.get(&by_hand).await.has("details.more[open] #title"));
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(
        ada.get(format!("/reviews/{review}")).await.titles(),
        ["Zardoz"]
    );
}

struct BoxFixture {
    browser: Browser,
    server: ServerProcess,
    _database: TestDatabase,
}

impl BoxFixture {
    /// Signed in to a diary of these movies, all of 1996; `None` where no browser is installed.
    async fn open(titles: &[&str], settings: &[(&str, &str)]) -> Option<Self> {
        let browser = Browser::open(BrowserOptions::default()).await?;
        let app = App::start().await;
        let ada = app.member("ada").await;
        for title in titles {
            ReviewBuilder::of(title, 1996).log(&ada).await;
        }
        let server = ServerProcess::serve_with(&app.database, settings);
        browser.sign_in(&server.base_url(), "ada").await;
        Some(Self {
            browser,
            server,
            _database: app.database,
        })
    }

    async fn goto(&self, path: &str) {
        let address = format!("{}{path}", self.server.base_url());
        self.browser.goto(&address).await;
    }
}

#[tokio::test]
async fn the_box_is_the_same_on_every_page() {
    let Some(fixture) = BoxFixture::open(&["Matador", "Matilda"], &[]).await else {
        return;
    };
    let browser = &fixture.browser;
    // The dialog of the shortcut `n` and of the header.
    fixture.goto("/users").await;
    browser.press_keys("n").await;
    browser.wait_for_focus("dialog #q").await;
    browser.press_keys("mat").await;
    browser.find("#suggestion-1").await;
    browser.press_keys(DOWN).await;
    browser.press_keys(ENTER).await;
    browser.wait_for_focus("form.review [name=rating]").await;
    assert_eq!(browser.text("form.review .chosen").await, "Matador 1996");
    fixture.goto("/reviews/new").await;
    browser.wait_for_focus("#q").await;
    browser.press_keys("mat").await;
    browser.click("#suggestion-1").await;
    browser.wait_for_focus("form.review [name=rating]").await;
    assert_eq!(browser.text("form.review .chosen").await, "Matilda 1996");
    fixture.goto("/reviews/new").await;
    browser.wait_for_focus("#q").await;
    browser.press_keys("Zardoz 1974").await;
    browser.press_keys(ENTER).await;
    browser.wait_for_focus("form.review [name=rating]").await;
    let value = |field: &str| format!("document.getElementById('{field}').value");
    assert_eq!(browser.evaluate(&value("title")).await, "Zardoz");
    assert_eq!(browser.evaluate(&value("year")).await, "1974");

    // "Wrong film?"
    fixture.goto("/reviews/1/movie").await;
    browser.wait_for_focus("#q").await;
    browser.press_keys("mat").await;
    browser.find("#suggestion-by-hand[data-typed=mat]").await;
    assert!(!browser.has("#suggestion-1").await, "the film that it has");
    browser.press_keys(DOWN).await;
    browser.press_keys(ENTER).await;
    browser.find(".review-page").await;
    assert_eq!(browser.path().await, "/reviews/1");
    assert_eq!(browser.text(".review-page .title").await, "Matilda 1996");
    fixture.goto("/reviews/1/movie").await;
    browser.wait_for_focus("#q").await;
    browser.press_keys("Zardoz 1974").await;
    browser.press_keys(ENTER).await;
    browser.find("details.more[open] #title").await;
    assert_eq!(browser.evaluate(&value("title")).await, "Zardoz");
    browser
        .click_and_navigate("details form > button.primary")
        .await;
    assert_eq!(browser.text(".title").await, "Zardoz 1974");
    browser.assert_no_console_errors().await;
    fixture.browser.close().await;
}

#[tokio::test]
async fn enter_waits_for_the_suggestions_of_the_whole_text() {
    let Some(fixture) = BoxFixture::open(&["Matador", "Matilda", "Matinee"], &[]).await else {
        return;
    };
    let browser = &fixture.browser;
    for path in ["/", "/reviews/new"] {
        fixture.goto(path).await;
        browser.click("#q").await;
        browser.press_keys("mat").await;
        browser.find("#suggestion-2").await;
        browser.press_keys(DOWN).await;
        browser.find("#suggestion-0[aria-selected=true]").await;
        // A change drops the mark at once.
        browser.press_keys("i").await;
        let marked = browser
            .evaluate("document.getElementById('q').getAttribute('aria-activedescendant')")
            .await;
        assert_eq!(marked, "");
        browser.press_keys(&format!("lda{ENTER}")).await;
        browser.wait_for_focus("form.review [name=rating]").await;
        assert_eq!(
            browser.text("form.review .chosen").await,
            "Matilda 1996",
            "{path}"
        );
    }
    // Without a film of that title, the first one is marked for the next Enter.
    fixture.goto("/").await;
    browser.click("#q").await;
    browser.press_keys(&format!("mati{ENTER}")).await;
    browser.find("#suggestion-0[aria-selected=true]").await;
    browser.press_keys(ENTER).await;
    browser.wait_for_focus("form.review [name=rating]").await;
    assert_eq!(browser.text("form.review .chosen").await, "Matilda 1996");
    // A text that is in the box from the start.
    fixture.goto("/reviews/new?q=matilda").await;
    browser.click("#q").await;
    browser.press_keys(ENTER).await;
    browser.wait_for_focus("form.review [name=rating]").await;
    browser.assert_no_console_errors().await;

    // If the suggestions cannot be had, Enter opens the page that lists what fits.
    fixture.goto("/").await;
    browser.click("#q").await;
    let BoxFixture {
        browser, server, ..
    } = fixture;
    server.kill();
    browser.press_keys(&format!("mat{ENTER}")).await;
    let is_gone = "location.pathname === '/reviews/new' || location.protocol === 'chrome-error:'";
    browser.wait_until(is_gone).await;
    browser.close().await;
}

#[tokio::test]
async fn enter_waits_for_the_catalog() {
    let upstream = CatalogStub::start().await;
    let hits = ok(tmdb::results([tmdb::result(603, "Matrix", "1999-03-31")]));
    let slowly = hits.set_delay(Duration::from_millis(500));
    upstream
        .respond(SEARCH, &[("query", "matrix")], slowly)
        .await;
    upstream
        .respond(SEARCH, &[("query", "zardoz")], ok(tmdb::results([])))
        .await;
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let Some(fixture) = BoxFixture::open(&[], &as_str_pairs(&settings)).await else {
        return;
    };
    let browser = &fixture.browser;
    for path in ["/", "/reviews/new"] {
        fixture.goto(path).await;
        browser.click("#q").await;
        browser.press_keys(&format!("matrix{ENTER}")).await;
        browser.wait_for_focus("form.review [name=rating]").await;
        assert_eq!(
            browser.text("form.review .chosen").await,
            "Matrix 1999 TMDB",
            "{path}"
        );
    }
    fixture.goto("/").await;
    browser.click("#q").await;
    browser.press_keys(&format!("zardoz{ENTER}")).await;
    browser.wait_for_focus("#year").await;
    browser.assert_no_console_errors().await;
    fixture.browser.close().await;
}
