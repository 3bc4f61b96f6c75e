//! Every file of `fixtures/import` is uploaded, answered and written, and what is in the diary then
//! is what its expected file says.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::catalogs::catalog_of;
use crate::support::imports::{fixture, fixture_films, fixture_path};
use crate::support::{App, Importer, TestResponse};

const EXPECTED: &str = ".expected.json";

/// What the rows of an import can become.
const KINDS: [(&str, &str); 4] = [
    ("viewings", "viewing"),
    ("ratings_only", "rating_only"),
    ("watchlist", "watchlist"),
    ("likes", "like"),
];

#[tokio::test]
async fn every_file_comes_to_what_is_right_in_the_diary() {
    let (catalog, _folder) = catalog_of(fixture_films()).await;
    let rate = "1000000";
    let settings = [
        ("API_REQUESTS_PER_MINUTE_BY_ADDRESS", rate),
        ("API_REQUESTS_PER_MINUTE_BY_TOKEN", rate),
    ];
    let app = App::start_with_catalog(catalog, &settings).await;
    let films = FilmKeys::read();
    let files = fixture_files();
    assert_eq!(files.len(), 75);
    let mut problems = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let expected = fixture(&format!("{file}{EXPECTED}"));
        let expected: Value = serde_json::from_slice(&expected).expect("JSON");
        let importer = Importer::new(&app, &format!("member{number}")).await;
        let differences = compare_file(&app, &importer, &films, file, &expected).await;
        problems.extend(
            differences
                .into_iter()
                .map(|what| format!("{file}: {what}")),
        );
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The files to import, by their path in the folder.
fn fixture_files() -> Vec<String> {
    let mut found = Vec::new();
    let all = fixture_path("");
    let mut folders = vec![all.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(file) = path.to_string_lossy().strip_suffix(EXPECTED) {
                let file = Path::new(file).strip_prefix(&all).expect("inside");
                found.push(file.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// The keys of films by their ids.
struct FilmKeys(HashMap<String, String>);

impl FilmKeys {
    fn read() -> Self {
        let mut keys = HashMap::new();
        let films: Value = serde_json::from_slice(&fixture("films.json")).expect("JSON");
        for film in films["films"].as_array().expect("films") {
            let key = film["key"].as_str().expect("a key");
            for id in ["imdb", "tmdb"] {
                keys.insert(film[id].to_string(), key.to_owned());
            }
        }
        Self(keys)
    }

    fn of(&self, candidate: &Value) -> Value {
        let ids = [&candidate["imdb_id"], &candidate["tmdb_id"]];
        let found = ids.iter().find_map(|id| self.0.get(&id.to_string()));
        json!(found)
    }

    /// The film that a row was matched with; null if it is taken as typed.
    fn of_row(&self, row: &Value) -> Value {
        match row["matched_by"].is_null() {
            true => Value::Null,
            false => self.of(&row["candidates"][0]),
        }
    }
}

async fn compare_file(
    app: &App,
    importer: &Importer<'_>,
    films: &FilmKeys,
    file: &str,
    expected: &Value,
) -> Vec<String> {
    let name = file.rsplit('/').next().expect("a name");
    let answer = importer.send(&[(name, &fixture(file))], &Value::Null).await;
    if expected["status"] == "refused" {
        return compare_refusal(&answer, expected);
    }
    let import = answer.expect(StatusCode::ACCEPTED).json();
    let id = import["id"].as_i64().expect("an id");
    let mut problems = Vec::new();
    let needs = expected.get("needs").cloned().unwrap_or(json!([]));
    if import["needs"] != needs {
        problems.push(format!("asks {}, not {needs}", import["needs"]));
    }
    if let Some(answers) = expected.get("answers") {
        let path = format!("/api/imports/{id}/answers");
        importer
            .api
            .post(&path, answers)
            .await
            .expect(StatusCode::OK);
    }
    app.work_on_imports().await;
    let import = importer.import(id).await;
    assert_eq!(import["state"], "ready", "{file}: {import}");
    if import["source"] != expected["source"] {
        problems.push(format!("is of {}", import["source"]));
    }
    for (word, count) in expected["counts"].as_object().expect("counts") {
        if import["counts"][word] != *count {
            problems.push(format!("{word}: {}, not {count}", import["counts"][word]));
        }
    }
    let preview = importer.rows(id).await;
    importer.write(id).await;
    let found = Found {
        warnings: import["warnings"].as_array().cloned().unwrap_or_default(),
        reviews: reviews_by_id(importer).await,
        rows: importer.rows(id).await,
        preview,
        films,
    };
    for (kind, role) in KINDS {
        problems.extend(compare_things(kind, &expected[kind], found.with_role(role)));
    }
    problems.extend(compare_things(
        "undecided",
        &expected["undecided"],
        found.undecided(),
    ));
    problems.extend(compare_things(
        "skipped",
        &expected["skipped"],
        found.skipped(),
    ));
    problems.extend(compare_things(
        "warnings",
        &expected["warnings"],
        found.warnings(),
    ));
    let lists = found.lists(importer).await;
    problems.extend(compare_things("lists", &expected["lists"], lists));
    problems
}

fn compare_refusal(answer: &TestResponse, expected: &Value) -> Vec<String> {
    let problem = answer.json();
    let agrees = ["reason", "column", "line"]
        .iter()
        .all(|key| problem[*key] == expected[*key]);
    let is_told = problem["detail"]
        .as_str()
        .is_some_and(|told| told.len() > 20);
    match agrees && is_told && answer.status == 422 {
        true => Vec::new(),
        false => vec![format!("refused as {problem}")],
    }
}

async fn reviews_by_id(importer: &Importer<'_>) -> HashMap<i64, Value> {
    let path = format!("/api/users/{}/diary", importer.username);
    let reviews = importer.pages(&path, "reviews").await;
    let reviews = reviews.into_iter();
    reviews
        .map(|review| (review["id"].as_i64().expect("an id"), review))
        .collect()
}

/// What an import came to.
struct Found<'a> {
    /// Before it was written.
    preview: Vec<Value>,
    rows: Vec<Value>,
    reviews: HashMap<i64, Value>,
    warnings: Vec<Value>,
    films: &'a FilmKeys,
}

impl Found<'_> {
    fn with_role(&self, role: &str) -> Vec<Value> {
        let rows = self.rows.iter();
        let fitting = rows.filter(|row| row["role"] == role && row["state"] != "undecided");
        fitting.map(|row| self.thing_of(row)).collect()
    }

    fn undecided(&self) -> Vec<Value> {
        let waits = |row: &&Value| row["state"] == "undecided" && row["role"] != "list_entry";
        let undecided = self.rows.iter().filter(waits);
        undecided.map(|row| self.thing_of(row)).collect()
    }

    fn skipped(&self) -> Vec<Value> {
        let skipped = self.preview.iter().filter(|row| row["state"] == "skipped");
        skipped.map(|row| self.thing_of(row)).collect()
    }

    fn warnings(&self) -> Vec<Value> {
        let mut warnings = self.warnings.clone();
        for warning in &mut warnings {
            let same = |row: &&Value| {
                let place = ["file", "array", "line", "item"];
                place.iter().all(|part| row[*part] == warning[*part]) && row["play"].is_null()
            };
            let row = self.rows.iter().find(same);
            warning["film"] = row.map_or(Value::Null, |row| self.films.of_row(row));
        }
        warnings
    }

    /// The row, with the review that it became, in the words of the expected files.
    fn thing_of(&self, row: &Value) -> Value {
        let mut thing = row.clone();
        thing["film"] = self.films.of_row(row);
        thing["source_row"] = place_of(row);
        thing["what"] = row["role"].clone();
        let candidates = row["candidates"].as_array().into_iter().flatten();
        thing["candidates"] = candidates.map(|film| self.films.of(film)).collect();
        let merged = self
            .rows
            .iter()
            .filter(|other| other["merged_into"] == row["row"]);
        let merged: Vec<&Value> = merged.collect();
        thing["merged_rows"] = merged.iter().map(|row| place_of(row)).collect();
        if thing["comment"] == "" {
            let words = merged.iter().map(|row| &row["comment"]);
            thing["comment"] = words
                .max_by_key(|words| words.as_str())
                .cloned()
                .unwrap_or_default();
        }
        let review = row["review_id"]
            .as_i64()
            .and_then(|id| self.reviews.get(&id));
        for part in [
            "watched_on",
            "rating",
            "rewatch",
            "liked",
            "spoiler",
            "tags",
            "comment",
        ] {
            if let Some(review) = review {
                thing[part] = review[part].clone();
            }
        }
        if row["role"] == "like" {
            thing["kept_on"] = self.day_of_liked_review(row);
        }
        thing
    }

    fn day_of_liked_review(&self, like: &Value) -> Value {
        let film = self.films.of_row(like);
        let mut viewings = self.rows.iter().filter(|row| {
            row["role"] == "viewing" && self.films.of_row(row) == film && !film.is_null()
        });
        let liked = viewings.find_map(|row| {
            let review = self.reviews.get(&row["review_id"].as_i64()?)?;
            (review["liked"] == true).then(|| review["watched_on"].clone())
        });
        liked.unwrap_or_default()
    }

    async fn lists(&self, importer: &Importer<'_>) -> Vec<Value> {
        let mut lists = Vec::new();
        for list in importer.pages("/api/lists", "lists").await {
            let path = format!("/api/lists/{}", list["id"]);
            let entries = importer.pages(&path, "entries").await;
            let entries = entries.iter().map(|entry| {
                let mut thing = entry.clone();
                thing["film"] = self.films.of(entry);
                thing
            });
            let mut thing = list.clone();
            thing["name"] = list["title"].clone();
            thing["entries"] = entries.collect();
            lists.push(thing);
        }
        lists
    }
}

fn place_of(row: &Value) -> Value {
    let parts = ["file", "array", "line", "item"].into_iter();
    let known = parts.filter(|part| !row[*part].is_null());
    let known = known.map(|part| (part.to_owned(), row[part].clone()));
    Value::Object(known.collect())
}

/// Each expected thing has to be found once, and nothing else may be.
fn compare_things(kind: &str, expected: &Value, mut found: Vec<Value>) -> Vec<String> {
    let mut problems = Vec::new();
    for wanted in expected.as_array().into_iter().flatten() {
        match found.iter().position(|thing| says_all(kind, wanted, thing)) {
            Some(place) => drop(found.swap_remove(place)),
            None => problems.push(format!("{kind}: missing {}", shortened(wanted))),
        }
    }
    let further = found.iter();
    problems.extend(further.map(|thing| format!("{kind}: too much {}", shortened(thing))));
    problems
}

/// Whether a thing that was found has everything of the expected one.
fn says_all(kind: &str, wanted: &Value, found: &Value) -> bool {
    let is_said = |(key, value): (&String, &Value)| match (key.as_str(), value) {
        ("also_right" | "ids" | "created", _) => true,
        // Tests of their own compare what comes with other answers or after other files.
        ("if_month_first" | "after_history", _) => true,
        // Lists have their own places, and no tags.
        ("tags", _) if kind == "lists" => true,
        ("description", _) if kind == "lists" => says_description(wanted, found),
        ("source_row" | "position" | "title" | "year", _) if kind == "entries" => true,
        ("entries", Value::Array(entries)) => {
            let found = found["entries"].as_array().expect("entries");
            let decided = entries.iter().filter(|entry| !entry["film"].is_null());
            let decided: Vec<_> = decided.collect();
            let mut pairs = decided.iter().zip(found);
            decided.len() == found.len() && pairs.all(|(a, b)| says_all("entries", a, b))
        }
        ("merged_rows" | "candidates", Value::Array(rows)) => {
            let found = found[key].as_array().map(Vec::as_slice);
            texts_of(rows) == texts_of(found.unwrap_or_default())
        }
        // A title that is missing is an empty text here.
        ("title", Value::Null) => found["title"] == "",
        ("tags", Value::Array(tags)) => {
            let found = found["tags"].as_array().map(Vec::as_slice);
            texts_of(tags) == texts_of(found.unwrap_or_default())
        }
        (_, value) => same(value, &found[key]),
    };
    let wanted_parts = wanted.as_object().expect("an object");
    let merged = found["merged_rows"].as_array();
    let is_merged = merged.is_some_and(|rows| !rows.is_empty());
    wanted_parts.iter().all(is_said) && (!is_merged || wanted_parts.contains_key("merged_rows"))
}

/// The tags of a list end its description.
fn says_description(wanted: &Value, found: &Value) -> bool {
    let tags = wanted["tags"].as_array().expect("tags");
    let tags: Vec<_> = tags.iter().filter_map(Value::as_str).collect();
    let wanted = wanted["description"].as_str().expect("a text");
    let found = found["description"].as_str().expect("a text");
    match tags.is_empty() {
        true => found == wanted,
        false => found.starts_with(wanted) && found.ends_with(&tags.join(", ")),
    }
}

fn same(wanted: &Value, found: &Value) -> bool {
    match (wanted.as_f64(), found.as_f64()) {
        (Some(wanted), Some(found)) => wanted == found,
        // Nothing said is as good as nothing.
        _ if wanted == &json!(false) || wanted == &json!("") => found == wanted || found.is_null(),
        _ => wanted == found,
    }
}

fn texts_of(values: &[Value]) -> BTreeSet<String> {
    values.iter().map(Value::to_string).collect()
}

fn shortened(value: &Value) -> String {
    value.to_string().chars().take(600).collect()
}
