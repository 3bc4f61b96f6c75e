//! Two movies that are one: how the one that goes gives what it has to the one that
//! stays, and takes it back.

use entity::movie;
use entity::movie_facts::{self, FactsState};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait};

use super::hold::{GONE, hold_alone};
use super::movies::{identity_key, index};
use crate::catalog::facts::Ids;
use crate::catalog::queries::{self, Known, MovieId};
use crate::catalog::search;

/// The numbers that went from one movie to the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// IMDb's.
    pub imdb_id: Option<String>,
    /// TMDB's.
    pub tmdb_id: Option<i64>,
}

/// Lets `from` go into `into`: it is not found by words any more, and its numbers belong
/// to the other. The reviews are diary's business. `None` when one of them has gone
/// meanwhile.
pub async fn retire(
    tx: &DatabaseTransaction,
    from: MovieId,
    into: MovieId,
) -> Result<Option<Moved>, DbErr> {
    let mut ids = [from, into];
    ids.sort_unstable();
    for id in ids {
        if hold_alone(tx, id).await?.is_none() {
            return Ok(None);
        }
    }
    let (Some(leaving), Some(staying)) = (
        queries::find(tx, from).await?,
        queries::find(tx, into).await?,
    ) else {
        return Ok(None);
    };
    let moved = Moved {
        imdb_id: leaving
            .imdb_id
            .clone()
            .filter(|_| staying.imdb_id.is_none()),
        tmdb_id: leaving.tmdb_id.filter(|_| staying.tmdb_id.is_none()),
    };
    let gone = movie::ActiveModel {
        id: Set(from),
        identity_key: Set(format!("{GONE}{from}")),
        imdb_id: Set(leaving.imdb_id.clone().filter(|_| moved.imdb_id.is_none())),
        tmdb_id: Set(leaving.tmdb_id.filter(|_| moved.tmdb_id.is_none())),
        ..Default::default()
    };
    movie::Entity::update(gone).exec(tx).await?;
    identify(tx, &staying, &moved).await?;
    search::forget(tx, from).await?;
    hold_facts(tx, from).await?;
    Ok(Some(moved))
}

/// Lets `from` stand for itself again, with what it gave to `into`.
pub async fn revive(
    tx: &DatabaseTransaction,
    from: MovieId,
    into: MovieId,
    moved: &Moved,
) -> Result<(), DbErr> {
    if let Some(staying) = queries::find(tx, into).await? {
        let without = Known {
            imdb_id: staying
                .imdb_id
                .clone()
                .filter(|id| Some(id) != moved.imdb_id.as_ref()),
            tmdb_id: staying.tmdb_id.filter(|id| Some(*id) != moved.tmdb_id),
            ..staying
        };
        identify(tx, &without, &Moved::default()).await?;
    }
    if let Some(leaving) = queries::find(tx, from).await? {
        identify(tx, &leaving, moved).await?;
    }
    index(tx, &[from]).await
}

/// Writes the numbers of `movie` with those that come to it, and what follows from them.
async fn identify(tx: &DatabaseTransaction, movie: &Known, more: &Moved) -> Result<(), DbErr> {
    let ids = Ids {
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

/// The catalog would say again what was just undone, or what nobody needs to hear.
async fn hold_facts(tx: &DatabaseTransaction, movie: MovieId) -> Result<(), DbErr> {
    let held = movie_facts::ActiveModel {
        movie_id: Set(movie),
        state: Set(FactsState::Held),
        wikidata_id: Set(None),
        ..Default::default()
    };
    movie_facts::Entity::update(held).exec(tx).await?;
    Ok(())
}
