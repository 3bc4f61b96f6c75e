//! Bulk inserts of poster rows for new movies, for the demo and the benchmarks.

use chrono::TimeDelta;
use entity::movie_poster::{ActiveModel, Entity, PosterState};
use entity::poster;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait};

use super::StoredPoster;
use super::set_poster::MEMBER_SOURCE;
use crate::catalog::MovieId;
use crate::clock::Clock;

/// SQLite allows 32,766 bound values in one statement.
const ROWS_PER_INSERT: usize = 1000;

/// How long this process may take to generate its own posters.
const GENERATION_TIMEOUT: TimeDelta = TimeDelta::hours(1);

/// Inserts rows for new movies whose posters this process is about to generate. They stay
/// `AwaitingFacts` for an hour, even if no online catalog is configured.
pub async fn expect_generated(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movies: &[MovieId],
) -> Result<(), DbErr> {
    let try_at = clock.now() + GENERATION_TIMEOUT;
    for movies in movies.chunks(ROWS_PER_INSERT) {
        let rows = movies.iter().map(|movie| ActiveModel {
            movie_id: Set(*movie),
            state: Set(PosterState::AwaitingFacts),
            try_at: Set(try_at),
            tries: Set(0),
            pinned: Set(false),
            ..Default::default()
        });
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Inserts rows for new movies, some of them with a poster. Does not check that the poster's
/// files exist: benchmarks of pages do not need them.
pub async fn bulk_insert_posters(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movies: &[(MovieId, Option<StoredPoster>)],
) -> Result<(), DbErr> {
    let now = clock.now();
    for movies in movies.chunks(ROWS_PER_INSERT) {
        let stored = movies.iter().filter_map(|(_, kept)| kept.as_ref());
        let posters: Vec<_> = stored
            .map(|kept| poster::ActiveModel {
                hash: Set(kept.hash.clone()),
                height: Set(kept.height),
                colors: Set(kept.colors.clone()),
                source: Set(MEMBER_SOURCE.to_owned()),
                page: Set(None),
                stored_at: Set(now),
                superseded_at: Set(None),
            })
            .collect();
        if !posters.is_empty() {
            poster::Entity::insert_many(posters)
                .exec_without_returning(tx)
                .await?;
        }
        let rows = movies.iter().map(|(movie, kept)| ActiveModel {
            movie_id: Set(*movie),
            state: Set(match kept {
                Some(_) => PosterState::Ready,
                None => PosterState::None,
            }),
            try_at: Set(now),
            tries: Set(0),
            poster: Set(kept.as_ref().map(|kept| kept.hash.clone())),
            pinned: Set(false),
            ..Default::default()
        });
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}
