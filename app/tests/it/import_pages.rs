//! The pages of imports: files in, questions, the preview, choosing films, writing, taking back.

use axum::http::StatusCode;
use tempfile::TempDir;

use crate::support::imports::{LETTERBOXD, fixture, start_import_site};
use crate::support::{App, TestClient, TestResponse};

const START: &str = "/settings/import";

async fn site_with_ada() -> (App, TestClient, TempDir) {
    let (app, folder) = start_import_site().await;
    let ada = app.member("ada").await;
    (app, ada, folder)
}

/// Uploads a file and returns the address of its import.
async fn upload(client: &TestClient, name: &str, bytes: &[u8]) -> String {
    let file_name = name.rsplit('/').next().expect("a name");
    let answer = client.upload_form(START, &[(file_name, bytes)], &[]).await;
    let answer = answer.expect(StatusCode::SEE_OTHER);
    answer.header("location").to_owned()
}

/// Uploads a test file, and has it read. Returns the address of its import.
async fn import_of(app: &App, client: &TestClient, name: &str) -> String {
    let path = upload(client, name, &fixture(name)).await;
    app.work_on_imports().await;
    path
}

async fn show(client: &TestClient, path: &str) -> TestResponse {
    client.get(path).await.expect(StatusCode::OK)
}

/// The tiles of the page, as `Viewings 20`.
fn tiles(page: &TestResponse) -> Vec<String> {
    let labels = page.texts(".import .tile dt");
    let counts = page.texts(".import .tile dd");
    let both = labels.iter().zip(&counts);
    both.map(|(label, count)| format!("{label} {count}"))
        .collect()
}

/// Confirms the import as it stands in its form, and has it written.
async fn confirm(app: &App, client: &TestClient, path: &str) -> TestResponse {
    let form = show(client, path).await.form("form[action$=confirmation]");
    let answer = client.submit(&form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), path);
    app.work_on_imports().await;
    show(client, path).await
}

#[tokio::test]
async fn an_export_moves_in_and_out_again() {
    let (app, ada, _folder) = site_with_ada().await;
    let empty = show(&ada, "/users/ada").await;
    assert!(empty.has(".empty a[href='/settings/import']"));
    assert!(
        show(&ada, "/")
            .await
            .has(".empty a[href='/settings/import']")
    );
    assert!(
        show(&ada, "/settings")
            .await
            .has("a[href='/settings/import']")
    );

    let path = upload(&ada, LETTERBOXD, &fixture(LETTERBOXD)).await;
    let page = show(&ada, &path).await;
    assert_eq!(page.texts("#import-state"), ["Your files are being read"]);
    assert!(page.has(".import progress") && page.has("noscript"));
    let poll = page.attributes("#import-poll", "hx-get");
    let fragment = ada.htmx().get(&poll[0]).await.expect(StatusCode::OK);
    assert!(fragment.has("#import progress") && !fragment.has("h1"));

    app.work_on_imports().await;
    let page = show(&ada, &path).await;
    assert_eq!(page.texts("h1"), ["Import from Letterboxd"]);
    let found = [
        "Viewings 20",
        "Ratings alone 2",
        "On the watchlist 3",
        "Lists 2",
        "Films on lists 4",
        "Likes 3",
    ];
    assert_eq!(tiles(&page), found);
    let notice = page.texts(".undecided-films").concat();
    assert!(notice.starts_with("3 films need your eye."), "{notice}");
    assert!(!page.has("#import-poll"));
    assert!(show(&ada, "/users/ada").await.has(".empty"));

    let page = confirm(&app, &ada, &path).await;
    assert_eq!(page.texts("#import-state"), ["Welcome home"]);
    assert!(tiles(&page).contains(&"Viewings 20".to_owned()), "{page:?}");
    assert!(page.has("a[href='/users/ada?view=trends']"));
    assert!(page.has(".undecided-films"), "they can still be decided");
    let diary = show(&ada, "/users/ada").await;
    assert!(diary.titles().len() > 10, "{:?}", diary.titles());
    let line = show(&ada, START).await.texts(".lists li").concat();
    assert!(line.contains("Letterboxd In your diary"), "{line}");

    let undo = page.form("form[action$=undoing]");
    ada.submit(&undo).await.expect(StatusCode::SEE_OTHER);
    app.work_on_imports().await;
    let page = show(&ada, &path).await;
    assert_eq!(page.texts("#import-state"), ["The import is taken back"]);
    assert!(page.body.contains("Your diary is as it was before."));
    assert!(show(&ada, "/users/ada").await.titles().is_empty());
}

#[tokio::test]
async fn what_comes_is_chosen_and_seen_by_those_who_see_the_diary() {
    let (app, ada, _folder) = site_with_ada().await;
    let other = app.member("other").await;
    ada.post("/settings/visibility", &[("visibility", "members")])
        .await;
    let path = import_of(&app, &ada, LETTERBOXD).await;
    let form = show(&ada, &path).await.form("form[action$=confirmation]");
    assert_eq!(form.value("visibility"), Some("members"));
    assert_eq!(form.value("skip_existing"), Some("on"));
    assert_eq!(form.value("rated_on_is_watched_on"), None);
    let mut form = form.set("visibility", "private");
    form.fields
        .retain(|(name, _)| !["lists", "watchlist"].contains(&name.as_str()));
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    app.work_on_imports().await;
    let tiles = tiles(&show(&ada, &path).await).concat();
    assert!(tiles.contains("Viewings 20"), "{tiles}");
    assert!(!tiles.contains("list"), "{tiles}");
    let seen = show(&other, "/users/ada").await;
    assert!(seen.titles().is_empty(), "{:?}", seen.titles());
}

#[tokio::test]
async fn a_second_import_brings_nothing_twice() {
    let (app, ada, _folder) = site_with_ada().await;
    let first = import_of(&app, &ada, LETTERBOXD).await;
    confirm(&app, &ada, &first).await;
    let before = show(&ada, "/users/ada").await.titles();
    let second = import_of(&app, &ada, LETTERBOXD).await;
    let page = show(&ada, &second).await;
    assert!(page.body.contains("won’t come twice"), "{}", page.body);
    let page = confirm(&app, &ada, &second).await;
    assert!(page.body.contains("Nothing new was written."));
    assert_eq!(show(&ada, "/users/ada").await.titles(), before);
}

#[tokio::test]
async fn what_was_edited_since_stays() {
    let (app, ada, _folder) = site_with_ada().await;
    let path = upload(
        &ada,
        "two.csv",
        b"title,year,watched_on\nHeat,1995,2024-01-05\nFargo,1996,2024-01-06\n",
    )
    .await;
    app.work_on_imports().await;
    confirm(&app, &ada, &path).await;
    let diary = show(&ada, "/users/ada").await;
    let edit = diary.attributes(".entry [data-edit]", "href");
    let form = show(&ada, &edit[0]).await.form("form.review");
    let edited = form.set("comment", "Better than I remembered.");
    ada.submit(&edited).await.expect(StatusCode::SEE_OTHER);
    let undo = show(&ada, &path).await.form("form[action$=undoing]");
    ada.submit(&undo).await.expect(StatusCode::SEE_OTHER);
    app.work_on_imports().await;
    let page = show(&ada, &path).await;
    let stayed = "1 entry stayed, because you edited them after the import.";
    assert!(page.texts(".import p").contains(&stayed.to_owned()));
    let rows = show(&ada, &format!("{path}/rows?state=written")).await;
    assert_eq!(
        rows.texts(".import-rows .reason"),
        ["You edited it after the import, so it stays."]
    );
    assert_eq!(show(&ada, "/users/ada").await.titles(), ["Fargo"]);
}

#[tokio::test]
async fn writing_is_paused_and_resumed() {
    let (app, ada, _folder) = site_with_ada().await;
    let path = import_of(&app, &ada, LETTERBOXD).await;
    let form = show(&ada, &path).await.form("form[action$=confirmation]");
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    let pause = show(&ada, &path).await.form("form[action$=pausing]");
    ada.submit(&pause).await.expect(StatusCode::SEE_OTHER);
    app.work_on_imports().await;
    let page = show(&ada, &path).await;
    assert_eq!(page.texts("#import-state"), ["The import is paused"]);
    assert!(!page.has("#import-poll"));
    assert!(show(&ada, "/users/ada").await.titles().is_empty());
    let resume = page.form("form[action$=resuming]");
    ada.submit(&resume).await.expect(StatusCode::SEE_OTHER);
    app.work_on_imports().await;
    let page = show(&ada, &path).await;
    assert_eq!(page.texts("#import-state"), ["Welcome home"]);
}

#[tokio::test]
async fn an_import_that_is_not_wanted_is_deleted() {
    let (app, ada, _folder) = site_with_ada().await;
    let path = import_of(&app, &ada, LETTERBOXD).await;
    let delete = show(&ada, &path).await.form("form[action$=deletion]");
    let answer = ada.submit(&delete).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), START);
    ada.get(&path).await.expect(StatusCode::NOT_FOUND);
    assert!(!show(&ada, START).await.has(".lists li"));
}

#[tokio::test]
async fn films_are_decided_by_one_press() {
    let (app, ada, _folder) = site_with_ada().await;
    let path = import_of(&app, &ada, LETTERBOXD).await;
    let list = format!("{path}/films?state=undecided");
    let page = show(&ada, &list).await;
    let titles = page.texts(".import-film h2 .title");
    let undecided = [
        "Alone",
        "Untitled Harbour Film",
        "The Sequel Nobody Announced",
    ];
    assert_eq!(titles, undecided);
    let candidates = page.nth_element(".import-film", 0);
    assert_eq!(candidates.attributes(".candidate", "name").len(), 2);
    let names = candidates.texts(".candidate .name").join(" ");
    assert!(names.contains("John Hyams"), "{names}");

    // With htmx, the card is replaced, and the numbers above.
    let form = candidates.form("form").set("choice", "as-typed");
    let hyams = candidates.attributes(".candidate", "value").remove(0);
    let by_htmx = ada.htmx().submit(&form.clone().set("choice", &hyams)).await;
    let by_htmx = by_htmx.expect(StatusCode::OK);
    assert!(by_htmx.has("li.import-film:not(.open) .decision"));
    assert_eq!(by_htmx.texts("#films-undecided"), ["2"]);
    assert!(by_htmx.body.contains("2 films left to decide."));

    // Without, the list comes again.
    let second = show(&ada, &list).await.nth_element(".import-film", 0);
    let form = second.form("form").set("choice", "as-typed");
    let answer = ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), list);
    let third = show(&ada, &list).await.nth_element(".import-film", 0);
    let form = third.form("form").set("choice", "leave-out");
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    assert!(
        show(&ada, &list)
            .await
            .body
            .contains("All films are decided.")
    );
    assert!(!show(&ada, &path).await.has(".undecided-films"));

    let page = confirm(&app, &ada, &path).await;
    assert!(tiles(&page).contains(&"Viewings 22".to_owned()));
    let skipped = show(&ada, &format!("{path}/rows?state=skipped")).await;
    assert!(skipped.body.contains("You left this film out."));
}

#[tokio::test]
async fn another_film_is_searched_and_chosen_after_the_import_too() {
    let (app, ada, _folder) = site_with_ada().await;
    let path = import_of(&app, &ada, LETTERBOXD).await;
    confirm(&app, &ada, &path).await;
    let all = show(&ada, &format!("{path}/films")).await;
    let matched = all.texts(".import-film .badge");
    assert!(
        matched.contains(&"same title and year".to_owned()),
        "{matched:?}"
    );
    let list = show(&ada, &format!("{path}/films?state=undecided")).await;
    let links = list.attributes(".import-film a[href*='/films/']", "href");
    let search = show(&ada, &format!("{}?q=fargo", links[1])).await;
    assert_eq!(search.texts(".candidate .title"), ["Fargo"]);
    let value = search.attributes(".candidate", "value").remove(0);
    ada.post(&links[1], &[("choice", &value)])
        .await
        .expect(StatusCode::SEE_OTHER);
    app.work_on_imports().await;
    let page = show(&ada, &path).await;
    assert!(
        tiles(&page).contains(&"Viewings 21".to_owned()),
        "{:?}",
        tiles(&page)
    );
    let nonsense = ada.post(&links[1], &[("choice", "heat")]).await;
    nonsense.expect(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn questions_come_back_with_what_was_chosen() {
    let (app, ada, _folder) = site_with_ada().await;
    let path = import_of(&app, &ada, "generic/unknown-headers.csv").await;
    let page = show(&ada, &path).await;
    assert_eq!(page.texts("#import-state"), ["A few questions first"]);
    let headers = ["Film", "Released", "Seen", "Mark", "Where", "Thoughts"];
    assert_eq!(page.texts(".columns-table th[scope=row]"), headers);
    assert!(page.texts(".samples").concat().contains("Good Bye, Lenin!"));
    let form = page.form("form[action$=answers]");
    assert_eq!(form.value("column-2"), Some("year"), "it is guessed");
    let wrong = form.clone().set("column-1", "").set("column-5", "tags");
    let again = ada.submit(&wrong).await;
    let again = again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let error = "Say which column has the title, the IMDb id or the TMDB id.";
    assert_eq!(again.errors(), [error]);
    let kept = again.form("form[action$=answers]");
    assert_eq!(kept.value("column-5"), Some("tags"));

    let answers = [
        ("column-1", "title"),
        ("column-2", "year"),
        ("column-3", "watched_on"),
        ("column-4", "rating"),
        ("column-5", ""),
        ("column-6", "comment"),
        ("rating_out_of", "10"),
    ];
    let right = answers
        .iter()
        .fold(form, |form, (name, value)| form.set(name, value));
    ada.submit(&right).await.expect(StatusCode::SEE_OTHER);
    app.work_on_imports().await;
    let page = show(&ada, &path).await;
    assert_eq!(tiles(&page), ["Viewings 4"]);
    let reasons = page.texts(".reasons li");
    assert_eq!(reasons, ["1 The date can’t be read."]);
}

#[tokio::test]
async fn an_ambiguous_day_is_shown_in_both_ways() {
    let (app, ada, _folder) = site_with_ada().await;
    let file = b"title,year,watched_on\nHeat,1995,05/04/2024\n";
    let path = upload(&ada, "days.csv", file).await;
    let page = show(&ada, &path).await;
    let readings = page.texts("form[action$=answers] .tick");
    assert_eq!(
        readings,
        ["5 Apr 2024, day first", "4 May 2024, month first"]
    );
    let form = page.form("form[action$=answers]");
    let open = ada.submit(&form).await;
    let open = open.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(open.errors(), ["Choose how the file writes days."]);
    ada.submit(&form.set("date_format", "M/D/YY"))
        .await
        .expect(StatusCode::SEE_OTHER);
    app.work_on_imports().await;
    confirm(&app, &ada, &path).await;
    let rows = show(&ada, &format!("{path}/rows")).await;
    assert!(rows.body.contains("seen 4 May 2024"), "{}", rows.body);
}

#[tokio::test]
async fn a_file_of_several_profiles_asks_for_yours() {
    let (app, ada, _folder) = site_with_ada().await;
    let path = import_of(&app, &ada, "netflix/ViewingActivity.csv").await;
    let page = show(&ada, &path).await;
    assert!(page.body.contains("Which profile is yours?"));
    assert_eq!(page.texts("form[action$=answers] .tick"), ["Ana", "Kids"]);
    let form = page.form("form[action$=answers]");
    for open in [form.clone(), form.clone().set("profile", "Jo")] {
        let open = ada.submit(&open).await;
        let open = open.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(open.errors(), ["Choose whose films these are."]);
    }
    ada.submit(&form.set("profile", "Ana"))
        .await
        .expect(StatusCode::SEE_OTHER);
    app.work_on_imports().await;
    assert_eq!(tiles(&show(&ada, &path).await), ["Viewings 2"]);
}

#[tokio::test]
async fn every_service_says_where_its_export_is() {
    let (_app, ada, _folder) = site_with_ada().await;
    let page = show(&ada, START).await;
    let services = page.texts(".import-help summary");
    let known = [
        "IMDb",
        "Letterboxd",
        "Movary",
        "Movies Diary",
        "NeoDB",
        "Netflix",
        "Ryot",
        "Simkl",
        "TMDB",
        "Trakt",
        "TV Time",
        "Yamtrack",
        "Another service, or a spreadsheet",
    ];
    assert_eq!(services, known);
    assert_eq!(page.texts(".import-help details li").len(), known.len() * 3);
    assert!(!page.has(".import-help details[open]"));
    for menu in [
        "Settings → Data → Export your data",
        "Settings → Export, and download the archive",
        "TV Time closed on 15 July 2026",
    ] {
        assert!(page.body.contains(menu), "{menu}");
    }
}

#[tokio::test]
async fn an_item_of_json_is_named_with_its_array() {
    let (app, ada, _folder) = site_with_ada().await;
    let path = import_of(&app, &ada, "simkl/SimklBackup.json").await;
    let rows = show(&ada, &format!("{path}/rows?state=skipped")).await;
    let places = rows.texts(".import-rows .note");
    assert!(
        places[0].starts_with("SimklBackup.json, shows, item 1"),
        "{places:?}"
    );
    let problems = show(&ada, &format!("{path}/problems.csv")).await;
    let row = "\"SimklBackup.json: shows\",\"1\",\"tv_series\",\"Breaking Bad\"";
    assert!(problems.body.contains(row), "{}", problems.body);
    let warned = show(&ada, &path).await;
    let place = "SimklBackup.json, movies, item 3".to_owned();
    let places = warned.texts(".places li");
    assert!(places.contains(&place), "{places:?}");
}

#[tokio::test]
async fn a_list_of_imdb_asks_for_its_name() {
    let (app, ada, _folder) = site_with_ada().await;
    let path = import_of(&app, &ada, "imdb/list-rainy-days.csv").await;
    let form = show(&ada, &path).await.form("form[action$=answers]");
    let unnamed = form.clone().set("what", "list").set("name", " ");
    let again = ada.submit(&unnamed).await;
    let again = again.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.has("input[value=list][checked]") && again.has("#name-error"));
    let named = form.set("what", "list").set("name", "Rainy days");
    ada.submit(&named).await.expect(StatusCode::SEE_OTHER);
    app.work_on_imports().await;
    confirm(&app, &ada, &path).await;
    assert!(
        show(&ada, "/users/ada/lists")
            .await
            .body
            .contains("Rainy days")
    );
}

#[tokio::test]
async fn files_that_cannot_be_imported_say_why() {
    let (_app, ada, _folder) = site_with_ada().await;
    let refused = [
        ("letterboxd/empty.csv", "“empty.csv” is empty."),
        ("letterboxd/missing-name.csv", "has no column “Name”"),
        ("generic/unclosed-quote.csv", "and never closes"),
        ("generic/nobody-knows.json", "isn’t a file that can be read"),
        ("generic/picture.csv", "isn’t a file that can be read"),
        ("letterboxd/truncated.zip", "is damaged, or isn’t a zip"),
        ("letterboxd/sign-in-page.zip", "is damaged, or isn’t a zip"),
        ("letterboxd/bomb-overlapping.zip", "unpacks to more than"),
        ("letterboxd/password.zip", "locked with a password"),
        ("letterboxd/nested.zip", "has only another zip inside"),
        ("letterboxd/one-name-twice.zip", "is in the zip twice"),
    ];
    for (name, why) in refused {
        let file_name = name.rsplit('/').next().expect("a name");
        let bytes = fixture(name);
        for client in [ada.clone(), ada.htmx()] {
            let answer = client.upload_form(START, &[(file_name, &bytes)], &[]).await;
            let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
            let error = answer.texts("#import-file-error").concat();
            assert!(error.contains(why), "{name}: {error}");
            assert!(answer.has("#import-file[aria-invalid=true]"));
        }
    }
    let nothing = ada.upload_form(START, &[("", b"")], &[]).await;
    let nothing = nothing.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(nothing.errors(), ["Choose a file first."]);
    assert!(!show(&ada, START).await.has(".lists li"));
}

#[tokio::test]
async fn rows_that_are_left_out_say_why() {
    let (app, ada, _folder) = site_with_ada().await;
    let path = import_of(&app, &ada, "generic/ragged.csv").await;
    let page = show(&ada, &path).await;
    let form = page.form("form[action$=answers], form[action$=confirmation]");
    if form.action.ends_with("answers") {
        ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
        app.work_on_imports().await;
    }
    let rows = show(&ada, &format!("{path}/rows?state=skipped")).await;
    let places = rows.texts(".import-rows .note");
    assert!(places[0].starts_with("ragged.csv, line 3"), "{places:?}");
    let reasons = rows.texts(".import-rows .reason");
    assert!(
        reasons[0].contains("too many or too few cells"),
        "{reasons:?}"
    );
    let problems = ada.get(format!("{path}/problems.csv")).await;
    let problems = problems.expect(StatusCode::OK);
    assert_eq!(problems.header("content-type"), "text/csv; charset=utf-8");
    assert!(problems.body.starts_with("file,line,reason,title,raw\r\n"));
    assert!(problems.body.contains("field_count"), "{}", problems.body);
}

#[tokio::test]
async fn files_that_are_too_large_are_refused_beside_the_field() {
    let (_app, ada, _folder) = site_with_ada().await;
    let large = vec![b'x'; 65 * 1024 * 1024];
    let answer = ada.upload_form(START, &[("large.csv", &large)], &[]).await;
    let answer = answer.expect(StatusCode::PAYLOAD_TOO_LARGE);
    let error = answer.texts("#import-file-error").concat();
    assert!(error.contains("All together may have 64 MB."), "{error}");
}

/// The session is checked again once the body has arrived.
#[tokio::test]
async fn an_upload_completed_after_the_sign_out_begins_no_import() {
    let (_app, ada, _folder) = site_with_ada().await;
    let file = b"title,year\nHeat,1995\n";
    let mut pending = ada
        .with_copied_cookies()
        .start_upload_as(START, "file", file);
    pending.wait_until_started().await;
    // One upload of a member at a time.
    let second = ada.upload_as(START, "file", file).await;
    second.expect(StatusCode::CONFLICT);
    ada.post("/logout", &[]).await;
    let late = pending.finish().await;
    assert!(late.status == 303 || late.status == 401, "{}", late.status);
    ada.sign_in("ada").await;
    assert!(!show(&ada, START).await.has(".lists li"));
}
