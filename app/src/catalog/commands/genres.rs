//! Writes the genres of a movie.

use std::collections::BTreeMap;

use entity::{genre, movie_genre};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};

use crate::catalog::queries::MovieId;
use crate::text::fold;

/// Replaces the genres of `movie`.
pub(super) async fn replace_genres(
    tx: &DatabaseTransaction,
    movie: MovieId,
    genres: &[String],
) -> Result<(), DbErr> {
    movie_genre::Entity::delete_many()
        .filter(movie_genre::Column::MovieId.eq(movie))
        .exec(tx)
        .await?;
    insert_genres(tx, movie, genres).await
}

/// Adds the genres of a movie that has none yet.
pub(super) async fn insert_genres(
    tx: &DatabaseTransaction,
    movie: MovieId,
    genres: &[String],
) -> Result<(), DbErr> {
    let ids = upsert_genres_by_slug(tx, genres).await?;
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

/// The ids of the genres with these names, by slug. Creates missing ones.
pub(super) async fn upsert_genres_by_slug(
    tx: &DatabaseTransaction,
    genres: &[String],
) -> Result<BTreeMap<String, i64>, DbErr> {
    let mut named: Vec<_> = genres.iter().map(|name| (genre_slug(name), name)).collect();
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

/// The genre's name in URLs: `science-fiction`.
pub(super) fn genre_slug(name: &str) -> String {
    let folded = fold(name);
    let words = folded.split(|c: char| !c.is_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join("-").chars().take(64).collect()
}
