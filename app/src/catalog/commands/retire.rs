//! The catalog's part of merging two movies that are the same, and of undoing a merge. The
//! reviews are moved by `diary`.

use entity::movie::{ActiveModel, Column, Entity};
use entity::movie_alias;
use entity::movie_facts::{self, FactsState};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};

use super::correct::current_identity_key;
use super::lock::{MERGED_PREFIX, lock_movie_exclusive};
use super::movies::{identity_key, index_movies, key_of_double};
use crate::catalog::facts::ExternalIds;
use crate::catalog::full_text;
use crate::catalog::queries::{self, KnownMovie, MovieId};
use crate::db;

/// The ids that a merge moved from one movie to the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovedIds {
    pub imdb_id: Option<String>,
    pub tmdb_id: Option<i64>,
}

/// Marks `from` as merged into `into`: removes it from the search index and moves its ids.
/// `None` when one of the two does not exist or is merged already.
pub async fn retire_movie(
    tx: &DatabaseTransaction,
    from: MovieId,
    into: MovieId,
) -> Result<Option<MovedIds>, DbErr> {
    let (Some(leaving), Some(staying)) = (
        lock_movie_exclusive(tx, from).await?,
        lock_movie_exclusive(tx, into).await?,
    ) else {
        return Ok(None);
    };
    lock_facts(tx, [from, into]).await?;
    let moved = MovedIds {
        imdb_id: leaving
            .imdb_id
            .clone()
            .filter(|_| staying.imdb_id.is_none()),
        tmdb_id: leaving.tmdb_id.filter(|_| staying.tmdb_id.is_none()),
    };
    let retired = ActiveModel {
        id: Set(from),
        identity_key: Set(merged_key(tx, &leaving, &staying).await?),
        imdb_id: Set(leaving.imdb_id.clone().filter(|_| moved.imdb_id.is_none())),
        tmdb_id: Set(leaving.tmdb_id.filter(|_| moved.tmdb_id.is_none())),
        ..Default::default()
    };
    Entity::update(retired).exec(tx).await?;
    if moved != MovedIds::default() {
        write_ids(tx, &staying, &moved, None).await?;
    }
    full_text::delete_words(tx, from).await?;
    exclude_from_catalog(tx, from).await?;
    Ok(Some(moved))
}

/// Ends the identity key of a merged movie that had the identity of the one that stays.
const DOUBLE_SUFFIX: &str = " double";

/// The identity key of a merged movie, which must leave its identity to others.
async fn merged_key(
    tx: &DatabaseTransaction,
    leaving: &KnownMovie,
    staying: &KnownMovie,
) -> Result<String, DbErr> {
    let is_double =
        current_identity_key(tx, leaving).await? == current_identity_key(tx, staying).await?;
    let suffix = if is_double { DOUBLE_SUFFIX } else { "" };
    Ok(format!("{MERGED_PREFIX}{}{suffix}", leaving.id))
}

#[derive(Debug, thiserror::Error)]
pub enum ReinstateError {
    /// Another movie has the identity that one of the two would get back.
    #[error("another movie has that identity")]
    Taken,
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Undoes [`retire_movie`]: gives the moved ids back to `from` and indexes it again. `into` is the
/// movie that has its reviews now, after any further merges. The alias of `from` must be deleted.
pub async fn reinstate_movie(
    tx: &DatabaseTransaction,
    from: MovieId,
    into: MovieId,
    moved: &MovedIds,
) -> Result<(), ReinstateError> {
    let row = Entity::find_by_id(from)
        .lock(LockType::NoKeyUpdate)
        .one(tx)
        .await?;
    let is_double = row.is_some_and(|row| row.identity_key.ends_with(DOUBLE_SUFFIX));
    let before = lock_movie_exclusive(tx, into).await?;
    let returned = take_back(tx, into, moved).await?;
    let after = queries::find(tx, into).await?;
    if let Some(staying) = after.filter(|after| before.as_ref() != Some(after)) {
        write_free_ids(tx, &staying, &MovedIds::default(), None).await?;
    }
    if let Some(leaving) = queries::find(tx, from).await? {
        write_free_ids(tx, &leaving, &returned, is_double.then_some(into)).await?;
    }
    Ok(index_movies(tx, &[from]).await?)
}

/// Takes the ids from `into`, or from the merged movie that kept them on the way to it. Returns
/// those that were found: undoing an earlier merge may have returned one to its first owner.
async fn take_back(
    tx: &DatabaseTransaction,
    into: MovieId,
    moved: &MovedIds,
) -> Result<MovedIds, DbErr> {
    let merged = movie_alias::Entity::find()
        .select_only()
        .column(movie_alias::Column::MovieId)
        .filter(movie_alias::Column::LeadsTo.eq(into))
        .into_query();
    let holders = Condition::any()
        .add(Column::Id.eq(into))
        .add(Column::Id.in_subquery(merged));
    let mut returned = MovedIds::default();
    if let Some(imdb_id) = &moved.imdb_id {
        let without = ActiveModel {
            imdb_id: Set(None),
            ..Default::default()
        };
        let theirs = Condition::all()
            .add(holders.clone())
            .add(Column::ImdbId.eq(imdb_id));
        if clear_ids(tx, without, theirs).await? {
            returned.imdb_id = Some(imdb_id.clone());
        }
    }
    if let Some(tmdb_id) = moved.tmdb_id {
        let without = ActiveModel {
            tmdb_id: Set(None),
            ..Default::default()
        };
        let theirs = Condition::all()
            .add(holders)
            .add(Column::TmdbId.eq(tmdb_id));
        if clear_ids(tx, without, theirs).await? {
            returned.tmdb_id = Some(tmdb_id);
        }
    }
    Ok(returned)
}

/// Returns whether a movie had the id.
async fn clear_ids(
    tx: &DatabaseTransaction,
    without: ActiveModel,
    holder: Condition,
) -> Result<bool, DbErr> {
    let cleared = Entity::update_many().set(without).filter(holder);
    Ok(cleared.exec(tx).await?.rows_affected == 1)
}

/// [`write_ids`], for a movie whose identity another one may have taken meanwhile.
async fn write_free_ids(
    tx: &DatabaseTransaction,
    movie: &KnownMovie,
    more: &MovedIds,
    double: Option<MovieId>,
) -> Result<(), ReinstateError> {
    write_ids(tx, movie, more, double)
        .await
        .map_err(|error| match error {
            error if db::is_unique_violation(&error) => ReinstateError::Taken,
            error => error.into(),
        })
}

/// Adds the ids in `more` to the movie, and updates its identity key. It may be the same as that of
/// `double`.
async fn write_ids(
    tx: &DatabaseTransaction,
    movie: &KnownMovie,
    more: &MovedIds,
    double: Option<MovieId>,
) -> Result<(), DbErr> {
    let facts = movie_facts::Entity::find_by_id(movie.id).one(tx).await?;
    let ids = ExternalIds {
        imdb_id: movie.imdb_id.clone().or_else(|| more.imdb_id.clone()),
        tmdb_id: movie.tmdb_id.or(more.tmdb_id),
        wikidata_id: facts.and_then(|facts| facts.wikidata_id),
    };
    let key = identity_key(&ids, &movie.title, movie.year, &movie.directors);
    let of_double = Entity::find()
        .filter(Column::IdentityKey.eq(&key))
        .filter(Column::Id.is_in(double));
    let key = match of_double.one(tx).await? {
        Some(_) => key_of_double(&key, movie.id),
        None => key,
    };
    let change = ActiveModel {
        id: Set(movie.id),
        identity_key: Set(key),
        imdb_id: Set(ids.imdb_id),
        tmdb_id: Set(ids.tmdb_id),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

/// A merge changes these rows, and later rows that come after them in the order of the locks.
async fn lock_facts(tx: &DatabaseTransaction, movies: [MovieId; 2]) -> Result<(), DbErr> {
    movie_facts::Entity::find()
        .filter(movie_facts::Column::MovieId.is_in(movies))
        .order_by_asc(movie_facts::Column::MovieId)
        .lock_exclusive()
        .all(tx)
        .await?;
    Ok(())
}

/// Excludes the movie from the catalog. After an undone merge, new facts would merge it again.
async fn exclude_from_catalog(tx: &DatabaseTransaction, movie: MovieId) -> Result<(), DbErr> {
    let without_facts = movie_facts::ActiveModel {
        movie_id: Set(movie),
        state: Set(FactsState::Excluded),
        wikidata_id: Set(None),
        ..Default::default()
    };
    movie_facts::Entity::update(without_facts).exec(tx).await?;
    Ok(())
}
