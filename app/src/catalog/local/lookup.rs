//! Films by their ids and by their names, for many at once.

use sea_orm::{DbErr, Value};

use super::file::{CatalogFile, RankedFilm};
use crate::catalog::facts::ExternalIds;

/// Values in one query.
const BATCH: usize = 400;

/// Films that have any of the ids.
pub(in crate::catalog) async fn films_with_ids(
    file: &CatalogFile,
    ids: &[ExternalIds],
) -> Result<Vec<RankedFilm>, DbErr> {
    let (mut imdb, mut tmdb, mut wikidata) = (Vec::new(), Vec::new(), Vec::new());
    for ids in ids {
        imdb.extend(ids.imdb_id.clone().map(Value::from));
        tmdb.extend(ids.tmdb_id.map(Value::from));
        wikidata.extend(ids.wikidata_id.clone().map(Value::from));
    }
    let mut films = films_where(file, "imdb_id", imdb).await?;
    films.extend(films_where(file, "tmdb_id", tmdb).await?);
    films.extend(films_where(file, "wikidata_id", wikidata).await?);
    Ok(films)
}

pub(in crate::catalog) async fn films_with_letterboxd_ids(
    file: &CatalogFile,
    ids: Vec<String>,
) -> Result<Vec<RankedFilm>, DbErr> {
    let ids = ids.into_iter().map(Value::from).collect();
    films_where(file, "letterboxd_id", ids).await
}

/// Films that have one of the keys.
pub(in crate::catalog) async fn films_with_keys(
    file: &CatalogFile,
    keys: Vec<String>,
) -> Result<Vec<RankedFilm>, DbErr> {
    let mut ranks: Vec<u32> = Vec::new();
    for keys in keys.chunks(BATCH) {
        let select = format!("SELECT rank FROM name WHERE key IN ({})", marks(keys.len()));
        let keys = keys.iter().cloned().map(Value::from).collect();
        for row in file.query(&select, keys).await? {
            ranks.push(row.try_get_by_index(0)?);
        }
    }
    ranks.sort_unstable();
    ranks.dedup();
    let ranks = ranks.into_iter().map(Value::from).collect();
    films_where(file, "rank", ranks).await
}

async fn films_where(
    file: &CatalogFile,
    column: &'static str,
    values: Vec<Value>,
) -> Result<Vec<RankedFilm>, DbErr> {
    let mut films = Vec::new();
    for values in values.chunks(BATCH) {
        let marks = marks(values.len());
        let select = format!("SELECT * FROM film WHERE {column} IN ({marks}) ORDER BY rank");
        films.extend(file.query_films(&select, values.to_vec()).await?);
    }
    Ok(films)
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}
