//! Taking back what imports wrote, and what stays.

use axum::http::StatusCode;
use serde_json::json;

use super::repeats::letterboxd_diary;
use crate::support::imports::{LETTERBOXD, fixture, start_import_site};
use crate::support::{App, Importer, ReviewBuilder};

#[tokio::test]
async fn what_an_import_made_goes_and_what_was_edited_since_stays() {
    let file = letterboxd_diary(&[
        ("2024-01-01", "Heat", 1995, "a", "4"),
        ("2024-01-02", "Alien", 1979, "b", "3"),
        ("2024-01-03", "Fargo", 1996, "c", ""),
        ("2024-01-04", "Heat", 1995, "d", ""),
    ]);
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let own = ReviewBuilder::of("Fargo", 1996).with("watched_on", "2020-05-05");
    own.log(&ana.client).await;
    let import = ana.import_file("diary.csv", &file).await;
    let id = import["id"].as_i64().expect("an id");
    let rows = ana.rows(id).await;
    let edited = format!("/api/reviews/{}", rows[1]["review_id"]);
    let change = json!({ "comment": "Seen with Ben." });
    ana.api.patch(&edited, &change).await.expect(StatusCode::OK);
    // Neither who may see it, nor a rewatch that follows the days, is an edit.
    let private = [("visibility", "private")];
    let answer = ana.client.post("/settings/visibility", &private).await;
    answer.expect(StatusCode::SEE_OTHER);
    let earlier = ReviewBuilder::of("Heat", 1995).with("watched_on", "2019-01-01");
    earlier.log(&ana.client).await;

    let undone = ana.undo(id).await;
    assert_eq!(undone["state"], "undone");
    assert_eq!(undone["counts"]["written"], 1, "what stays is said");
    let left: Vec<_> = ana
        .rows(id)
        .await
        .into_iter()
        .filter(|row| row["state"] == "written")
        .collect();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["reason"], "edited_here");
    let expected = ["2019-01-01 Heat", "2020-05-05 Fargo", "2024-01-02 Alien 3"];
    assert_eq!(ana.diary().await, expected);

    // Undone reviews can be restored for a day, and the file imports afresh.
    let deleted = ana.client.get("/reviews/deleted").await;
    let restorable = deleted.attributes("form[action$='/restoration']", "action");
    assert_eq!(restorable.len(), 3);
    ana.import_file("diary.csv", &file).await;
    // Letterboxd says that none of them is a rewatch.
    let expected = [
        "2019-01-01 Heat",
        "2020-05-05 Fargo",
        "2024-01-01 Heat 4",
        "2024-01-02 Alien 3",
        "2024-01-03 Fargo",
        "2024-01-04 Heat",
    ];
    assert_eq!(ana.diary().await, expected);
}

#[tokio::test]
async fn an_undone_export_leaves_nothing_but_movies() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let zip = fixture(LETTERBOXD);
    let first = ana.import_file("export.zip", &zip).await;
    let diary = ana.diary().await;
    let watchlist = ana.watchlist().await;
    let undone = ana.undo(first["id"].as_i64().expect("an id")).await;
    assert_eq!(undone["counts"]["written"], 0, "{undone}");
    assert!(ana.diary().await.is_empty());
    assert!(ana.watchlist().await.is_empty());
    assert!(ana.pages("/api/lists", "lists").await.is_empty());
    let again = ana.import_file("export.zip", &zip).await;
    assert_eq!(again["counts"]["duplicates"], 0, "{again}");
    assert_eq!(
        (ana.diary().await, ana.watchlist().await),
        (diary, watchlist)
    );
}

/// A merge moves reviews to another movie, and is no edit.
#[tokio::test]
async fn an_import_follows_its_reviews_through_a_merge() {
    let file = letterboxd_diary(&[("2024-01-01", "Heat", 1995, "a", "4")]);
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let ana = Importer::new(&app, "ana").await;
    let import = ana.import_file("diary.csv", &file).await;
    let row = ana
        .rows(import["id"].as_i64().expect("an id"))
        .await
        .remove(0);
    let from = row["movie_id"].as_i64().expect("a movie");
    let other = ReviewBuilder::of("Heat (remastered)", 1995)
        .log(&boss)
        .await;
    let into = boss.movie_of(other).await;
    let fields = [("from", from.to_string()), ("into", into.to_string())];
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, id)| (*name, id.as_str()))
        .collect();
    boss.post("/admin/doubles", &fields)
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(ana.diary().await, ["2024-01-01 Heat (remastered) 4"]);
    let id = import["id"].as_i64().expect("an id");
    assert_eq!(ana.rows(id).await[0]["movie_id"], into);
    let unkeyed = "Title,Year,Watched\nHeat (remastered),1995,2024-01-01\n";
    let again = ana.read("other.csv", unkeyed.as_bytes()).await;
    if ana.import(again).await["state"] == "questions" {
        let columns = json!({ "title": "Title", "year": "Year", "watched_on": "Watched" });
        let path = format!("/api/imports/{again}/answers");
        let answers = json!({ "columns": columns });
        ana.api.post(&path, &answers).await.expect(StatusCode::OK);
        app.work_on_imports().await;
    }
    assert_eq!(ana.rows(again).await[0]["reason"], "already_there");
    ana.undo(id).await;
    assert!(ana.diary().await.is_empty());
}
