//! Putting in the rows of many movies at once, for the demo and for measuring.

use chrono::TimeDelta;
use entity::movie_poster::{ActiveModel, Entity, PosterState};
use entity::poster;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait};

use super::Kept;
use super::show::MEMBER;
use crate::catalog::MovieId;
use crate::clock::Clock;

/// How many rows go in one statement: SQLite takes 32,766 values.
const ROWS: usize = 1000;

/// How long posters may take that this process makes itself.
const PROMISED: TimeDelta = TimeDelta::hours(1);

/// Makes the rows of new movies whose posters this process is about to make: they are
/// expected for an hour, whether or not the catalog is asked.
pub async fn promise(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movies: &[MovieId],
) -> Result<(), DbErr> {
    let later = clock.now() + PROMISED;
    for movies in movies.chunks(ROWS) {
        let rows = movies.iter().map(|movie| ActiveModel {
            movie_id: Set(*movie),
            state: Set(PosterState::Expected),
            try_at: Set(later),
            tries: Set(0),
            pinned: Set(false),
            ..Default::default()
        });
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Makes the rows of new movies, some with a poster. That its files are there is the
/// caller's business: to measure pages, they need not be.
pub async fn stock(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movies: &[(MovieId, Option<Kept>)],
) -> Result<(), DbErr> {
    let now = clock.now();
    for movies in movies.chunks(ROWS) {
        let kept = movies.iter().filter_map(|(_, kept)| kept.as_ref());
        let posters: Vec<_> = kept
            .map(|kept| poster::ActiveModel {
                hash: Set(kept.hash.clone()),
                height: Set(kept.height),
                colors: Set(kept.colors.clone()),
                source: Set(MEMBER.to_owned()),
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
