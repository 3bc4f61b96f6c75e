//! Downloads exports, and reads what is in them.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::Importer;

/// Downloads an export through the API.
pub async fn export(member: &Importer<'_>, format: &str) -> Vec<u8> {
    let answer = member.api.get(&format!("/api/export/{format}")).await;
    answer.expect(StatusCode::OK).bytes.to_vec()
}

/// The files of a zip, by their names.
pub fn files_in(zip: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).expect("a zip");
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("a file");
        let name = file.name().expect("a name").into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("the content");
        files.insert(name, content);
    }
    files
}

/// What an archive says, without what differs between two servers: ids, names of pictures, the time
/// of the export, and whose it is.
pub fn said_in_archive(zip: &[u8]) -> BTreeMap<String, Value> {
    let files = files_in(zip);
    let lists = list_places(&files);
    let tables = files.iter().filter(|(name, _)| name.ends_with(".json"));
    tables
        .filter(|(name, _)| *name != "archive.json")
        .map(|(name, content)| {
            let mut items: Value = serde_json::from_slice(content).expect("JSON");
            for item in items.as_array_mut().expect("items") {
                without_ids(item, &lists);
            }
            (name.clone(), items)
        })
        .collect()
}

/// The place of each list among all, by its id.
fn list_places(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<i64, usize> {
    let lists = files.get("lists.json").map(Vec::as_slice);
    let lists: Vec<Value> = serde_json::from_slice(lists.unwrap_or(b"[]")).expect("JSON");
    let ids = lists.iter().map(|list| list["id"].as_i64().expect("an id"));
    ids.enumerate().map(|(place, id)| (id, place)).collect()
}

fn without_ids(item: &mut Value, lists: &BTreeMap<i64, usize>) {
    let fields = item.as_object_mut().expect("an item");
    fields.remove("id");
    if let Some(movie) = fields.get_mut("movie").and_then(Value::as_object_mut) {
        movie.remove("id");
    }
    if let Some(list) = fields.get("list").and_then(Value::as_i64) {
        fields.insert("list".to_owned(), json!(lists[&list]));
    }
    if fields["kind"] == "picture" {
        fields.remove("file");
    }
}
