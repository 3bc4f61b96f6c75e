//! Lists through the API: complete, in order, filtered, and answered with 304 while unchanged.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::api_client::api_client_of;
use crate::support::{ApiClient, App, ReviewBuilder, TestClient, seed_facts};

/// The ids of all reviews from `path` on, page by page.
async fn review_ids_in_lists(program: &ApiClient, path: &str) -> Vec<i64> {
    let mut ids = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let answer = program.get(&path).await.expect(StatusCode::OK);
        let page = answer.json();
        let reviews = page["reviews"].as_array().expect("reviews");
        assert!(reviews.len() <= 20);
        ids.extend(reviews.iter().filter_map(|review| review["id"].as_i64()));
        next = page["next"].as_str().map(str::to_owned);
        let link = next.as_ref().map(|next| format!("<{next}>; rel=\"next\""));
        assert_eq!(answer.headers.contains_key("link"), link.is_some());
        assert!(link.is_none_or(|link| answer.header("link") == link));
    }
    ids
}

/// The ids of all entries from `path` on, page by page.
async fn review_ids_on_list_pages(client: &TestClient, path: &str) -> Vec<i64> {
    let mut ids = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = client.get(&path).await.expect(StatusCode::OK);
        let entry_ids = page.attributes(".entry, .viewing, .film", "id").into_iter();
        ids.extend(entry_ids.filter_map(|id| id.strip_prefix("review-")?.parse::<i64>().ok()));
        next = page.attributes(".older a", "href").pop();
    }
    ids
}

/// Logs 45 reviews of several movies with varied ratings, days and tags.
async fn log_varied_reviews(app: &App) -> TestClient {
    let ada = app.member("ada").await;
    let movies = [("Heat", 1995), ("Ran", 1985), ("Alien", 1979)];
    for number in 0..45 {
        let (title, year) = movies[number % 3];
        let mut review = ReviewBuilder::of(title, year);
        if number % 4 > 0 {
            review = review.with("rating", &(number % 11 / 2).to_string());
        }
        review = match number % 5 {
            0 => review.with("day_unknown", "on"),
            _ => review.with(
                "watched_on",
                &format!("20{:02}-03-1{}", 10 + number % 7, number % 9),
            ),
        };
        if number % 6 == 0 {
            review = review.with("tags", "cinema");
        }
        review.log(&ada).await;
    }
    seed_facts(app, "Heat", &["Crime"], Some(170)).await;
    ada
}

#[tokio::test]
async fn a_diary_is_the_same_on_pages_and_in_the_api() {
    let app = App::start().await;
    let ada = log_varied_reviews(&app).await;
    let program = api_client_of(&app, &ada, "read").await;
    let whole = review_ids_in_lists(&program, "/api/diary").await;
    assert_eq!(whole.len(), 45);
    for (by_program, on_page) in [
        ("", "view=history"),
        ("month=2013-03", "view=history&month=2013-03"),
        ("year=2014", "view=history&year=2014"),
        ("decade=1990", "view=history&decade=1990"),
        ("rating=2", "view=history&rating=2"),
        ("rating=none", "view=history&rating=none"),
        ("genre=crime", "view=history&genre=crime"),
        ("rewatch=true", "view=history&rewatch=yes"),
        ("rewatch=false", "view=history&rewatch=no"),
        ("query=alien", "view=history&q=alien"),
        ("query=cinema&rating=3", "view=history&q=cinema&rating=3"),
        ("order=rating", "view=ratings"),
        ("order=rating&rating=1", "view=ratings&rating=1"),
    ] {
        let expected = review_ids_on_list_pages(&ada, &format!("/users/ada?{on_page}")).await;
        assert!(!expected.is_empty(), "{on_page} shows nothing");
        for path in ["/api/diary", "/api/users/ada/diary"] {
            let got = review_ids_in_lists(&program, &format!("{path}?{by_program}")).await;
            assert_eq!(got, expected, "{path}?{by_program}");
        }
    }
    let day = review_ids_in_lists(&program, "/api/diary?day=2011-03-11").await;
    assert_eq!(
        day,
        review_ids_on_list_pages(&ada, "/users/ada?view=history&day=2011-03-11").await
    );
}

#[tokio::test]
async fn feed_and_reviews_match_the_pages() {
    let app = App::start().await;
    let ada = log_varied_reviews(&app).await;
    let eve = app.member("eve").await;
    ReviewBuilder::of("Heat", 1995)
        .with("visibility", "members")
        .log(&eve)
        .await;
    let program = api_client_of(&app, &ada, "read").await;
    let movie = program.get("/api/movies?query=heat").await.json();
    let movie = movie["movies"][0]["id"].to_string();
    for (client, program) in [(&ada, &program), (&app.visitor(), &app.api_client())] {
        let feed = review_ids_on_list_pages(client, "/").await;
        assert_eq!(review_ids_in_lists(program, "/api/feed").await, feed);
        assert_eq!(review_ids_in_lists(program, "/api/reviews").await, feed);
        let of_movie = review_ids_on_list_pages(client, &format!("/movies/{movie}")).await;
        let path = format!("/api/reviews?movie_id={movie}");
        assert_eq!(review_ids_in_lists(program, &path).await, of_movie);
    }
}

#[tokio::test]
async fn invalid_query_strings_are_refused() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "read").await;
    for path in [
        "/api/diary?raiting=4",
        "/api/diary?rating=4.3",
        "/api/diary?year=0",
        "/api/diary?year=x",
        "/api/diary?decade=1995",
        "/api/diary?month=2024",
        "/api/diary?month=2024-3",
        "/api/diary?month=",
        "/api/diary?day=2024-02-30",
        "/api/diary?rewatch=maybe",
        "/api/diary?order=best",
        "/api/diary?order=rating&month=2024-03",
        "/api/diary?cursor=x",
        "/api/feed?cursor=1",
        "/api/feed?page=2",
        "/api/reviews?movie_id=x",
        "/api/movies?cursor=x",
        "/api/movies?q=x",
        "/api/users?order=x",
        "/api/users?cursor=x",
        "/api/users/ada/stats?period=yesterday",
        "/api/users/ada/stats?period=",
        "/api/users/ada/stats?period=0999",
        "/api/diary?query=%00",
    ] {
        let answer = program.get(path).await;
        assert_eq!(answer.status, 400, "{path}");
        let problem = answer.json();
        assert!(
            !problem["detail"].as_str().unwrap_or_default().is_empty(),
            "{path}"
        );
    }
}

/// An empty `cursor` means the first page, so that clients can fill in a URL template.
#[tokio::test]
async fn an_empty_cursor_means_the_first_page() {
    let app = App::start().await;
    let ada = log_varied_reviews(&app).await;
    let program = api_client_of(&app, &ada, "read").await;
    for list in [
        "/api/diary",
        "/api/users/ada/diary",
        "/api/diary/deleted",
        "/api/feed",
        "/api/reviews",
        "/api/movies",
        "/api/users",
    ] {
        let empty = program.get(&format!("{list}?cursor=")).await;
        let none = program.get(list).await;
        assert_eq!(empty.status, 200, "{list}: {}", empty.body);
        assert_eq!(empty.body, none.body, "{list}");
    }
}

/// Other spellings of an id are 404, so that each resource has one address.
#[tokio::test]
async fn an_id_is_written_in_one_way() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "read").await;
    let id = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let path = |id: &str| format!("/api/reviews/{id}");
    let shown = program.get(&path(&id.to_string())).await;
    shown.expect(StatusCode::OK);
    for other in [format!("0{id}"), format!("+{id}"), format!("%2B{id}")] {
        let answer = program.get(&path(&other)).await;
        assert_eq!(answer.status, 404, "{other}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn unchanged_responses_are_304() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "read").await;
    let id = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    for path in [
        "/api/me".to_owned(),
        "/api/feed".to_owned(),
        "/api/diary".to_owned(),
        "/api/movies".to_owned(),
        "/api/movies/1".to_owned(),
        "/api/movies/1/history".to_owned(),
        "/api/users".to_owned(),
        "/api/users/ada".to_owned(),
        "/api/users/ada/stats".to_owned(),
        format!("/api/reviews/{id}"),
    ] {
        let tag = program.get(&path).await.header("etag").to_owned();
        let known = program.header("if-none-match", &tag);
        let answer = known.get(&path).await;
        assert_eq!(answer.status, 304, "{path}");
        assert_eq!(
            (answer.body.as_str(), answer.header("etag")),
            ("", tag.as_str())
        );
    }
    let tag = program.get("/api/feed").await.header("etag").to_owned();
    ReviewBuilder::of("Ran", 1985).log(&ada).await;
    let known = program.header("if-none-match", &tag);
    known.get("/api/feed").await.expect(StatusCode::OK);
}

/// A cursor whose row is gone is an error: an empty page would look like the end of the list.
#[tokio::test]
async fn a_cursor_without_its_row_is_refused() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let hidden = ReviewBuilder::of("Ran", 1985).with("visibility", "private");
    hidden.log(&ada).await;
    for path in ["/api/movies", "/movies"] {
        let name = if path == "/movies" { "after" } else { "cursor" };
        let after = |id: i64| format!("{path}?{name}={id}");
        let visitor = app.visitor();
        visitor.get(&after(1)).await.expect(StatusCode::OK);
        let hidden = visitor.get(&after(2)).await;
        let gone = visitor.get(&after(99)).await;
        for answer in [hidden, gone] {
            let answer = answer.expect(StatusCode::BAD_REQUEST);
            assert!(
                answer.body.contains("Start again from the first page"),
                "{path}"
            );
        }
    }
}

/// A strong `ETag`, which `If-Match` needs, stands for exact bytes, and compression changes those
/// (RFC 9110, section 8.8.1).
#[tokio::test]
async fn compressed_responses_have_a_weak_etag() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "read").await;
    let long = ReviewBuilder::of("Heat", 1995).with("comment", &"Good. ".repeat(1000));
    let id = long.log(&ada).await;
    let program = program.header("accept-encoding", "gzip");
    let list = program.get("/api/diary").await;
    assert!(list.header("etag").starts_with("W/\""));
    assert_eq!(list.header("content-encoding"), "gzip");
    let review = program.get(&format!("/api/reviews/{id}")).await;
    assert!(review.header("etag").starts_with('"'));
    assert!(!review.headers.contains_key("content-encoding"));
}

#[tokio::test]
async fn members_and_stats_match_the_pages() {
    let app = App::start().await;
    let ada = log_varied_reviews(&app).await;
    let program = api_client_of(&app, &ada, "read").await;
    let members = program.get("/api/users?order=name").await.json();
    assert_eq!(members["members"][0]["username"], "ada");
    assert_eq!(members["members"][0]["reviews"], 45);
    assert_eq!(members["members"][0]["movies"], 3);
    let member = program.get("/api/users/ada").await.json();
    assert_eq!(member["reviews"], 45);
    let stats = program.get("/api/users/ada/stats").await.json();
    assert_eq!(
        (&stats["reviews"], &stats["period"]),
        (&json!(45), &json!("all"))
    );
    let rated: u64 = sum_of_reviews(&stats["ratings"]);
    let unrated = review_ids_in_lists(&program, "/api/diary?rating=none")
        .await
        .len();
    assert_eq!(rated as usize + unrated, 45);
    assert_eq!(stats["genres"][0]["name"], "Crime");
    let year = program.get("/api/users/ada/stats?period=2014").await.json();
    let of_year = review_ids_in_lists(&program, "/api/diary?year=2014")
        .await
        .len();
    assert_eq!(year["reviews"], of_year);
    assert_eq!(sum_of_reviews(&year["months"]) as usize, of_year);
    assert_eq!(sum_of_reviews(&year["days"]) as usize, of_year);
    assert_eq!(year["months"].as_array().map(Vec::len), Some(12));
}

fn sum_of_reviews(counted: &Value) -> u64 {
    let counted = counted.as_array().into_iter().flatten();
    counted.filter_map(|one| one["reviews"].as_u64()).sum()
}

/// More members and movies than fit on one page.
#[tokio::test]
async fn long_lists_are_paged() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for number in 0..50 {
        ReviewBuilder::of(&format!("Film {number:02}"), 2000)
            .log(&ada)
            .await;
    }
    for number in 0..51 {
        let name = format!("member-{number:02}");
        let member = app.member(&name).await;
        ReviewBuilder::of("Film 00", 2000).log(&member).await;
    }
    let program = api_client_of(&app, &ada, "read").await;
    let titles = values_in_list(&program, "/api/movies", "movies", "title").await;
    let expected: Vec<String> = (0..50).map(|number| format!("Film {number:02}")).collect();
    assert_eq!(titles, expected);
    for order in ["movies", "reviews", "average", "last_seen", "name"] {
        let path = format!("/api/users?order={order}");
        let mut names = values_in_list(&program, &path, "members", "username").await;
        assert_eq!(names.len(), 52, "{order}");
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 52, "{order}");
    }
}

async fn values_in_list(program: &ApiClient, path: &str, list: &str, name: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = program.get(&path).await.expect(StatusCode::OK).json();
        let items = page[list].as_array().expect("a list").iter();
        names.extend(items.filter_map(|item| item[name].as_str().map(str::to_owned)));
        next = page["next"].as_str().map(str::to_owned);
    }
    names
}
