//! The share target: what another app shares opens the form, filled in.

use axum::http::StatusCode;

use crate::support::catalog_payloads::tmdb;
use crate::support::catalog_stub::{CatalogStub, SEARCH, as_str_pairs, ok};
use crate::support::{App, ReviewBuilder, TestClient, TestResponse};

/// Shares as a phone does: missing parts are empty.
async fn send_share(client: &TestClient, title: &str, text: &str, url: &str) -> TestResponse {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [
        ("shared_title", title),
        ("shared_text", text),
        ("shared_url", url),
    ] {
        query.append_pair(name, value);
    }
    client.get(format!("/reviews/new?{}", query.finish())).await
}

async fn app_with_catalog() -> (CatalogStub, App) {
    let upstream = CatalogStub::start().await;
    let hits = tmdb::results([tmdb::result(603, "The Matrix", "1999-03-31")]);
    upstream
        .respond(SEARCH, &[("query", "the matrix")], ok(hits))
        .await;
    let hits = tmdb::results([
        tmdb::result(1, "Twins", "1988-12-09"),
        tmdb::result(2, "Twins", "1925-01-01"),
    ]);
    upstream
        .respond(SEARCH, &[("query", "Twins")], ok(hits))
        .await;
    upstream.respond(SEARCH, &[], ok(tmdb::results([]))).await;
    let details = ok(tmdb::the_matrix().with("title", "The Matrix"));
    upstream.respond("/tmdb/3/movie/603", &[], details).await;
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let app = App::start_with(&as_str_pairs(&settings)).await;
    (upstream, app)
}

#[tokio::test]
async fn a_known_movie_opens_its_form() {
    let (_upstream, app) = app_with_catalog().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995)
        .with("imdb_id", "tt0113277")
        .log(&ada)
        .await;
    let link = "https://www.imdb.com/title/tt0113277/?ref_=ext_shr";
    let page_of_another = "https://example.org/heat";
    for (title, text, url) in [
        ("", "", link),
        ("", link, ""),
        ("Heat (1995)", link, ""),
        (
            "",
            &format!("Heat (1995) ⭐ 8.3 | Action, Crime, Drama\n{link}"),
            "",
        ),
        // If the address identifies no movie, the text does.
        ("", &format!("Heat (1995) {page_of_another}"), ""),
        ("Heat (1995)", "", page_of_another),
        ("Heat", "", ""),
        ("", "  heat ", ""),
    ] {
        let what = format!("{title:?} {text:?} {url:?}");
        let answer = send_share(&ada, title, text, url).await;
        let form = ada.follow(&answer).await.expect(StatusCode::OK);
        assert_eq!(form.texts("form.review h2 .title"), ["Heat"], "{what}");
        let form = form.form("form.review");
        assert_eq!(form.value("movie"), Some("1"), "{what}");
        assert_eq!(form.value("rewatch"), Some("on"), "{what}");
    }
}

#[tokio::test]
async fn a_movie_in_the_catalog_opens_its_form() {
    let (_upstream, app) = app_with_catalog().await;
    let ada = app.member("ada").await;
    for (title, text, url) in [
        ("", "", "https://www.themoviedb.org/movie/603-the-matrix"),
        (
            "The Matrix",
            "https://www.themoviedb.org/movie/603?language=de",
            "",
        ),
        ("", "", "https://letterboxd.com/film/the-matrix/"),
        (
            "",
            "Ada’s review https://letterboxd.com/ada/film/the-matrix/",
            "",
        ),
        ("the matrix", "", ""),
    ] {
        let answer = send_share(&ada, title, text, url).await;
        let form = ada.follow(&answer).await.expect(StatusCode::OK);
        let form = form.form("form.review");
        assert_eq!(form.value("title"), Some("The Matrix"), "{text} {url}");
        assert_eq!(form.value("year"), Some("1999"), "{text} {url}");
        assert_eq!(form.value("tmdb_id"), Some("603"), "{text} {url}");
    }
}

#[tokio::test]
async fn ambiguous_text_opens_the_search() {
    let (_upstream, app) = app_with_catalog().await;
    let ada = app.member("ada").await;
    for (title, text, url, typed, found) in [
        ("Twins", "", "", "Twins", 2),
        ("Nothing like it", "", "", "Nothing like it", 0),
        ("", "", "https://example.org/a", "https://example.org/a", 0),
        (
            "",
            "A fine evening https://example.org/a",
            "",
            "A fine evening",
            0,
        ),
    ] {
        let answer = send_share(&ada, title, text, url).await;
        let page = ada.follow(&answer).await.expect(StatusCode::OK);
        assert_eq!(page.attributes("#q", "value"), [typed]);
        assert_eq!(page.texts(".found li").len(), found, "{typed}");
        assert!(page.has("a.button[href*=by_hand]"));
    }
    let nothing = send_share(&ada, "", " ", "").await.expect(StatusCode::OK);
    assert!(nothing.has("#q[autofocus]"));
}

/// Nothing that was shared has to be typed again.
#[tokio::test]
async fn an_unknown_movie_is_added_by_hand_with_all_that_was_shared() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let link = "https://m.imdb.com/title/tt0070948/?ref_=ext_shr";
    let in_one_text = format!("Zardoz (1974) ⭐ 5.8 | Adventure\n{link}");
    for (title, text, url) in [
        ("Zardoz (1974)", "", link),
        ("", in_one_text.as_str(), ""),
        ("Zardoz (1974) - IMDb", in_one_text.as_str(), link),
    ] {
        let answer = send_share(&ada, title, text, url).await;
        let page = ada.follow(&answer).await.expect(StatusCode::OK);
        let by_hand = page.attributes("main p a.button", "href").remove(0);
        let form = ada.get(by_hand).await.form("form.review");
        assert_eq!(form.value("title"), Some("Zardoz"), "{title:?} {text:?}");
        assert_eq!(form.value("year"), Some("1974"), "{title:?} {text:?}");
        assert_eq!(
            form.value("imdb_id"),
            Some("tt0070948"),
            "{title:?} {text:?}"
        );
    }
    // A short link is explained, unless there are words to go by.
    let answer = send_share(&ada, "", "https://boxd.it/2a9q", "").await;
    let page = ada.follow(&answer).await.expect(StatusCode::OK);
    assert!(page.texts("main")[0].contains("is a short link"));
    let answer = send_share(&ada, "", "Zardoz (1974) https://boxd.it/2a9q", "").await;
    let page = ada.follow(&answer).await.expect(StatusCode::OK);
    assert_eq!(page.attributes("#q", "value"), ["Zardoz (1974)"]);
}

/// Visitors sign in first, and what they shared is kept.
#[tokio::test]
async fn shared_text_survives_the_sign_in() {
    let (_upstream, app) = app_with_catalog().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let visitor = app.visitor();
    let login = send_share(&visitor, "Heat", "", "").await;
    let form = visitor.follow(&login).await.form("main form");
    let form = form
        .set("username", "ada")
        .set("password", crate::support::PASSWORD);
    let signed_in = visitor.submit(&form).await;
    let shared = visitor.follow(&signed_in).await;
    let form = visitor.follow(&shared).await.expect(StatusCode::OK);
    assert_eq!(form.texts("form.review h2 .title"), ["Heat"]);
}
