//! The format that `docs/BACKUP.md` describes, read and written without the code of the program;
//! and files that are not what they should be.

use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::helpers::{all_rows, assert_same_rows, back_up, restore, try_to_restore};
use crate::support::databases::TestDatabase;
use crate::support::{App, ReviewBuilder};

/// The names and contents of a backup's entries.
type Entries = Vec<(String, Vec<u8>)>;

fn read_entries(file: &Path) -> Entries {
    let file = std::fs::File::open(file).expect("a file");
    let mut archive = tar::Archive::new(zstd::Decoder::new(file).expect("a frame"));
    let entries = archive.entries().expect("entries");
    entries
        .map(|entry| {
            let mut entry = entry.expect("an entry");
            let name = entry.path().expect("a name").display().to_string();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).expect("its content");
            (name, content)
        })
        .collect()
}

/// Writes a backup whose end fits its entries.
fn write_entries(entries: &Entries, file: &Path) {
    let mut digest = Sha256::new();
    let mut writer = tar::Builder::new(Vec::new());
    let mut append = |name: &str, content: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        writer
            .append_data(&mut header, name, content)
            .expect("written");
    };
    for (name, content) in entries {
        if name == "trailer.json" {
            let mut end: Value = serde_json::from_slice(content).expect("JSON");
            let sum: Vec<String> = digest
                .clone()
                .finalize()
                .iter()
                .map(|it| format!("{it:02x}"))
                .collect();
            end["sha256"] = sum.concat().into();
            append(name, end.to_string().as_bytes());
            continue;
        }
        for part in [name.as_bytes(), content] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        append(name, content);
    }
    let tar = writer.into_inner().expect("a tar");
    std::fs::write(
        file,
        zstd::encode_all(tar.as_slice(), 1).expect("compressed"),
    )
    .expect("written");
}

fn json_of(entries: &Entries, name: &str) -> Value {
    let (_, content) = entries.iter().find(|(found, _)| found == name).expect(name);
    serde_json::from_slice(content).expect("JSON")
}

async fn small_backup() -> (App, std::path::PathBuf) {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995)
        .with("rating", "4.5")
        .log(&ada)
        .await;
    let file = back_up(&app.database, "diary.tar.zst");
    (app, file)
}

#[tokio::test]
async fn other_programs_can_read_a_backup() {
    let (_app, file) = small_backup().await;
    let entries = read_entries(&file);
    let names: Vec<_> = entries.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[0], "manifest.json");
    assert_eq!(names.last(), Some(&"trailer.json"));
    let manifest = json_of(&entries, "manifest.json");
    assert_eq!(manifest["format"], 1);
    let tables = manifest["tables"].as_array().expect("tables");
    let review = tables
        .iter()
        .find(|table| table["name"] == "review")
        .expect("reviews");
    let place = |column: &str| {
        let columns = review["columns"].as_array().expect("columns");
        columns
            .iter()
            .position(|it| it["name"] == column)
            .expect("a column")
    };
    let row = json_of(&entries, "tables/review/000001.jsonl");
    assert_eq!(row[place("rating")], 9);
    assert_eq!(row[place("liked")], false);
    assert_eq!(row[place("deleted_at")], Value::Null);
    assert_eq!(review["columns"][place("logged_at")]["kind"], "timestamp");
    assert_eq!(json_of(&entries, "id_counters.json")["review"], 1);
    assert_eq!(json_of(&entries, "trailer.json")["rows"]["review"], 1);
}

/// Each of these is refused with its own sentence, before anything is written.
#[tokio::test]
async fn what_cannot_be_restored_is_refused_untouched() {
    let (app, file) = small_backup().await;
    let entries = read_entries(&file);
    let changed = |edit: &dyn Fn(&mut Value)| {
        let mut entries = entries.clone();
        let mut manifest = json_of(&entries, "manifest.json");
        edit(&mut manifest);
        entries[0].1 = manifest.to_string().into_bytes();
        entries
    };
    let newer_format = changed(&|manifest| manifest["format"] = json!(2));
    let newer_schema = changed(&|manifest| {
        let schema = manifest["schema"].as_array_mut().expect("a list");
        schema.push(json!("m29990101_000001_later"));
    });
    let mut without_row = entries.clone();
    without_row.retain(|(name, _)| !name.starts_with("tables/review/"));
    let mut wrong_value = entries.clone();
    for (name, content) in &mut wrong_value {
        if name.starts_with("tables/review/") {
            *content = String::from_utf8_lossy(content)
                .replace("false", "\"no\"")
                .into_bytes();
        }
    }
    for (entries, expected) in [
        (newer_format, "made by a newer version"),
        (newer_schema, "made by a newer version"),
        (without_row, "does not contain what it says"),
        (wrong_value, "review.liked is not a Boolean"),
        (entries[..entries.len() - 1].to_vec(), "its end is missing"),
    ] {
        let bad = app.database.folder().join("bad.tar.zst");
        write_entries(&entries, &bad);
        assert_refused(&bad, expected);
    }
    let text = app.database.folder().join("notes.txt");
    std::fs::write(&text, "not a backup").expect("written");
    assert_refused(&text, "not a backup of Movies Diary");
    assert_refused(&app.database.folder().join("nowhere"), "cannot be read");
    // What was only rewritten is still a backup.
    let same = app.database.folder().join("same.tar.zst");
    write_entries(&entries, &same);
    restore(&TestDatabase::empty().await, &same);
}

/// A table that refuses its rows is named.
#[tokio::test]
async fn rows_that_contradict_each_other_are_told_with_their_table() {
    let (app, file) = small_backup().await;
    let mut entries = read_entries(&file);
    for (name, content) in &mut entries {
        if name.starts_with("tables/review/") {
            *content = content.repeat(2);
        }
        if name == "trailer.json" {
            let mut trailer: Value = serde_json::from_slice(content).expect("JSON");
            trailer["rows"]["review"] = json!(2);
            *content = trailer.to_string().into_bytes();
        }
    }
    let twice = app.database.folder().join("twice.tar.zst");
    write_entries(&entries, &twice);
    let refused = try_to_restore(&TestDatabase::empty().await, &twice);
    assert!(!refused.success);
    let expected = "review could not be written into the database, so nothing was restored";
    assert!(refused.stderr.contains(expected), "{}", refused.stderr);
}

/// A missing end is noticed, and so is a flipped bit wherever it changes anything.
#[tokio::test]
async fn a_damaged_backup_is_refused_untouched() {
    let (app, file) = small_backup().await;
    let original = all_rows(&app.database).await;
    let whole = std::fs::read(&file).expect("a backup");
    let damaged = app.database.folder().join("damaged.tar.zst");
    let mut refused = 0;
    // Some bits before this describe the frame, and are not used.
    for position in (6..whole.len()).step_by(whole.len() / 8) {
        let mut bytes = whole.clone();
        bytes[position] ^= 0b10_0000;
        std::fs::write(&damaged, bytes).expect("written");
        let place = TestDatabase::empty().await;
        if try_to_restore(&place, &damaged).success {
            // A copy may come from another place with the same bytes.
            assert_same_rows(&original, &all_rows(&place).await);
        } else {
            assert_refused(&damaged, "the backup is damaged");
            refused += 1;
        }
    }
    assert!(refused >= 4, "{refused}");
    for length in [whole.len() / 2, whole.len() - 1] {
        std::fs::write(&damaged, &whole[..length]).expect("written");
        assert_refused(&damaged, "the backup is damaged");
    }
}

fn assert_refused(file: &Path, expected: &str) {
    let place = TestDatabase::empty_on_sqlite();
    let refused = try_to_restore(&place, file);
    assert!(!refused.success);
    assert!(
        refused.stderr.contains(expected),
        "{expected}: {}",
        refused.stderr
    );
    assert!(!place.folder().join("movies-diary.db").exists());
    let posters = std::fs::read_dir(place.folder().join("posters"));
    assert_eq!(posters.map_or(0, |files| files.count()), 0);
}
