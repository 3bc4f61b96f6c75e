//! The archive reads back what was written: on this server, on another, on the other database.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::diarist::fill_diary;
use super::reading::{export, files_in, said_in_archive};
use crate::support::databases::TestDatabase;
use crate::support::{App, Importer, pictures};

/// Imports an archive into the account of `member`, which takes over the settings.
async fn import_archive(member: &Importer<'_>, zip: &[u8]) -> Value {
    let import = member.import_file("movies-diary.zip", zip).await;
    assert_eq!(import["state"], "done", "{import}");
    assert_eq!(import["source"], "archive");
    assert_eq!(
        import["counts"]["failed"],
        0,
        "{:#?}",
        member.rows(import["id"].as_i64().unwrap_or(0)).await
    );
    import
}

#[track_caller]
fn assert_same(was: &BTreeMap<String, Value>, is: &BTreeMap<String, Value>, where_to: &str) {
    let names = |said: &BTreeMap<String, Value>| said.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(was), names(is), "{where_to}");
    for (name, items) in was {
        let (was, is) = (
            items.as_array().expect("items"),
            is[name].as_array().expect("items"),
        );
        for (was, is) in was.iter().zip(is) {
            assert_eq!(was, is, "{name} on {where_to}");
        }
        assert_eq!(was.len(), is.len(), "{name} on {where_to}");
    }
}

#[tokio::test]
async fn an_archive_comes_back_without_loss() {
    let app = App::start().await;
    let ana = Importer::new(&app, "ana").await;
    fill_diary(&ana).await;
    let zip = export(&ana, "archive").await;
    let was = said_in_archive(&zip);
    let files: Vec<_> = was.keys().map(String::as_str).collect();
    let all = [
        "corrections.json",
        "deleted_reviews.json",
        "goals.json",
        "list_entries.json",
        "lists.json",
        "pictures.json",
        "reviews.json",
        "settings.json",
        "waiting.json",
        "watchlist.json",
    ];
    assert_eq!(files, all);

    // Here, where the films are corrected and have their posters already.
    let bea = Importer::new(&app, "bea").await;
    import_archive(&bea, &zip).await;
    let mut here = said_in_archive(&export(&bea, "archive").await);
    let mut expected = was.clone();
    for file in ["corrections.json", "pictures.json"] {
        assert_eq!(here.remove(file), None);
        expected.remove(file);
    }
    assert_same(&expected, &here, "the same server");

    // On another server, and from there back to the first database.
    let other = App::start_on(TestDatabase::empty_on_sqlite(), &[]).await;
    let cem = Importer::new(&other, "cem").await;
    import_archive(&cem, &zip).await;
    let there = export(&cem, "archive").await;
    assert_same(&was, &said_in_archive(&there), "another server");
    let third = App::start().await;
    let dan = Importer::new(&third, "dan").await;
    import_archive(&dan, &there).await;
    assert_same(
        &was,
        &said_in_archive(&export(&dan, "archive").await),
        "a third server",
    );
    let pictures = files_in(&export(&dan, "archive").await);
    let picture = pictures.iter().find(|(name, _)| name.ends_with(".webp"));
    let picture = pictures::decode_picture(picture.expect("a picture").1);
    assert_eq!(picture.dimensions(), (500, 750));
}

#[tokio::test]
async fn an_archive_that_comes_twice_or_into_its_own_account_changes_nothing() {
    let app = App::start().await;
    let ana = Importer::new(&app, "ana").await;
    fill_diary(&ana).await;
    let zip = export(&ana, "archive").await;
    let was = decided(&ana).await;
    let bea = Importer::new(&app, "bea").await;
    import_archive(&bea, &zip).await;
    let once = decided(&bea).await;
    let again = import_archive(&bea, &zip).await;
    assert_eq!(again["options"]["settings"], false);
    assert_same(&once, &decided(&bea).await, "the same account");

    let own = import_archive(&ana, &zip).await;
    assert!(own["counts"]["duplicates"].as_i64() > Some(10), "{own}");
    assert_same(&was, &decided(&ana).await, "its own account");
}

/// The archive of a member without the rows that wait: those wait in each import.
async fn decided(member: &Importer<'_>) -> BTreeMap<String, Value> {
    let mut said = said_in_archive(&export(member, "archive").await);
    said.remove("waiting.json");
    said
}

#[tokio::test]
async fn an_archive_is_taken_back_whole() {
    let app = App::start().await;
    let ana = Importer::new(&app, "ana").await;
    fill_diary(&ana).await;
    let zip = export(&ana, "archive").await;
    let bea = Importer::new(&app, "bea").await;
    let before = said_in_archive(&export(&bea, "archive").await);
    let import = import_archive(&bea, &zip).await;
    bea.undo(import["id"].as_i64().expect("an id")).await;
    let mut after = said_in_archive(&export(&bea, "archive").await);
    let deleted = after
        .remove("deleted_reviews.json")
        .expect("to be restored for a day");
    let was_deleted = &said_in_archive(&zip)["deleted_reviews.json"][0];
    let deleted = deleted.as_array().expect("reviews");
    assert!(
        deleted.contains(was_deleted),
        "it has no more time than it had"
    );
    // Settings stay.
    assert_eq!(after["settings.json"][0]["display_name"], "Ána =1+1");
    after.insert("settings.json".to_owned(), before["settings.json"].clone());
    assert_same(&before, &after, "the account");
}

#[tokio::test]
async fn settings_come_along_only_if_they_are_wanted() {
    let app = App::start().await;
    let ana = Importer::new(&app, "ana").await;
    fill_diary(&ana).await;
    let zip = export(&ana, "archive").await;
    let bea = Importer::new(&app, "bea").await;
    let options = json!({ "settings": false });
    let id = bea.read_with("movies-diary.zip", &zip, &options).await;
    bea.write(id).await;
    let me = bea.api.get("/api/me").await.expect(StatusCode::OK).json();
    assert_eq!(me["display_name"], "BEA");
    assert_eq!(me["diary_visibility"], "public");
    let rows = bea.rows(id).await;
    let settings = rows
        .iter()
        .find(|row| row["kind"] == "settings")
        .expect("a row");
    assert_eq!(settings["reason"], "not_wanted");
}

/// Nobody sees more in the account that an archive comes into than where it is from.
#[tokio::test]
async fn a_private_diary_stays_private_where_its_settings_stay_behind() {
    let app = App::start().await;
    let ana = Importer::new(&app, "ana").await;
    let secret = json!({ "title": "Secretary", "year": 2002, "watched_on": "2024-03-01" });
    assert_eq!(ana.api.post("/api/reviews", &secret).await.status, 201);
    let private = json!({ "diary_visibility": "private" });
    ana.api
        .patch("/api/me", &private)
        .await
        .expect(StatusCode::OK);
    for (format, name) in [
        ("archive", "archive.zip"),
        ("csv", "diary.csv"),
        ("json", "diary.json"),
    ] {
        let exported = export(&ana, format).await;
        let bea = Importer::new(&app, &format!("bea-{format}")).await;
        let own = json!({ "title": "Heat", "year": 1995, "watched_on": "2024-03-02" });
        assert_eq!(bea.api.post("/api/reviews", &own).await.status, 201);
        bea.import_file(name, &exported).await;
        assert_eq!(bea.diary().await.len(), 2, "{format}");
        let path = format!("/users/{}", bea.username);
        let seen = app.visitor().get(&path).await.expect(StatusCode::OK).body;
        assert!(seen.contains("Heat"), "{format}");
        assert!(!seen.contains("Secretary"), "{format}");
    }
}

#[tokio::test]
async fn own_files_come_as_private_as_the_member_wants_them() {
    let app = App::start().await;
    let ana = Importer::new(&app, "ana").await;
    let review = json!({ "title": "Secretary", "year": 2002, "watched_on": "2024-03-01" });
    assert_eq!(ana.api.post("/api/reviews", &review).await.status, 201);
    for (format, name) in [
        ("archive", "archive.zip"),
        ("csv", "diary.csv"),
        ("json", "diary.json"),
    ] {
        let exported = export(&ana, format).await;
        let bea = Importer::new(&app, &format!("bea-{format}")).await;
        let options = json!({ "visibility": "private" });
        let id = bea.read_with(name, &exported, &options).await;
        bea.write(id).await;
        assert_eq!(bea.diary().await.len(), 1);
        let path = format!("/users/{}", bea.username);
        let seen = app.visitor().get(&path).await.body;
        assert!(!seen.contains("Secretary"), "{format}");
    }
}

#[tokio::test]
async fn one_picture_may_be_the_poster_of_two_films() {
    let app = App::start().await;
    let ana = Importer::new(&app, "ana").await;
    for (movie, title) in [(1, "Red"), (2, "Blue")] {
        let review = json!({ "title": title, "year": 1993, "watched_on": "2024-03-01" });
        assert_eq!(ana.api.post("/api/reviews", &review).await.status, 201);
        let path = format!("/movies/{movie}/poster");
        let sent = ana.client.upload(&path, &pictures::jpeg(300, 450)).await;
        sent.expect(StatusCode::SEE_OTHER);
    }
    let zip = export(&ana, "archive").await;
    let was = said_in_archive(&zip);
    assert_eq!(was["pictures.json"].as_array().map(Vec::len), Some(2));
    let other = App::start_on(TestDatabase::empty_on_sqlite(), &[]).await;
    let bea = Importer::new(&other, "bea").await;
    import_archive(&bea, &zip).await;
    let is = said_in_archive(&export(&bea, "archive").await);
    assert_eq!(was["pictures.json"], is["pictures.json"]);
}

/// An import that was taken back leaves many reviews to be restored.
#[tokio::test]
async fn many_deleted_reviews_come_along() {
    let app = App::start().await;
    let ana = Importer::new(&app, "ana").await;
    let mut table = "title,year,watched_on\n".to_owned();
    for film in 0..1_001 {
        table += &format!("Film {film},{},2024-01-01\n", 1900 + film % 100);
    }
    let import = ana.import_file("many.csv", table.as_bytes()).await;
    ana.undo(import["id"].as_i64().expect("an id")).await;
    let zip = export(&ana, "archive").await;
    let deleted = &said_in_archive(&zip)["deleted_reviews.json"];
    assert_eq!(deleted.as_array().map(Vec::len), Some(1_001));
}
