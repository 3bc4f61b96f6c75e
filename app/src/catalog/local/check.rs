//! Checks a new file before it is put in place: whether it is whole, complete, and finds films.

use std::path::Path;

use sea_orm::DbErr;

use super::error::CatalogFileError;
use super::file::CatalogFile;
use super::film::CatalogInfo;
use super::match_query::{Prefixes, match_all, typed_chunks};
use crate::text::words_key;

pub(super) async fn check_catalog(path: &Path) -> Result<CatalogInfo, CatalogFileError> {
    let file = CatalogFile::open(path).await?;
    check_integrity(&file).await?;
    let films = i64::from(file.info.films);
    let count = "SELECT count(*) FROM film WHERE rank BETWEEN 1 AND ?";
    let found = first_number(&file, count, films).await?;
    let last = first_number(&file, "SELECT max(rank) FROM film WHERE ?", 1).await?;
    if films == 0 || found != films || last != films {
        let message = format!("it says that it has {films} films, and has {found}");
        return Err(CatalogFileError::Damaged(message));
    }
    for rank in [1, films] {
        check_search(&file, rank).await?;
    }
    Ok(file.info)
}

async fn check_integrity(file: &CatalogFile) -> Result<(), CatalogFileError> {
    let rows = file.query("PRAGMA integrity_check(1)", Vec::new()).await?;
    let answer: Option<String> = match rows.first() {
        Some(row) => row.try_get_by_index(0)?,
        None => None,
    };
    match answer.as_deref() {
        Some("ok") => Ok(()),
        other => Err(CatalogFileError::Damaged(
            other.unwrap_or("no answer").to_owned(),
        )),
    }
}

/// The film at `rank` must be found by its title and by one of its words.
async fn check_search(file: &CatalogFile, rank: i64) -> Result<(), CatalogFileError> {
    let films = file
        .query_films("SELECT * FROM film WHERE rank = ?", vec![rank.into()])
        .await?;
    let missing = || CatalogFileError::Damaged(format!("there is no film at {rank}"));
    let ranked = films.first().ok_or_else(missing)?;
    let by_name = "SELECT count(*) FROM name WHERE key = ? AND rank = ?";
    let key = words_key(&ranked.film.title);
    let rows = file.query(by_name, vec![key.into(), rank.into()]).await?;
    let is_found = match rows.first() {
        Some(row) => row.try_get_by_index::<i64>(0)? == 1,
        None => false,
    };
    if is_found && is_found_by_words(file, &ranked.film.title, rank).await? {
        return Ok(());
    }
    Err(CatalogFileError::Damaged(format!(
        "“{}” is not found by its title",
        ranked.film.title
    )))
}

/// A title without any words is found only as a whole.
async fn is_found_by_words(file: &CatalogFile, title: &str, rank: i64) -> Result<bool, DbErr> {
    let Some(chunks) = typed_chunks(title) else {
        return Ok(true);
    };
    let words = match_all(&chunks, Prefixes::LastWord, &file.vocabulary);
    let select = "SELECT rowid FROM film_words WHERE film_words MATCH ? AND rowid = ?";
    let rows = file.query(select, vec![words.into(), rank.into()]).await?;
    Ok(!rows.is_empty())
}

async fn first_number(file: &CatalogFile, sql: &str, value: i64) -> Result<i64, DbErr> {
    let rows = file.query(sql, vec![value.into()]).await?;
    let number = rows.first().map(|row| row.try_get_by_index(0));
    Ok(number.transpose()?.unwrap_or_default())
}
