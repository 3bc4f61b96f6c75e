//! Files of other services to import, and a catalog that knows the films in them.

use std::path::PathBuf;

use movies_diary::catalog::local::CatalogFilm;
use serde_json::Value;
use tempfile::TempDir;

use super::app::App;
use super::catalogs::catalog_of;

/// A whole export of Letterboxd.
pub const LETTERBOXD: &str = "letterboxd/letterboxd-ana-2024-11-02-18-20-utc.zip";

/// The path of a test file.
pub fn fixture_path(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/import");
    PathBuf::from(folder).join(name)
}

pub fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixture_path(name)).expect("a test file")
}

/// The films that the test files name.
pub fn fixture_films() -> Vec<CatalogFilm> {
    let known: Value = serde_json::from_slice(&fixture("films.json")).expect("JSON");
    let films = known["films"].as_array().expect("films");
    films.iter().map(catalog_film).collect()
}

fn catalog_film(film: &Value) -> CatalogFilm {
    let texts = |name: &str| {
        let texts = film[name].as_array().into_iter().flatten();
        texts
            .filter_map(|text| Some(text.as_str()?.to_owned()))
            .collect()
    };
    let number = |name: &str| film[name].as_i64().and_then(|year| year.try_into().ok());
    CatalogFilm {
        title: film["title"].as_str().expect("a title").to_owned(),
        other_titles: texts("other_titles"),
        year: number("year"),
        directors: texts("directors"),
        runtime_minutes: number("minutes"),
        imdb_id: film["imdb"].as_str().map(str::to_owned),
        tmdb_id: film["tmdb"].as_i64(),
        ..CatalogFilm::default()
    }
}

/// A site whose catalog knows these films. The catalog is deleted with the folder.
pub async fn start_import_site() -> (App, TempDir) {
    let (catalog, folder) = catalog_of(fixture_films()).await;
    (App::start_with_catalog(catalog, &[]).await, folder)
}
