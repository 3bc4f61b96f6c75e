//! The page of a review, and what lists show of its words.

use crate::support::{App, ReviewBuilder};

#[tokio::test]
async fn long_words_are_folded_except_on_the_page_of_the_review() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let words: Vec<String> = (1..=30).map(|line| format!("Line {line}.")).collect();
    let long = ReviewBuilder::of("Heat", 1995).with("comment", &words.join("\n"));
    let long = long.log(&ada).await;
    let short = ReviewBuilder::of("Ran", 1985).with("comment", "Short.");
    short.log(&ada).await;
    let review = format!("/reviews/{long}");
    let movie = format!("/movies/{}", ada.movie_of(long).await);
    let visitor = app.visitor();
    for list in ["/", "/users/ada", &movie] {
        let page = visitor.get(list).await;
        assert_eq!(page.attributes(".read-on", "href"), [review.as_str()]);
        assert_eq!(page.texts(".folded").len(), 1, "{list}");
    }
    let page = visitor.get(&review).await;
    assert!(!page.has(".folded, .read-on"));
    assert!(page.texts(".words")[0].ends_with("Line 30."));
}

#[tokio::test]
async fn addresses_in_words_are_links() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Heat", 1995)
        .with(
            "comment",
            "See <b>https://example.org/heat?a=1&b=2</b>. Not javascript://alert(1)",
        )
        .log(&ada)
        .await;
    let visitor = app.visitor();
    let review = format!("/reviews/{review}");
    for (path, link) in [
        ("/", ".comment a"),
        ("/users/ada", ".comment a"),
        (&review, ".words a"),
    ] {
        let page = visitor.get(path).await;
        assert_eq!(
            page.attributes(link, "href"),
            ["https://example.org/heat?a=1&b=2"],
            "{path}"
        );
        assert_eq!(page.attributes(link, "rel"), ["nofollow ugc noopener"]);
    }
    let feed = visitor.get("/feed.atom").await.body;
    assert!(
        feed.contains("rel=&quot;nofollow ugc noopener&quot;"),
        "{feed}"
    );
}

#[tokio::test]
async fn a_review_leads_to_the_other_viewings_that_may_be_seen() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let heat = || ReviewBuilder::of("Heat", 1995).with("watched_on", "2026-11-01");
    let shown = heat().log(&ada).await;
    let other = heat().with("watched_on", "2026-11-02").log(&ada).await;
    let hidden = heat().with("visibility", "private").log(&ada).await;
    ReviewBuilder::of("Ran", 1985).log(&ada).await;
    let page = format!("/reviews/{shown}");
    let viewings = ".viewings a";
    let seen = app.visitor().get(&page).await;
    let address = |review: i64| format!("/reviews/{review}");
    assert_eq!(seen.attributes(viewings, "href"), [address(other)]);
    assert_eq!(seen.texts("#other-viewings"), ["ADA’s other viewings"]);
    let seen = ada.get(&page).await;
    assert_eq!(
        seen.attributes(viewings, "href"),
        [address(other), address(hidden)]
    );
    assert_eq!(seen.texts("#other-viewings"), ["Your other viewings"]);
}

#[tokio::test]
async fn only_the_writer_has_a_menu_and_tags_lead_to_their_reviews() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Heat", 1995).with("tags", "Late show, cinema");
    let review = review.log(&ada).await;
    let tagged = [
        "/users/ada?view=history&tag=Late%20show",
        "/users/ada?view=history&tag=cinema",
    ];
    let visitor = app.visitor();
    for path in ["/".to_owned(), format!("/reviews/{review}")] {
        let own = ada.get(&path).await;
        let edit = format!("/reviews/{review}/edit");
        assert_eq!(own.attributes("details.menu a", "href"), [edit]);
        let delete = format!("/reviews/{review}/deletion");
        assert_eq!(own.attributes("details.menu form", "action"), [delete]);
        let seen = visitor.get(&path).await;
        assert!(!seen.has(".menu"), "{path}");
        let links = seen.attributes(".tags a", "href");
        let links: Vec<String> = links.iter().map(|link| link.replace('+', "%20")).collect();
        assert_eq!(links, tagged, "{path}");
    }
    let found = visitor.get(tagged[0]).await;
    assert_eq!(found.titles(), ["Heat"]);
}
