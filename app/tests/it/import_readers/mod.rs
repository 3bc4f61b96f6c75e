//! Importing up to the point where a database is needed: what is recognised, read, left out and
//! put together, for every file in `fixtures/import`, and for files that nobody wrote.

mod outcome;
mod properties;
mod stand_in_catalog;

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use movies_diary::transfer::{Answers, ImportUpload, RefusalReason, UploadError, inspect};
use serde_json::{Map, Value, json};
use zip::write::SimpleFileOptions;

use outcome::{Outcome, read_all};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/import");

const EXPECTED: &str = ".expected.json";

const KINDS: [&str; 8] = [
    "viewings",
    "ratings_only",
    "watchlist",
    "lists",
    "likes",
    "undecided",
    "skipped",
    "warnings",
];

/// The files to import, by their path in the folder.
fn fixture_files() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(FIXTURES)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(file) = path.to_string_lossy().strip_suffix(EXPECTED) {
                let file = Path::new(file).strip_prefix(FIXTURES).expect("inside");
                found.push(file.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

fn open_fixture(file: &str) -> Result<ImportUpload, UploadError> {
    let stream = fs::File::open(format!("{FIXTURES}/{file}")).expect("a fixture");
    ImportUpload::open(file, stream)
}

#[test]
fn every_file_comes_to_what_is_right() {
    let files = fixture_files();
    assert_eq!(files.len(), 75);
    let mut problems = Vec::new();
    for file in files {
        let expected = fs::read_to_string(format!("{FIXTURES}/{file}{EXPECTED}"));
        let expected: Value = serde_json::from_str(&expected.expect("a file")).expect("JSON");
        let found = import(&file, &expected);
        let mut differ = |what: String| problems.push(format!("{file}: {what}"));
        match found {
            Ok(outcome) => compare(&expected, &outcome, &mut differ),
            Err(UploadError::Refused(refusal)) => {
                let told = serde_json::to_value(refusal).expect("JSON");
                let keys = ["reason", "column", "line"];
                let wanted = ["refused"].map(Value::from);
                if expected["status"] != wanted[0] || !agree(&expected, &told, &keys) {
                    differ(format!("refused as {told}"));
                }
            }
            Err(error) => differ(format!("{error:?}")),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn import(file: &str, expected: &Value) -> Result<Outcome, UploadError> {
    let mut upload = open_fixture(file)?;
    let inspection = inspect(&mut upload)?;
    let answers: Answers = match expected.get("answers") {
        Some(answers) => serde_json::from_value(answers.clone()).expect("answers"),
        None => Answers::default(),
    };
    read_all(&mut upload, &inspection, &answers)
}

/// Whether the expected object says nothing under these keys that the other does not say.
fn agree(expected: &Value, found: &Value, keys: &[&str]) -> bool {
    keys.iter().all(|key| {
        let expected = &expected[*key];
        match (expected.as_f64(), found[*key].as_f64()) {
            (Some(expected), Some(found)) => expected == found,
            _ => *expected == found[*key],
        }
    })
}

fn compare(expected: &Value, outcome: &Outcome, differ: &mut impl FnMut(String)) {
    if expected["status"] != "ok" {
        differ("should be refused".to_owned());
        return;
    }
    if expected["source"] != outcome.source {
        differ(format!("is of {}", outcome.source));
    }
    let needs = expected.get("needs").cloned().unwrap_or(json!([]));
    if needs != json!(outcome.needs) {
        differ(format!("asks {:?}", outcome.needs));
    }
    compare_parts(&expected["parts"], &outcome.parts, differ);
    for kind in KINDS {
        let found = outcome.things.get(kind).cloned().unwrap_or_default();
        compare_things(kind, &expected[kind], found, differ);
    }
    if expected["counts"] != outcome.counts() {
        differ(format!(
            "counts {}, not {}",
            outcome.counts(),
            expected["counts"]
        ));
    }
}

fn compare_parts(expected: &Value, found: &[Value], differ: &mut impl FnMut(String)) {
    let expected: BTreeSet<_> = array(expected).iter().map(names_of_part).collect();
    let found: BTreeSet<_> = found.iter().map(Value::to_string).collect();
    if expected != found {
        differ(format!("parts {found:?}, not {expected:?}"));
    }
}

/// A part as the readers name its encoding.
fn names_of_part(part: &Value) -> String {
    let mut part = part.clone();
    let encoding = match part["encoding"].as_str() {
        None => return part.to_string(),
        Some("utf-8-sig") => "utf-8",
        Some("utf-16-le") => "utf-16le",
        Some("cp1252") => "windows-1252",
        Some(other) => other,
    };
    part["encoding"] = encoding.into();
    part.to_string()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Each expected thing has to be found once, and nothing else may be.
fn compare_things(
    kind: &str,
    expected: &Value,
    mut found: Vec<Value>,
    differ: &mut impl FnMut(String),
) {
    for wanted in array(expected) {
        let place = found.iter().position(|thing| says_all(wanted, thing));
        match place {
            Some(place) => drop(found.swap_remove(place)),
            None => differ(format!("{kind}: missing {}", shortened(wanted))),
        }
    }
    for further in found {
        differ(format!("{kind}: too much {}", shortened(&further)));
    }
}

/// Whether a thing that was found has everything of the expected one. What the file says besides,
/// such as ids, is no fault.
fn says_all(wanted: &Value, found: &Value) -> bool {
    let empty = Map::new();
    let wanted = wanted.as_object().unwrap_or(&empty);
    let is_said = |(key, value): (&String, &Value)| match (key.as_str(), value) {
        // Tests of their own compare what comes with other answers or after other files.
        ("also_right" | "if_month_first" | "after_history", _) => true,
        ("entries", Value::Array(entries)) => {
            let further = array(&found["entries"]);
            let pairs = entries.iter().zip(further);
            entries.len() == further.len() && pairs.into_iter().all(|(a, b)| says_all(a, b))
        }
        ("merged_rows" | "candidates", Value::Array(rows)) => {
            texts_of(rows) == texts_of(array(&found[key]))
        }
        _ => agree(&json!({ key: value }), found, &[key]),
    };
    let is_merged = !array(&found["merged_rows"]).is_empty();
    wanted.iter().all(is_said) && (!is_merged || wanted.contains_key("merged_rows"))
}

fn texts_of(values: &[Value]) -> BTreeSet<String> {
    values.iter().map(Value::to_string).collect()
}

fn shortened(value: &Value) -> String {
    value.to_string().chars().take(400).collect()
}

/// The guesses are what a member would choose, so that most only confirm.
#[test]
fn columns_are_guessed_as_they_are_meant() {
    for file in ["unknown-headers.csv", "semicolons.csv", "no-header.csv"] {
        let file = format!("generic/{file}");
        let expected = fs::read_to_string(format!("{FIXTURES}/{file}{EXPECTED}"));
        let expected: Value = serde_json::from_str(&expected.expect("a file")).expect("JSON");
        let mut upload = open_fixture(&file).expect("a table");
        let inspection = inspect(&mut upload).expect("a table");
        let questions = inspection.questions(&Answers::default());
        let questions = serde_json::to_value(questions).expect("JSON");
        let answers = &expected["answers"];
        assert_eq!(
            questions[0]["columns"]["guess"], answers["columns"],
            "{file}"
        );
        let preview = array(&questions[0]["columns"]["preview"]);
        assert!((1..=5).contains(&preview.len()), "{file}: {preview:?}");
    }
}

/// What is not answered, or not so that it helps, is still asked.
#[test]
fn answers_that_do_not_help_are_asked_for_again() {
    let cases = [
        (json!({}), vec!["columns", "rating_out_of"]),
        (
            json!({"columns": {"title": "No such column"}}),
            vec!["columns"],
        ),
        (json!({"columns": {"year": "Released"}}), vec!["columns"]),
        (
            json!({"columns": {"title": "Film", "year": "Film"}}),
            vec!["columns"],
        ),
        (
            json!({"columns": {"title": 1, "rating": 4}}),
            vec!["rating_out_of"],
        ),
        (
            json!({"columns": {"title": 1, "rating": 4}, "rating_out_of": 0}),
            vec!["rating_out_of"],
        ),
        (
            json!({"columns": {"title": 1, "rating": 4}, "rating_out_of": 10}),
            vec![],
        ),
        (json!({"columns": {"title": 1}}), vec![]),
    ];
    let mut upload = open_fixture("generic/unknown-headers.csv").expect("a table");
    let inspection = inspect(&mut upload).expect("a table");
    for (answers, asked) in cases {
        let told = answers.to_string();
        let answers: Answers = serde_json::from_value(answers).expect("answers");
        let questions = inspection.questions(&answers);
        let names: Vec<_> = questions.iter().map(|question| question.name()).collect();
        assert_eq!(names, asked, "{told}");
    }
}

/// Days that can be read in two ways are asked about, once.
#[test]
fn the_order_of_days_is_asked_only_where_no_day_tells_it() {
    for (days, needs) in [
        (["05/04/2024", "06/04/2024"], vec!["date_format"]),
        (["05/04/2024", "16/04/2024"], vec![]),
        (["05.04.2024", "06.04.2024"], vec![]),
        (["07/07/2024", "08/08/2024"], vec![]),
    ] {
        let text = days.map(|day| format!("Heat,{day}\n")).concat();
        let text = format!("title,watched_at\n{text}");
        let stream = Cursor::new(text.into_bytes());
        let mut upload = ImportUpload::open("films.csv", stream).expect("a table");
        let inspection = inspect(&mut upload).expect("a table");
        let questions = inspection.questions(&Answers::default());
        let names: Vec<_> = questions.iter().map(|question| question.name()).collect();
        assert_eq!(names, needs, "{days:?}");
        let answers = json!({"date_format": "M/D/YY"});
        let answers: Answers = serde_json::from_value(answers).expect("answers");
        let outcome = read_all(&mut upload, &inspection, &answers).expect("read");
        let first = &outcome.things["viewings"][0]["watched_on"];
        let is_told = days[1].starts_with("16") || days[0].contains('.');
        let day = match days[0] {
            "07/07/2024" => "2024-07-07",
            _ if is_told => "2024-04-05",
            _ => "2024-05-04",
        };
        assert_eq!(first, day, "{days:?}");
    }
}

/// IMDb's header in a language that nobody here knows: its order is known, and its ids.
#[test]
fn imdb_ratings_are_known_under_headers_in_any_language() {
    let text = "A,B,C,D,E,F,G,H,I,J,K,L,M,N\n\
        tt0088763,9,2025-03-01,Tulevaisuuteen,Back to the Future,\
        https://www.imdb.com/title/tt0088763/,Elokuva,7.4,116,1985,x,1,1985-05-20,Robert Zemeckis\n";
    let stream = Cursor::new(text.as_bytes());
    let mut upload = ImportUpload::open("arviot.csv", stream).expect("a table");
    let inspection = inspect(&mut upload).expect("a table");
    let outcome = read_all(&mut upload, &inspection, &Answers::default()).expect("read");
    assert_eq!((outcome.source.as_str(), outcome.needs.len()), ("imdb", 0));
    let rating = &outcome.things["ratings_only"][0];
    assert_eq!(rating["film"], "back-to-the-future");
    assert_eq!(rating["rating"], 4.5);
    assert_eq!(rating["rated_on"], "2025-03-01");
}

/// What is remembered of each file of an archive is little, but an archive may have many files.
#[test]
fn an_archive_of_many_wide_tables_is_refused() {
    let columns: String = (0..490).map(|number| format!(",c{number}")).collect();
    let table = format!("Name,Letterboxd URI{columns}\n");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..400 {
        let options = SimpleFileOptions::default();
        let started = writer.start_file(format!("{number}/diary.csv"), options);
        started.expect("a file");
        writer.write_all(table.as_bytes()).expect("written");
    }
    let stream = writer.finish().expect("a zip");
    let mut upload = ImportUpload::open("x.zip", stream).expect("a zip");
    let Err(UploadError::Refused(refusal)) = inspect(&mut upload) else {
        panic!("read");
    };
    assert_eq!(refusal.reason, RefusalReason::ZipTooLarge);
}
