//! Other spellings of an address lead to the one that the site uses.

use axum::http::{Method, StatusCode};

use crate::support::{App, ReviewBuilder};

#[tokio::test]
async fn other_spellings_lead_to_the_address() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    for (spelling, address) in [
        ("/users/ADA", "/users/ada"),
        ("/users/Ada/", "/users/ada"),
        ("/users/ADA?view=trends", "/users/ada?view=trends"),
        ("/users/ADA/feed.atom", "/users/ada/feed.atom"),
        ("/embed/Ada", "/embed/ada"),
        ("/users/", "/users"),
        ("/movies/1/", "/movies/1"),
        ("/reviews/1/", "/reviews/1"),
        ("/movies/?q=heat", "/movies?q=heat"),
        ("/api/users/ADA", "/api/users/ada"),
        ("/api/users/ADA/diary/", "/api/users/ada/diary"),
        ("/api/movies/", "/api/movies"),
    ] {
        for client in [app.visitor(), ada.clone()] {
            let answer = client.get(spelling).await;
            let answer = answer.expect(StatusCode::PERMANENT_REDIRECT);
            assert_eq!(answer.header("location"), address, "{spelling}");
            client.get(address).await.expect(StatusCode::OK);
        }
    }
}

/// The answer must not tell whether there is such a member.
#[tokio::test]
async fn an_unknown_name_in_capitals_is_led_on_too() {
    let app = App::start().await;
    let answer = app.visitor().get("/users/NOBODY").await;
    let answer = answer.expect(StatusCode::PERMANENT_REDIRECT);
    assert_eq!(answer.header("location"), "/users/nobody");
    let missing = app.visitor().get("/users/nobody").await;
    missing.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn no_spelling_leads_to_another_site() {
    let app = App::start().await;
    for path in [
        "//evil.example/",
        "//evil.example/users/ADA/",
        "/\\evil.example/",
    ] {
        let answer = app.visitor().send(Method::GET, path, None).await;
        assert!(!answer.headers.contains_key("location"), "{path}");
    }
}
