//! Fetching posters in the background, one row after the other.

use std::io::ErrorKind;

use axum::http::header::ACCEPT;
use axum::http::{HeaderValue, StatusCode};
use bytes::Bytes;
use entity::movie_poster::{self, Column, PosterFault};
use futures_util::future::try_join_all;
use picture::Fault;
use sea_orm::{DbErr, EntityTrait, QuerySelect};
use tokio::task::spawn_blocking;
use url::Url;

use super::Posters;
use super::commands::{Kept, QUEUE, keep_fault, show, try_later};
use crate::catalog::MovieId;
use crate::clock::Clock;
use crate::db::Db;
use crate::outgoing::{Ask, Failure};
use crate::posters::name::FileName;
use crate::queue::{Lease, Outcome};
use crate::revision::{self, Change};
use crate::secret::hex;

/// The most bytes of a picture.
pub const ORIGINAL: usize = 10 * 1024 * 1024;

/// What can be read, the best first.
const KINDS: &str = "image/webp,image/jpeg,image/png;q=0.9";

/// Why there is no poster.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// It is no use to try again.
    #[error("it cannot be had: {0:?}")]
    Fault(PosterFault),
    /// It may be there later.
    #[error("{0}")]
    Later(String),
    /// It cannot be kept.
    #[error("it cannot be stored: {0}")]
    Store(#[from] object_store::Error),
}

impl Trouble {
    /// Whether it cannot be kept because no room is left.
    pub fn is_for_want_of_room(&self) -> bool {
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

/// Fetches the poster that has waited longest, if one is due.
pub async fn sync_next(db: &Db, clock: &Clock, posters: &Posters) -> Result<Outcome, DbErr> {
    let lease = match QUEUE.take(db, clock).await? {
        Ok(lease) => lease,
        Err(idle) => return Ok(idle),
    };
    let fetched = match address(db, lease).await? {
        Some(url) => posters.fetch(url).await,
        None => Err(Trouble::Fault(PosterFault::Gone)),
    };
    settle(db, clock, lease, fetched).await?;
    Ok(Outcome::Worked)
}

/// Gives `movie`, which has no poster yet, one that this program drew.
pub async fn give_drawn(
    db: &Db,
    clock: &Clock,
    posters: &Posters,
    movie: MovieId,
    picture: Bytes,
) -> Result<(), Trouble> {
    let kept = posters.keep(picture).await?;
    let clock = clock.clone();
    let shown = db.write(move |tx| {
        Box::pin(async move {
            show(tx, &clock, movie, &kept).await?;
            revision::note(tx, &clock, Change::Movie(movie)).await
        })
    });
    shown
        .await
        .map_err(|error: DbErr| Trouble::Later(error.to_string()))
}

async fn address(db: &Db, lease: Lease) -> Result<Option<Url>, DbErr> {
    let url: Option<Option<String>> = movie_poster::Entity::find_by_id(lease.movie)
        .select_only()
        .column(Column::Url)
        .into_tuple()
        .one(db.reader())
        .await?;
    Ok(url.flatten().and_then(|url| Url::parse(&url).ok()))
}

async fn settle(
    db: &Db,
    clock: &Clock,
    lease: Lease,
    fetched: Result<Kept, Trouble>,
) -> Result<(), DbErr> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            // Whoever was too slow must not write over the one who came after.
            if !QUEUE.still_holds(tx, lease).await? {
                return Ok(());
            }
            match fetched {
                Ok(kept) => show(tx, &clock, lease.movie, &kept).await?,
                Err(Trouble::Fault(fault)) => {
                    tracing::info!(movie = lease.movie, ?fault, "a poster cannot be had");
                    keep_fault(tx, lease, fault).await?;
                }
                Err(trouble @ Trouble::Store(_)) => {
                    tracing::warn!(movie = lease.movie, %trouble, "a poster is not kept");
                    try_later(tx, &clock, lease).await?;
                }
                Err(Trouble::Later(why)) => {
                    tracing::debug!(movie = lease.movie, why, "a poster is to be had later");
                    try_later(tx, &clock, lease).await?;
                }
            }
            revision::note(tx, &clock, Change::Movie(lease.movie)).await
        })
    })
    .await
}

impl Posters {
    /// Fetches a picture and keeps it in all widths.
    async fn fetch(&self, url: Url) -> Result<Kept, Trouble> {
        let ask = Ask {
            url,
            hosts: self.hosts.to_vec(),
            headers: vec![(ACCEPT, HeaderValue::from_static(KINDS))],
            most: ORIGINAL,
        };
        let answer = self.outgoing.get(ask).await.map_err(trouble)?;
        match answer.status {
            StatusCode::OK => self.keep(answer.body).await,
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(Trouble::Fault(PosterFault::Gone)),
            status => Err(Trouble::Later(format!("it is answered with {status}"))),
        }
    }

    /// Makes a poster of a picture and keeps it in all widths, under the name that the same
    /// picture always has.
    pub async fn keep(&self, original: Bytes) -> Result<Kept, Trouble> {
        let hash = self.naming.hash(&original);
        // One at a time: decoding takes memory as well as time.
        let turn = self.decoding.clone().acquire_owned().await;
        let prepared = spawn_blocking(move || {
            let _turn = turn;
            picture::prepare(&original)
        });
        let prepared = prepared
            .await
            .map_err(|_| Trouble::Fault(PosterFault::NoPicture))?
            .map_err(|fault| Trouble::Fault(of(fault)))?;
        let files = prepared.files.into_iter().map(|(width, format, bytes)| {
            let file = FileName::of(&hash, width, format);
            async move { self.store.put(&file, bytes).await }
        });
        try_join_all(files).await?;
        Ok(Kept {
            hash,
            height: prepared.height,
            colors: hex(&prepared.colors),
        })
    }
}

fn of(fault: Fault) -> PosterFault {
    match fault {
        Fault::NoPicture => PosterFault::NoPicture,
        Fault::TooLarge => PosterFault::TooLarge,
        Fault::TooSmall => PosterFault::TooSmall,
    }
}

fn trouble(failure: Failure) -> Trouble {
    match failure {
        Failure::TooLarge => Trouble::Fault(PosterFault::TooLarge),
        // Who may be asked does not change by waiting.
        Failure::Refused(why) => {
            tracing::warn!(why, "a poster is where nobody may be asked");
            Trouble::Fault(PosterFault::Unreachable)
        }
        Failure::TimedOut | Failure::Unreachable(_) => Trouble::Later(failure.to_string()),
    }
}
