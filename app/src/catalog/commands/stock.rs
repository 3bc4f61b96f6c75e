//! Putting in many movies at once, with everything that is known of them, for the demo and
//! for measuring.

use chrono::{DateTime, Utc};
use entity::movie_facts::{self, FactsState};
use entity::{movie, movie_director, movie_genre};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait};

use super::movies::{genres_by_slug, identity_key, named, people_by_key, slug};
use crate::catalog::facts::Ids;
use crate::catalog::queries::MovieId;
use crate::catalog::search;
use crate::db::take_ids;
use crate::text::key;

/// How many movies go in one statement: SQLite takes 32,766 values.
const ROWS: usize = 1000;

/// A movie among many.
#[derive(Clone, Debug)]
pub struct Stocked {
    /// As it is shown.
    pub title: String,
    /// As it was first called, if that is another.
    pub original_title: Option<String>,
    /// The year it came out.
    pub year: i16,
    /// Who made it; each once.
    pub directors: Vec<String>,
    /// In minutes.
    pub runtime: i16,
    /// What kind it is.
    pub genres: Vec<String>,
    /// When it was first named here.
    pub created_at: DateTime<Utc>,
}

/// Makes all of these movies, none of which is there or twice among them, findable and with
/// their facts. The catalog is never asked about them. Returns their ids in the same order.
pub async fn stock(tx: &DatabaseTransaction, movies: &[Stocked]) -> Result<Vec<MovieId>, DbErr> {
    let ids = take_ids(tx, "movie", movies.len()).await?;
    for (ids, movies) in ids.chunks(ROWS).zip(movies.chunks(ROWS)) {
        make(tx, ids, movies).await?;
        direct(tx, ids, movies).await?;
        sort(tx, ids, movies).await?;
        for (id, movie) in ids.iter().zip(movies) {
            let words = search::Words {
                title: &movie.title,
                original_title: movie.original_title.as_deref(),
                year: movie.year,
                directors: &movie.directors,
            };
            search::add(tx, *id, words).await?;
        }
    }
    Ok(ids)
}

async fn make(tx: &DatabaseTransaction, ids: &[MovieId], movies: &[Stocked]) -> Result<(), DbErr> {
    let rows = ids.iter().zip(movies).map(|(id, of)| movie::ActiveModel {
        id: Set(*id),
        identity_key: Set(identity_key(
            &Ids::default(),
            &of.title,
            of.year,
            &of.directors,
        )),
        imdb_id: Set(None),
        tmdb_id: Set(None),
        created_at: Set(of.created_at),
        ..named(&of.title, of.year)
    });
    movie::Entity::insert_many(rows)
        .exec_without_returning(tx)
        .await?;
    let facts = ids
        .iter()
        .zip(movies)
        .map(|(id, of)| movie_facts::ActiveModel {
            movie_id: Set(*id),
            state: Set(FactsState::Held),
            try_at: Set(of.created_at),
            tries: Set(0),
            source: Set(None),
            answered_at: Set(Some(of.created_at)),
            wikidata_id: Set(None),
            original_title: Set(of.original_title.clone()),
            runtime: Set(Some(of.runtime)),
            overview: Set(String::new()),
        });
    movie_facts::Entity::insert_many(facts)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

async fn direct(
    tx: &DatabaseTransaction,
    ids: &[MovieId],
    movies: &[Stocked],
) -> Result<(), DbErr> {
    let names: Vec<_> = movies.iter().flat_map(|of| of.directors.clone()).collect();
    let people = people_by_key(tx, &names).await?;
    let rows = ids.iter().zip(movies).flat_map(|(id, of)| {
        let theirs = of
            .directors
            .iter()
            .filter_map(|name| people.get(&key(name)));
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

async fn sort(tx: &DatabaseTransaction, ids: &[MovieId], movies: &[Stocked]) -> Result<(), DbErr> {
    let names: Vec<_> = movies.iter().flat_map(|of| of.genres.clone()).collect();
    let genres = genres_by_slug(tx, &names).await?;
    let rows = ids.iter().zip(movies).flat_map(|(id, of)| {
        let theirs = of.genres.iter().filter_map(|name| genres.get(&slug(name)));
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
