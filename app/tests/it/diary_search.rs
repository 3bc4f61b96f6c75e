//! Searching and sorting a diary: words of reviews, films once, and every order.

use axum::http::StatusCode;
use movies_diary::diary::commands::index_older_reviews;

use crate::support::api_client::api_client_of;
use crate::support::{App, ReviewBuilder, TestClient, seed_facts};

async fn found(viewer: &TestClient, query: &str) -> Vec<String> {
    let page = viewer.get(format!("/users/ada?{query}")).await;
    page.expect(StatusCode::OK).titles()
}

#[tokio::test]
async fn the_words_of_reviews_are_found() {
    let app = App::start().await;
    let (ada, eve) = (app.member("ada").await, app.member("eve").await);
    let heat = ReviewBuilder::of("Heat", 1995)
        .with("comment", "Naïve, but that café scene!")
        .log(&ada)
        .await;
    ReviewBuilder::of("Ran", 1985)
        .with("comment", "千年 of sorrow at the cafe.")
        .with("visibility", "private")
        .log(&ada)
        .await;
    ReviewBuilder::of("Ida", 2013)
        .with("comment", "A cafe of my own.")
        .log(&eve)
        .await;
    // By prefix, without accents, in any order; all words must be there.
    for (query, titles) in [
        ("q=CAFE", vec!["Ran", "Heat"]),
        ("q=caf+naive", vec!["Heat"]),
        ("q=sorrow", vec!["Ran"]),
        ("q=千", vec!["Ran"]),
        ("q=caf+nothing", vec![]),
        ("q=own", vec![]),
    ] {
        for view in ["history", "films"] {
            assert_eq!(
                found(&ada, &format!("view={view}&{query}")).await,
                titles,
                "{view} {query}"
            );
        }
    }
    // What somebody may not see, they do not find.
    assert_eq!(found(&eve, "view=history&q=cafe").await, ["Heat"]);
    assert_eq!(
        found(&app.visitor(), "view=films&q=sorrow").await,
        Vec::<String>::new()
    );

    let form = ada
        .get(format!("/reviews/{heat}/edit"))
        .await
        .form("form.review");
    ada.submit(&form.set("comment", "Wistful.")).await;
    assert_eq!(found(&ada, "view=history&q=wistful").await, ["Heat"]);
    assert_eq!(
        found(&ada, "view=history&q=naive").await,
        Vec::<String>::new()
    );
    ada.post(format!("/reviews/{heat}/deletion"), &[]).await;
    assert_eq!(
        found(&ada, "view=history&q=wistful").await,
        Vec::<String>::new()
    );
    ada.post(format!("/reviews/{heat}/restoration"), &[]).await;
    assert_eq!(found(&ada, "view=history&q=wistful").await, ["Heat"]);

    let program = api_client_of(&app, &ada, "read").await;
    let answer = program.get("/api/diary?query=wistful").await.json();
    assert_eq!(answer["reviews"][0]["title"], "Heat");
}

/// The index of an older release, or of a backup, is made in the background.
#[tokio::test]
async fn reviews_without_an_index_are_indexed_later() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for number in 0..3 {
        ReviewBuilder::of("Heat", 1995)
            .with("comment", &format!("Number {number} of many."))
            .log(&ada)
            .await;
    }
    app.execute("DELETE FROM review_search").await;
    assert!(found(&ada, "view=history&q=many").await.is_empty());
    let mut last = 0;
    while let Some(next) = index_older_reviews(&app.state.db, last)
        .await
        .expect("a database")
    {
        last = next;
    }
    assert_eq!(found(&ada, "view=history&q=many").await.len(), 3);
    let again = index_older_reviews(&app.state.db, 0)
        .await
        .expect("a database");
    assert_eq!(again, None, "it is complete");
}

#[tokio::test]
async fn a_film_is_there_once_with_its_latest_stars() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for (title, year, day, rating) in [
        ("Heat", 1995, "2020-01-01", "2"),
        ("Heat", 1995, "2024-01-01", "4.5"),
        ("Heat", 1995, "2025-01-01", ""),
        ("Ran", 1985, "2022-01-01", "3"),
        ("The Ascent", 1977, "2021-01-01", ""),
    ] {
        ReviewBuilder::of(title, year)
            .with("watched_on", day)
            .with("rating", rating)
            .log(&ada)
            .await;
    }
    seed_facts(&app, "Heat", &["Crime"], Some(170)).await;
    seed_facts(&app, "Ran", &["Drama"], Some(162)).await;
    for (sort, titles) in [
        ("", ["Heat", "Ran", "The Ascent"]),
        ("title", ["The Ascent", "Heat", "Ran"]),
        ("rating", ["Heat", "Ran", "The Ascent"]),
        ("release", ["Heat", "Ran", "The Ascent"]),
        ("length", ["Heat", "Ran", "The Ascent"]),
    ] {
        assert_eq!(
            found(&ada, &format!("view=films&sort={sort}")).await,
            titles,
            "{sort}"
        );
    }
    let page = ada.get("/users/ada?view=films").await;
    assert_eq!(
        page.attributes(".film:first-child .stars", "aria-label"),
        ["4.5 of 5 stars"]
    );
    assert!(page.texts(".totals p")[0].starts_with("3 films"));
    // A film counts with its latest stars.
    assert_eq!(found(&ada, "view=films&rating_from=4").await, ["Heat"]);
    assert!(found(&ada, "view=films&rating_to=2").await.is_empty());
    assert_eq!(found(&ada, "view=films&rating=none").await, ["The Ascent"]);
    assert_eq!(
        found(&ada, "view=history&rating=none").await,
        ["Heat", "The Ascent"]
    );
}

/// No film is missed or shown twice, in any order.
#[tokio::test]
async fn films_are_paged_in_every_order() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let mut titles = Vec::new();
    for number in 0..60 {
        let title = format!("Film {:02}", (number * 7) % 60);
        ReviewBuilder::of(&title, 1960 + number % 9)
            .with("rating", ["", "2", "4"][number as usize % 3])
            .log(&ada)
            .await;
        titles.push(title);
    }
    titles.sort();
    for sort in ["day", "rating", "title", "release", "length"] {
        for view in ["films", "history"] {
            let mut shown = Vec::new();
            let mut next = Some(format!("/users/ada?view={view}&sort={sort}"));
            while let Some(path) = next {
                let page = ada.get(&path).await.expect(StatusCode::OK);
                shown.extend(page.titles());
                next = page.attributes(".older a", "href").pop();
            }
            if sort == "title" {
                assert!(shown.is_sorted(), "{view}");
            }
            shown.sort();
            assert_eq!(shown, titles, "{view} by {sort}");
        }
    }
}

#[tokio::test]
async fn filters_in_use_are_chips_that_take_them_off() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995)
        .with("tags", "cinema, with Zoë")
        .with("liked", "on")
        .log(&ada)
        .await;
    ReviewBuilder::of("Ran", 1985).log(&ada).await;
    let feed = ada.get("/").await;
    // A tag leads to the reviews that have it.
    let tagged = feed.attributes(".tags a", "href").remove(1);
    let page = ada.get(&tagged).await.expect(StatusCode::OK);
    assert_eq!(page.titles(), ["Heat"]);
    assert_eq!(page.texts(".chips.used a"), ["Remove: #with Zoë×"]);
    let liked = page
        .attributes(".strip-of-chips a[href*='liked=yes']", "href")
        .remove(0);
    let page = ada.get(&liked).await;
    assert_eq!(page.texts(".chips.used a").len(), 3, "two and “Clear all”");
    let without = page.attributes(".chips.used a", "href");
    assert!(without[0].contains("tag=") && !without[0].contains("liked"));
    assert!(without[1].contains("liked") && !without[1].contains("tag="));
    assert_eq!(ada.get(&without[2]).await.titles(), ["Ran", "Heat"]);
}
