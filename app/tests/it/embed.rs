//! The diary embedded in other sites.

use axum::http::StatusCode;
use chrono::TimeDelta;

use crate::support::{App, ReviewBuilder, TestClient};

async fn log_on_day(client: &TestClient, title: &str, day: &str) -> i64 {
    let review = ReviewBuilder::of(title, 1995).with("rating", "4.5");
    review.with("watched_on", day).log(client).await
}

#[tokio::test]
async fn recent_movies_are_listed_with_links_to_a_new_tab() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let heat = log_on_day(&ada, "Heat", "2024-03-07").await;
    log_on_day(&ada, "Ran", "2024-03-09").await;
    let private = ReviewBuilder::of("Alien", 1979).with("visibility", "private");
    private.log(&ada).await;
    let page = app.visitor().get("/embed/ada").await.expect(StatusCode::OK);
    assert_eq!(page.texts("li strong"), ["Ran", "Heat"]);
    assert_eq!(page.texts("li time"), ["9 Mar 2024", "7 Mar 2024"]);
    assert_eq!(
        page.attributes("li .stars", "aria-label"),
        ["4.5 of 5 stars"; 2]
    );
    assert_eq!(page.attributes("li .poster", "data-movie").len(), 2);
    let links = page.attributes("a", "href");
    assert_eq!(links[0], "/users/ada");
    assert_eq!(links[2], format!("/reviews/{heat}"));
    assert_eq!(
        page.attributes("a[target=_blank][rel=noopener]", "href"),
        links
    );
    for none in ["script", "nav", "form", "input", "[style]"] {
        assert!(!page.has(none), "{none}");
    }
    assert!(page.has("meta[name=robots][content=noindex]"));
    // The same for every viewer: what is public.
    let own = ada.get("/embed/ada").await;
    assert_eq!(own.body, page.body);
    assert!(!own.headers.contains_key("set-cookie"));
    let style = page.attributes("link[rel=stylesheet]", "href").remove(0);
    assert!(style.starts_with("/assets/embed-"));
    let style = app.visitor().get(style).await.expect(StatusCode::OK);
    assert!(style.body.len() < 4096, "{}", style.body.len());
}

#[tokio::test]
async fn theme_and_count_come_from_the_query_string() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for number in 0..7 {
        ReviewBuilder::of(&format!("Film {number}"), 1995)
            .log(&ada)
            .await;
    }
    for (query, class, count) in [
        ("", "auto", 5),
        ("?theme=dark", "dark", 5),
        ("?theme=light&count=1", "light", 1),
        ("?count=20", "auto", 7),
        ("?count=0", "auto", 5),
        ("?count=21&theme=red", "auto", 5),
        ("?count=2&count=3", "auto", 5),
        ("?theme=%22%3E%3Cscript%3E&count=-1&other=1", "auto", 5),
        ("?theme=%ff", "auto", 5),
    ] {
        let page = app.visitor().get(format!("/embed/ada{query}")).await;
        let page = page.expect(StatusCode::OK);
        assert_eq!(page.attributes("html", "class"), [class], "{query}");
        assert_eq!(page.texts("li").len(), count, "{query}");
        assert!(!page.has("script"));
    }
}

#[tokio::test]
async fn a_diary_that_is_not_public_is_not_there() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let boss = app.admin("boss").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let first = app.visitor().get("/embed/ada").await.expect(StatusCode::OK);
    let known = ada.header("if-none-match", first.header("etag"));
    for visibility in ["members", "private"] {
        ada.post("/settings/visibility", &[("visibility", visibility)])
            .await;
        for client in [app.visitor(), ada.clone(), boss.clone(), known.clone()] {
            let answer = client.get("/embed/ada").await;
            assert_eq!(answer.status, 404, "{visibility}");
        }
    }
    app.visitor()
        .get("/embed/nobody")
        .await
        .expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_unchanged_embed_is_304() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let id = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    app.state.clock.advance(TimeDelta::minutes(1));
    let first = app.visitor().get("/embed/ada").await;
    assert_eq!(first.header("cache-control"), "public, no-cache");
    let tag = first.header("etag").to_owned();
    let known = app.visitor().header("if-none-match", &tag);
    let again = known
        .get("/embed/ada")
        .await
        .expect(StatusCode::NOT_MODIFIED);
    assert!(again.body.is_empty());
    assert!(
        again
            .header("content-security-policy")
            .contains("frame-ancestors *")
    );
    let since = app
        .visitor()
        .header("if-modified-since", first.header("last-modified"));
    since
        .get("/embed/ada")
        .await
        .expect(StatusCode::NOT_MODIFIED);
    known.get("/embed/ada?count=4").await.expect(StatusCode::OK);
    known
        .get("/embed/ada?theme=dark")
        .await
        .expect(StatusCode::OK);
    ada.post(format!("/reviews/{id}/deletion"), &[]).await;
    let page = known.get("/embed/ada").await.expect(StatusCode::OK);
    assert_eq!(page.texts("p"), ["No films yet."]);
}

#[tokio::test]
async fn the_settings_have_an_embed_snippet() {
    let app = App::start_with(&[("BASE_URL", "https://films.example")]).await;
    let ada = app.member("ada").await;
    let form = ada
        .get("/settings")
        .await
        .form("form[action='/settings/profile']");
    ada.submit(&form.set("display_name", "\"><script>alert(1)"))
        .await;
    assert!(ada.get("/settings").await.has("a[href='/settings/feeds']"));
    let page = ada.get("/settings/feeds").await.expect(StatusCode::OK);
    let snippet = page.texts("textarea[readonly]").remove(0);
    assert!(
        snippet
            .starts_with("<iframe src=\"https://films.example/embed/ada?theme=auto&amp;count=5\""),
        "{snippet}"
    );
    assert!(
        snippet.contains("title=\"&quot;&gt;&lt;script&gt;alert(1)’s film diary\""),
        "{snippet}"
    );
    assert!(page.has("a[href='/embed/ada'][target=_blank]"));
    ada.post("/settings/visibility", &[("visibility", "members")])
        .await;
    let page = ada.get("/settings/feeds").await.expect(StatusCode::OK);
    assert!(!page.has("textarea") && !page.has("#public-address"));
}
