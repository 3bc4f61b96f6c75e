//! Text in every script: it stays inside its field, reads in its own direction, can be seen, and
//! cannot cover the lines around it.

use axum::http::StatusCode;
use scraper::{ElementRef, Html, Selector};

use crate::support::api_client::api_client_of;
use crate::support::{App, PASSWORD, ReviewBuilder, TestClient, TestResponse};

/// Right-to-left override: turns round what follows, until something closes it.
const OVERRIDE: char = '\u{202e}';
const CLOSER: char = '\u{202c}';

/// Elements that hold one person's text and nothing else, or text that cannot have markup.
fn is_isolated(element: ElementRef<'_>) -> bool {
    let has_direction = element.attr("dir") == Some("auto");
    has_direction
        || matches!(
            element.value().name(),
            "bdi" | "title" | "option" | "textarea" | "script"
        )
}

/// Everything with an override stands in an element of its own, and is closed.
#[track_caller]
fn assert_contained(page: &TestResponse, path: &str) -> usize {
    let document = Html::parse_document(&page.body);
    let everything = Selector::parse("*").expect("a selector");
    let mut found = 0;
    for element in document.select(&everything) {
        let own_text = element
            .children()
            .filter_map(|child| child.value().as_text());
        for text in own_text.filter(|text| text.contains(OVERRIDE)) {
            found += 1;
            assert!(is_isolated(element), "{path}: {}", element.html());
            // Markup contains what is still being typed into a search.
            if element.value().name() != "bdi" {
                assert_closed(text, path);
            }
        }
        let attributes = element.value().attrs();
        for (_, value) in attributes.filter(|(name, _)| *name != "value") {
            assert_closed(value, path);
        }
    }
    found
}

#[track_caller]
fn assert_closed(text: &str, path: &str) {
    let (opened, closed) = (text.matches(OVERRIDE), text.matches(CLOSER));
    assert_eq!(opened.count(), closed.count(), "{path}: {text:?}");
}

async fn set_display_name(client: &TestClient, name: &str) -> TestResponse {
    let page = client.get("/settings").await;
    let form = page.form("form[action='/settings/profile']");
    client.submit(&form.set("display_name", name)).await
}

#[tokio::test]
async fn text_that_overrides_the_direction_stays_inside_its_field() {
    let app = App::start_with(&[("SITE_NAME", "\u{202e}Films\u{202c}")]).await;
    let ada = app.admin("ada").await;
    set_display_name(&ada, "\u{202e}adA")
        .await
        .expect(StatusCode::SEE_OTHER);
    let id = ReviewBuilder::of("\u{202e}taeH", 1995)
        .with("director", "\u{202e}nnaM")
        .with("comment", "\u{202e}One\n\u{202e}two")
        .with("tags", "\u{202e}eno, two")
        .with("watched_on", "2024-03-07")
        .log(&ada)
        .await;
    let token = [("name", "\u{202e}enohP"), ("scope", "read"), ("days", "30")];
    ada.post("/settings/tokens", &token)
        .await
        .expect(StatusCode::SEE_OTHER);
    for path in [
        "/",
        &format!("/reviews/{id}"),
        &format!("/reviews/{id}/edit"),
        &format!("/reviews/{id}/movie"),
        "/movies",
        "/movies?q=%E2%80%AExyz",
        "/movies/1",
        "/movies/1/correction",
        "/people/1",
        "/users",
        "/users/ada",
        "/users/ada?view=history",
        "/users/ada?view=history&as=calendar&month=2024-03",
        "/users/ada?view=ratings",
        "/users/ada?view=trends",
        "/embed/ada",
        "/reviews/new?q=%E2%80%AE",
        "/reviews/new?movie=1",
        "/admin",
        "/settings",
        "/settings/tokens",
        "/settings/feeds",
    ] {
        let page = ada.get(path).await.expect(StatusCode::OK);
        let found = assert_contained(&page, path);
        assert!(found > 0, "{path} shows none");
    }
    let feed = app.visitor().get("/feed.atom").await;
    let feed = feed.expect(StatusCode::OK).body;
    for line in feed.lines() {
        assert_closed(line, "the feed");
    }
}

#[tokio::test]
async fn hebrew_and_arabic_are_set_from_right_to_left() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let id = ReviewBuilder::of("ואלס עם באשיר", 2008)
        .with("comment", "فيلم جميل جدا")
        .with("tags", "ישראל")
        .log(&ada)
        .await;
    let page = ada.get(format!("/reviews/{id}")).await;
    for (selector, text) in [
        (".title a[dir=auto]", "ואלס עם באשיר"),
        (".words p[dir=auto]", "فيلم جميل جدا"),
        (".tags a[dir=auto]", "ישראל"),
    ] {
        assert_eq!(page.texts(selector), [text], "{selector}");
    }
    // What is typed, too.
    let form = ada.get(format!("/reviews/{id}/edit")).await;
    for field in ["textarea[name=comment]", "input[name=tags]"] {
        assert_eq!(form.attributes(field, "dir"), ["auto"], "{field}");
    }
}

/// Zero-width, filler and Braille characters, and accents without a letter.
const INVISIBLE: [&str; 4] = [
    "\u{200b}\u{202e}",
    "\u{3164}",
    "\u{2800}\u{2800}",
    "\u{301}",
];

#[tokio::test]
async fn names_that_cannot_be_seen_are_refused_with_a_sentence() {
    let app = App::start_with(&[("ALLOW_REGISTRATION", "true")]).await;
    let ada = app.member("ada").await;
    let sentence = "Nothing in this can be seen";
    for name in INVISIBLE {
        let account = [
            ("username", "eve"),
            ("display_name", name),
            ("password", PASSWORD),
        ];
        let review = |field: &'static str| ReviewBuilder::of("Heat", 1995).with(field, name);
        let token = [("name", name), ("scope", "read"), ("days", "30")];
        for (answer, field) in [
            (set_display_name(&ada, name).await, "display_name"),
            (
                app.visitor().post("/register", &account).await,
                "display_name",
            ),
            (ada.post("/settings/tokens", &token).await, "name"),
            (ReviewBuilder::of(name, 1995).submit(&ada).await, "title"),
            (review("director").submit(&ada).await, "director"),
            (review("tags").submit(&ada).await, "tags"),
        ] {
            let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
            let errors = answer.texts(".field p.error");
            let is_said = errors.iter().any(|error| error.starts_with(sentence));
            assert!(is_said, "{field} {name:?}: {errors:?}");
        }
    }
}

#[tokio::test]
async fn a_site_name_that_cannot_be_seen_is_refused() {
    for name in INVISIBLE {
        let config = movies_diary::config::Config::from_values([("SITE_NAME", name)]);
        let problem = config.expect_err("no name").to_string();
        assert!(problem.contains("a name that can be seen"), "{problem}");
    }
}

#[tokio::test]
async fn a_display_name_cannot_be_another_members_username() {
    let app = App::start_with(&[("ALLOW_REGISTRATION", "true")]).await;
    let ada = app.member("ada").await;
    let bob = app.member("bob").await;
    bob.post("/settings/deletion", &[("password", PASSWORD)])
        .await
        .expect(StatusCode::SEE_OTHER);
    app.member("grace").await;
    let program = api_client_of(&app, &ada, "write").await;
    // As it is, in capitals, in wide letters, with a character that shows nothing; and of a member
    // who left.
    for taken in ["grace", "GRACE", "Ｇｒａｃｅ", "gra\u{200b}ce", "Bob"] {
        let answer = set_display_name(&ada, taken).await;
        let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        let message = answer.texts("#display_name-error");
        assert!(message[0].contains("another member"), "{message:?}");
        let account = [
            ("username", "eve"),
            ("display_name", taken),
            ("password", PASSWORD),
        ];
        let answer = app.visitor().post("/register", &account).await;
        let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.texts("#display_name-error"), message);
        let change = serde_json::json!({ "display_name": taken });
        let problem = program.patch("/api/me", &change).await;
        let problem = problem.expect(StatusCode::UNPROCESSABLE_ENTITY).body;
        assert!(problem.contains("another member"), "{problem}");
    }
    for own in ["Ada", "ADA", "Grace Hopper", ""] {
        set_display_name(&ada, own)
            .await
            .expect(StatusCode::SEE_OTHER);
    }
}

/// Bounded where it is typed, so that every reader of it is safe: pages, feeds and programs.
#[tokio::test]
async fn letters_with_a_tower_of_accents_are_refused_and_languages_are_not() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let zalgo = format!("Heat{}", "\u{301}\u{33f}".repeat(20));
    let fine = "Nguyễn, Việt, \u{5e9}\u{5c1}\u{5bc}\u{5b8}\u{5bd}\u{596}";
    for field in ["title", "comment", "tags"] {
        let review = ReviewBuilder::of("Heat", 1995).with(field, &zalgo);
        let answer = review.submit(&ada).await;
        let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        let errors = answer.texts(".field p.error");
        let is_said = errors
            .iter()
            .any(|error| error.contains("too many accents"));
        assert!(is_said, "{field}: {errors:?}");
    }
    ReviewBuilder::of("Heat", 1995)
        .with("comment", fine)
        .log(&ada)
        .await;
}
