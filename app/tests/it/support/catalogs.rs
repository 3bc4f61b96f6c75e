//! Local catalogs: the starter, unpacked once for all tests, and small ones for a single test.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use movies_diary::catalog::local::{
    BuiltCatalog, CatalogBuilder, CatalogFilm, CatalogOrigin, LocalCatalog, unpack_starter,
};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// The starter. All tests read the same file.
pub async fn starter() -> LocalCatalog {
    static FILE: OnceCell<PathBuf> = OnceCell::const_new();
    let file = FILE.get_or_init(|| async {
        let folder = std::env::temp_dir();
        let file = unpack_starter(&folder).await.expect("it is unpacked");
        file.keep().expect("a file")
    });
    LocalCatalog::open_at(file.await.clone()).await
}

pub async fn build(folder: &Path, films: impl IntoIterator<Item = CatalogFilm>) -> BuiltCatalog {
    let mut builder = CatalogBuilder::create_in(folder).expect("a builder");
    for film in films {
        builder.add(film).expect("added");
    }
    let origin = CatalogOrigin {
        source: "a test".to_owned(),
        language: "en".to_owned(),
        built_at: DateTime::<Utc>::UNIX_EPOCH,
        starter: None,
    };
    builder.finish(origin).await.expect("it is built")
}

/// A catalog of these films, the most popular first. It is deleted with the folder.
pub async fn catalog_of(films: impl IntoIterator<Item = CatalogFilm>) -> (LocalCatalog, TempDir) {
    let folder = TempDir::new().expect("a folder");
    let built = build(folder.path(), films).await;
    let catalog = LocalCatalog::open_in(folder.path()).await;
    catalog.install(built).await.expect("installed");
    (catalog, folder)
}

pub fn film(title: &str, year: i16, director: &str, imdb_id: &str) -> CatalogFilm {
    CatalogFilm {
        title: title.to_owned(),
        year: Some(year),
        directors: vec![director.to_owned()],
        imdb_id: (!imdb_id.is_empty()).then(|| imdb_id.to_owned()),
        runtime_minutes: Some(101),
        genres: vec!["Drama".to_owned()],
        ..CatalogFilm::default()
    }
}
