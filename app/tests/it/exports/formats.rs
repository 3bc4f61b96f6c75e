//! Each format comes back equal in all that it can hold.

use std::collections::BTreeMap;

use entity::Visibility;
use serde_json::{Value, json};

use super::diarist::fill_diary;
use super::reading::{export, files_in};
use crate::support::python::read_with_python;
use crate::support::{App, Importer};

/// A diary by day and film, with the named fields of each review. Its visibility is who may see it.
async fn diary_with(member: &Importer<'_>, fields: &[&str]) -> Vec<Value> {
    let files = files_in(&export(member, "archive").await);
    let settings: Value = serde_json::from_slice(&files["settings.json"]).expect("JSON");
    let diary = visibility_in(&settings[0]["diary_visibility"]);
    let reviews = files.get("reviews.json").map_or(&b"[]"[..], Vec::as_slice);
    let mut reviews: Vec<Value> = serde_json::from_slice(reviews).expect("JSON");
    for review in &mut reviews {
        let own = visibility_in(&review["visibility"]);
        review["visibility"] = own.max(diary).name().into();
    }
    let kept = reviews.iter().map(|review| {
        let movie = &review["movie"];
        let mut said = json!({
            "title": movie["title"], "year": movie["year"], "imdb_id": movie["imdb_id"],
            "tmdb_id": movie["tmdb_id"],
        });
        for field in fields {
            said[*field] = review[*field].clone();
        }
        said
    });
    kept.collect()
}

fn visibility_in(name: &Value) -> Visibility {
    Visibility::parse(name.as_str().expect("a text")).expect("a visibility")
}

/// Exports the diary of a member in a format with all its viewings, imports it as `copy`, and
/// compares what the format has.
pub async fn check_viewings(owner: &Importer<'_>, copy: &Importer<'_>, format: &str) {
    let exported = export(owner, format).await;
    let (name, fields) = match format {
        "letterboxd" => ("letterboxd.zip", LETTERBOXD.as_slice()),
        "csv" => ("diary.csv", ALL.as_slice()),
        _ => ("diary.json", ALL.as_slice()),
    };
    let was = diary_with(owner, fields).await;
    if !was.is_empty() {
        let import = copy.import_file(name, &exported).await;
        assert_eq!(import["state"], "done", "{import}");
    }
    let mut was = was;
    if format == "letterboxd" {
        without_zero_stars(&mut was);
    }
    let is = diary_with(copy, fields).await;
    assert_eq!(was, is, "{format} of {}", owner.username);
}

/// Letterboxd has no 0 stars.
fn without_zero_stars(diary: &mut [Value]) {
    for review in diary {
        if review["rating"] == 0.0 {
            review["rating"] = Value::Null;
        }
    }
}

/// Exports a full diary in a format, and imports it into an empty account.
async fn there_and_back<'a>(
    app: &'a App,
    format: &str,
    name: &str,
) -> (Importer<'a>, Importer<'a>) {
    let ana = Importer::new(app, "ana").await;
    fill_diary(&ana).await;
    let exported = export(&ana, format).await;
    let bea = Importer::new(app, "bea").await;
    let import = bea.import_file(name, &exported).await;
    assert_eq!(import["state"], "done", "{import}");
    let rows = bea.rows(import["id"].as_i64().expect("an id")).await;
    let lost = rows.iter().filter(|row| row["state"] != "written");
    // Trakt has no directors, and lists of one name are one.
    let is_told = |row: &&Value| match row["reason"].as_str() {
        Some("several_films") => row["title"] == "Twins",
        reason => row["kind"] == "list_entry" && reason == Some("already_there"),
    };
    let lost: Vec<_> = lost
        .filter(|row| format != "trakt" || !is_told(row))
        .collect();
    assert!(lost.is_empty(), "{lost:#?}");
    (ana, bea)
}

const LETTERBOXD: [&str; 5] = ["watched_on", "rating", "rewatch", "tags", "comment"];

const ALL: [&str; 12] = [
    "watched_on",
    "rating",
    "liked",
    "rewatch",
    "rewatch_by_hand",
    "spoiler",
    "tags",
    "comment",
    "visibility",
    "logged_at",
    "updated_at",
    "watched_on",
];

#[tokio::test]
async fn csv_and_json_come_back_with_all_fields() {
    for (format, name) in [("csv", "diary.csv"), ("json", "diary.json")] {
        let app = App::start().await;
        let (ana, bea) = there_and_back(&app, format, name).await;
        let (was, is) = (diary_with(&ana, &ALL).await, diary_with(&bea, &ALL).await);
        assert_eq!(was, is, "{format}");
        assert_eq!(was.len(), 9);
    }
}

#[tokio::test]
async fn letterboxd_comes_back_with_all_that_it_has() {
    let app = App::start().await;
    let (ana, bea) = there_and_back(&app, "letterboxd", "letterboxd.zip").await;
    let mut was = diary_with(&ana, &LETTERBOXD).await;
    without_zero_stars(&mut was);
    assert_eq!(was, diary_with(&bea, &LETTERBOXD).await);
}

#[tokio::test]
async fn tables_for_letterboxd_stay_below_a_megabyte() {
    let app = App::start().await;
    let ana = Importer::new(&app, "ana").await;
    let words = "& ".repeat(4_900);
    for day in 1..=60 {
        let day = chrono::NaiveDate::from_yo_opt(2024, day).expect("a day");
        let review = json!({ "title": "Heat", "year": 1995, "watched_on": day, "comment": words });
        let logged = ana.api.post("/api/reviews", &review).await;
        assert_eq!(logged.status, 201, "{}", logged.body);
    }
    let files = files_in(&export(&ana, "letterboxd").await);
    assert!(files.len() > 1, "{:?}", files.keys());
    let mut rows = 0;
    for (name, content) in &files {
        assert!(content.len() < 1_000_000, "{name}: {}", content.len());
        let mut table = csv::Reader::from_reader(&content[..]);
        assert_eq!(
            table.headers().expect("a header").get(0),
            Some("tmdbID"),
            "{name}"
        );
        rows += table.records().filter(Result::is_ok).count();
    }
    assert_eq!(rows, 60);
}

/// The latest rating of each film that has an IMDb id.
#[tokio::test]
async fn imdb_comes_back_with_the_latest_ratings() {
    let app = App::start().await;
    let ana = Importer::new(&app, "ana").await;
    for (id, day, rating) in [
        ("tt0113277", "2024-01-01", 2.0),
        ("tt0113277", "2024-06-01", 4.5),
        ("tt0089881", "2024-02-01", 0.0),
        ("tt0021884", "2024-03-01", 0.5),
    ] {
        let review = json!({ "imdb_id": id, "watched_on": day, "rating": rating });
        assert_eq!(ana.api.post("/api/reviews", &review).await.status, 201);
    }
    let exported = export(&ana, "imdb").await;
    let bea = Importer::new(&app, "bea").await;
    let import = bea.import_file("ratings.csv", &exported).await;
    assert_eq!(import["source"], "imdb");
    let ratings = |diary: Vec<Value>| -> BTreeMap<String, Value> {
        let rated = diary.into_iter().map(|review| {
            let id = review["imdb_id"].as_str().expect("an id").to_owned();
            (id, review["rating"].clone())
        });
        rated.collect()
    };
    let expected = [("tt0021884", 0.5), ("tt0113277", 4.5)];
    let expected = expected.map(|(id, rating)| (id.to_owned(), json!(rating)));
    assert_eq!(
        ratings(diary_with(&bea, &["rating"]).await),
        expected.into()
    );
}

#[tokio::test]
async fn trakt_comes_back_with_plays_ratings_comments_hearts_and_lists() {
    let app = App::start().await;
    let (ana, bea) = there_and_back(&app, "trakt", "trakt.zip").await;
    let mut days = diary_with(&ana, &["watched_on"]).await;
    days.retain(|review| review["title"] != "Twins");
    assert_eq!(days, diary_with(&bea, &["watched_on"]).await);
    // Of a film, rather than of a viewing.
    for field in ["liked", "comment", "spoiler"] {
        let of_films = |diary: Vec<Value>| -> BTreeMap<String, Vec<Value>> {
            let mut by_film = BTreeMap::<String, Vec<Value>>::new();
            for review in diary {
                let said = review[field].clone();
                if said != json!("") && said != json!(false) {
                    by_film
                        .entry(review["title"].to_string())
                        .or_default()
                        .push(said);
                }
            }
            by_film
        };
        let was = of_films(diary_with(&ana, &[field]).await);
        assert_eq!(was, of_films(diary_with(&bea, &[field]).await), "{field}");
    }
    let latest = |diary: Vec<Value>| -> BTreeMap<String, Value> {
        let rated = diary
            .into_iter()
            .filter(|review| review["rating"].as_f64() > Some(0.0));
        rated
            .map(|review| (review["title"].to_string(), review["rating"].clone()))
            .collect()
    };
    let was = latest(diary_with(&ana, &["rating"]).await);
    assert_eq!(was, latest(diary_with(&bea, &["rating"]).await));
    let mut was = ana.watchlist().await;
    let mut is = bea.watchlist().await;
    was.sort();
    is.sort();
    assert_eq!(was, is);
    let titles = |zip: Vec<u8>| -> Vec<(String, String)> {
        let files = files_in(&zip);
        let lists: Vec<Value> = serde_json::from_slice(&files["lists.json"]).expect("JSON");
        let title = |list: &Value| (list["title"].to_string(), list["description"].to_string());
        lists.iter().map(title).collect()
    };
    let mut was = titles(export(&ana, "archive").await);
    was.sort();
    was.dedup();
    was.retain(|(title, _)| title != "\"Empty\"");
    let mut is = titles(export(&bea, "archive").await);
    is.sort();
    assert_eq!(was, is);
}

/// Python reads the same cells by the rule of `docs/EXPORT.md`, and none is a formula.
#[tokio::test]
async fn python_reads_the_csv_as_it_is_meant() {
    let app = App::start().await;
    let ana = Importer::new(&app, "ana").await;
    fill_diary(&ana).await;
    let table = export(&ana, "csv").await;
    let documented = include_str!("../../../../docs/EXPORT.md");
    let rule = documented.split("```python\n").nth(1).expect("a rule");
    let rule = rule.split("```").next().expect("an end");
    let script = format!(
        "import csv, io, json, sys\n{rule}\n\
        table = sys.stdin.buffer.read().decode('utf-8')\n\
        rows = list(csv.DictReader(io.StringIO(table, newline='')))\n\
        cells = [[cell, text(cell)] for row in rows for cell in row.values()]\n\
        read = [{{name: text(cell) for name, cell in row.items()}} for row in rows]\n\
        print(json.dumps([cells, read]))"
    );
    let Some(read) = read_with_python("csv", &script, &[], &table) else {
        return;
    };
    for cell in read[0].as_array().expect("cells") {
        let cell = cell[0].as_str().expect("a text");
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{cell}"
        );
    }
    let was = diary_with(&ana, &ALL).await;
    let rows = read[1].as_array().expect("rows");
    assert_eq!(rows.len(), was.len());
    for (row, review) in rows.iter().zip(&was) {
        for name in ["title", "comment", "visibility"] {
            assert_eq!(row[name], review[name]);
        }
        let day = review["watched_on"].as_str().unwrap_or_default();
        assert_eq!(row["watched_on"], day);
        let stars = row["rating"].as_str().expect("a cell");
        assert_eq!(stars.parse().ok(), review["rating"].as_f64());
    }
    let titles: Vec<&Value> = rows.iter().map(|row| &row["title"]).collect();
    assert!(titles.contains(&&json!("@home")), "{titles:?}");
}
