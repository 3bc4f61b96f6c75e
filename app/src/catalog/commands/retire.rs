//! The catalog's part of merging two movies that are the same, and of undoing a merge. The
//! reviews are moved by `diary`.

use entity::movie;
use entity::movie_facts::{self, FactsState};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait};

use super::lock::{MERGED_PREFIX, lock_movie_exclusive};
use super::movies::{identity_key, index_movies};
use crate::catalog::facts::ExternalIds;
use crate::catalog::full_text;
use crate::catalog::queries::{self, KnownMovie, MovieId};

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
    let mut ids = [from, into];
    ids.sort_unstable();
    for id in ids {
        if lock_movie_exclusive(tx, id).await?.is_none() {
            return Ok(None);
        }
    }
    let (Some(leaving), Some(staying)) = (
        queries::find(tx, from).await?,
        queries::find(tx, into).await?,
    ) else {
        return Ok(None);
    };
    let moved = MovedIds {
        imdb_id: leaving
            .imdb_id
            .clone()
            .filter(|_| staying.imdb_id.is_none()),
        tmdb_id: leaving.tmdb_id.filter(|_| staying.tmdb_id.is_none()),
    };
    let retired = movie::ActiveModel {
        id: Set(from),
        identity_key: Set(format!("{MERGED_PREFIX}{from}")),
        imdb_id: Set(leaving.imdb_id.clone().filter(|_| moved.imdb_id.is_none())),
        tmdb_id: Set(leaving.tmdb_id.filter(|_| moved.tmdb_id.is_none())),
        ..Default::default()
    };
    movie::Entity::update(retired).exec(tx).await?;
    write_ids(tx, &staying, &moved).await?;
    full_text::delete_words(tx, from).await?;
    exclude_from_catalog(tx, from).await?;
    Ok(Some(moved))
}

/// Undoes [`retire_movie`]: gives the moved ids back to `from` and indexes it again.
pub async fn reinstate_movie(
    tx: &DatabaseTransaction,
    from: MovieId,
    into: MovieId,
    moved: &MovedIds,
) -> Result<(), DbErr> {
    if let Some(staying) = queries::find(tx, into).await? {
        let without = KnownMovie {
            imdb_id: staying
                .imdb_id
                .clone()
                .filter(|id| Some(id) != moved.imdb_id.as_ref()),
            tmdb_id: staying.tmdb_id.filter(|id| Some(*id) != moved.tmdb_id),
            ..staying
        };
        write_ids(tx, &without, &MovedIds::default()).await?;
    }
    if let Some(leaving) = queries::find(tx, from).await? {
        write_ids(tx, &leaving, moved).await?;
    }
    index_movies(tx, &[from]).await
}

/// Adds the ids in `more` to the movie, and updates its identity key.
async fn write_ids(
    tx: &DatabaseTransaction,
    movie: &KnownMovie,
    more: &MovedIds,
) -> Result<(), DbErr> {
    let ids = ExternalIds {
        imdb_id: movie.imdb_id.clone().or_else(|| more.imdb_id.clone()),
        tmdb_id: movie.tmdb_id.or(more.tmdb_id),
        wikidata_id: None,
    };
    let change = movie::ActiveModel {
        id: Set(movie.id),
        identity_key: Set(identity_key(
            &ids,
            &movie.title,
            movie.year,
            &movie.directors,
        )),
        imdb_id: Set(ids.imdb_id),
        tmdb_id: Set(ids.tmdb_id),
        ..Default::default()
    };
    movie::Entity::update(change).exec(tx).await?;
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
