//! The style guide, error pages and empty states.

use std::collections::HashSet;

use axum::http::StatusCode;
use scraper::{Html, Selector};

use crate::support::App;

fn attribute_words(html: &Html, selector: &str, attribute: &str) -> Vec<String> {
    let selector = Selector::parse(selector).expect("a selector");
    let found = html.select(&selector);
    found
        .filter_map(|element| element.attr(attribute))
        .flat_map(|value| {
            value
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect()
}

#[tokio::test]
async fn the_style_guide_shows_every_component() {
    let app = App::start().await;
    let page = app.visitor().get("/styleguide").await;
    let page = page.expect(StatusCode::OK);
    for component in [
        "button.primary",
        "button[aria-busy=true]",
        ".field input[aria-invalid=true]",
        ".field select",
        ".stars",
        "fieldset.rating",
        "ul.tags",
        ".poster.at-entry.waiting",
        ".poster.at-line",
        ".poster.at-day",
        ".poster.at-card > .drawn",
        ".poster.at-head > svg",
        "li.entry article",
        "li.entry.editing form",
        "li.entry.gone",
        "details.comment",
        "section.log",
        ".suggestions [role=option]",
        "ul.movies",
        ".members .numbers",
        ".tabs [aria-current]",
        ".chip[aria-current]",
        ".tile",
        ".histogram",
        "table.heat",
        "table.bars.months",
        "table.years",
        ".strip",
        ".goal svg",
        ".earlier-goals",
        ".film-marks .seen",
        ".save-for-later [aria-pressed=true]",
        ".lists .badge",
        ".seen-bar rect",
        ".movies .place",
        ".film-note",
        ".people",
        ".drop input[type=file]",
        ".import-film.open .candidate",
        ".import-film .decision",
        "table.calendar",
        ".empty",
        ".trouble .scene",
        ".toast",
        "kbd",
        ".card",
    ] {
        assert!(page.has(component), "no {component}");
    }
}

/// Errors that browsers tolerate, but other HTML parsers may not.
#[tokio::test]
async fn the_style_guide_is_valid_html() {
    let app = App::start().await;
    let page = app.visitor().get("/styleguide").await;
    let html = Html::parse_document(&page.body);
    let ids = attribute_words(&html, "[id]", "id");
    let mut known = HashSet::new();
    for id in &ids {
        assert!(known.insert(id), "{id} is there twice");
    }
    for attribute in [
        "for",
        "aria-labelledby",
        "aria-describedby",
        "aria-controls",
    ] {
        for id in attribute_words(&html, &format!("[{attribute}]"), attribute) {
            assert!(
                known.contains(&id),
                "{attribute} leads to {id}, which is not there"
            );
        }
    }
    assert!(!page.has("[autofocus]"), "it opens at its head");
    assert!(!page.has("[style]"));
}

#[tokio::test]
async fn error_pages_say_what_to_do_next() {
    let app = App::start().await;
    let visitor = app.visitor();
    let missing = visitor.get("/movies/4711?x=1").await;
    let missing = missing.expect(StatusCode::NOT_FOUND);
    assert!(missing.has(".trouble .scene"));
    let ways = missing.attributes(".trouble .actions a", "href");
    assert_eq!(ways, ["/login?next=%2Fmovies%2F4711%3Fx%3D1", "/"]);

    let ada = app.member("ada").await;
    let missing = ada.get("/movies/4711").await;
    assert_eq!(
        missing.attributes(".trouble .actions a", "href"),
        ["/movies", "/"]
    );

    let offline = visitor.get("/offline").await.expect(StatusCode::OK);
    assert!(offline.has(".trouble .scene"));
    assert_eq!(offline.attributes(".trouble .actions a", "href"), ["", "/"]);
}

#[tokio::test]
async fn an_empty_feed_says_what_to_do_next() {
    let app = App::start().await;
    let nothing = app.visitor().get("/").await;
    assert_eq!(nothing.attributes(".empty a", "href"), ["/login"]);
    let ada = app.member("ada").await;
    let diary = ada.get("/users/ada").await;
    assert_eq!(
        diary.attributes(".empty a", "href"),
        ["/reviews/new", "/settings/import"]
    );
}
