//! Merging movies that turn out to be the same.

use sea_orm::{DatabaseTransaction, DbErr};

use super::merge::merge_movies;
use crate::accounts::MemberId;
use crate::accounts::commands::{LockAdminsError, lock_admins};
use crate::catalog::MovieId;
use crate::catalog::queries::{Doubles, best_known, likely_doubles};
use crate::diary::DiaryWriter;
use crate::revision::{Change, record_change};
use crate::web;

/// More titles than there are films.
const ALL_TITLES: u64 = 10_000_000;

#[derive(Debug, thiserror::Error)]
pub enum MergeDoublesError {
    #[error("not an admin")]
    NotAdmin,
    /// One of the two does not exist, or was merged already.
    #[error("no such movie")]
    Gone,
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<LockAdminsError> for MergeDoublesError {
    fn from(error: LockAdminsError) -> Self {
        match error {
            LockAdminsError::NotAdmin => Self::NotAdmin,
            LockAdminsError::Database(error) => Self::Database(error),
        }
    }
}

impl From<MergeDoublesError> for web::Error {
    fn from(error: MergeDoublesError) -> Self {
        match error {
            MergeDoublesError::NotAdmin => Self::NotFound,
            MergeDoublesError::Gone => Self::Conflict(
                "One of these films is no longer here, or was merged already. Load the page again."
                    .to_owned(),
            ),
            MergeDoublesError::Database(error) => error.into(),
        }
    }
}

/// Merges `from` into `into` for an admin, who can undo it.
pub async fn merge_doubles(
    writer: &DiaryWriter,
    admin: MemberId,
    from: MovieId,
    into: MovieId,
) -> Result<(), MergeDoublesError> {
    let (db, writer) = (&writer.db, writer.clone());
    db.write(move |tx| {
        Box::pin(async move {
            lock_admins(tx, admin).await?;
            match merge_and_record(tx, &writer, from, into).await? {
                true => Ok(()),
                false => Err(MergeDoublesError::Gone),
            }
        })
    })
    .await
}

/// Merges each two movies of one title and year, if there are just two and nothing speaks against
/// it. Returns how many were merged.
pub async fn merge_certain_doubles(writer: &DiaryWriter) -> Result<usize, DbErr> {
    let mut count = 0;
    for movies in likely_doubles(&writer.db, ALL_TITLES).await? {
        if let Some((from, into)) = certain_pair(&movies) {
            count += usize::from(merge_pair(writer, from, into).await?);
        }
    }
    Ok(count)
}

/// Which of two doubles is merged into which.
fn certain_pair(doubles: &Doubles) -> Option<(MovieId, MovieId)> {
    let [one, other] = doubles.as_slice() else {
        return None;
    };
    let stays = best_known(doubles)?.id;
    let leaves = if stays == one.id { other.id } else { one.id };
    Some((leaves, stays))
}

async fn merge_pair(writer: &DiaryWriter, from: MovieId, into: MovieId) -> Result<bool, DbErr> {
    let (db, writer) = (&writer.db, writer.clone());
    db.write(move |tx| Box::pin(async move { merge_and_record(tx, &writer, from, into).await }))
        .await
}

/// Returns `false` if one of the two does not exist, or was merged already.
async fn merge_and_record(
    tx: &DatabaseTransaction,
    writer: &DiaryWriter,
    from: MovieId,
    into: MovieId,
) -> Result<bool, DbErr> {
    if from == into || !merge_movies(tx, writer, from, into).await? {
        return Ok(false);
    }
    record_change(tx, &writer.clock, Change::Movie(into)).await?;
    Ok(true)
}
