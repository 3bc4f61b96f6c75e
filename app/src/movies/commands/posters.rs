//! Posters that members choose, and those that are fetched again.

use sea_orm::DbErr;

use crate::accounts::MemberId;
use crate::accounts::commands::lock_member_shared;
use crate::catalog::commands::{lock_movie_shared, requeue_facts};
use crate::catalog::{MovieId, OnlineCatalog};
use crate::clock::Clock;
use crate::db::Db;
use crate::events::{Event, EventSender};
use crate::posters::commands::{PosterRequeue, StoredPoster, choose_poster, requeue_poster};
use crate::revision::{Change, record_change};
use crate::web;

#[derive(Debug, thiserror::Error)]
pub enum ReplacePosterError {
    /// The account is disabled or deleted.
    #[error("no such member")]
    MemberGone,
    #[error("no such movie")]
    MovieGone,
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<ReplacePosterError> for web::Error {
    fn from(error: ReplacePosterError) -> Self {
        match error {
            ReplacePosterError::MemberGone => Self::SignInRequired,
            ReplacePosterError::MovieGone => Self::NotFound,
            ReplacePosterError::Database(error) => error.into(),
        }
    }
}

/// Makes the uploaded picture the poster of `movie`, or of the movie that it was merged into.
/// Returns the movie whose poster was replaced.
pub async fn replace_poster(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    movie: MovieId,
    stored: StoredPoster,
) -> Result<MovieId, ReplacePosterError> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            lock_member_shared(tx, member)
                .await?
                .ok_or(ReplacePosterError::MemberGone)?;
            let movie = lock_movie_shared(tx, movie)
                .await?
                .ok_or(ReplacePosterError::MovieGone)?
                .id;
            choose_poster(tx, &clock, movie, member, &stored).await?;
            record_change(tx, &clock, Change::Movie(movie)).await?;
            Ok(movie)
        })
    })
    .await
}

#[derive(Debug, thiserror::Error)]
pub enum RefetchPosterError {
    /// A member chose the poster.
    #[error("a member chose the poster")]
    Pinned,
    /// The catalog is off, and the movie has no earlier source.
    #[error("no catalog to look up the poster")]
    NoCatalog,
    #[error(transparent)]
    Database(#[from] DbErr),
}

const PINNED: &str = "A member chose this poster. An admin can undo that on the film’s page.";

const NO_CATALOG: &str =
    "There is no catalog to look up this film’s poster. Upload a picture instead.";

impl From<RefetchPosterError> for web::Error {
    fn from(error: RefetchPosterError) -> Self {
        match error {
            RefetchPosterError::Pinned => Self::Conflict(PINNED.to_owned()),
            RefetchPosterError::NoCatalog => Self::Conflict(NO_CATALOG.to_owned()),
            RefetchPosterError::Database(error) => error.into(),
        }
    }
}

/// Queues another catalog lookup of `movie` and another fetch of its poster.
pub async fn refetch_poster(
    db: &Db,
    clock: &Clock,
    events: &EventSender,
    online: &OnlineCatalog,
    movie: MovieId,
) -> Result<(), RefetchPosterError> {
    let clock = clock.clone();
    let catalog_enabled = !online.is_off();
    db.write(move |tx| {
        Box::pin(async move {
            let is_queued = catalog_enabled && requeue_facts(tx, &clock, movie).await?;
            match requeue_poster(tx, &clock, movie, is_queued).await? {
                PosterRequeue::Queued => Ok(record_change(tx, &clock, Change::Movie(movie)).await?),
                PosterRequeue::Pinned => Err(RefetchPosterError::Pinned),
                PosterRequeue::NoSource => Err(RefetchPosterError::NoCatalog),
            }
        })
    })
    .await?;
    events.send(Event::FactsQueued(movie));
    events.send(Event::PosterQueued(movie));
    Ok(())
}
