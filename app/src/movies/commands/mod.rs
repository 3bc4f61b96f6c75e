//! Corrections of movies. Each one changes the catalog, posters and diary in one transaction.

mod posters;

use entity::movie_correction::CorrectedField;
use sea_orm::{DatabaseTransaction, DbErr};

use crate::accounts::commands::{LockAdminsError, lock_admins, lock_member_shared};
use crate::accounts::{Member, MemberId};
use crate::catalog::commands::{
    CorrectionOutcome, OlderCorrection, UndoneCorrection, apply_correction, lock_movie_changes,
    lock_title, mark_undone, requeue_facts, restore_corrected_value, restore_correction,
};
use crate::catalog::{self, KnownMovie, MovieId, MovieInput};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::DiaryWriter;
use crate::diary::commands::{merge_movies, move_own_reviews};
use crate::events::{Event, EventSender};
use crate::posters::commands::restore_poster;
use crate::revision::{Change, record_change};
use crate::web::{self, FieldErrors};

pub use posters::{RefetchPosterError, ReplacePosterError, refetch_poster, replace_poster};

#[derive(Debug, thiserror::Error)]
pub enum CorrectionError {
    /// The correction matches several movies that are already here.
    #[error("several movies match the correction")]
    Ambiguous,
    /// The movie was corrected since the form was opened.
    #[error("the movie was corrected in the meantime")]
    Stale,
    /// The movie or the member no longer exists.
    #[error("the movie or the member no longer exists")]
    Gone,
    #[error(transparent)]
    Database(#[from] DbErr),
}

const AMBIGUOUS: &str = "Several films with that title came out that year. Add the director.";

const STALE: &str =
    "Someone else corrected this film while you were editing it. Open it again to see the changes.";

impl CorrectionError {
    /// Errors that the member can fix in the form; `Err` for all others.
    pub fn into_field_errors(self) -> Result<FieldErrors, web::Error> {
        match self {
            Self::Ambiguous => Ok(FieldErrors::single("director", AMBIGUOUS)),
            Self::Stale => Ok(FieldErrors::single("", STALE)),
            Self::Gone => Err(web::Error::NotFound),
            Self::Database(error) => Err(error.into()),
        }
    }
}

/// Corrects title, year and directors. `movie` holds the values that `member` saw in the form. If
/// the corrected movie is already here, an admin merges the two. Other members move their own
/// reviews to it, whoever else has logged the movie, so that they never learn who has. Returns the
/// movie that has the member's reviews then.
pub async fn correct_movie(
    writer: &DiaryWriter,
    events: &EventSender,
    member: &Member,
    movie: KnownMovie,
    input: MovieInput,
) -> Result<MovieId, CorrectionError> {
    let (db, writer) = (&writer.db, writer.clone());
    let (member, is_admin) = (member.id, member.is_admin);
    let remaining = db
        .write(move |tx| {
            Box::pin(async move {
                lock_title(tx, &input).await?;
                lock_member_shared(tx, member)
                    .await?
                    .ok_or(CorrectionError::Gone)?;
                let clock = &writer.clock;
                let corrected = apply_correction(tx, clock, member, &movie, &input).await?;
                let movie = movie.id;
                let stays = match corrected {
                    CorrectionOutcome::Applied => Ok(movie),
                    CorrectionOutcome::DuplicateOf(other) if is_admin => {
                        merge_into(tx, &writer, movie, other).await
                    }
                    CorrectionOutcome::DuplicateOf(other) => {
                        move_own_reviews(tx, clock, member, movie, other).await?;
                        Ok(other)
                    }
                    CorrectionOutcome::Ambiguous => Err(CorrectionError::Ambiguous),
                    CorrectionOutcome::Stale => Err(CorrectionError::Stale),
                    CorrectionOutcome::Gone => Err(CorrectionError::Gone),
                }?;
                record_change(tx, clock, Change::Movie(stays)).await?;
                Ok::<_, CorrectionError>(stays)
            })
        })
        .await?;
    events.send(Event::FactsQueued(remaining));
    Ok(remaining)
}

/// Makes a correction of an archive once more. It is [`CorrectionOutcome::Stale`] if somebody has
/// corrected the field here.
pub async fn restore_movie_correction(
    writer: &DiaryWriter,
    member: MemberId,
    movie: MovieId,
    older: OlderCorrection,
) -> Result<CorrectionOutcome, DbErr> {
    let (db, clock) = (&writer.db, writer.clock.clone());
    db.write(move |tx| {
        Box::pin(async move {
            let Some(known) = catalog::find(tx, movie).await? else {
                return Ok(CorrectionOutcome::Gone);
            };
            lock_title(tx, &older.entered.apply_to(&known)).await?;
            if lock_member_shared(tx, member).await?.is_none() {
                return Ok(CorrectionOutcome::Gone);
            }
            let restored = restore_correction(tx, &clock, (member, known.id), &older).await?;
            if restored == CorrectionOutcome::Applied {
                record_change(tx, &clock, Change::Movie(known.id)).await?;
            }
            Ok(restored)
        })
    })
    .await
}

/// Merges `movie` into `other`, and queues a catalog lookup of `other`.
async fn merge_into(
    tx: &DatabaseTransaction,
    writer: &DiaryWriter,
    movie: MovieId,
    other: MovieId,
) -> Result<MovieId, CorrectionError> {
    if !merge_movies(tx, writer, movie, other).await? {
        return Err(CorrectionError::Gone);
    }
    requeue_facts(tx, &writer.clock, other).await?;
    Ok(other)
}

#[derive(Debug, thiserror::Error)]
pub enum UndoCorrectionError {
    #[error("not an admin")]
    NotAdmin,
    /// There was no such correction, or it is undone already.
    #[error("no such correction")]
    Gone,
    /// Another movie has the old title and year now, or the movie was merged.
    #[error("the old value is no longer possible")]
    Superseded,
    #[error(transparent)]
    Database(#[from] DbErr),
}

const SUPERSEDED: &str =
    "This can’t be undone: another film has that title and year now, or this one was merged.";

impl From<LockAdminsError> for UndoCorrectionError {
    fn from(error: LockAdminsError) -> Self {
        match error {
            LockAdminsError::NotAdmin => Self::NotAdmin,
            LockAdminsError::Database(error) => Self::Database(error),
        }
    }
}

impl From<UndoCorrectionError> for web::Error {
    fn from(error: UndoCorrectionError) -> Self {
        match error {
            UndoCorrectionError::NotAdmin | UndoCorrectionError::Gone => Self::NotFound,
            UndoCorrectionError::Superseded => Self::Conflict(SUPERSEDED.to_owned()),
            UndoCorrectionError::Database(error) => error.into(),
        }
    }
}

/// Undoes one correction. Returns the corrected movie.
pub async fn undo_correction(
    db: &Db,
    clock: &Clock,
    events: &EventSender,
    admin: MemberId,
    id: i64,
) -> Result<MovieId, UndoCorrectionError> {
    let clock = clock.clone();
    let movie = db
        .write(move |tx| {
            Box::pin(async move {
                lock_admins(tx, admin).await?;
                lock_movie_changes(tx).await?;
                let undone = mark_undone(tx, &clock, id)
                    .await?
                    .ok_or(UndoCorrectionError::Gone)?;
                restore_old_value(tx, &clock, &undone).await?;
                record_change(tx, &clock, Change::Movie(undone.movie)).await?;
                Ok::<_, UndoCorrectionError>(undone.movie)
            })
        })
        .await?;
    events.send(Event::PosterQueued(movie));
    Ok(movie)
}

async fn restore_old_value(
    tx: &DatabaseTransaction,
    clock: &Clock,
    undone: &UndoneCorrection,
) -> Result<(), UndoCorrectionError> {
    if undone.field == CorrectedField::Poster {
        let hash = Some(undone.value.as_str()).filter(|hash| !hash.is_empty());
        return Ok(restore_poster(tx, clock, undone.movie, hash, undone.is_pinned).await?);
    }
    if !restore_corrected_value(tx, undone).await? {
        return Err(UndoCorrectionError::Superseded);
    }
    Ok(())
}
