//! Page metadata: link previews, JSON-LD, canonical links and robots.txt.

use axum::http::StatusCode;
use serde_json::Value;

use crate::support::pictures::png;
use crate::support::{App, ReviewBuilder, TestClient, TestResponse};

const ORIGIN: &str = "https://films.example";

async fn app_with_base_url() -> App {
    App::start_with(&[("BASE_URL", ORIGIN)]).await
}

fn meta_content(page: &TestResponse, name: &str) -> Option<String> {
    let selector = format!("head meta[property='{name}'], head meta[name='{name}']");
    let mut found = page.attributes(&selector, "content");
    assert!(found.len() <= 1, "{name} stands twice");
    found.pop()
}

fn json_ld(page: &TestResponse) -> Option<Value> {
    let mut blocks = page.texts("head script[type='application/ld+json']");
    assert!(blocks.len() <= 1);
    blocks.pop().map(|text| {
        // It parses only if no text in it closes the script element early.
        serde_json::from_str(&text).expect("JSON")
    })
}

#[track_caller]
fn assert_no_public_metadata(page: &TestResponse, what: &str) {
    assert_eq!(
        meta_content(page, "robots").as_deref(),
        Some("noindex"),
        "{what}"
    );
    assert!(!page.has("[property^='og:']"), "{what}");
    assert!(
        !page.has("[name^='twitter:'], [name=description]"),
        "{what}"
    );
    assert!(!page.has("link[rel=canonical]"), "{what}");
    assert!(!page.has("script[type='application/ld+json']"), "{what}");
}

async fn movie_path_of_review(client: &TestClient, review: i64) -> String {
    let page = client.get(format!("/reviews/{review}")).await;
    page.attributes(".title a", "href").remove(0)
}

#[tokio::test]
async fn a_public_review_has_a_link_preview() {
    let app = app_with_base_url().await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Heat", 1995)
        .with("rating", "3.5")
        .with("comment", "Two of them,\n\nat one table. </script><b>");
    let id = review.log(&ada).await;
    let movie = movie_path_of_review(&ada, id).await;
    ada.upload(format!("{movie}/poster"), &png(120, 180)).await;
    for client in [app.visitor(), ada.clone()] {
        let page = client.get(format!("/reviews/{id}")).await;
        let canonical = page.attributes("link[rel=canonical]", "href");
        let address = format!("{ORIGIN}/reviews/{id}");
        assert_eq!(canonical.concat(), address);
        for (name, value) in [
            ("og:type", "article"),
            ("og:site_name", "Movies Diary"),
            ("og:title", "Heat (1995) ★★★½ by ADA"),
            ("og:url", &address),
            ("og:image:width", "500"),
            ("og:image:height", "750"),
            ("og:image:alt", "Poster of Heat"),
            ("twitter:card", "summary"),
        ] {
            assert_eq!(meta_content(&page, name).as_deref(), Some(value), "{name}");
        }
        let description = meta_content(&page, "description").expect("a description");
        assert_eq!(
            description,
            "3.5 of 5 stars. Two of them, at one table. </script><b>"
        );
        assert_eq!(meta_content(&page, "og:description"), Some(description));
        assert_eq!(meta_content(&page, "robots"), None);
        let picture = meta_content(&page, "og:image").expect("a picture");
        let path = picture.strip_prefix(ORIGIN).expect("on this site");
        let file = app.visitor().get(path).await.expect(StatusCode::OK);
        assert_eq!(file.header("content-type"), "image/jpeg");
        let data = json_ld(&page).expect("data");
        assert_eq!(data["@type"], "Review");
        assert_eq!(data["url"], address.as_str());
        assert_eq!(data["author"]["name"], "ADA");
        assert_eq!(data["author"]["url"], format!("{ORIGIN}/users/ada"));
        assert_eq!(data["reviewRating"]["ratingValue"], 3.5);
        assert_eq!(data["itemReviewed"]["@type"], "Movie");
        assert_eq!(data["itemReviewed"]["url"], format!("{ORIGIN}{movie}"));
        assert_eq!(data["itemReviewed"]["image"], picture.as_str());
        assert!(
            data["reviewBody"]
                .as_str()
                .expect("words")
                .ends_with("</script><b>")
        );
        assert_eq!(
            data["datePublished"],
            app.state.clock.now().date_naive().to_string()
        );
    }
}

#[tokio::test]
async fn a_diary_has_posters_and_numbers_in_its_link_preview() {
    let app = app_with_base_url().await;
    let ada = app.member("ada").await;
    for year in 1991..=1995 {
        let film = ReviewBuilder::of("Heat", year).with("rating", "3.5");
        let movie = movie_path_of_review(&ada, film.log(&ada).await).await;
        ada.upload(format!("{movie}/poster"), &png(120, 180)).await;
    }
    ReviewBuilder::of("Canary", 1996)
        .with("visibility", "private")
        .log(&ada)
        .await;
    let diary = app.visitor().get("/users/ada").await;
    let pictures = diary.attributes("[property='og:image']", "content");
    assert_eq!(pictures.len(), 4, "{pictures:?}");
    let description = meta_content(&diary, "description").expect("a description");
    assert!(
        description.starts_with("5 films, ★ 3.5 on average."),
        "{description}"
    );
    // Members may see more than what a preview may say.
    let own = ada.get("/users/ada").await;
    assert!(!own.has("[property='og:image']"));
    let description = meta_content(&own, "description").expect("a description");
    assert!(!description.contains("6 films"), "{description}");
}

#[tokio::test]
async fn link_previews_hide_spoilers() {
    let app = app_with_base_url().await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Heat", 1995)
        .with("comment", "He dies.")
        .with("spoiler", "on");
    let id = review.log(&ada).await;
    let page = app.visitor().get(format!("/reviews/{id}")).await;
    let head = page.body.split("<body").next().expect("a head");
    assert!(head.contains("ADA watched Heat (1995)"), "{head}");
    assert!(!head.contains("He dies."), "{head}");
}

#[tokio::test]
async fn movie_diary_and_feed_have_metadata() {
    let app = app_with_base_url().await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Heat", 1995).with("director", "Michael Mann");
    let id = review.log(&ada).await;
    let path = movie_path_of_review(&ada, id).await;
    let movie = app.visitor().get(&path).await;
    assert_eq!(
        meta_content(&movie, "og:type").as_deref(),
        Some("video.movie")
    );
    let description = meta_content(&movie, "description").expect("a description");
    assert!(
        description.starts_with("Heat (1995), directed by Michael Mann"),
        "{description}"
    );
    let data = json_ld(&movie).expect("data");
    assert_eq!(data["@type"], "Movie");
    assert_eq!(data["director"][0]["name"], "Michael Mann");
    assert_eq!(data["aggregateRating"], Value::Null);

    let feeds = |page: &TestResponse| page.attributes("link[rel=alternate]", "href");
    let own = format!("{path}/feed.atom");
    let mut found = feeds(&movie);
    found.sort();
    assert_eq!(found, ["/feed.atom", own.as_str()]);
    let diary = app.visitor().get("/users/ada").await;
    assert_eq!(meta_content(&diary, "og:type").as_deref(), Some("profile"));
    assert!(feeds(&diary).contains(&"/users/ada/feed.atom".to_owned()));
    let feed = app.visitor().get("/").await;
    assert_eq!(meta_content(&feed, "og:type").as_deref(), Some("website"));
    assert_eq!(
        meta_content(&feed, "og:title").as_deref(),
        Some("Movies Diary")
    );
    assert_eq!(
        feed.attributes("link[rel=canonical]", "href"),
        ["https://films.example/"]
    );
    // A tab has one canonical address, whatever its filters.
    let filtered = "/users/ada?view=trends&period=12months";
    let trends = app.visitor().get(filtered).await;
    assert_eq!(
        trends.attributes("link[rel=canonical]", "href"),
        ["https://films.example/users/ada?view=trends"]
    );
    assert_ne!(
        meta_content(&trends, "description"),
        meta_content(&diary, "description")
    );
    for path in ["/login", "/nowhere"] {
        assert_eq!(
            feeds(&app.visitor().get(path).await),
            ["/feed.atom"],
            "{path}"
        );
    }
    for page in [&movie, &diary, &feed] {
        for feed in feeds(page) {
            app.visitor().get(&feed).await.expect(StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn pages_that_are_not_public_have_no_metadata() {
    let app = app_with_base_url().await;
    let ada = app.admin("ada").await;
    let eve = app.member("eve").await;
    for visibility in ["members", "private"] {
        let review =
            ReviewBuilder::of(&format!("{visibility} film"), 1995).with("visibility", visibility);
        let id = review.log(&ada).await;
        assert_no_public_metadata(&ada.get(format!("/reviews/{id}")).await, visibility);
        // Members may know of the movie; visitors may not.
        let movie = movie_path_of_review(&ada, id).await;
        assert_no_public_metadata(&eve.get(&movie).await, &movie);
    }
    let open = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    for path in [
        "/settings",
        "/settings/feeds",
        "/admin",
        "/reviews/new",
        "/reviews/deleted",
        "/nowhere",
        &format!("/reviews/{open}/edit"),
    ] {
        assert_no_public_metadata(&ada.get(path).await, path);
    }
    assert_no_public_metadata(&app.visitor().get("/login").await, "/login");
    assert!(meta_content(&ada.get(format!("/reviews/{open}")).await, "og:title").is_some());
    // A review is never more visible than its diary.
    for visibility in ["members", "private"] {
        ada.post("/settings/visibility", &[("visibility", visibility)])
            .await;
        for path in ["/users/ada".to_owned(), format!("/reviews/{open}")] {
            let page = ada.get(&path).await.expect(StatusCode::OK);
            assert_no_public_metadata(&page, &path);
        }
    }
}

#[tokio::test]
async fn without_a_base_url_there_are_no_absolute_urls() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let id = ReviewBuilder::of("Heat", 1995)
        .with("rating", "4")
        .log(&ada)
        .await;
    let page = app.visitor().get(format!("/reviews/{id}")).await;
    assert!(!page.has("link[rel=canonical], [property^='og:'], [name^='twitter:']"));
    assert!(meta_content(&page, "description").is_some());
    assert_eq!(
        json_ld(&page).expect("data")["url"],
        format!("/reviews/{id}")
    );
}

#[tokio::test]
async fn robots_txt_allows_public_pages() {
    let app = App::start().await;
    let robots = app
        .visitor()
        .get("/robots.txt")
        .await
        .expect(StatusCode::OK);
    assert!(robots.header("content-type").starts_with("text/plain"));
    assert!(!robots.headers.contains_key("set-cookie"));
    let closed: Vec<_> = robots
        .body
        .lines()
        .filter_map(|line| line.strip_prefix("Disallow: "))
        .collect();
    for path in [
        "/login",
        "/register",
        "/settings",
        "/admin",
        "/reviews/new",
        "/reviews/*/edit",
        "/movies?q=",
        "/users/*?*",
        "/feeds/",
        "/calendar/",
    ] {
        assert!(closed.contains(&path), "{path}: {closed:?}");
    }
    // The tabs of a diary may be crawled, but not every combination of filters.
    assert!(robots.body.contains("\nAllow: /users/*?view=trends$\n"));
    for open in [
        "/",
        "/reviews/7",
        "/movies",
        "/movies/7",
        "/users/ada",
        "/feed.atom",
        "/posters/",
    ] {
        assert!(!closed.iter().any(|path| open.starts_with(path)), "{open}");
    }
    assert!(robots.body.starts_with("User-agent: *\n"));
    assert!(!robots.body.contains("Sitemap"));
}
