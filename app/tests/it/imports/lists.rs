//! Lists and watchlists of imports.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::Importer;
use crate::support::imports::start_import_site;

/// A list of Letterboxd.
fn letterboxd_list(name: &str, films: &[(&str, u16)]) -> Vec<u8> {
    let mut text = format!(
        "Letterboxd list export v7\nDate,Name,Tags,URL,Description\n\
         2022-10-10,{name},,https://boxd.it/l,To be seen.\n\n\
         Position,Name,Year,URL,Description\n"
    );
    for (place, (title, year)) in (1..).zip(films) {
        text += &format!("{place},{title},{year},https://boxd.it/f{place},\n");
    }
    text.into_bytes()
}

#[tokio::test]
async fn a_list_with_a_long_name_keeps_all_of_it() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let name = "Rain ".repeat(30);
    let file = letterboxd_list(name.trim(), &[("Heat", 1995)]);
    let import = ana.import_file("rain.csv", &file).await;
    assert_eq!(import["state"], "done", "{import}");
    let lists = ana.pages("/api/lists", "lists").await;
    let title = lists[0]["title"].as_str().expect("a title");
    assert!(
        title.starts_with("Rain Rain") && title.chars().count() == 100,
        "{title}"
    );
    let description = format!("{}\n\nTo be seen.", name.trim());
    assert_eq!(lists[0]["description"], description);
    ana.import_file("rain.csv", &file).await;
    assert_eq!(ana.pages("/api/lists", "lists").await.len(), 1);
}

#[tokio::test]
async fn a_list_that_was_deleted_here_does_not_come_back() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let file = letterboxd_list("Rain", &[("Heat", 1995), ("Alien", 1979)]);
    let import = ana.import_file("rain.csv", &file).await;
    let list = ana.pages("/api/lists", "lists").await[0]["id"].clone();
    let path = format!("/api/lists/{list}");
    ana.api.delete(&path).await.expect(StatusCode::NO_CONTENT);
    let longer = [("Heat", 1995), ("Alien", 1979), ("Fargo", 1996)];
    let again = ana
        .import_file("rain.csv", &letterboxd_list("Rain", &longer))
        .await;
    assert_eq!(
        (&again["state"], &again["counts"]["written"]),
        (&json!("done"), &json!(0))
    );
    assert!(ana.pages("/api/lists", "lists").await.is_empty());
    ana.undo(import["id"].as_i64().expect("an id")).await;
    ana.import_file("rain.csv", &file).await;
    assert_eq!(ana.pages("/api/lists", "lists").await.len(), 1, "afresh");
}

/// Taking back an import that compared nothing leaves what was there before it.
#[tokio::test]
async fn what_was_on_the_watchlist_before_stays_there() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let film = json!({ "title": "Heat", "year": 1995 });
    ana.api
        .post("/api/watchlist", &film)
        .await
        .expect(StatusCode::CREATED);
    let file = b"Date,Name,Year,Letterboxd URI\n2024-05-01,Heat,1995,https://boxd.it/x\n\
                 2024-05-02,Alien,1979,https://boxd.it/y\n";
    let options = json!({ "skip_existing": false });
    let id = ana.read_with("watchlist.csv", file, &options).await;
    if ana.import(id).await["state"] == "questions" {
        let path = format!("/api/imports/{id}/answers");
        let answers = json!({ "what": "watchlist" });
        ana.api.post(&path, &answers).await.expect(StatusCode::OK);
        app.work_on_imports().await;
    }
    ana.write(id).await;
    assert_eq!(ana.watchlist().await.len(), 2);
    ana.undo(id).await;
    assert_eq!(ana.watchlist().await, ["Heat"]);
}
