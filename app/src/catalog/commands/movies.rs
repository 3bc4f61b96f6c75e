//! The rows of a movie: what it is, who made it, of which kind it is, and by which words
//! it is found.

use std::collections::{BTreeMap, HashMap};

use entity::movie_facts::{self, FactsState};
use entity::{genre, movie, movie_director, movie_genre, person};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QuerySelect,
};

use crate::catalog::facts::Ids;
use crate::catalog::queries::{self, MovieId};
use crate::catalog::{TypedMovie, search};
use crate::clock::Clock;
use crate::db::Db;
use crate::text::{fold, key, without_article};

/// How many movies of an older release are made findable in one transaction.
const BATCH: u64 = 500;

/// Makes a movie as it was typed; the catalog is to be asked about it.
pub(super) async fn make(
    tx: &DatabaseTransaction,
    clock: &Clock,
    typed: &TypedMovie,
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
        ..named(&typed.title, typed.year)
    };
    let movie = movie::Entity::insert(row).exec_with_returning(tx).await?;
    let facts = movie_facts::ActiveModel {
        movie_id: Set(movie.id),
        state: Set(FactsState::Wanted),
        try_at: Set(clock.now()),
        tries: Set(0),
        wikidata_id: Set(typed.ids.wikidata_id.clone()),
        overview: Set(String::new()),
        ..Default::default()
    };
    movie_facts::Entity::insert(facts)
        .exec_without_returning(tx)
        .await?;
    direct(tx, movie.id, &typed.directors).await?;
    let words = search::Words {
        title: &typed.title,
        original_title: None,
        year: typed.year,
        directors: &typed.directors,
    };
    search::add(tx, movie.id, words).await?;
    Ok(movie.id)
}

/// The columns that follow from title and year.
pub(super) fn named(title: &str, year: i16) -> movie::ActiveModel {
    let title_key = key(title);
    movie::ActiveModel {
        title: Set(title.to_owned()),
        sort_key: Set(without_article(&title_key).to_owned()),
        title_key: Set(title_key),
        year: Set(year),
        ..Default::default()
    }
}

/// What tells a movie from every other.
pub(super) fn identity_key(ids: &Ids, title: &str, year: i16, directors: &[String]) -> String {
    match (&ids.imdb_id, ids.tmdb_id, &ids.wikidata_id) {
        (Some(imdb_id), _, _) => format!("imdb {imdb_id}"),
        (None, Some(tmdb_id), _) => format!("tmdb {tmdb_id}"),
        (None, None, Some(wikidata_id)) => format!("wikidata {wikidata_id}"),
        (None, None, None) => {
            let mut directors: Vec<_> = directors.iter().map(|name| fold(name)).collect();
            directors.sort();
            let (title, directors) = (key(title), key(&directors.join(",")));
            format!("title {year} {title}\u{1f}{directors}")
        }
    }
}

/// Says who directed `movie`, instead of whoever was said to have before.
pub(super) async fn direct_anew(
    tx: &DatabaseTransaction,
    movie: MovieId,
    directors: &[String],
) -> Result<(), DbErr> {
    movie_director::Entity::delete_many()
        .filter(movie_director::Column::MovieId.eq(movie))
        .exec(tx)
        .await?;
    direct(tx, movie, directors).await
}

/// Says who directed `movie`, of which nobody said so before.
pub(super) async fn direct(
    tx: &DatabaseTransaction,
    movie: MovieId,
    directors: &[String],
) -> Result<(), DbErr> {
    if directors.is_empty() {
        return Ok(());
    }
    let people = people(tx, directors).await?;
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

/// The ids of the people of those names, in that order; who is new is made.
async fn people(tx: &DatabaseTransaction, names: &[String]) -> Result<Vec<i64>, DbErr> {
    let ids = people_by_key(tx, names).await?;
    let mut people = Vec::new();
    for person in names.iter().filter_map(|name| ids.get(&key(name))) {
        if !people.contains(person) {
            people.push(*person);
        }
    }
    Ok(people)
}

/// The ids of the people of those names, by their folded names; who is new is made.
pub(super) async fn people_by_key(
    tx: &DatabaseTransaction,
    names: &[String],
) -> Result<HashMap<String, i64>, DbErr> {
    // Sorted, so that two transactions with the same people never wait in a circle.
    let mut sorted: Vec<_> = names.iter().map(|name| (key(name), name)).collect();
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

/// Says of which kind `movie` is, instead of what was said before.
pub(super) async fn sort_under(
    tx: &DatabaseTransaction,
    movie: MovieId,
    genres: &[String],
) -> Result<(), DbErr> {
    movie_genre::Entity::delete_many()
        .filter(movie_genre::Column::MovieId.eq(movie))
        .exec(tx)
        .await?;
    let ids = genres_by_slug(tx, genres).await?;
    if ids.is_empty() {
        return Ok(());
    }
    let rows = ids.into_values().map(|genre| movie_genre::ActiveModel {
        movie_id: Set(movie),
        genre_id: Set(genre),
    });
    movie_genre::Entity::insert_many(rows)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// The ids of the genres of those names, by their names in addresses; what is new is made.
pub(super) async fn genres_by_slug(
    tx: &DatabaseTransaction,
    genres: &[String],
) -> Result<BTreeMap<String, i64>, DbErr> {
    let mut named: Vec<_> = genres.iter().map(|name| (slug(name), name)).collect();
    named.retain(|(slug, _)| !slug.is_empty());
    named.sort();
    named.dedup_by(|one, other| one.0 == other.0);
    if named.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = named.iter().map(|(slug, name)| genre::ActiveModel {
        slug: Set(slug.clone()),
        name: Set((*name).clone()),
        ..Default::default()
    });
    genre::Entity::insert_many(rows)
        .on_conflict_do_nothing_on([genre::Column::Slug])
        .exec_without_returning(tx)
        .await?;
    let ids = genre::Entity::find()
        .select_only()
        .columns([genre::Column::Slug, genre::Column::Id])
        .filter(genre::Column::Slug.is_in(named.iter().map(|(slug, _)| slug)))
        .into_tuple::<(String, i64)>()
        .all(tx)
        .await?;
    Ok(ids.into_iter().collect())
}

/// A genre's name in addresses: `science-fiction`.
pub(super) fn slug(name: &str) -> String {
    let folded = fold(name);
    let words = folded.split(|c: char| !c.is_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join("-").chars().take(64).collect()
}

/// Keeps the words by which these movies are found.
pub(super) async fn index(tx: &DatabaseTransaction, movies: &[MovieId]) -> Result<(), DbErr> {
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
    for movie in queries::find_all(tx, movies).await? {
        let words = search::Words {
            title: &movie.title,
            original_title: originals.get(&movie.id).and_then(Option::as_deref),
            year: movie.year,
            directors: &movie.directors,
        };
        search::index(tx, movie.id, words).await?;
    }
    Ok(())
}

/// Makes findable by words what an older release kept without. Returns how many movies.
pub async fn index_missing(db: &Db) -> Result<usize, DbErr> {
    let backend = db.reader().get_database_backend();
    let (mut last, mut count) = (0, 0);
    loop {
        let missing = search::missing(backend, last, BATCH);
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
        db.write(move |tx| Box::pin(async move { index(tx, &ids).await }))
            .await?;
    }
}
