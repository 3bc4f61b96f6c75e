//! Movies with all that identifies them.

use std::collections::HashMap;

use entity::{movie, movie_director, movie_facts, person};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
};

use crate::catalog::MovieId;
use crate::db::Db;
use crate::transfer::archive_items::MovieItem;

#[derive(FromQueryResult)]
struct MovieRow {
    id: MovieId,
    title: String,
    year: Option<i16>,
    imdb_id: Option<String>,
    tmdb_id: Option<i64>,
}

/// Two or three queries, however many movies there are.
pub(super) async fn movie_items(
    db: &Db,
    ids: impl IntoIterator<Item = MovieId>,
) -> Result<HashMap<MovieId, MovieItem>, DbErr> {
    let mut ids: Vec<MovieId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<MovieRow> = movie::Entity::find()
        .filter(movie::Column::Id.is_in(ids.iter().copied()))
        .into_model()
        .all(db.reader())
        .await?;
    let mut directors = directors_of(db, &ids).await?;
    let mut wikidata_ids = wikidata_ids_of(db, &ids).await?;
    let items = rows.into_iter().map(|row| {
        let item = MovieItem {
            id: Some(row.id),
            title: row.title,
            year: row.year,
            directors: directors.remove(&row.id).unwrap_or_default(),
            imdb_id: row.imdb_id,
            tmdb_id: row.tmdb_id,
            wikidata_id: wikidata_ids.remove(&row.id),
        };
        (row.id, item)
    });
    Ok(items.collect())
}

async fn directors_of(db: &Db, ids: &[MovieId]) -> Result<HashMap<MovieId, Vec<String>>, DbErr> {
    let names: Vec<(MovieId, String)> = movie_director::Entity::find()
        .select_only()
        .column(movie_director::Column::MovieId)
        .column(person::Column::Name)
        .join(JoinType::InnerJoin, movie_director::Relation::Person.def())
        .filter(movie_director::Column::MovieId.is_in(ids.iter().copied()))
        .order_by_asc(movie_director::Column::Position)
        .into_tuple()
        .all(db.reader())
        .await?;
    let mut directors: HashMap<MovieId, Vec<String>> = HashMap::new();
    for (movie, name) in names {
        directors.entry(movie).or_default().push(name);
    }
    Ok(directors)
}

async fn wikidata_ids_of(db: &Db, ids: &[MovieId]) -> Result<HashMap<MovieId, String>, DbErr> {
    use movie_facts::{Column, Entity};
    let known: Vec<(MovieId, String)> = Entity::find()
        .select_only()
        .columns([Column::MovieId, Column::WikidataId])
        .filter(Column::MovieId.is_in(ids.iter().copied()))
        .filter(Column::WikidataId.is_not_null())
        .into_tuple()
        .all(db.reader())
        .await?;
    Ok(known.into_iter().collect())
}
