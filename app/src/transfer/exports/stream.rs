//! Reads an export, writes it, and hands it out in chunks.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use chrono_tz::Tz;
use futures_util::stream::{BoxStream, StreamExt};
use picture::{Format, MAX_WIDTH};
use sea_orm::DbErr;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::ExportPermit;
use super::chunks::{Chunk, ChunkSender, ChunkWriter, until_end};
use super::format::{ExportFormat, ExportPart};
use super::formats::{ExportContext, ExportPiece, writer_of};
use super::read;
use crate::accounts::{MemberId, Site};
use crate::clock::Clock;
use crate::db::Db;
use crate::posters::Posters;
use crate::posters::file_name::FileName;

/// Chunks that wait for the browser.
const CHUNKS_AHEAD: usize = 2;

/// Pages that wait for the writer.
const PIECES_AHEAD: usize = 1;

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Database(#[from] DbErr),
    #[error("the poster store cannot be read: {0}")]
    Posters(#[from] object_store::Error),
    #[error("the export could not be written: {0}")]
    Write(#[from] io::Error),
    /// Nobody wants the rest, or nobody writes it.
    #[error("the export was broken off")]
    BrokenOff,
}

/// An export in chunks. It ends with an error if it is not complete.
pub type ExportStream = BoxStream<'static, Result<Bytes, ExportError>>;

/// Reads and writes the exports of all members.
#[derive(Clone, Debug)]
pub struct Exporter {
    pub db: Db,
    pub clock: Clock,
    pub site: Site,
    pub posters: Arc<Posters>,
}

impl Exporter {
    /// Starts an export. It goes on as fast as the stream is read, and ends if that is dropped.
    /// `done` counts the items that were read. The worker needs no permit.
    pub fn start(
        &self,
        permit: Option<ExportPermit>,
        (member, zone): (MemberId, Tz),
        format: ExportFormat,
        done: Arc<AtomicU64>,
    ) -> ExportStream {
        let (sender, chunks) = mpsc::channel(CHUNKS_AHEAD);
        let exporter = self.clone();
        tokio::spawn(async move {
            let reading = Reading {
                exporter,
                member,
                done,
            };
            let written = tokio::select! {
                written = reading.run(format, zone, sender.clone()) => written,
                // The download was broken off.
                () = sender.closed() => Err(ExportError::BrokenOff),
            };
            if let Err(error) = &written {
                log_failure(format, error);
            }
            // Nobody receives it after a download that was broken off.
            let _ = sender.send(written.map(|()| Chunk::End)).await;
            drop(permit);
        });
        until_end(chunks).boxed()
    }
}

fn log_failure(format: ExportFormat, error: &ExportError) {
    let format = format.name();
    match error {
        ExportError::BrokenOff => tracing::debug!(format, "an export was broken off"),
        error => tracing::warn!(format, %error, "an export could not be written"),
    }
}

struct Reading {
    exporter: Exporter,
    member: MemberId,
    done: Arc<AtomicU64>,
}

/// The way to the thread that writes. It fails once that has stopped.
struct Pieces(mpsc::Sender<ExportPiece>);

impl Pieces {
    async fn send(&self, piece: ExportPiece) -> Result<(), ExportError> {
        let sent = self.0.send(piece).await;
        sent.map_err(|_| ExportError::BrokenOff)
    }
}

impl Reading {
    async fn run(
        &self,
        format: ExportFormat,
        zone: Tz,
        chunks: ChunkSender,
    ) -> Result<(), ExportError> {
        let Exporter {
            db, clock, site, ..
        } = &self.exporter;
        let now = clock.now();
        let (head, diary) = self
            .reachable(read::head(db, site, self.member, now))
            .await?;
        let context = ExportContext { head, diary, zone };
        let (sender, pieces) = mpsc::channel(PIECES_AHEAD);
        let output = ChunkWriter::new(chunks);
        let writing = spawn_blocking(move || write(format, context, output, pieces));
        let sent = self.send_parts(format, Pieces(sender)).await;
        let written = writing.await.map_err(io::Error::other)?;
        match (sent, written) {
            // If the writer has failed, it says why nobody takes the pieces.
            (Ok(()) | Err(ExportError::BrokenOff), Err(error)) => Err(error.into()),
            (sent, _) => sent,
        }
    }

    async fn send_parts(&self, format: ExportFormat, pieces: Pieces) -> Result<(), ExportError> {
        for part in format.parts() {
            pieces.send(ExportPiece::Begin(*part)).await?;
            self.send_part(*part, &pieces).await?;
        }
        pieces.send(ExportPiece::End).await
    }

    async fn send_part(&self, part: ExportPart, pieces: &Pieces) -> Result<(), ExportError> {
        let (db, member) = (&self.exporter.db, self.member);
        match part {
            ExportPart::Reviews(order) => {
                self.send_pages(pieces, ExportPiece::Reviews, |after| {
                    read::reviews_after(db, member, order, after)
                })
                .await
            }
            ExportPart::DeletedReviews => {
                self.send_pages(pieces, ExportPiece::Reviews, |after| {
                    read::deleted_reviews_after(db, member, after)
                })
                .await
            }
            ExportPart::Watchlist => {
                self.send_pages(pieces, ExportPiece::Watchlist, |after| {
                    read::watchlist_after(db, member, after)
                })
                .await
            }
            ExportPart::Lists => self.send_lists(pieces).await,
            ExportPart::Goals => {
                let goals = self.reachable(read::goals(db, member)).await?;
                pieces.send(ExportPiece::Goals(goals)).await
            }
            ExportPart::Settings => {
                let settings = self.reachable(read::settings(db, member)).await?;
                pieces.send(ExportPiece::Settings(settings)).await
            }
            ExportPart::Corrections => {
                self.send_pages(pieces, ExportPiece::Corrections, |after| {
                    read::corrections_after(db, member, after)
                })
                .await
            }
            ExportPart::Pictures => self.send_pictures(pieces).await,
            ExportPart::Waiting => {
                self.send_pages(pieces, ExportPiece::Waiting, |after| {
                    read::waiting_after(db, member, after)
                })
                .await
            }
        }
    }

    /// Fails if the database does not answer. Waiting for the browser is not part of it.
    async fn reachable<T>(
        &self,
        reading: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        self.exporter.db.while_reachable(reading).await?
    }

    /// Sends page by page, as long as there is a cursor to go on from.
    async fn send_pages<T, C, F>(
        &self,
        pieces: &Pieces,
        piece: fn(Vec<T>) -> ExportPiece,
        page_after: impl Fn(Option<C>) -> F,
    ) -> Result<(), ExportError>
    where
        F: Future<Output = Result<(Vec<T>, Option<C>), DbErr>>,
    {
        let mut after = None;
        loop {
            let (items, last) = self.reachable(page_after(after)).await?;
            self.done.fetch_add(items.len() as u64, Ordering::Relaxed);
            if !items.is_empty() {
                pieces.send(piece(items)).await?;
            }
            if last.is_none() {
                return Ok(());
            }
            after = last;
        }
    }

    async fn send_lists(&self, pieces: &Pieces) -> Result<(), ExportError> {
        let (db, member) = (&self.exporter.db, self.member);
        let mut after = None;
        loop {
            let (lists, last) = self.reachable(read::lists_after(db, member, after)).await?;
            for list in lists {
                let id = list.id;
                pieces.send(ExportPiece::List(list)).await?;
                self.send_pages(pieces, ExportPiece::ListEntries, |after| {
                    read::entries_after(db, member, id, after)
                })
                .await?;
            }
            if last.is_none() {
                return Ok(());
            }
            after = last;
        }
    }

    /// A picture whose file is missing is left out.
    async fn send_pictures(&self, pieces: &Pieces) -> Result<(), ExportError> {
        let (db, member) = (&self.exporter.db, self.member);
        let mut after = None;
        loop {
            let (pictures, last) = self
                .reachable(read::pictures_after(db, member, after))
                .await?;
            for (item, hash) in pictures {
                let file = FileName::of(&hash, MAX_WIDTH, Format::Webp);
                let content = self.exporter.posters.store().get_uncached(&file).await?;
                self.done.fetch_add(1, Ordering::Relaxed);
                if let Some(content) = content {
                    pieces.send(ExportPiece::Picture(item, content)).await?;
                }
            }
            if last.is_none() {
                return Ok(());
            }
            after = last;
        }
    }
}

/// Writes the pieces to the end. Without [`ExportPiece::End`], the export stays incomplete.
fn write(
    format: ExportFormat,
    context: ExportContext,
    output: ChunkWriter,
    mut pieces: mpsc::Receiver<ExportPiece>,
) -> io::Result<()> {
    let mut writer = writer_of(format, context, output)?;
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            ExportPiece::End => return writer.finish()?.flush(),
            piece => writer.write(piece)?,
        }
    }
    Err(io::ErrorKind::Interrupted.into())
}
