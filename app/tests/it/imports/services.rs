//! What the readers of single services need besides their files: answers, and files that come one
//! after another.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::Importer;
use crate::support::imports::{fixture, start_import_site};

fn expected(file: &str) -> Value {
    let text = fixture(&format!("{file}.expected.json"));
    serde_json::from_slice(&text).expect("JSON")
}

/// The ratings of Movary, each with the day of the viewing that it belongs to.
fn movary_ratings() -> Vec<String> {
    let expected = expected("movary/ratings.csv");
    let ratings = expected["ratings_only"].as_array().expect("ratings");
    let lines = ratings.iter().map(|rating| {
        let day = rating["after_history"].as_str().unwrap_or("day unknown");
        let (title, stars) = (
            rating["title"].as_str().expect("a title"),
            &rating["rating"],
        );
        format!("{day} {title} {stars}")
    });
    lines.collect()
}

#[tokio::test]
async fn ratings_of_movary_go_to_the_latest_viewing_that_is_there() {
    let (app, _folder) = start_import_site().await;
    let history = fixture("movary/history.csv");
    let ratings = fixture("movary/ratings.csv");
    let ana = Importer::new(&app, "ana").await;
    ana.import_file("history.csv", &history).await;
    ana.import_file("ratings.csv", &ratings).await;
    let bea = Importer::new(&app, "bea").await;
    let files: [(&str, &[u8]); 2] = [("ratings.csv", &ratings), ("history.csv", &history)];
    let begun = bea.send(&files, &Value::Null).await;
    let id = begun.expect(StatusCode::ACCEPTED).json()["id"].as_i64();
    app.work_on_imports().await;
    bea.write(id.expect("an id")).await;
    for member in [&ana, &bea] {
        let diary = member.diary().await;
        // The rating of The Matrix has a viewing, that of City of God becomes a review.
        assert_eq!(diary.len(), 8 + 1, "{}: {diary:?}", member.username);
        for rating in movary_ratings() {
            let has_rating = diary.iter().any(|line| line.starts_with(&rating));
            assert!(has_rating, "{}: {rating} in {diary:?}", member.username);
        }
        let rated = diary.iter().filter(|line| line.contains("The Matrix 4.5"));
        assert_eq!(rated.count(), 1, "{diary:?}");
    }
}

/// Sends a file of Netflix, answers its question, and has it written.
async fn import_of_netflix(member: &Importer<'_>, file: &str, answers: Value) -> Value {
    let name = file.rsplit('/').next().expect("a name");
    let id = member.read(name, &fixture(file)).await;
    let path = format!("/api/imports/{id}/answers");
    let answered = member.api.post(&path, &answers).await;
    answered.expect(StatusCode::OK);
    member.app().work_on_imports().await;
    member.write(id).await
}

#[tokio::test]
async fn the_answer_decides_how_netflix_writes_days() {
    let (app, _folder) = start_import_site().await;
    let file = "netflix/viewing-history-ambiguous.csv";
    let expected = expected(file);
    for (name, order, key) in [
        ("ana", "D/M/YY", "watched_on"),
        ("bea", "M/D/YY", "if_month_first"),
    ] {
        let member = Importer::new(&app, name).await;
        import_of_netflix(&member, file, json!({ "date_format": order })).await;
        let viewings = expected["viewings"].as_array().expect("viewings").iter();
        let day = |viewing: &Value| {
            let text = |key: &str| viewing[key].as_str().expect("a text").to_owned();
            format!("{} {}", text(key), text("title"))
        };
        let mut days: Vec<String> = viewings.map(day).collect();
        days.sort();
        assert_eq!(member.diary().await, days, "{order}");
    }
}

#[tokio::test]
async fn only_the_rows_of_the_chosen_profile_are_imported() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let file = "netflix/ViewingActivity.csv";
    let id = ana.read("ViewingActivity.csv", &fixture(file)).await;
    let open = ana.import(id).await;
    assert_eq!(open["needs"], json!(["profile"]));
    let choices = &open["questions"][0]["profile"]["choices"];
    assert_eq!(*choices, expected(file)["choices"]);
    let path = format!("/api/imports/{id}/answers");
    let unknown = ana.api.post(&path, &json!({ "profile": "ana" })).await;
    let unknown = unknown.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(unknown.json()["errors"][0]["field"], "profile");
    let chosen = ana.api.post(&path, &json!({ "profile": "Kids" })).await;
    chosen.expect(StatusCode::OK);
    app.work_on_imports().await;
    ana.write(id).await;
    assert_eq!(ana.diary().await, ["2023-10-11 WALL·E"]);
    let rows = ana.rows(id).await;
    let others = rows.iter().filter(|row| row["reason"] == "other_profile");
    assert_eq!(others.count(), 7);
}

#[tokio::test]
async fn a_single_profile_is_not_asked_about() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let all = String::from_utf8(fixture("netflix/ViewingActivity.csv")).expect("text");
    let own: Vec<&str> = all
        .lines()
        .filter(|line| !line.starts_with("Kids"))
        .collect();
    let import = ana.import_file("mine.csv", own.join("\n").as_bytes()).await;
    assert_eq!(import["needs"], json!([]));
    assert_eq!(
        ana.diary().await,
        ["2023-10-03 Heat", "2023-10-14 The Matrix"]
    );
}

#[tokio::test]
async fn sittings_that_are_sent_again_are_there_already() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let file = "netflix/ViewingActivity.csv";
    let answers = json!({ "profile": "Ana" });
    import_of_netflix(&ana, file, answers.clone()).await;
    let diary = ana.diary().await;
    let again = import_of_netflix(&ana, file, answers).await;
    assert_eq!(again["counts"]["written"], 0, "{again}");
    assert_eq!(ana.diary().await, diary);
}

/// Heat has the number 949 at TMDB, and some series has it, too.
#[tokio::test]
async fn the_number_of_a_series_among_the_anime_is_no_film() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let file = "SIMKL_ID,Title,Type,Year,Watchlist,LastEpWatched,WatchedDate,Rating,Memo,TVDB,TMDB,IMDB\n\
        990020,The Long Tuesday,anime,2010,plantowatch,,,,,,949,\n\
        990021,Heat,anime,1995,completed,,2024-01-02,,,,949,\n";
    let id = ana.read("simkl.csv", file.as_bytes()).await;
    ana.write(id).await;
    assert_eq!(ana.diary().await, ["2024-01-02 Heat"]);
    assert!(ana.watchlist().await.is_empty());
    let rows = ana.rows(id).await;
    let series = &rows[0];
    assert_eq!(
        (&series["state"], &series["reason"]),
        (&json!("undecided"), &json!("no_film"))
    );
}

/// An item that says thousands of things is no diary of anybody.
#[tokio::test]
async fn one_item_makes_no_more_rows_than_anybody_has_seen_a_film() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let work = json!({
        "lot": "movie", "source": "custom", "source_id": "Heat",
        "seen_history": vec![json!({}); 5_000], "reviews": [], "collections": [],
    });
    let file = json!({ "metadata": [work] }).to_string();
    let id = ana.read("export.json", file.as_bytes()).await;
    let rows = ana.rows(id).await;
    assert_eq!(rows.len(), 1_000);
}

/// Films on the watchlist may be rated, too.
#[tokio::test]
async fn a_rated_film_on_the_watchlist_of_tmdb_hides_no_other() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let table = "TMDb ID,IMDb ID,Type,Name,Release Date,Season Number,Episode Number,Rating,Your Rating,Date Rated\n\
        603,tt0133093,movie,The Matrix,1999-03-31T00:00:00Z,,,8.2,9,2023-04-11T08:15:30Z\n\
        346,tt0047478,movie,Seven Samurai,1954-04-26T00:00:00Z,,,8.5,,2023-06-01T22:30:00Z\n";
    ana.import_file("watchlist.csv", table.as_bytes()).await;
    assert_eq!(ana.diary().await, ["day unknown The Matrix 4.5"]);
    assert_eq!(ana.watchlist().await, ["Seven Samurai"]);
}
