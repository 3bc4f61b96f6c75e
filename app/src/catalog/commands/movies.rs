//! Writes the rows of a movie: its columns, directors and search index.

use std::collections::HashMap;

use entity::movie_facts::{self, FactsState};
use entity::{movie, movie_director, person};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QuerySelect,
};

use super::genres::insert_genres;
use crate::catalog::facts::ExternalIds;
use crate::catalog::queries::{self, MovieId};
use crate::catalog::{CatalogFilm, MovieInput, full_text};
use crate::clock::Clock;
use crate::config::SourceName;
use crate::db::Db;
use crate::text::{cut_key, fold_words, without_article, words_key};

/// How many movies are indexed in one transaction.
const INDEX_BATCH: u64 = 500;

/// Creates a movie as entered, with the facts of `film` if the local catalog has it. Queues it to
/// have the rest of its facts fetched.
pub(super) async fn insert_movie(
    tx: &DatabaseTransaction,
    clock: &Clock,
    typed: &MovieInput,
    film: Option<&CatalogFilm>,
) -> Result<MovieId, DbErr> {
    let row = movie::ActiveModel {
        identity_key: Set(identity_key(
            &typed.ids,
            &typed.title,
            typed.year,
            &typed.directors,
        )),
        imdb_id: Set(typed.ids.imdb_id.clone()),
        tmdb_id: Set(typed.ids.tmdb_id),
        created_at: Set(clock.now()),
        ..title_columns(&typed.title, typed.year)
    };
    let movie = movie::Entity::insert(row).exec_with_returning(tx).await?;
    let facts = movie_facts::ActiveModel {
        movie_id: Set(movie.id),
        state: Set(FactsState::Queued),
        try_at: Set(clock.now()),
        tries: Set(0),
        wikidata_id: Set(typed.ids.wikidata_id.clone()),
        source: Set(film.map(|_| SourceName::Local.name().to_owned())),
        original_title: Set(film.and_then(|film| film.original_title.clone())),
        runtime: Set(film.and_then(|film| film.runtime_minutes)),
        overview: Set(String::new()),
        ..Default::default()
    };
    movie_facts::Entity::insert(facts)
        .exec_without_returning(tx)
        .await?;
    insert_directors(tx, movie.id, &typed.directors).await?;
    if let Some(film) = film {
        insert_genres(tx, movie.id, &film.genres).await?;
    }
    let words = full_text::IndexedText {
        title: &typed.title,
        original_title: film.and_then(|film| film.original_title.as_deref()),
        year: typed.year,
        directors: &typed.directors,
    };
    full_text::insert_words(tx, movie.id, words).await?;
    Ok(movie.id)
}

/// The columns that are derived from title and year.
pub(super) fn title_columns(title: &str, year: Option<i16>) -> movie::ActiveModel {
    let title_key = words_key(title);
    movie::ActiveModel {
        title: Set(title.to_owned()),
        sort_key: Set(without_article(&title_key).to_owned()),
        title_key: Set(title_key),
        year: Set(year),
        ..Default::default()
    }
}

/// The unique key of a movie: its best external id, or else title, year and directors.
pub(super) fn identity_key(
    ids: &ExternalIds,
    title: &str,
    year: Option<i16>,
    directors: &[String],
) -> String {
    match (&ids.imdb_id, ids.tmdb_id, &ids.wikidata_id) {
        (Some(imdb_id), _, _) => format!("imdb {imdb_id}"),
        (None, Some(tmdb_id), _) => format!("tmdb {tmdb_id}"),
        (None, None, Some(wikidata_id)) => format!("wikidata {wikidata_id}"),
        (None, None, None) => {
            let mut directors: Vec<_> = directors.iter().map(|name| fold_words(name)).collect();
            directors.sort();
            let (title, directors) = (words_key(title), cut_key(directors.join(",")));
            let year = year.map_or("unknown".to_owned(), |year| year.to_string());
            format!("title {year} {title}\u{1f}{directors}")
        }
    }
}

/// The key of a movie whose double has `key`, until an admin merges the two.
pub(super) fn key_of_double(key: &str, movie: MovieId) -> String {
    format!("{key}\u{1f}{movie}")
}

/// Replaces the directors of `movie`.
pub(super) async fn replace_directors(
    tx: &DatabaseTransaction,
    movie: MovieId,
    directors: &[String],
) -> Result<(), DbErr> {
    movie_director::Entity::delete_many()
        .filter(movie_director::Column::MovieId.eq(movie))
        .exec(tx)
        .await?;
    insert_directors(tx, movie, directors).await
}

/// Adds the directors of a movie that has none yet.
pub(super) async fn insert_directors(
    tx: &DatabaseTransaction,
    movie: MovieId,
    directors: &[String],
) -> Result<(), DbErr> {
    if directors.is_empty() {
        return Ok(());
    }
    let people = upsert_people(tx, directors).await?;
    let rows = people.into_iter().zip(0i16..);
    let rows = rows.map(|(person, position)| movie_director::ActiveModel {
        movie_id: Set(movie),
        person_id: Set(person),
        position: Set(position),
    });
    movie_director::Entity::insert_many(rows)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// The ids of the people with these names, in the same order. Creates missing ones.
async fn upsert_people(tx: &DatabaseTransaction, names: &[String]) -> Result<Vec<i64>, DbErr> {
    let ids = upsert_people_by_key(tx, names).await?;
    let mut people = Vec::new();
    for person in names.iter().filter_map(|name| ids.get(&words_key(name))) {
        if !people.contains(person) {
            people.push(*person);
        }
    }
    Ok(people)
}

/// The ids of the people with these names, by folded name. Creates missing ones.
pub(super) async fn upsert_people_by_key(
    tx: &DatabaseTransaction,
    names: &[String],
) -> Result<HashMap<String, i64>, DbErr> {
    // Sorted, so that two transactions with the same people cannot deadlock.
    let mut sorted: Vec<_> = names.iter().map(|name| (words_key(name), name)).collect();
    sorted.sort();
    sorted.dedup_by(|one, other| one.0 == other.0);
    let rows = sorted.iter().map(|(key, name)| person::ActiveModel {
        name_key: Set(key.clone()),
        name: Set((*name).clone()),
        ..Default::default()
    });
    person::Entity::insert_many(rows)
        .on_conflict_do_nothing_on([person::Column::NameKey])
        .exec_without_returning(tx)
        .await?;
    let ids = person::Entity::find()
        .select_only()
        .columns([person::Column::NameKey, person::Column::Id])
        .filter(person::Column::NameKey.is_in(sorted.iter().map(|(key, _)| key)))
        .into_tuple::<(String, i64)>()
        .all(tx)
        .await?;
    Ok(ids.into_iter().collect())
}

/// Updates the search index for these movies.
pub(super) async fn index_movies(
    tx: &DatabaseTransaction,
    movies: &[MovieId],
) -> Result<(), DbErr> {
    let originals: HashMap<MovieId, Option<String>> = movie_facts::Entity::find()
        .select_only()
        .columns([
            movie_facts::Column::MovieId,
            movie_facts::Column::OriginalTitle,
        ])
        .filter(movie_facts::Column::MovieId.is_in(movies.iter().copied()))
        .into_tuple::<(MovieId, Option<String>)>()
        .all(tx)
        .await?
        .into_iter()
        .collect();
    for movie in queries::find_by_ids(tx, movies).await? {
        let words = full_text::IndexedText {
            title: &movie.title,
            original_title: originals.get(&movie.id).and_then(Option::as_deref),
            year: movie.year,
            directors: &movie.directors,
        };
        full_text::reindex_words(tx, movie.id, words).await?;
    }
    Ok(())
}

/// Adds the movies of older releases, which had no search index. Returns how many.
pub async fn index_unindexed_movies(db: &Db) -> Result<usize, DbErr> {
    let backend = db.reader().get_database_backend();
    let (mut last, mut count) = (0, 0);
    loop {
        let missing = full_text::unindexed_movies(backend, last, INDEX_BATCH);
        let rows = db.reader().query_all(&missing).await?;
        let ids: Vec<MovieId> = rows
            .iter()
            .map(|row| row.try_get_by_index(0))
            .collect::<Result<_, _>>()?;
        let Some(newest) = ids.last() else {
            return Ok(count);
        };
        last = *newest;
        count += ids.len();
        db.write(move |tx| Box::pin(async move { index_movies(tx, &ids).await }))
            .await?;
    }
}
