//! Watchlists: saving films, what logging does to them, who may see them, and the API.

use axum::http::{Method, StatusCode};
use movies_diary::diary::DiaryWriter;
use serde_json::json;

use crate::completion::merge_movies;
use crate::support::api_client::{api_client_of, create_token};
use crate::support::browser::{Browser, BrowserOptions};
use crate::support::process::ServerProcess;
use crate::support::{App, ReviewBuilder, TestClient, TestResponse, seed_facts};

const LIST: &str = "/users/ada/watchlist";

/// Logs films as somebody else, so that they are here.
async fn app_with_films(titles: &[&str]) -> (App, TestClient, Vec<i64>) {
    let app = App::start().await;
    let bob = app.admin("bob").await;
    let mut movies = Vec::new();
    for (title, year) in titles.iter().zip(1990..) {
        let review = ReviewBuilder::of(title, year).log(&bob).await;
        movies.push(bob.movie_of(review).await);
    }
    let ada = app.member("ada").await;
    (app, ada, movies)
}

async fn save(client: &TestClient, movie: i64) {
    let saved = client
        .post(format!("/movies/{movie}/watchlisting"), &[])
        .await;
    assert!(saved.status < 400, "{}", saved.body);
}

async fn titles(client: &TestClient, path: &str) -> Vec<String> {
    let page = client.get(path).await.expect(StatusCode::OK);
    page.texts(".movies .title")
}

async fn log(client: &TestClient, movie: i64, day: &str) -> TestResponse {
    let page = client.get(format!("/reviews/new?movie={movie}")).await;
    let form = page.form("form.review");
    let form = match day {
        "" => form,
        day => form.set("watched_on", day),
    };
    client.submit(&form).await
}

#[tokio::test]
async fn a_film_is_saved_and_taken_off_with_and_without_htmx() {
    let (_app, ada, movies) = app_with_films(&["Heat"]).await;
    let movie = movies[0];
    for client in [ada.clone(), ada.htmx()] {
        let page = ada.get(format!("/movies/{movie}")).await;
        let answer = client.submit(&page.form("form.save-for-later")).await;
        if answer.status == 200 {
            assert_eq!(answer.attributes("button", "aria-pressed"), ["true"]);
            assert!(answer.body.contains("Saved Heat for later."));
        }
        assert_eq!(titles(&ada, LIST).await, ["Heat"]);
        let page = ada.get(format!("/movies/{movie}")).await;
        assert_eq!(
            page.attributes(".save-for-later button", "aria-pressed"),
            ["true"]
        );
        let form = page.form("form.save-for-later");
        let answer = client.submit(&form).await;
        if answer.status == 200 {
            assert_eq!(answer.attributes("button", "aria-pressed"), ["false"]);
            assert!(answer.body.contains("Took Heat off your watchlist."));
        }
        assert!(titles(&ada, LIST).await.is_empty());
    }
    for grid in ["/movies", "/movies?q=heat"] {
        let form = ada.get(grid).await.form(".film-marks form");
        ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    }
    assert!(titles(&ada, LIST).await.is_empty(), "on, and off again");
}

#[tokio::test]
async fn a_film_that_is_not_here_is_saved_from_the_box() {
    let (_app, ada, movies) = app_with_films(&["Heat", "Ran"]).await;
    // Without JavaScript, the search results have a button.
    let results = ada.get("/reviews/new?q=heat").await;
    let form = results.form(".found form");
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    // With it, each suggestion has an option beside it.
    let list = ada.htmx().get("/movies/suggest?q=ran").await;
    let form = list.form("[data-later] form");
    let saved = ada.htmx().submit(&form).await.expect(StatusCode::OK);
    assert!(saved.body.contains("Saved Ran for later."));
    assert!(saved.has("hx-partial[hx-target='#toasts'] form"), "undo");
    // The form to log a film can save it instead; the comment becomes the note.
    let form = ada.get("/reviews/new?q=x&by_hand=1").await;
    let mut form = form.form("form.review");
    form.action = "/watchlist".to_owned();
    let form = form.set("title", "Zardoz").set("year", "1974");
    let saved = ada.submit(&form.set("comment", "Bo says\nso")).await;
    saved.expect(StatusCode::SEE_OTHER);
    let page = ada.get(LIST).await;
    assert_eq!(page.texts(".movies .title"), ["Zardoz", "Ran", "Heat"]);
    assert_eq!(page.texts(".film-note"), ["Bo says so"]);
    assert!(page.texts(".byline")[0].contains("3 films"));
    // Nothing is wrong about saving twice.
    save(&ada.htmx(), movies[0]).await;
    let bad = [("title", ""), ("comment", "Typed.")];
    let refused = ada.post("/watchlist", &bad).await;
    let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let form = refused.form("form.review");
    assert_eq!(form.value("comment"), Some("Typed."));
    assert_eq!(ada.get("/watchlist").await.header("location"), LIST);
}

#[tokio::test]
async fn logging_takes_a_film_off_and_deleting_the_review_puts_it_back() {
    let (app, ada, movies) = app_with_films(&["Heat"]).await;
    let movie = movies[0];
    let program = api_client_of(&app, &ada, "write").await;
    save(&ada, movie).await;
    // What was watched before it was saved takes nothing off.
    log(&ada, movie, "2001-01-01")
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(titles(&ada, LIST).await, ["Heat"]);

    let logged = log(&ada.htmx(), movie, "").await.expect(StatusCode::OK);
    let toast = logged.form("hx-partial[hx-target='#toasts'] form");
    assert!(titles(&ada, LIST).await.is_empty());
    let review = logged.attributes(".entry", "id")[0].replace("review-", "");
    ada.post(format!("/reviews/{review}/deletion"), &[]).await;
    assert_eq!(titles(&ada, LIST).await, ["Heat"]);
    ada.post(format!("/reviews/{review}/restoration"), &[])
        .await;
    assert!(titles(&ada, LIST).await.is_empty());
    program.delete(&format!("/api/reviews/{review}")).await;
    assert_eq!(titles(&ada, LIST).await, ["Heat"]);
    ada.post(format!("/reviews/{review}/restoration"), &[])
        .await;

    ada.submit(&toast).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(titles(&ada, LIST).await, ["Heat"], "kept");
    // From then on it stays until it is logged again.
    ada.post(format!("/reviews/{review}/deletion"), &[]).await;
    assert_eq!(titles(&ada, LIST).await, ["Heat"]);
    let logged = log(&ada, movie, "").await.expect(StatusCode::SEE_OTHER);
    assert!(titles(&ada, LIST).await.is_empty());
    // Without JavaScript, the next page says so.
    let feed = ada.get(logged.header("location")).await;
    assert_eq!(feed.texts(".toast p"), ["It’s off your watchlist."]);
    let keep = feed.form(".toast form");
    let others = app.visitor().get(logged.header("location")).await;
    assert!(!others.has(".toast"));
    ada.submit(&keep).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(titles(&ada, LIST).await, ["Heat"], "kept");
    let later = ada.get(logged.header("location")).await;
    assert!(!later.has(".toast"), "it is undone");
    log(&ada, movie, "").await.expect(StatusCode::SEE_OTHER);
    save(&ada, movie).await;
    assert_eq!(titles(&ada, LIST).await, ["Heat"], "seen, and saved again");
}

#[tokio::test]
async fn the_list_is_sorted_filtered_and_ordered_by_hand() {
    let (app, ada, movies) = app_with_films(&["Beta", "Alpha", "Gamma"]).await;
    seed_facts(&app, "Beta", &["Drama"], Some(95)).await;
    seed_facts(&app, "Alpha", &["Drama", "Comedy"], Some(130)).await;
    for movie in &movies {
        save(&ada, *movie).await;
    }
    for (query, expected) in [
        ("", ["Gamma", "Alpha", "Beta"].as_slice()),
        ("?sort=title", &["Alpha", "Beta", "Gamma"]),
        ("?sort=year", &["Gamma", "Alpha", "Beta"]),
        ("?sort=length", &["Beta", "Alpha", "Gamma"]),
        ("?sort=hand", &["Beta", "Alpha", "Gamma"]),
        ("?genre=comedy", &["Alpha"]),
        ("?decade=1990&under=100", &["Beta"]),
        ("?decade=1980", &[]),
        (
            "?sort=nonsense&under=x&decade=5",
            &["Gamma", "Alpha", "Beta"],
        ),
    ] {
        let path = format!("{LIST}{query}");
        assert_eq!(titles(&ada, &path).await, expected, "{query}");
    }
    let page = ada.get(format!("{LIST}?genre=drama")).await;
    assert!(page.texts(".byline")[0].contains("2 films · 3 hours"));

    let picked = ada.get(format!("{LIST}?genre=comedy&pick=1")).await;
    assert_eq!(picked.texts(".picked .title"), ["Alpha"]);
    let none = ada.get(format!("{LIST}?decade=1980&pick=1")).await;
    assert!(!none.has(".picked"));

    let page = ada.get(format!("{LIST}?sort=hand")).await;
    let last = page.nth_element(".movies li", 2).form(".order form");
    let moved = ada.submit(&last).await.expect(StatusCode::SEE_OTHER);
    assert!(
        moved
            .header("location")
            .starts_with(&format!("{LIST}?sort=hand"))
    );
    let by_hand = format!("{LIST}?sort=hand");
    assert_eq!(titles(&ada, &by_hand).await, ["Beta", "Gamma", "Alpha"]);
    // Drag and drop send the same. Many moves into one gap make room again.
    for turn in 0..60 {
        let (moved, before) = [(movies[1], movies[2]), (movies[2], movies[1])][turn % 2];
        let path = format!("/movies/{moved}/watchlisting/position");
        let before = before.to_string();
        let answer = ada.htmx().post(&path, &[("before", &before)]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.texts(".movies .title").len(), 3);
    }
    assert_eq!(titles(&ada, &by_hand).await, ["Beta", "Gamma", "Alpha"]);
    let path = format!("/movies/{}/watchlisting/position", movies[0]);
    let unknown = ada.post(&path, &[("before", "999")]).await;
    unknown.expect(StatusCode::NOT_FOUND);
    ada.post(&path, &[("before", "")])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(titles(&ada, &by_hand).await, ["Gamma", "Alpha", "Beta"]);
}

#[tokio::test]
async fn long_lists_are_cut_into_pages_in_every_order() {
    let (app, ada, _) = app_with_films(&[]).await;
    let program = api_client_of(&app, &ada, "write").await;
    for number in 0..40 {
        let film = json!({ "title": format!("Film {number}"), "year": 1990 + number % 3 });
        let saved = program.post("/api/watchlist", &film).await;
        saved.expect(StatusCode::CREATED);
    }
    for sort in ["added", "title", "year", "length", "hand"] {
        let mut path = format!("{LIST}?sort={sort}");
        let mut seen = Vec::new();
        loop {
            let page = ada.get(&path).await;
            seen.extend(page.texts(".movies .title"));
            match page.attributes(".older a", "href").pop() {
                Some(next) => path = next,
                None => break,
            }
        }
        assert_eq!(seen.len(), 40, "{sort}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 40, "{sort}");
    }
    let page = program.get("/api/watchlist?sort=title").await.json();
    assert_eq!(page["entries"].as_array().map(Vec::len), Some(24));
    let next = page["next"].as_str().expect("another page");
    let rest = program.get(next).await.json();
    assert_eq!(rest["entries"].as_array().map(Vec::len), Some(16));
    assert!(rest["next"].is_null());
}

#[tokio::test]
async fn the_watchlist_is_seen_by_those_whom_its_owner_allows() {
    let (app, ada, movies) = app_with_films(&["Heat"]).await;
    let eve = app.member("eve").await;
    let visitor = app.visitor();
    let secret = [("title", "Zardoz"), ("year", "1974"), ("comment", "Canary")];
    ada.post("/watchlist", &secret).await;
    save(&ada, movies[0]).await;
    // Nobody has logged Zardoz, so visitors may see it here, but not its page.
    let page = visitor.get(LIST).await.expect(StatusCode::OK);
    assert_eq!(page.texts(".movies .title"), ["Heat", "Zardoz"]);
    assert_eq!(page.texts(".movies a .title"), ["Heat"]);
    assert!(!page.has(".film-marks"));
    let visible = async |setting: &str| {
        let fields = [("visibility", setting)];
        let saved = ada.post("/settings/watchlist", &fields).await;
        saved.expect(StatusCode::SEE_OTHER);
        let mut seen = Vec::new();
        for client in [&visitor, &eve, &ada] {
            let page = client.get(LIST).await;
            assert_eq!(page.body.contains("Canary"), page.status == 200);
            seen.push(page.status == 200);
        }
        seen
    };
    assert_eq!(visible("").await, [true, true, true]);
    assert_eq!(visible("members").await, [false, true, true]);
    assert_eq!(visible("private").await, [false, false, true]);
    let diary = [("visibility", "private")];
    ada.post("/settings/visibility", &diary).await;
    assert_eq!(visible("").await, [false, false, true]);
    assert_eq!(visible("public").await, [true, true, true]);
    ada.post("/settings/visibility", &[("visibility", "public")])
        .await;
    assert!(
        eve.get("/users/ada")
            .await
            .has(&format!("a[href='{LIST}']"))
    );
    visible("private").await;
    assert!(
        !eve.get("/users/ada")
            .await
            .has(&format!("a[href='{LIST}']"))
    );
    visible("public").await;
    app.execute("UPDATE member SET disabled_at = created_at WHERE username = 'ada'")
        .await;
    eve.get(LIST).await.expect(StatusCode::NOT_FOUND);
}

/// A merge moves what it must, and undoing it moves exactly that back.
#[tokio::test]
async fn entries_follow_merges_and_their_undoing() {
    let (app, ada, movies) = app_with_films(&["One", "Two", "Three"]).await;
    let bob = app.visitor();
    bob.sign_in("bob").await;
    let eve = app.member("eve").await;
    save(&ada, movies[0]).await;
    save(&eve, movies[0]).await;
    save(&eve, movies[1]).await;
    let both = async |clients: [&TestClient; 2]| {
        let mut seen = Vec::new();
        for (client, name) in clients.into_iter().zip(["ada", "eve"]) {
            seen.push(titles(client, &format!("/users/{name}/watchlist?sort=title")).await);
        }
        seen
    };
    merge_movies(&app, movies[0], movies[1]).await;
    assert_eq!(both([&ada, &eve]).await, [vec!["Two"], vec!["Two"]]);
    merge_movies(&app, movies[1], movies[2]).await;
    assert_eq!(both([&ada, &eve]).await, [vec!["Three"], vec!["Three"]]);
    let undo = async |title: &str| {
        let page = bob.get(format!("/movies/{}", movies[2])).await;
        let lines = page.texts(".actions:has(form[action^='/movies/merges/'])");
        let line = lines.iter().position(|line| line.starts_with(title));
        let line = page.nth_element(
            ".actions:has(form[action^='/movies/merges/'])",
            line.expect("a merge"),
        );
        let undone = bob.submit(&line.form("form")).await;
        undone.expect(StatusCode::SEE_OTHER);
    };
    undo("One").await;
    assert_eq!(
        both([&ada, &eve]).await,
        [vec!["One"], vec!["One", "Three"]]
    );
    undo("Two").await;
    assert_eq!(both([&ada, &eve]).await, [vec!["One"], vec!["One", "Two"]]);
}

#[tokio::test]
async fn programs_read_and_change_the_watchlist() {
    let (app, ada, movies) = app_with_films(&["Heat"]).await;
    let program = api_client_of(&app, &ada, "write").await;
    let path = format!("/api/watchlist/{}", movies[0]);
    let put = program
        .send(Method::PUT, &path, "{\"note\":\"Soon\"}")
        .await;
    let put = put.expect(StatusCode::CREATED).json();
    assert_eq!(put["title"], "Heat");
    assert_eq!(put["note"], "Soon");
    let again = program.http_client().send(Method::PUT, &path, None).await;
    assert_eq!(again.expect(StatusCode::OK).json()["note"], "Soon");
    let by_id = json!({ "imdb_id": "tt0133093", "note": "By id" });
    let saved = program.post("/api/watchlist", &by_id).await;
    assert_eq!(
        saved.expect(StatusCode::CREATED).json()["title"],
        "tt0133093"
    );
    let list = program.get("/api/watchlist").await.json();
    assert_eq!(list["entries"].as_array().map(Vec::len), Some(2));
    for bad in [
        json!({}),
        json!({ "title": "Heat", "note": "x".repeat(501) }),
        json!({ "movie_id": 999_999 }),
        json!({ "title": "Heat", "colour": "red" }),
    ] {
        let refused = program.post("/api/watchlist", &bad).await;
        assert_eq!(refused.status, 422, "{bad}: {}", refused.body);
    }
    let unknown = program
        .http_client()
        .send(Method::PUT, "/api/watchlist/999999", None);
    unknown.await.expect(StatusCode::NOT_FOUND);
    for query in [
        "sort=nonsense",
        "decade=x",
        "decade=1995",
        "under=0",
        "cursor=x",
        "colour=red",
    ] {
        let refused = program.get(&format!("/api/watchlist?{query}")).await;
        assert_eq!(refused.status, 400, "{query}");
    }
    program.delete(&path).await.expect(StatusCode::NO_CONTENT);
    program.delete(&path).await.expect(StatusCode::NOT_FOUND);
    let reader = create_token(&ada, "read").await.token;
    let reader = app.api_client().with_token(&reader);
    reader.delete(&path).await.expect(StatusCode::FORBIDDEN);
    reader.get("/api/watchlist").await.expect(StatusCode::OK);
    app.api_client()
        .get("/api/watchlist")
        .await
        .expect(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn grids_show_what_is_seen_and_saved() {
    let (app, ada, movies) = app_with_films(&["Heat", "Ran", "Zardoz"]).await;
    seed_facts(&app, "Heat", &["Drama"], None).await;
    let rated = ReviewBuilder::of("Heat", 1990).with("rating", "2");
    rated.with("watched_on", "2020-01-01").log(&ada).await;
    let latest = ReviewBuilder::of("Heat", 1990).with("rating", "4.5");
    latest.with("watched_on", "2021-01-01").log(&ada).await;
    save(&ada, movies[1]).await;
    let grid = ada.get("/movies").await;
    let marks = grid.texts(".film-marks");
    assert_eq!(marks.len(), 3);
    let stars = grid.nth_element(".movies li", 0);
    let stars = stars.attributes(".seen .stars", "aria-label");
    assert_eq!(stars, ["4.5 of 5 stars"]);
    let pressed = grid.attributes(".film-marks button", "aria-pressed");
    assert_eq!(pressed, ["false", "true", "false"]);
    assert!(ada.get("/genres/drama").await.has(".film-marks .seen"));
    assert!(!app.visitor().get("/movies").await.has(".film-marks"));
}

/// The commands of the diary tell who follows in the same transaction.
#[tokio::test]
async fn a_failed_review_takes_nothing_off() {
    let (app, ada, movies) = app_with_films(&["Heat"]).await;
    save(&ada, movies[0]).await;
    let _: &DiaryWriter = &app.state.diary;
    let refused = log(&ada, movies[0], "1980-01-01").await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let page = ada.get(format!("/reviews/new?movie={}", movies[0])).await;
    let form = page.form("form.review");
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    ada.post(format!("/movies/{}/watchlisting/keeping", movies[0]), &[])
        .await
        .expect(StatusCode::SEE_OTHER);
    // The same form again is the same review, so nothing is logged.
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(titles(&ada, LIST).await, ["Heat"]);
}

const UP: &str = "\u{e013}";
const DOWN: &str = "\u{e015}";
const RIGHT: &str = "\u{e014}";
const ENTER: &str = "\u{e007}";

/// Saving from the suggestions by arrow keys, the order by keyboard and by dragging (which lists
/// have too), one for tonight, and the toast after logging.
#[tokio::test]
async fn a_browser_keeps_the_watchlist_in_place() {
    let Some(browser) = Browser::open(BrowserOptions::default()).await else {
        return;
    };
    let (app, ada, movies) = app_with_films(&["Film one", "Film two", "Film three"]).await;
    for movie in &movies[..2] {
        save(&ada, *movie).await;
    }
    let server = ServerProcess::serve(&app.database);
    let base = server.base_url();
    browser.sign_in(&base, "ada").await;
    browser.click_and_navigate("a.brand").await;
    browser.click("#q").await;
    browser.press_keys("film three").await;
    browser.find("#suggestion-0-later").await;
    browser.press_keys(DOWN).await;
    browser.press_keys(RIGHT).await;
    browser
        .find("#suggestion-0-later[aria-selected=true]")
        .await;
    browser.press_keys(UP).await;
    browser.press_keys(DOWN).await;
    browser.press_keys(RIGHT).await;
    browser.press_keys(ENTER).await;
    browser
        .wait_until(
            "document.querySelector('#toasts p')?.textContent === 'Saved Film three for later.'",
        )
        .await;

    let list = ada.post("/lists", &[("title", "A list"), ("visibility", "private")]);
    let list = list.await.header("location").to_owned();
    let lines = [("lines", "Film one\nFilm two\nFilm three")];
    ada.post(format!("{list}/entries"), &lines).await;
    reorder_by_keyboard_and_by_dragging(&browser, &format!("{base}{list}")).await;
    assert_eq!(
        titles(&ada, &list).await,
        ["Film three", "Film two", "Film one"]
    );
    let by_hand = format!("{LIST}?sort=hand");
    reorder_by_keyboard_and_by_dragging(&browser, &format!("{base}{by_hand}")).await;
    assert_eq!(
        titles(&ada, &by_hand).await,
        ["Film three", "Film two", "Film one"]
    );
    browser.click("button[name=pick]").await;
    browser.find(".picked .title").await;
    browser.assert_no_console_errors().await;

    browser.goto(&base).await;
    browser.click("#q").await;
    browser.press_keys("film two").await;
    browser.find("#suggestion-0").await;
    browser.press_keys(DOWN).await;
    browser.press_keys(ENTER).await;
    browser.click("form.review button.primary").await;
    browser.find("#toasts form").await;
    assert_eq!(titles(&ada, LIST).await, ["Film three", "Film one"]);
    browser.click("#toasts button").await;
    browser
        .wait_until("!document.querySelector('#toasts .toast')")
        .await;
    assert_eq!(titles(&ada, LIST).await.len(), 3, "kept");
    browser.assert_no_console_errors().await;
    browser.close().await;
}

/// The page shows “Film one”, “Film two” and “Film three”.
async fn reorder_by_keyboard_and_by_dragging(browser: &Browser, page: &str) {
    browser.goto(page).await;
    let order = "[...document.querySelectorAll('.movies .title')].map(it => it.textContent).join()";
    let becomes = |expected: &str| format!("{order} === '{expected}'");
    browser
        .wait_until(&becomes("Film one,Film two,Film three"))
        .await;
    browser
        .run("document.querySelector('.movies li:last-child .order button').focus()")
        .await;
    browser.press_keys(ENTER).await;
    browser
        .wait_until(&becomes("Film one,Film three,Film two"))
        .await;
    // The focus stays on the film that moved.
    browser
        .wait_until("document.activeElement.closest('li')?.textContent.includes('Film three')")
        .await;
    browser.run(DRAG_FIRST_TO_LAST).await;
    browser
        .wait_until(&becomes("Film three,Film two,Film one"))
        .await;
}

/// As a mouse would: WebDriver’s own dragging does not start one in Chromium.
const DRAG_FIRST_TO_LAST: &str = "
    const [first, , last] = document.querySelectorAll('.movies li');
    const send = (type, target) => target.dispatchEvent(
        new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() }));
    send('dragstart', first);
    send('dragover', last);
    send('drop', last);
    send('dragend', first);
";
