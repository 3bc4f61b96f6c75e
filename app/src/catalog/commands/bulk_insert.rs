//! Inserts many complete movies at once, for the demo and for benchmarks.

use chrono::{DateTime, Utc};
use entity::movie_facts::{self, FactsState};
use entity::{movie, movie_director, movie_genre};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait};

use super::genres::{genre_slug, upsert_genres_by_slug};
use super::movies::{identity_key, title_columns, upsert_people_by_key};
use crate::catalog::facts::ExternalIds;
use crate::catalog::full_text;
use crate::catalog::queries::MovieId;
use crate::db::reserve_ids;
use crate::text::words_key;

/// Keeps a statement below SQLite's limit of 32,766 bound values.
const ROWS_PER_STATEMENT: usize = 1000;

#[derive(Clone, Debug)]
pub struct BulkMovie {
    pub title: String,
    /// `None` when it is the same as `title`.
    pub original_title: Option<String>,
    pub year: i16,
    /// Must not contain a name twice.
    pub directors: Vec<String>,
    /// The running time in minutes.
    pub runtime: i16,
    pub genres: Vec<String>,
    pub created_at: DateTime<Utc>,
}

/// Inserts and indexes the movies, which must all be new and distinct. Their facts are never
/// fetched. Returns the ids in the same order.
pub async fn bulk_insert_movies(
    tx: &DatabaseTransaction,
    movies: &[BulkMovie],
) -> Result<Vec<MovieId>, DbErr> {
    let ids = reserve_ids(tx, "movie", movies.len()).await?;
    for (ids, movies) in ids
        .chunks(ROWS_PER_STATEMENT)
        .zip(movies.chunks(ROWS_PER_STATEMENT))
    {
        insert_movie_rows(tx, ids, movies).await?;
        insert_director_rows(tx, ids, movies).await?;
        insert_genre_rows(tx, ids, movies).await?;
        for (id, movie) in ids.iter().zip(movies) {
            let words = full_text::IndexedText {
                title: &movie.title,
                original_title: movie.original_title.as_deref(),
                year: Some(movie.year),
                directors: &movie.directors,
            };
            full_text::insert_words(tx, *id, words).await?;
        }
    }
    Ok(ids)
}

async fn insert_movie_rows(
    tx: &DatabaseTransaction,
    ids: &[MovieId],
    movies: &[BulkMovie],
) -> Result<(), DbErr> {
    let rows = ids.iter().zip(movies).map(|(id, of)| movie::ActiveModel {
        id: Set(*id),
        identity_key: Set(identity_key(
            &ExternalIds::default(),
            &of.title,
            Some(of.year),
            &of.directors,
        )),
        imdb_id: Set(None),
        tmdb_id: Set(None),
        created_at: Set(of.created_at),
        ..title_columns(&of.title, Some(of.year))
    });
    movie::Entity::insert_many(rows)
        .exec_without_returning(tx)
        .await?;
    let facts = ids
        .iter()
        .zip(movies)
        .map(|(id, of)| movie_facts::ActiveModel {
            movie_id: Set(*id),
            state: Set(FactsState::Excluded),
            try_at: Set(of.created_at),
            tries: Set(0),
            source: Set(None),
            answered_at: Set(Some(of.created_at)),
            wikidata_id: Set(None),
            original_title: Set(of.original_title.clone()),
            runtime: Set(Some(of.runtime)),
            released_on: Set(None),
            overview: Set(String::new()),
        });
    movie_facts::Entity::insert_many(facts)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

async fn insert_director_rows(
    tx: &DatabaseTransaction,
    ids: &[MovieId],
    movies: &[BulkMovie],
) -> Result<(), DbErr> {
    let names: Vec<_> = movies.iter().flat_map(|of| of.directors.clone()).collect();
    let people = upsert_people_by_key(tx, &names).await?;
    let rows = ids.iter().zip(movies).flat_map(|(id, of)| {
        let theirs = of
            .directors
            .iter()
            .filter_map(|name| people.get(&words_key(name)));
        let theirs = theirs.zip(0i16..);
        theirs.map(|(person, position)| movie_director::ActiveModel {
            movie_id: Set(*id),
            person_id: Set(*person),
            position: Set(position),
        })
    });
    movie_director::Entity::insert_many(rows)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

async fn insert_genre_rows(
    tx: &DatabaseTransaction,
    ids: &[MovieId],
    movies: &[BulkMovie],
) -> Result<(), DbErr> {
    let names: Vec<_> = movies.iter().flat_map(|of| of.genres.clone()).collect();
    let genres = upsert_genres_by_slug(tx, &names).await?;
    let rows = ids.iter().zip(movies).flat_map(|(id, of)| {
        let theirs = of
            .genres
            .iter()
            .filter_map(|name| genres.get(&genre_slug(name)));
        theirs.map(|genre| movie_genre::ActiveModel {
            movie_id: Set(*id),
            genre_id: Set(*genre),
        })
    });
    movie_genre::Entity::insert_many(rows)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
