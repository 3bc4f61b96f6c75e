//! Lists: making and changing them, their films, who may see and change them, merges, and the API.

use axum::http::StatusCode;
use movies_diary::background::sweep_all;
use serde_json::json;

use crate::completion::merge_movies;
use crate::support::api_client::api_client_of;
use crate::support::catalogs::{catalog_of, film};
use crate::support::pictures::png;
use crate::support::{App, ReviewBuilder, TestClient, TestResponse};

/// Logs films as somebody else, so that they are here.
async fn app_with_films(titles: &[&str]) -> (App, TestClient, Vec<i64>) {
    app_with(&[], titles).await
}

async fn app_with(settings: &[(&str, &str)], titles: &[&str]) -> (App, TestClient, Vec<i64>) {
    let app = App::start_with(settings).await;
    let bob = app.admin("bob").await;
    let mut movies = Vec::new();
    for (title, year) in titles.iter().zip(1990..) {
        let review = ReviewBuilder::of(title, year).log(&bob).await;
        movies.push(bob.movie_of(review).await);
    }
    let ada = app.member("ada").await;
    (app, ada, movies)
}

/// Makes a list and returns its address.
async fn make(client: &TestClient, title: &str, visibility: &str) -> String {
    let form = client.get("/lists/new").await.form("main form");
    let form = form.set("title", title).set("visibility", visibility);
    let made = client.submit(&form).await.expect(StatusCode::SEE_OTHER);
    made.header("location").to_owned()
}

async fn add(client: &TestClient, list: &str, lines: &str) -> TestResponse {
    let form = client.get(list).await.form(".add-films");
    client.submit(&form.set("lines", lines)).await
}

async fn titles(client: &TestClient, path: &str) -> Vec<String> {
    let page = client.get(path).await.expect(StatusCode::OK);
    page.texts(".movies .title")
}

fn id_of(list: &str) -> i64 {
    let id = list.rsplit('/').next().and_then(|id| id.parse().ok());
    id.expect("an id")
}

#[tokio::test]
async fn a_list_is_made_changed_deleted_and_restored() {
    let (app, ada, _) = app_with_films(&["Heat"]).await;
    let form = ada.get("/lists/new").await.form("main form");
    let refused = ada.submit(&form.clone().set("title", " ")).await;
    let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.errors(), ["This field is required."]);
    let long = form.clone().set("title", &"x".repeat(101));
    let long = ada
        .submit(&long.set("description", &"y".repeat(2001)))
        .await;
    assert_eq!(long.errors().len(), 2);
    assert_eq!(
        long.form("main form").value("title").map(str::len),
        Some(101)
    );

    // The same form again makes no second list.
    let form = form.set("title", "Noir");
    let list = ada.submit(&form).await.header("location").to_owned();
    assert_eq!(ada.submit(&form).await.header("location"), list);
    let other = form.set("title", "Other");
    ada.submit(&other).await.expect(StatusCode::CONFLICT);
    assert_eq!(
        ada.get("/users/ada/lists").await.texts(".lists .title"),
        ["Noir"]
    );

    let first = ada.get(format!("{list}/edit")).await.form("main form");
    let change = first
        .clone()
        .set("title", "Film noir")
        .set("description", "Dark\nand wet")
        .set("ranked", "on");
    ada.submit(&change).await.expect(StatusCode::SEE_OTHER);
    // Whoever edits an older version is told, and loses nothing.
    let late = ada.submit(&first.set("title", "Late")).await;
    let late = late.expect(StatusCode::CONFLICT).form("main form");
    assert_eq!(late.value("title"), Some("Late"));
    add(&ada, &list, "Heat (1990)").await;
    let page = ada.get(&list).await;
    assert_eq!(page.texts("h1"), ["Film noir"]);
    assert_eq!(page.texts(".comment"), ["Dark and wet"]);
    assert_eq!(page.texts(".place"), ["1"]);
    ada.submit(&late).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(ada.get(&list).await.texts("h1"), ["Late"]);

    ada.post(format!("{list}/deletion"), &[])
        .await
        .expect(StatusCode::SEE_OTHER);
    ada.get(&list).await.expect(StatusCode::NOT_FOUND);
    let lists = ada.get("/users/ada/lists").await;
    assert!(!lists.has(&format!("a[href='{list}']")));
    let restore = lists.form(&format!("form[action='{list}/restoration']"));
    ada.submit(&restore).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(titles(&ada, &list).await, ["Heat"]);

    ada.post(format!("{list}/deletion"), &[]).await;
    assert_eq!(sweep_all(&app.state).await.expect("swept").lists, 0);
    app.execute("UPDATE list SET deleted_at = '2020-01-01T00:00:00Z'")
        .await;
    ada.submit(&restore).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(sweep_all(&app.state).await.expect("swept").lists, 1);
}

#[tokio::test]
async fn films_are_added_noted_moved_and_removed_with_and_without_htmx() {
    let (_app, ada, movies) = app_with_films(&["Heat", "Ran", "Zardoz"]).await;
    for client in [ada.clone(), ada.htmx()] {
        let list = make(&ada, "Noir", "public").await;
        let added = add(&client, &list, "Heat\nRan (1991)").await;
        assert!(added.status < 400, "{}", added.body);
        let added = add(&client, &list, "Zardoz").await;
        if added.status == 200 {
            assert!(added.body.contains("Added 1 film."));
            assert_eq!(added.texts(".movies .title").len(), 3);
        }
        let again = add(&ada.htmx(), &list, "Zardoz").await;
        assert!(again.body.contains("1 already on the list."));
        assert_eq!(titles(&ada, &list).await, ["Heat", "Ran", "Zardoz"]);
        let page = ada.get(&list).await;
        let note = page.nth_element(".movies > li", 1);
        let note = note.form("form[action$='/note']").set("note", "By\nBo");
        let noted = client.submit(&note).await;
        assert!(noted.status < 400, "{}", noted.body);
        let last = page
            .nth_element(".movies > li", 2)
            .form("form[action$='/position']");
        let moved = client.submit(&last).await;
        assert!(moved.status < 400, "{}", moved.body);
        assert_eq!(titles(&ada, &list).await, ["Heat", "Zardoz", "Ran"]);
        let page = ada.get(&list).await;
        assert_eq!(page.texts(".film-note"), ["By Bo"]);
        // Many moves into one gap make room again.
        for turn in 0..50 {
            let (moved, before) = [(movies[1], movies[2]), (movies[2], movies[1])][turn % 2];
            let path = format!("{list}/entries/{moved}/position");
            let before = before.to_string();
            let answer = ada.htmx().post(&path, &[("before", &before)]).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        assert_eq!(titles(&ada, &list).await, ["Heat", "Zardoz", "Ran"]);
        let first = page
            .nth_element(".movies > li", 0)
            .form("form[action$='/ending']");
        let removed = client.submit(&first).await;
        assert!(removed.status < 400, "{}", removed.body);
        assert_eq!(titles(&ada, &list).await, ["Zardoz", "Ran"]);
        let gone = format!("{list}/entries/{}/position", movies[0]);
        ada.post(gone, &[("before", "")])
            .await
            .expect(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn lines_that_are_not_clear_are_asked_about() {
    let (_app, ada, movies) = app_with_films(&["Heat", "Ran"]).await;
    let list = make(&ada, "Noir", "public").await;
    let empty = add(&ada, &list, " \n").await;
    let empty = empty.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(empty.errors(), ["Type a film’s title, an id or a link."]);
    let many = add(&ada, &list, &"Heat\n".repeat(201)).await;
    let many = many.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let kept = many.form(".add-films").value("lines").map(str::len);
    assert!(kept.is_some_and(|kept| kept > 1000), "{kept:?}");

    let typed = "Ran\nHeat (1996)\nSolaris (1972)\nhttps://example.org/x\ntt0133093\nUnheard of";
    for client in [ada.clone(), ada.htmx()] {
        let asked = add(&client, &list, typed).await;
        let asked = asked.expect(StatusCode::UNPROCESSABLE_ENTITY);
        let legends = asked.texts(".asked-line legend");
        assert_eq!(
            legends,
            ["Heat (1996)", "https://example.org/x", "Unheard of"]
        );
        assert!(titles(&ada, &list).await.is_empty(), "nothing was added");
    }
    let asked = add(&ada, &list, typed).await.form(".add-films");
    // One is a film that is here, one is changed, and one left open.
    let answered = asked
        .set("choice-1", &movies[0].to_string())
        .set("line-3", "Zardoz (1974)");
    let again = ada.submit(&answered).await;
    let again = again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.texts(".asked-line legend"), ["Unheard of"]);
    let last = again.form(".add-films").set("choice-5", "new");
    ada.submit(&last).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(
        titles(&ada, &list).await,
        [
            "Ran",
            "Heat",
            "Solaris",
            "Zardoz",
            "tt0133093",
            "Unheard of"
        ]
    );
    let leave_out = add(&ada, &list, "Heat (1996)").await.form(".add-films");
    let left_out = ada.submit(&leave_out.set("choice-0", "none")).await;
    left_out.expect(StatusCode::SEE_OTHER);
    let odd = [("line-0", "x"), ("colour", "red")];
    let odd = ada.post(format!("{list}/entries"), &odd).await;
    odd.expect(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn lines_are_asked_about_with_films_of_the_catalog() {
    let films = [
        film("Heat", 1995, "Michael Mann", "tt0113277"),
        film("Heat", 1986, "Dick Richards", ""),
        film("Ran", 1985, "Akira Kurosawa", "tt0089881"),
    ];
    let (catalog, _folder) = catalog_of(films).await;
    let app = App::start_with_catalog(catalog, &[]).await;
    let ada = app.member("ada").await;
    let list = make(&ada, "Noir", "public").await;
    let asked = add(&ada, &list, "heat\nRan (1985)\nheat").await;
    let asked = asked.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(asked.texts(".asked-line legend"), ["heat", "heat"]);
    let choices = asked.attributes(".asked-line:first-of-type input[type=radio]", "value");
    let [mann, richards] = &choices[..2] else {
        panic!("{choices:?}")
    };
    // What was chosen first is carried along while the other line is still open.
    let first = asked.form(".add-films").set("choice-0", mann);
    let again = ada.submit(&first.set("line-2", "heat!")).await;
    let again = again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.texts(".asked-line legend"), ["heat!"]);
    let second = again.form(".add-films").set("choice-2", richards);
    ada.submit(&second).await.expect(StatusCode::SEE_OTHER);
    let page = ada.get(&list).await;
    assert_eq!(page.texts(".movies .title"), ["Heat", "Ran", "Heat"]);
    let links = page.attributes(".movies > li > a", "href");
    for (link, director) in links
        .iter()
        .zip(["Michael Mann", "Akira Kurosawa", "Dick Richards"])
    {
        let film = ada.get(link).await.texts("main").join(" ");
        assert!(film.contains(director), "{director} is missing in {film}");
    }
}

#[tokio::test]
async fn long_lists_are_cut_into_pages() {
    let (_app, ada, _) = app_with_films(&[]).await;
    let list = make(&ada, "Long", "public").await;
    let lines = (0..40).map(|number| format!("Film {number} ({})", 1950 + number));
    let lines = lines.collect::<Vec<_>>().join("\n");
    add(&ada, &list, &lines).await.expect(StatusCode::SEE_OTHER);
    let form = ada.get(format!("{list}/edit")).await.form("main form");
    ada.submit(&form.set("ranked", "on")).await;
    let first = ada.get(&list).await;
    assert_eq!(first.texts(".movies .title").len(), 24);
    let next = first.attributes(".older a", "href").remove(0);
    let second = ada.get(&next).await;
    assert_eq!(second.texts(".movies .title").len(), 16);
    assert_eq!(second.texts(".place")[0], "25");
    assert!(!second.has(".older"));
    let part = ada.htmx().get(&next).await;
    assert!(!part.has("h1") && part.texts(".place").len() == 16);

    for number in 0..50 {
        make(&ada, &format!("List {number}"), "public").await;
    }
    let lists = ada.get("/users/ada/lists").await;
    assert_eq!(lists.texts(".lists .title").len(), 48);
    let next = lists.attributes(".older a", "href").remove(0);
    let rest = ada.get(&next).await.texts(".lists .title");
    assert_eq!(rest, ["List 1", "List 0", "Long"]);
}

#[tokio::test]
async fn a_list_is_seen_by_those_whom_its_owner_allows() {
    let (app, ada, movies) = app_with_films(&["Heat"]).await;
    let eve = app.member("eve").await;
    let visitor = app.visitor();
    // The diary says nothing about the lists.
    ada.post("/settings/visibility", &[("visibility", "private")])
        .await;
    let list = make(&ada, "Canary", "public").await;
    add(&ada, &list, "Heat\nSecret Canary (1974)").await;
    // Nobody has logged the second film, so visitors may see it here, but not its page.
    let page = visitor.get(&list).await.expect(StatusCode::OK);
    assert_eq!(page.texts(".movies .title"), ["Heat", "Secret Canary"]);
    assert_eq!(page.texts(".movies a .title"), ["Heat"]);
    for hidden in [".film-marks", "form[action^='/lists']", ".seen-bar"] {
        assert!(!page.has(hidden), "{hidden}");
    }
    let movie = format!("/movies/{}", movies[0]);
    let places = [list.as_str(), "/users/ada/lists", &movie];
    let seen_when = async |visibility: &str| {
        let form = ada.get(format!("{list}/edit")).await.form("main form");
        let saved = ada.submit(&form.set("visibility", visibility)).await;
        saved.expect(StatusCode::SEE_OTHER);
        let mut seen = Vec::new();
        for client in [&visitor, &eve, &ada] {
            let mut shown = Vec::new();
            for place in places {
                let page = client.get(place).await;
                shown.push(page.body.contains("Canary"));
            }
            shown.dedup();
            assert_eq!(shown.len(), 1, "{visibility}: everywhere or nowhere");
            seen.push(shown[0]);
        }
        seen
    };
    assert_eq!(seen_when("members").await, [false, true, true]);
    assert_eq!(seen_when("private").await, [false, false, true]);
    assert_eq!(seen_when("public").await, [true, true, true]);
    // A list that is hidden is like one that never was.
    seen_when("private").await;
    let hidden = eve.get(&list).await;
    let never = eve.get("/lists/999999").await;
    assert_eq!((hidden.status, never.status), (404, 404));
    assert_eq!(hidden.texts("main"), never.texts("main"));
    let nobody = eve.get("/users/nobody/lists").await;
    let private = eve.get("/users/ada/lists").await;
    assert_eq!((private.status, nobody.status), (404, 404));
    seen_when("public").await;
    let grid = eve.get(&list).await;
    assert!(!grid.has(".add-films") && grid.has("form[action$='/copying']"));
    for (action, fields) in [
        ("entries", [("lines", "Ran (1985)")].as_slice()),
        ("deletion", &[]),
        ("members", &[("username", "eve")]),
    ] {
        let refused = eve.post(format!("{list}/{action}"), fields).await;
        refused.expect(StatusCode::NOT_FOUND);
    }

    app.execute("UPDATE member SET disabled_at = created_at WHERE username = 'ada'")
        .await;
    eve.get(&list).await.expect(StatusCode::NOT_FOUND);
    assert!(!eve.get(&movie).await.body.contains("Canary"));
    app.execute("UPDATE member SET disabled_at = NULL WHERE username = 'ada'")
        .await;
    app.execute(
        "DELETE FROM review WHERE member_id = (SELECT id FROM member WHERE username = 'ada')",
    )
    .await;
    app.execute("DELETE FROM member WHERE username = 'ada'")
        .await;
    eve.get(&list).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_list_says_how_much_is_seen_and_is_copied() {
    let (app, ada, _) = app_with_films(&["Heat", "Ran"]).await;
    let eve = app.member("eve").await;
    let list = make(&ada, "Noir", "public").await;
    add(&ada, &list, "Heat\nRan\nZardoz (1974)").await;
    let logged = ReviewBuilder::of("Ran", 1991).with("visibility", "private");
    logged.log(&eve).await;
    let page = eve.get(&list).await;
    assert_eq!(page.texts("#list > .byline"), ["1 of 3 seen"]);
    assert_eq!(page.attributes(".seen-bar rect", "width"), ["1"]);
    assert_eq!(page.texts(".film-marks .seen").len(), 1);
    let visitor = app.visitor().get(&list).await;
    assert_eq!(visitor.texts("#list > .byline"), ["3 films"]);

    let copied = eve.post(format!("{list}/copying"), &[]).await;
    let copy = copied.expect(StatusCode::SEE_OTHER);
    let copy = copy.header("location").to_owned();
    assert_eq!(titles(&eve, &copy).await, ["Heat", "Ran", "Zardoz"]);
    assert_eq!(eve.get(&copy).await.texts("h1"), ["Copy of Noir"]);
    ada.get(&copy).await.expect(StatusCode::NOT_FOUND);
    add(&eve, &copy, "Alien (1979)").await;
    assert_eq!(titles(&ada, &list).await.len(), 3, "the original stays");
}

/// A merge moves what it must, and undoing it moves exactly that back.
#[tokio::test]
async fn entries_follow_merges_and_their_undoing() {
    let (app, ada, movies) = app_with_films(&["One", "Two", "Three"]).await;
    let bob = app.visitor();
    bob.sign_in("bob").await;
    let single = make(&ada, "Single", "public").await;
    add(&ada, &single, "One").await;
    let both = make(&ada, "Both", "public").await;
    add(&ada, &both, "One\nTwo").await;
    // A deleted list may come back.
    ada.post(format!("{single}/deletion"), &[]).await;
    merge_movies(&app, movies[0], movies[1]).await;
    ada.post(format!("{single}/restoration"), &[]).await;
    let shown = async || [titles(&ada, &single).await, titles(&ada, &both).await];
    assert_eq!(shown().await, [vec!["Two"], vec!["Two"]]);
    merge_movies(&app, movies[1], movies[2]).await;
    assert_eq!(shown().await, [vec!["Three"], vec!["Three"]]);
    let undo = async |title: &str| {
        let page = bob.get(format!("/movies/{}", movies[2])).await;
        let lines = ".actions:has(form[action^='/movies/merges/'])";
        let at = page
            .texts(lines)
            .iter()
            .position(|line| line.starts_with(title));
        let line = page.nth_element(lines, at.expect("a merge"));
        let undone = bob.submit(&line.form("form")).await;
        undone.expect(StatusCode::SEE_OTHER);
    };
    undo("One").await;
    assert_eq!(shown().await, [vec!["One"], vec!["One", "Three"]]);
    undo("Two").await;
    assert_eq!(shown().await, [vec!["One"], vec!["One", "Two"]]);
}

#[tokio::test]
async fn a_film_is_added_to_a_list_from_its_page() {
    let (_app, ada, movies) = app_with_films(&["Heat"]).await;
    let movie = format!("/movies/{}", movies[0]);
    assert!(
        ada.get(&movie)
            .await
            .has("#movie-lists a[href='/lists/new']")
    );
    let noir = make(&ada, "Noir", "private").await;
    let crime = make(&ada, "Crime", "public").await;
    let form = ada.get(&movie).await.form("#movie-lists form");
    let form = form.set("list", &id_of(&noir).to_string());
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    let form = ada.get(&movie).await.form("#movie-lists form");
    let choices = ada.get(&movie).await.attributes("#listing option", "value");
    assert_eq!(choices, [id_of(&crime).to_string()]);
    let form = form.set("list", &choices[0]);
    let added = ada.htmx().submit(&form).await.expect(StatusCode::OK);
    assert_eq!(added.texts(".lists .title"), ["Crime", "Noir"]);
    assert_eq!(titles(&ada, &crime).await, ["Heat"]);
}

#[tokio::test]
async fn invited_members_change_a_list_together() {
    let (app, ada, movies) = app_with_films(&["Heat", "Ran", "Alien"]).await;
    let eve = app.member("eve").await;
    let mia = app.member("mia").await;
    let list = make(&ada, "Ours", "private").await;
    add(&ada, &list, "Heat").await;
    for (name, error) in [
        ("nobody", "There is no member with this username."),
        ("ada", "This is your own list already."),
    ] {
        let form = ada.get(&list).await.form("form[action$='/members']");
        let refused = ada.submit(&form.set("username", name)).await;
        let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.errors(), [error]);
    }
    let form = ada.get(&list).await.form("form[action$='/members']");
    ada.submit(&form.set("username", "Eve"))
        .await
        .expect(StatusCode::SEE_OTHER);
    // Until eve accepts, nothing is shared.
    eve.get(&list).await.expect(StatusCode::NOT_FOUND);
    let refused = eve
        .post(format!("{list}/entries"), &[("lines", "Ran")])
        .await;
    refused.expect(StatusCode::NOT_FOUND);
    let join = eve.get("/users/eve/lists").await.form(".invitation form");
    mia.submit(&join).await.expect(StatusCode::NOT_FOUND);
    eve.submit(&join).await.expect(StatusCode::SEE_OTHER);
    add(&eve, &list, "Ran\nAlien")
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(
        ada.get(&list).await.texts(".movies .by"),
        ["added by ADA", "added by EVE", "added by EVE"]
    );
    eve.get(format!("{list}/edit"))
        .await
        .expect(StatusCode::NOT_FOUND);
    assert!(
        eve.get("/users/eve/lists")
            .await
            .has(&format!("a[href='{list}']"))
    );

    // Two who move films at once lose nothing.
    let moves = (0..20).map(|turn| {
        let client = [&ada, &eve][turn % 2].clone();
        let (movie, before) = (movies[turn % 3], movies[(turn + 1) % 3]);
        let path = format!("{list}/entries/{movie}/position");
        tokio::spawn(async move { client.post(path, &[("before", &before.to_string())]).await })
    });
    for moved in moves.collect::<Vec<_>>() {
        moved.await.expect("sent").expect(StatusCode::SEE_OTHER);
    }
    let mut all = titles(&ada, &list).await;
    all.sort();
    assert_eq!(all, ["Alien", "Heat", "Ran"]);

    // Members of the site see names, visitors only the owner's.
    let form = ada.get(format!("{list}/edit")).await.form("main form");
    ada.submit(&form.set("visibility", "public")).await;
    assert!(mia.get(&list).await.has(".people a[href='/users/eve']"));
    let visitor = app.visitor().get(&list).await;
    let names = ["eve", "EVE"];
    assert!(!names.iter().any(|name| visitor.body.contains(name)));
    let form = ada.get(format!("{list}/edit")).await.form("main form");
    ada.submit(&form.set("visibility", "private")).await;

    let remove = [("username", "eve")];
    mia.post(format!("{list}/members/ending"), &remove)
        .await
        .expect(StatusCode::NOT_FOUND);
    let left = eve.post(format!("{list}/members/ending"), &remove).await;
    assert_eq!(left.header("location"), "/users/eve/lists");
    eve.get(&list).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(titles(&ada, &list).await.len(), 3, "what eve added stays");
    ada.post(format!("{list}/members"), &remove).await;
    ada.post(format!("{list}/members/ending"), &remove)
        .await
        .expect(StatusCode::SEE_OTHER);
    eve.submit(&join).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn programs_read_and_change_lists() {
    let (app, ada, movies) = app_with_films(&["Heat", "Ran"]).await;
    let program = api_client_of(&app, &ada, "write").await;
    let eve = api_client_of(&app, &app.member("eve").await, "write").await;
    let visitor = app.api_client();
    let body = json!({ "title": "Noir", "description": "Dark", "ranked": true });
    let keyed = program.header("idempotency-key", "0123456789abcdef");
    let made = keyed.post("/api/lists", &body).await;
    let made = made.expect(StatusCode::CREATED);
    let path = made.header("location").to_owned();
    let again = keyed.post("/api/lists", &body).await;
    assert_eq!(again.expect(StatusCode::OK).header("location"), path);
    let other = json!({ "title": "Other" });
    let other = keyed.post("/api/lists", &other).await;
    other.expect(StatusCode::CONFLICT);
    let list = made.json();
    assert_eq!((&list["seen"], &list["films"]), (&json!(0), &json!(0)));

    let entries = format!("{path}/entries");
    let film = json!({ "movie_id": movies[0] });
    program
        .post(&entries, &film)
        .await
        .expect(StatusCode::CREATED);
    program.post(&entries, &film).await.expect(StatusCode::OK);
    let first = json!({ "title": "Alien", "year": 1979, "note": "Loud", "position": 1 });
    let added = program.post(&entries, &first).await;
    let alien = added.expect(StatusCode::CREATED).json();
    assert_eq!(
        (&alien["position"], &alien["note"]),
        (&json!(1), &json!("Loud"))
    );
    let last = json!({ "position": 99, "note": null });
    let entry = format!("{entries}/{}", alien["movie_id"]);
    let moved = program.patch(&entry, &last).await;
    let moved = moved.expect(StatusCode::OK).json();
    assert_eq!(
        (&moved["position"], &moved["note"]),
        (&json!(2), &json!(""))
    );
    let read = program.patch(&entry, &json!({ "note": "Quiet" })).await;
    let conditional = program.header("if-match", read.header("etag"));
    let mine = json!({ "note": "" });
    conditional
        .patch(&entry, &mine)
        .await
        .expect(StatusCode::OK);
    let stale = conditional.patch(&entry, &json!({ "note": "Late" })).await;
    stale.expect(StatusCode::PRECONDITION_FAILED);
    let shown = visitor.get(&path).await.expect(StatusCode::OK).json();
    let titles: Vec<_> = shown["entries"].as_array().into_iter().flatten().collect();
    let titles: Vec<_> = titles.iter().map(|entry| &entry["title"]).collect();
    assert_eq!(titles, ["Heat", "Alien"]);
    assert!(shown["seen"].is_null() && shown["entries"][0]["added_by"].is_null());

    for (bad, status) in [
        (json!({}), 422),
        (json!({ "title": "Heat", "position": 0 }), 422),
        (json!({ "title": "Heat", "note": "x".repeat(501) }), 422),
        (json!({ "movie_id": 999_999 }), 422),
        (json!({ "title": "Heat", "colour": "red" }), 422),
    ] {
        let refused = program.post(&entries, &bad).await;
        assert_eq!(refused.status, status, "{bad}: {}", refused.body);
    }
    for bad in [
        json!({}),
        json!({ "title": "" }),
        json!({ "title": "x".repeat(101) }),
        json!({ "title": "Noir", "description": "x".repeat(2001) }),
        json!({ "title": "Noir", "owner": 1 }),
    ] {
        let refused = program.post("/api/lists", &bad).await;
        assert_eq!(refused.status, 422, "{bad}: {}", refused.body);
    }

    let before = program.get(&path).await;
    let hidden = json!({ "visibility": "private" });
    let conditional = program.header("if-match", before.header("etag"));
    let changed = conditional.patch(&path, &hidden).await;
    changed.expect(StatusCode::OK);
    for refused in [
        conditional.patch(&path, &hidden).await,
        conditional.delete(&path).await,
    ] {
        refused.expect(StatusCode::PRECONDITION_FAILED);
    }
    visitor.get(&path).await.expect(StatusCode::NOT_FOUND);
    eve.get(&path).await.expect(StatusCode::NOT_FOUND);
    eve.post(&entries, &film)
        .await
        .expect(StatusCode::NOT_FOUND);
    eve.delete(&entry).await.expect(StatusCode::NOT_FOUND);

    for number in 0..36 {
        let film = json!({ "title": format!("Film {number}") });
        let added = program.post(&entries, &film).await;
        added.expect(StatusCode::CREATED);
    }
    let first = program.get(&path).await.json();
    let next = first["next"].as_str().expect("another page").to_owned();
    let rest = program.get(&next).await.json();
    assert_eq!(rest["entries"].as_array().map(Vec::len), Some(14));
    assert_eq!(rest["entries"][0]["position"], 25);
    assert!(rest["next"].is_null());

    program.delete(&entry).await.expect(StatusCode::NO_CONTENT);
    program.delete(&entry).await.expect(StatusCode::NOT_FOUND);
    program.delete(&path).await.expect(StatusCode::NO_CONTENT);
    let lists = program.get("/api/lists").await.json();
    assert_eq!(lists, json!({ "lists": [], "next": null }));
    let gone = keyed.post("/api/lists", &body).await;
    gone.expect(StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_public_list_has_a_feed_and_a_preview() {
    let settings = [("BASE_URL", "https://films.example")];
    let titles = ["Heat", "Ran", "Alien", "Brazil", "Kes", "Jaws"];
    let (app, ada, movies) = app_with(&settings, &titles).await;
    let bob = app.visitor();
    bob.sign_in("bob").await;
    for movie in &movies[1..] {
        bob.upload(format!("/movies/{movie}/poster"), &png(200, 300))
            .await
            .expect(StatusCode::SEE_OTHER);
    }
    let list = make(&ada, "Noir & more", "public").await;
    add(&ada, &list, "Heat").await;
    add(&ada, &list, "Ran").await;
    let visitor = app.visitor();
    let more = make(&ada, "More", "public").await;
    add(&ada, &more, &titles.join("\n")).await;
    let page = visitor.get(&more).await;
    assert_eq!(
        page.attributes("meta[property='og:image:alt']", "content"),
        ["Ran", "Alien", "Brazil", "Kes"].map(|title| format!("Poster of {title}"))
    );
    let pictures = page.attributes("meta[property='og:image']", "content");
    assert_eq!(pictures.len(), 4);
    let note = format!("{list}/entries/{}/note", movies[0]);
    ada.post(note, &[("note", "<Canary>")]).await;
    let page = visitor.get(&list).await;
    let property = |name: &str| page.attributes(&format!("meta[property='{name}']"), "content");
    assert!(property("og:title")[0].starts_with("Noir & more"));
    assert!(property("og:image")[0].contains("/posters/"));
    let feed = page.attributes("link[type='application/atom+xml']", "href");
    let answer = visitor
        .get(&feed[0].replace("https://films.example", ""))
        .await;
    assert_eq!(
        answer.header("content-type"),
        "application/atom+xml; charset=utf-8"
    );
    let document = roxmltree::Document::parse(&answer.body).expect("well-formed");
    let of = |name: &str| -> Vec<String> {
        let nodes = document
            .descendants()
            .filter(|node| node.tag_name().name() == name);
        nodes
            .filter_map(|node| node.text().map(str::to_owned))
            .collect()
    };
    assert_eq!(of("title")[1..], ["Ran (1991)", "Heat (1990)"]);
    assert!(of("content")[0].contains("<img") && of("content")[1].contains("&lt;Canary&gt;"));
    let again = visitor.header("if-none-match", answer.header("etag"));
    let path = format!("{list}/feed.atom");
    assert_eq!(again.get(&path).await.status, 304);
    let hide = ada.get(format!("{list}/edit")).await.form("main form");
    ada.submit(&hide.set("visibility", "members")).await;
    again.get(&path).await.expect(StatusCode::NOT_FOUND);
    assert!(!ada.get(&list).await.has("meta[property='og:title']"));
}
