//! Fetches queued posters in the background. Pictures are decoded one at a time, and stored in all
//! widths.

use std::io::ErrorKind;

use axum::http::header::ACCEPT;
use axum::http::{HeaderValue, StatusCode};
use bytes::Bytes;
use entity::movie_poster::{self, Column, PosterFault};
use futures_util::future::try_join_all;
use picture::PictureError;
use sea_orm::{DbErr, EntityTrait, QuerySelect};
use tokio::task::spawn_blocking;
use url::Url;

use super::Posters;
use super::commands::{POSTER_QUEUE, StoredPoster, mark_failed, retry_later, show_poster};
use crate::catalog::MovieId;
use crate::clock::Clock;
use crate::db::Db;
use crate::outgoing::{OutgoingError, OutgoingRequest};
use crate::posters::file_name::FileName;
use crate::queue::{Lease, QueueOutcome};
use crate::revision::{self, Change};
use crate::secret::hex;
use crate::web;

/// Size limit for an original picture, fetched or uploaded.
pub const MAX_ORIGINAL_BYTES: usize = 10 * 1024 * 1024;

/// Formats that can be decoded, as an `Accept` header.
const ACCEPTED_TYPES: &str = "image/webp,image/jpeg,image/png;q=0.9";

#[derive(Debug, thiserror::Error)]
pub enum PosterError {
    /// A retry would fail in the same way.
    #[error("the poster is unavailable: {0:?}")]
    Permanent(PosterFault),
    /// A retry may succeed. When no retries are left, the fault is recorded.
    #[error("{reason}")]
    Retryable { fault: PosterFault, reason: String },
    #[error("the poster could not be stored: {0}")]
    Store(#[from] object_store::Error),
}

/// What a person sees when the store could not keep or read a file.
pub fn store_error(error: object_store::Error) -> web::Error {
    match PosterError::Store(error).into_fault() {
        Ok(fault) => web::Error::PosterStore(format!("{fault:?}")),
        Err(error) => error,
    }
}

impl PosterError {
    /// The fault of an uploaded picture; `Err` for all other errors.
    pub fn into_fault(self) -> Result<PosterFault, web::Error> {
        match self {
            Self::Permanent(fault) => Ok(fault),
            error if error.is_storage_full() => Err(web::Error::StorageFull(error.to_string())),
            error => Err(web::Error::PosterStore(error.to_string())),
        }
    }

    /// Whether the cause is a full disk or an exceeded quota.
    fn is_storage_full(&self) -> bool {
        let mut cause: Option<&dyn std::error::Error> = Some(self);
        while let Some(error) = cause {
            let kind = error.downcast_ref().map(std::io::Error::kind);
            if matches!(
                kind,
                Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
            ) {
                return true;
            }
            cause = error.source();
        }
        false
    }
}

/// Fetches the poster that has been due longest, if any is due.
pub async fn fetch_next_poster(
    db: &Db,
    clock: &Clock,
    posters: &Posters,
) -> Result<QueueOutcome, DbErr> {
    let lease = match POSTER_QUEUE.lease_next(db, clock).await? {
        Ok(lease) => lease,
        Err(idle) => return Ok(idle),
    };
    let result = match source_url_of(db, lease).await? {
        Some(url) => posters.fetch_and_save(url).await,
        None => Err(PosterError::Permanent(PosterFault::Gone)),
    };
    record_fetch(db, clock, lease, result).await?;
    Ok(QueueOutcome::Worked)
}

/// Sets a poster that this program generated, for a `movie` that has none.
pub async fn set_generated_poster(
    db: &Db,
    clock: &Clock,
    posters: &Posters,
    movie: MovieId,
    picture: Bytes,
) -> Result<(), PosterError> {
    let stored = posters.save(picture).await?;
    let clock = clock.clone();
    let write = db.write(move |tx| {
        Box::pin(async move {
            show_poster(tx, &clock, movie, &stored).await?;
            revision::record_change(tx, &clock, Change::Movie(movie)).await
        })
    });
    write
        .await
        .map_err(|error: DbErr| unreachable_error(error.to_string()))
}

async fn source_url_of(db: &Db, lease: Lease) -> Result<Option<Url>, DbErr> {
    let url: Option<Option<String>> = movie_poster::Entity::find_by_id(lease.movie)
        .select_only()
        .column(Column::Url)
        .into_tuple()
        .one(db.reader())
        .await?;
    Ok(url.flatten().and_then(|url| Url::parse(&url).ok()))
}

async fn record_fetch(
    db: &Db,
    clock: &Clock,
    lease: Lease,
    result: Result<StoredPoster, PosterError>,
) -> Result<(), DbErr> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            // If the lease has expired, another worker may have stored a result already.
            if !POSTER_QUEUE.is_lease_current(tx, lease).await? {
                return Ok(());
            }
            match result {
                Ok(stored) => show_poster(tx, &clock, lease.movie, &stored).await?,
                Err(PosterError::Permanent(fault)) => {
                    tracing::info!(movie = lease.movie, ?fault, "a poster is unavailable");
                    mark_failed(tx, lease, fault).await?;
                }
                Err(error @ PosterError::Store(_)) => {
                    tracing::warn!(movie = lease.movie, %error, "could not store a poster; will retry");
                    retry_later(tx, &clock, lease, PosterFault::Unreachable).await?;
                }
                Err(PosterError::Retryable { fault, reason }) => {
                    tracing::debug!(movie = lease.movie, reason, "could not fetch a poster; will retry");
                    retry_later(tx, &clock, lease, fault).await?;
                }
            }
            revision::record_change(tx, &clock, Change::Movie(lease.movie)).await
        })
    })
    .await
}

impl Posters {
    async fn fetch_and_save(&self, url: Url) -> Result<StoredPoster, PosterError> {
        let request = OutgoingRequest {
            url,
            allowed_hosts: self.allowed_hosts.to_vec(),
            headers: vec![(ACCEPT, HeaderValue::from_static(ACCEPTED_TYPES))],
            max_bytes: MAX_ORIGINAL_BYTES,
        };
        let response = self.outgoing.get(request).await.map_err(fetch_error)?;
        match response.status {
            StatusCode::OK => self.save(response.body).await.map_err(retry_unreadable),
            StatusCode::NOT_FOUND | StatusCode::GONE => {
                Err(PosterError::Permanent(PosterFault::Gone))
            }
            status => Err(unreachable_error(format!("the server answered {status}"))),
        }
    }

    /// Re-encodes the picture in all widths and stores the files. The same picture always gets
    /// the same hash.
    pub async fn save(&self, original: Bytes) -> Result<StoredPoster, PosterError> {
        let hash = self.hasher.hash(&original);
        // Decode one picture at a time: it takes a lot of memory as well as CPU time.
        let permit = self.decode_permits.clone().acquire_owned().await;
        let prepared = spawn_blocking(move || {
            let _turn = permit;
            picture::make_poster(&original)
        });
        let prepared = prepared
            .await
            .map_err(|_| PosterError::Permanent(PosterFault::Unreadable))?
            .map_err(|fault| PosterError::Permanent(poster_fault(fault)))?;
        let files = prepared.files.into_iter().map(|(width, format, bytes)| {
            let file = FileName::of(&hash, width, format);
            async move { self.store.put(&file, bytes).await }
        });
        try_join_all(files).await?;
        Ok(StoredPoster {
            hash,
            height: prepared.height,
            colors: hex(&prepared.colors),
        })
    }
}

fn poster_fault(fault: PictureError) -> PosterFault {
    match fault {
        PictureError::Unreadable => PosterFault::Unreadable,
        PictureError::TooLarge => PosterFault::TooLarge,
        PictureError::TooSmall => PosterFault::TooSmall,
    }
}

fn fetch_error(failure: OutgoingError) -> PosterError {
    match failure {
        OutgoingError::TooLarge => PosterError::Permanent(PosterFault::TooLarge),
        // The allowed hosts are fixed, so a retry would be refused too.
        OutgoingError::Refused(reason) => {
            tracing::warn!(reason, "the poster's host is not allowed");
            PosterError::Permanent(PosterFault::Unreachable)
        }
        OutgoingError::TimedOut | OutgoingError::Unreachable(_) => {
            unreachable_error(failure.to_string())
        }
    }
}

fn unreachable_error(reason: String) -> PosterError {
    PosterError::Retryable {
        fault: PosterFault::Unreachable,
        reason,
    }
}

/// A server in trouble may send a page or part of the file with status 200, and the picture the
/// next time.
fn retry_unreadable(error: PosterError) -> PosterError {
    match error {
        PosterError::Permanent(fault @ PosterFault::Unreadable) => PosterError::Retryable {
            fault,
            reason: "the response is not a picture".to_owned(),
        },
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, ErrorKind};

    use entity::movie_poster::PosterFault;

    use super::PosterError;
    use crate::web;

    fn store_error(kind: ErrorKind) -> PosterError {
        PosterError::Store(object_store::Error::Generic {
            store: "folder",
            source: io::Error::from(kind).into(),
        })
    }

    #[test]
    fn a_failed_upload_is_the_fault_of_the_picture_the_disk_or_the_store() {
        let unreadable = PosterError::Permanent(PosterFault::Unreadable).into_fault();
        assert!(matches!(unreadable, Ok(PosterFault::Unreadable)));
        for kind in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded] {
            let full = store_error(kind).into_fault();
            assert!(matches!(full, Err(web::Error::StorageFull(_))), "{kind}");
        }
        let other = store_error(ErrorKind::TimedOut).into_fault();
        assert!(matches!(other, Err(web::Error::PosterStore(_))));
    }
}
