//! Private text appears nowhere, however a viewer looks for it.

use std::collections::BTreeSet;

use axum::http::StatusCode;

use crate::exports::reading::files_in;
use crate::support::api_client::api_client_of;
use crate::support::{ApiClient, App, ReviewBuilder, TestClient};

/// Members share facts about movies, but not what others keep to themselves.
const PRIVATE_TO_MEMBERS: [&str; 6] = [
    "canary-private comment",
    "canary-private tag",
    "canary-private words",
    "canary-private list",
    "canary-private description",
    "canary-private note",
];

#[tokio::test]
async fn canaries_in_private_fields_are_never_seen() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let mut private = Vec::new();
    for (visibility, canary) in [("private", "canary-private"), ("members", "canary-members")] {
        let review = ReviewBuilder::of(&format!("{canary} title"), 1999)
            .with("director", &format!("{canary} director"))
            .with("comment", &format!("{canary} comment"))
            .with("tags", &format!("{canary} tag"))
            .with("visibility", visibility);
        private.push(review.log(&ada).await);
    }
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let closed = app.member("closed").await;
    let form = closed
        .get("/settings")
        .await
        .form("form[action='/settings/profile']");
    closed
        .submit(&form.set("display_name", "canary-private name"))
        .await;
    ReviewBuilder::of("Heat", 1995)
        .with("comment", "canary-private words")
        .log(&closed)
        .await;
    closed
        .post("/settings/visibility", &[("visibility", "private")])
        .await;

    let helper = "canary-helper";
    fill_lists(&app, &ada, helper).await;
    fill_watchlist(&ada).await;

    let eve = app.member("eve").await;
    let boss = app.admin("boss").await;
    for (who, client, canaries) in [
        (
            "anonymous",
            app.visitor(),
            vec!["canary-private", "canary-members", helper],
        ),
        ("member", eve, PRIVATE_TO_MEMBERS.to_vec()),
        ("admin", boss, PRIVATE_TO_MEMBERS.to_vec()),
    ] {
        let program = match who {
            "anonymous" => app.api_client(),
            _ => api_client_of(&app, &client, "read").await,
        };
        let crawled = [
            crawl_pages(&client).await,
            crawl_pages(&client.htmx()).await,
            fetch_all_api_routes(&program).await,
        ];
        for pages in crawled {
            assert!(pages.len() >= 5, "{who} saw {} pages", pages.len());
            for (path, body) in pages {
                for canary in &canaries {
                    assert!(!body.contains(canary), "{who} saw {canary} at {path}");
                }
            }
        }
    }
    let anonymous = app.visitor();
    for id in private {
        for path in [format!("/reviews/{id}"), format!("/api/reviews/{id}")] {
            anonymous.get(path).await.expect(StatusCode::NOT_FOUND);
        }
    }
    anonymous
        .get("/users/closed")
        .await
        .expect(StatusCode::NOT_FOUND);
}

/// A private list, one for members, and a public one that somebody helps with. Some of their films
/// are logged by nobody.
async fn fill_lists(app: &App, ada: &TestClient, helper_name: &str) {
    for (visibility, canary) in [("private", "canary-private"), ("members", "canary-members")] {
        let title = format!("{canary} list");
        let description = format!("{canary} description");
        let fields = [
            ("title", title.as_str()),
            ("description", &description),
            ("visibility", visibility),
        ];
        let made = ada.post("/lists", &fields).await;
        let list = made.header("location").to_owned();
        let film = format!("{canary} film on a list");
        let film = add_to_list(ada, &list, &film).await;
        let note = format!("{canary} note");
        let note = [("note", note.as_str())];
        let noted = ada.post(format!("{list}/entries/{film}/note"), &note).await;
        noted.expect(StatusCode::SEE_OTHER);
    }

    let helper = app.member("helper").await;
    let settings = helper.get("/settings").await;
    let profile = settings.form("form[action='/settings/profile']");
    helper
        .submit(&profile.set("display_name", helper_name))
        .await;
    let fields = [("title", "Ours"), ("visibility", "public")];
    let made = ada.post("/lists", &fields).await;
    let list = made.header("location").to_owned();
    let fields = [("username", "helper")];
    ada.post(format!("{list}/members"), &fields).await;
    helper
        .post(format!("{list}/members/acceptance"), &[])
        .await
        .expect(StatusCode::SEE_OTHER);
    add_to_list(&helper, &list, "Heat").await;
    let visibility = [("visibility", "private")];
    helper.post("/settings/visibility", &visibility).await;
}

/// Adds a film of 1995 and returns its id.
async fn add_to_list(client: &TestClient, list: &str, title: &str) -> String {
    let line = format!("{title} (1995)");
    let fields = [("line-0", line.as_str()), ("choice-0", "new")];
    let added = client.post(format!("{list}/entries"), &fields).await;
    added.expect(StatusCode::SEE_OTHER);
    let page = client.get(list).await;
    page.attributes(".movies li", "data-movie").remove(0)
}

async fn fill_watchlist(ada: &TestClient) {
    let film = [
        ("title", "canary-private film to see"),
        ("year", "1996"),
        ("comment", "canary-private note"),
    ];
    let saved = ada.post("/watchlist", &film).await;
    saved.expect(StatusCode::SEE_OTHER);
    let hidden = [("visibility", "private")];
    let hidden = ada.post("/settings/watchlist", &hidden).await;
    hidden.expect(StatusCode::SEE_OTHER);
}

/// Every page that links lead to, and addresses that somebody might guess.
async fn crawl_pages(client: &TestClient) -> Vec<(String, String)> {
    let mut waiting: Vec<String> = [
        "/",
        "/users/ada",
        "/users/closed",
        "/reviews/new?q=canary",
        "/movies",
        "/movies?q=canary",
        "/movies?q=heat",
        "/feed.atom",
        "/users/ada/feed.atom",
        "/users/closed/feed.atom",
        "/users/ada/lists",
        "/users/ada/watchlist",
        "/users/helper/lists",
        "/embed/ada?count=20",
        "/embed/closed",
    ]
    .map(str::to_owned)
    .to_vec();
    waiting.extend((1..10).flat_map(|id| {
        [
            format!("/reviews/{id}"),
            format!("/reviews/{id}/edit"),
            format!("/movies/{id}"),
            format!("/movies/{id}/feed.atom"),
            format!("/reviews/new?movie={id}"),
            format!("/lists/{id}"),
            format!("/lists/{id}/edit"),
            format!("/lists/{id}/feed.atom"),
        ]
    }));
    waiting.push("/movies/suggest?q=canary-private%20comment".to_owned());
    let mut seen = BTreeSet::new();
    let mut pages = Vec::new();
    while let Some(path) = waiting.pop() {
        let is_page = path.starts_with('/') && !path.starts_with("/assets");
        if !is_page || has_many_filters(&path) || !seen.insert(path.clone()) {
            continue;
        }
        let page = client.get(&path).await;
        waiting.extend(page.attributes("a", "href"));
        if page.status == 200 && !path.contains("q=canary-private") {
            pages.push((path, page.body));
        }
    }
    pages
}

/// A diary has a page for each combination of its filters, which are thousands.
fn has_many_filters(path: &str) -> bool {
    path.starts_with("/users/") && path.matches('&').count() > 1
}

/// Every API route that only reads.
async fn fetch_all_api_routes(program: &ApiClient) -> Vec<(String, String)> {
    let mut paths: Vec<String> = [
        "/api/diary",
        "/api/diary/deleted",
        "/api/feed",
        "/api/reviews",
        "/api/movies",
        "/api/movies?query=canary",
        "/api/users",
        "/api/me",
        "/api/lists",
        "/api/watchlist",
    ]
    .map(str::to_owned)
    .to_vec();
    for name in ["ada", "closed", "eve", "helper"] {
        let member = format!("/api/users/{name}");
        paths.extend(
            ["", "/diary", "/diary?query=canary", "/stats"].map(|rest| format!("{member}{rest}")),
        );
    }
    for id in 1..10 {
        paths.push(format!("/api/reviews/{id}"));
        paths.push(format!("/api/reviews?movie_id={id}"));
        paths.push(format!("/api/movies/{id}"));
        paths.push(format!("/api/movies/{id}/history"));
        paths.push(format!("/api/lists/{id}"));
    }
    let mut answers = Vec::new();
    for path in paths {
        let answer = program.get(&path).await;
        if answer.status == 200 {
            answers.push((path, answer.body));
        }
    }
    answers.extend(fetch_all_exports(program).await);
    answers
}

/// What is in each export. Visitors have none.
async fn fetch_all_exports(program: &ApiClient) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for format in ["csv", "json", "imdb", "letterboxd", "trakt", "archive"] {
        let path = format!("/api/export/{format}");
        let answer = program.get(&path).await;
        if answer.status != 200 {
            continue;
        }
        if answer.header("content-type") != "application/zip" {
            files.push((path, answer.body));
            continue;
        }
        for (name, content) in files_in(&answer.bytes) {
            let text = String::from_utf8_lossy(&content).into_owned();
            files.push((format!("{path} {name}"), text));
        }
    }
    files
}
