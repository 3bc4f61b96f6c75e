//! Brings the keys of movies and people up to date, once after a release that folds titles and
//! names in another way.

use std::collections::HashMap;

use entity::{movie, movie_director, movie_facts, person, site};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::lock::{MERGED_PREFIX, lock_movie_changes};
use super::movies::{identity_key, key_of_double, title_columns};
use crate::catalog::full_text;
use crate::catalog::queries::{self, KnownMovie, MovieId};
use crate::db::Db;
use crate::text::{KEYS_VERSION, words_key};

/// Movies in one transaction.
const BATCH: u64 = 500;

/// Whether the keys were made by an older release.
pub async fn has_old_keys(db: &Db) -> Result<bool, DbErr> {
    let old = site::Entity::find().filter(site::Column::KeysVersion.lt(KEYS_VERSION));
    Ok(old.count(db.reader()).await? > 0)
}

/// Gives every movie and every person the keys of this release, and empties the search index.
/// People of the same name become one. If it is interrupted, it starts again.
pub async fn update_keys(db: &Db) -> Result<(), DbErr> {
    db.write(|tx| {
        Box::pin(async move {
            lock_movie_changes(tx).await?;
            update_people(tx).await?;
            full_text::delete_all_words(tx).await
        })
    })
    .await?;
    let mut last = Some(0);
    while let Some(after) = last {
        let batch = db.write(move |tx| Box::pin(update_movies_after(tx, after)));
        last = batch.await?;
    }
    Ok(())
}

/// Remembers that the keys are those of this release.
pub async fn mark_keys_updated(db: &Db) -> Result<(), DbErr> {
    db.write(|tx| {
        Box::pin(async move {
            site::Entity::update_many()
                .col_expr(site::Column::KeysVersion, Expr::value(KEYS_VERSION))
                .exec(tx)
                .await?;
            Ok(())
        })
    })
    .await
}

async fn update_people(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let people: Vec<(i64, String, String)> = person::Entity::find()
        .select_only()
        .columns([
            person::Column::Id,
            person::Column::Name,
            person::Column::NameKey,
        ])
        .order_by_asc(person::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    let mut first_of_key: HashMap<String, i64> = HashMap::new();
    let mut changed = Vec::new();
    for (person, name, old_key) in people {
        let key = words_key(&name);
        if let Some(first) = first_of_key.get(&key) {
            merge_people(tx, person, *first).await?;
            continue;
        }
        if key != old_key {
            changed.push((person, key.clone()));
        }
        first_of_key.insert(key, person);
    }
    // Only now, when nobody else has the key any more.
    for (person, key) in changed {
        let change = person::ActiveModel {
            id: Set(person),
            name_key: Set(key),
            ..Default::default()
        };
        person::Entity::update(change).exec(tx).await?;
    }
    Ok(())
}

/// Gives the movies of `from` to `into`, and deletes `from`.
async fn merge_people(tx: &DatabaseTransaction, from: i64, into: i64) -> Result<(), DbErr> {
    use movie_director::{Column, Entity};
    let movies_of_both = Entity::find()
        .select_only()
        .column(Column::MovieId)
        .filter(Column::PersonId.eq(into))
        .into_query();
    Entity::delete_many()
        .filter(Column::PersonId.eq(from))
        .filter(Column::MovieId.in_subquery(movies_of_both))
        .exec(tx)
        .await?;
    Entity::update_many()
        .col_expr(Column::PersonId, Expr::value(into))
        .filter(Column::PersonId.eq(from))
        .exec(tx)
        .await?;
    person::Entity::delete_by_id(from).exec(tx).await?;
    Ok(())
}

/// Returns the last movie of the batch; `None` after the last batch.
async fn update_movies_after(
    tx: &DatabaseTransaction,
    after: MovieId,
) -> Result<Option<MovieId>, DbErr> {
    lock_movie_changes(tx).await?;
    let rows: Vec<movie::Model> = movie::Entity::find()
        .filter(movie::Column::Id.gt(after))
        .order_by_asc(movie::Column::Id)
        .limit(BATCH)
        .all(tx)
        .await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let known = queries::find_by_ids(tx, &ids).await?;
    let known: HashMap<MovieId, KnownMovie> =
        known.into_iter().map(|movie| (movie.id, movie)).collect();
    let wikidata_ids = wikidata_ids_of(tx, &ids).await?;
    for row in &rows {
        let wikidata_id = wikidata_ids.get(&row.id).cloned();
        update_movie(tx, row, &known[&row.id], wikidata_id).await?;
    }
    Ok(ids.last().copied())
}

async fn wikidata_ids_of(
    tx: &DatabaseTransaction,
    movies: &[MovieId],
) -> Result<HashMap<MovieId, String>, DbErr> {
    use movie_facts::{Column, Entity};
    let ids: Vec<(MovieId, String)> = Entity::find()
        .select_only()
        .columns([Column::MovieId, Column::WikidataId])
        .filter(Column::MovieId.is_in(movies.iter().copied()))
        .filter(Column::WikidataId.is_not_null())
        .into_tuple()
        .all(tx)
        .await?;
    Ok(ids.into_iter().collect())
}

async fn update_movie(
    tx: &DatabaseTransaction,
    row: &movie::Model,
    known: &KnownMovie,
    wikidata_id: Option<String>,
) -> Result<(), DbErr> {
    let mut change = movie::ActiveModel {
        id: Set(row.id),
        ..title_columns(&known.title, known.year)
    };
    // A merged movie has a key of its own, but is still found by its title.
    if !row.identity_key.starts_with(MERGED_PREFIX) {
        let ids = known.external_ids(wikidata_id);
        let key = identity_key(&ids, &known.title, known.year, &known.directors);
        change.identity_key = Set(free_identity_key(tx, row.id, key).await?);
    }
    let is_changed = change.title_key != Set(row.title_key.clone())
        || change.sort_key != Set(row.sort_key.clone())
        || change.identity_key != Set(row.identity_key.clone());
    if is_changed {
        movie::Entity::update(change).exec(tx).await?;
    }
    Ok(())
}

/// `key`, or a key of its own for a movie whose double has that key. The two are merged later, or
/// an admin is asked.
async fn free_identity_key(
    tx: &DatabaseTransaction,
    movie: MovieId,
    key: String,
) -> Result<String, DbErr> {
    let doubles = movie::Entity::find()
        .filter(movie::Column::IdentityKey.eq(&key))
        .filter(movie::Column::Id.ne(movie));
    let is_taken = doubles.count(tx).await? > 0;
    Ok(if is_taken {
        key_of_double(&key, movie)
    } else {
        key
    })
}
