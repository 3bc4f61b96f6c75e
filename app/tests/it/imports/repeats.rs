//! The same export again, a newer one, and what the member has changed here since.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::catalogs::{catalog_of, film};
use crate::support::imports::{LETTERBOXD, fixture, start_import_site};
use crate::support::{App, Importer, ReviewBuilder};

/// A diary of Letterboxd: the day watched, title, year, the entry's address and stars.
pub fn letterboxd_diary(rows: &[(&str, &str, u16, &str, &str)]) -> Vec<u8> {
    let mut text = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n".to_owned();
    for (day, title, year, address, stars) in rows {
        text += &format!("{day},{title},{year},https://boxd.it/{address},{stars},,,{day}\n");
    }
    text.into_bytes()
}

/// Ratings of IMDb: the id, stars out of ten, and the day.
pub fn imdb_ratings(rows: &[(&str, u8, &str)]) -> Vec<u8> {
    let mut text = "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,\
                    Runtime (mins),Year,Genres,Num Votes,Release Date,Directors\n"
        .to_owned();
    for (id, rating, day) in rows {
        text += &format!("{id},{rating},{day},,,,Movie,,,,,,,\n");
    }
    text.into_bytes()
}

/// How many rows are in each state.
fn states(rows: &[Value]) -> Vec<(String, usize)> {
    let mut states: Vec<String> = rows
        .iter()
        .map(|row| row["state"].as_str().expect("a state").to_owned())
        .collect();
    states.sort();
    let mut counted: Vec<(String, usize)> = Vec::new();
    for state in states {
        match counted.last_mut().filter(|(known, _)| *known == state) {
            Some((_, count)) => *count += 1,
            None => counted.push((state, 1)),
        }
    }
    counted
}

#[tokio::test]
async fn the_same_file_three_times_is_in_the_diary_once() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    ana.import_file("export.zip", &fixture(LETTERBOXD)).await;
    let (diary, watchlist) = (ana.diary().await, ana.watchlist().await);
    assert_eq!((diary.len(), watchlist.len()), (22, 3));
    for _ in 0..2 {
        let id = ana.read("renamed.zip", &fixture(LETTERBOXD)).await;
        let preview = ana.import(id).await;
        assert_eq!(preview["counts"]["undecided"], 3);
        let again = ana.write(id).await;
        assert_eq!(again["counts"]["written"], 0, "{again}");
        assert_eq!(ana.diary().await, diary);
        assert_eq!(ana.watchlist().await, watchlist);
        for row in ana.rows(id).await {
            let is_said = row["reason"] == "already_there" || row["role"] == "merged";
            let is_open = matches!(row["reason"].as_str(), Some("several_films" | "no_year"));
            let is_unseen = row["reason"] == "liked_not_watched";
            assert!(is_said || is_open || is_unseen, "{row}");
        }
    }
    let lists = ana.pages("/api/lists", "lists").await;
    assert_eq!(lists.len(), 2, "{lists:?}");
}

#[tokio::test]
async fn exports_of_different_age_come_to_the_same_in_both_orders() {
    let older = letterboxd_diary(&[
        ("2024-01-01", "Heat", 1995, "a", "4"),
        ("2024-01-02", "Alien", 1979, "b", ""),
    ]);
    let newer = letterboxd_diary(&[
        ("2024-01-01", "Heat", 1995, "a", "4"),
        ("2024-01-02", "Alien", 1979, "b", "4.5"),
        ("2024-02-01", "Heat", 1995, "c", "5"),
        ("2024-01-01", "Heat", 1995, "d", "3"),
    ]);
    let (app, _folder) = start_import_site().await;
    for (name, files) in [
        ("older-first", [&older, &newer]),
        ("newer-first", [&newer, &older]),
    ] {
        let member = Importer::new(&app, name).await;
        for file in files {
            member.import_file("diary.csv", file).await;
        }
        let expected = [
            "2024-01-01 Heat 3",
            "2024-01-01 Heat 4",
            "2024-01-02 Alien 4.5",
            "2024-02-01 Heat 5",
        ];
        assert_eq!(member.diary().await, expected, "{name}");
    }
}

#[tokio::test]
async fn what_was_edited_or_deleted_here_is_neither_overwritten_nor_brought_back() {
    let file = letterboxd_diary(&[
        ("2024-01-01", "Heat", 1995, "a", "4"),
        ("2024-01-02", "Alien", 1979, "b", "3"),
        ("2024-01-03", "Fargo", 1996, "c", ""),
    ]);
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let first = ana.import_file("diary.csv", &file).await;
    let ids: Vec<i64> = ana
        .rows(first["id"].as_i64().expect("an id"))
        .await
        .iter()
        .map(|row| row["review_id"].as_i64().expect("a review"))
        .collect();
    let heat = format!("/api/reviews/{}", ids[0]);
    let change = json!({ "rating": 2, "watched_on": "2023-12-31" });
    ana.api.patch(&heat, &change).await.expect(StatusCode::OK);
    let alien = format!("/api/reviews/{}", ids[1]);
    ana.api.delete(&alien).await.expect(StatusCode::NO_CONTENT);
    let expected = ["2023-12-31 Heat 2", "2024-01-03 Fargo"];
    let id = ana.read("diary.csv", &file).await;
    let rows = ana.rows(id).await;
    let reasons: Vec<_> = rows.iter().map(|row| row["reason"].clone()).collect();
    assert_eq!(reasons, ["already_there", "deleted_here", "already_there"]);
    let today = app.state.clock.today(chrono_tz::Europe::Berlin);
    assert_eq!(rows[1]["deleted_on"], today.to_string());
    ana.write(id).await;
    assert_eq!(ana.diary().await, expected);

    // Gone for good, and still not brought back.
    app.state.clock.advance(chrono::TimeDelta::days(3));
    movies_diary::background::sweep_all(&app.state)
        .await
        .expect("swept");
    ana.import_file("diary.csv", &file).await;
    assert_eq!(ana.diary().await, expected);
}

/// What has no key of its own is known by its film and day, whoever wrote it.
#[tokio::test]
async fn what_is_here_already_is_known_by_film_and_day() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    for day in ["2024-01-01", "2024-01-05"] {
        let review = ReviewBuilder::of("Heat", 1995).with("watched_on", day);
        review.log(&ana.client).await;
    }
    let check_ins = "Film,Year,Watched\nHeat,1995,2024-01-01\nHeat,1995,2024-01-01\n\
                     Heat,1995,2024-01-09\n";
    let answers =
        json!({ "columns": { "title": "Film", "year": "Year", "watched_on": "Watched" } });
    let id = ana.read("films.csv", check_ins.as_bytes()).await;
    let path = format!("/api/imports/{id}/answers");
    if ana.import(id).await["state"] == "questions" {
        ana.api.post(&path, &answers).await.expect(StatusCode::OK);
        app.work_on_imports().await;
    }
    let rows = ana.rows(id).await;
    let expected = [("duplicate".to_owned(), 1), ("matched".to_owned(), 2)];
    assert_eq!(states(&rows), expected, "{rows:?}");
    ana.write(id).await;
    let expected = [
        "2024-01-01 Heat",
        "2024-01-01 Heat again",
        "2024-01-05 Heat again",
        "2024-01-09 Heat again",
    ];
    assert_eq!(ana.diary().await, expected);
}

#[tokio::test]
async fn a_rating_alone_goes_to_an_unrated_viewing_that_is_here() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let unrated = |day| ReviewBuilder::of("Heat", 1995).with("watched_on", day);
    unrated("2024-01-01").log(&ana.client).await;
    unrated("2024-03-01").log(&ana.client).await;
    let rated = ReviewBuilder::of("Alien", 1979).with("rating", "2");
    rated
        .with("watched_on", "2024-01-02")
        .log(&ana.client)
        .await;
    let ratings = imdb_ratings(&[
        ("tt0113277", 9, "2024-02-01"),
        ("tt0078748", 8, "2024-02-01"),
        ("tt0116282", 7, "2024-02-01"),
    ]);
    let import = ana.import_file("ratings.csv", &ratings).await;
    let expected = [
        "2024-01-01 Heat 4.5",
        "2024-01-02 Alien 2",
        "2024-03-01 Heat again",
        "day unknown Fargo 3.5",
    ];
    assert_eq!(ana.diary().await, expected);
    ana.import_file("ratings.csv", &ratings).await;
    assert_eq!(ana.diary().await, expected, "nothing is new");
    ana.undo(import["id"].as_i64().expect("an id")).await;
    let expected = [
        "2024-01-01 Heat",
        "2024-01-02 Alien 2",
        "2024-03-01 Heat again",
    ];
    assert_eq!(ana.diary().await, expected, "the rating is taken back");
}

/// Imported reviews stand where they were logged, and those of which nobody knows it in no feed.
#[tokio::test]
async fn imported_films_are_no_news() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let fresh = ReviewBuilder::of("Heat", 1995).log(&ana.client).await;
    let diary = letterboxd_diary(&[("2014-01-02", "Alien", 1979, "b", "3")]);
    ana.import_file("diary.csv", &diary).await;
    let watched = "Date,Name,Year,Letterboxd URI\n2024-05-01,Fargo,1996,https://boxd.it/x\n";
    let id = ana.read("watched.csv", watched.as_bytes()).await;
    let path = format!("/api/imports/{id}/answers");
    if ana.import(id).await["state"] == "questions" {
        let answers = json!({ "what": "watched" });
        ana.api.post(&path, &answers).await.expect(StatusCode::OK);
        app.work_on_imports().await;
    }
    ana.write(id).await;
    assert_eq!(ana.diary().await.len(), 3);
    let feed = ana.pages("/api/feed", "reviews").await;
    let titles: Vec<_> = feed.iter().map(|review| review["title"].clone()).collect();
    assert_eq!(titles, ["Heat", "Alien"]);
    assert_eq!(feed[0]["id"], fresh);
    assert_eq!(feed[1]["logged_at"], "2014-01-02T11:00:00Z");
    let page = app.visitor().get("/feed.atom").await;
    assert!(page.body.contains("Alien") && !page.body.contains("Fargo"));
    let page = app.visitor().get("/users/ana").await;
    assert!(
        page.body.contains("imported"),
        "no time of logging is made up"
    );
}

/// Films that only their directors tell apart have no ids, and can be chosen all the same.
#[tokio::test]
async fn one_of_two_films_without_ids_is_chosen() {
    let films = ["Ann Hui", "Joan Chen"].map(|director| film("Harbour", 2001, director, ""));
    let (catalog, _folder) = catalog_of(films).await;
    let app = App::start_with_catalog(catalog, &[]).await;
    let ana = Importer::new(&app, "ana").await;
    let file = letterboxd_diary(&[("2024-01-01", "Harbour", 2001, "a", "4")]);
    let id = ana.read("diary.csv", &file).await;
    let page = ana.client.get(format!("/settings/import/{id}/films")).await;
    let choices = page.attributes("button.candidate", "value");
    assert_eq!(choices.len(), 2, "{}", page.body);
    let path = format!("/settings/import/{id}/films/1");
    let fields = [("choice", choices[1].as_str())];
    ana.client
        .post(&path, &fields)
        .await
        .expect(StatusCode::SEE_OTHER);
    ana.write(id).await;
    let reviews = ana.pages("/api/users/ana/diary", "reviews").await;
    let movie = format!("/api/movies/{}", reviews[0]["movie_id"]);
    let movie = ana.api.get(&movie).await.expect(StatusCode::OK).json();
    assert_eq!(movie["directors"][0]["name"], "Joan Chen", "{movie}");
}

/// What was found in the diary is looked at once more if the member wants it all the same.
#[tokio::test]
async fn duplicates_come_if_the_member_says_so_at_the_end() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let file = letterboxd_diary(&[("2024-01-01", "Heat", 1995, "a", "4")]);
    ana.import_file("diary.csv", &file).await;
    let id = ana.read("diary.csv", &file).await;
    assert_eq!(ana.import(id).await["counts"]["duplicates"], 1);
    let path = format!("/api/imports/{id}/confirmation");
    let options = json!({ "skip_existing": false });
    ana.api
        .post(&path, &options)
        .await
        .expect(StatusCode::ACCEPTED);
    app.work_on_imports().await;
    assert_eq!(
        ana.diary().await,
        ["2024-01-01 Heat 4", "2024-01-01 Heat 4"]
    );
}

/// A film is not seen more often than 2,000 times; the rest is left out, and memory stays small.
#[tokio::test]
async fn one_film_is_taken_two_thousand_times_at_most() {
    let (app, _folder) = start_import_site().await;
    let ana = Importer::new(&app, "ana").await;
    let first = chrono::NaiveDate::from_ymd_opt(2001, 1, 1).expect("a day");
    let rows: Vec<(String, String)> = (0..2_005)
        .map(|number| {
            (
                (first + chrono::Days::new(number)).to_string(),
                format!("r{number}"),
            )
        })
        .collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|(day, key)| (day.as_str(), "Heat", 1995, key.as_str(), ""))
        .collect();
    let import = ana.import_file("diary.csv", &letterboxd_diary(&rows)).await;
    assert_eq!(import["counts"]["written"], 2_000, "{import}");
    assert_eq!(import["counts"]["skipped"], 5);
}
