//! The items of a file, read ahead in a thread of its own.

use std::ops::ControlFlow;

use chrono_tz::Tz;
use entity::import::Model;
use entity::import_upload;
use sea_orm::DbErr;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::transfer::files::input::upload::ImportUpload;
use crate::transfer::files::inspect::Inspection;
use crate::transfer::files::question::Answers;
use crate::transfer::files::read::read;
use crate::transfer::files::reasons::UploadError;
use crate::transfer::files::row::ReadItem;
use crate::transfer::work::ImportWorker;
use crate::transfer::work::lease::Interruption;

/// Items in one transaction, and the bytes of their rows.
const BATCH: (usize, usize) = (500, 1 << 20);

/// Batches that are read ahead.
const BATCHES_AHEAD: usize = 2;

/// The items of a file, as they are read.
pub(super) struct FileItems {
    /// The service, by the word of the API.
    pub(super) source: String,
    pub(super) batches: mpsc::Receiver<ReadBatch>,
    pub(super) reader: JoinHandle<Result<(), UploadError>>,
}

#[derive(Default)]
pub(super) struct ReadBatch {
    /// Items that are stored already.
    pub(super) passed: usize,
    pub(super) items: Vec<ReadItem>,
    bytes: usize,
}

/// Starts to read a file, without its first `skip` items. `None` if the file is gone.
pub(super) async fn open_items(
    worker: &ImportWorker,
    import: &Model,
    upload: &import_upload::Model,
    skip: usize,
) -> Result<Option<FileItems>, Interruption> {
    let (Some(object), Some(inspection)) = (&upload.object, &upload.inspection) else {
        return Ok(None);
    };
    let copy = worker.posters.store().open_staged(object).await;
    let copy = copy.map_err(|error| DbErr::Custom(format!("the poster store: {error}")))?;
    let Some(copy) = copy else {
        return Ok(None);
    };
    let parsed: Result<Inspection, _> = serde_json::from_str(inspection);
    let inspection = parsed.map_err(|error| DbErr::Json(error.to_string()))?;
    let source = inspection.source.clone();
    let answers: Answers = serde_json::from_str(&import.answers).unwrap_or_default();
    let zone: Tz = import.zone.parse().unwrap_or(Tz::UTC);
    let (name, today) = (upload.file.clone(), import.today);
    let (sender, batches) = mpsc::channel(BATCHES_AHEAD);
    let reader = spawn_blocking(move || {
        let mut file = ImportUpload::open(&name, copy)?;
        let mut left = skip;
        let mut batch = ReadBatch::default();
        let mut keep = |item: ReadItem| {
            if left > 0 {
                left -= 1;
                batch.passed += 1;
                return ControlFlow::Continue(());
            }
            batch.bytes += bytes_of(&item);
            batch.items.push(item);
            if batch.items.len() < BATCH.0 && batch.bytes < BATCH.1 {
                return ControlFlow::Continue(());
            }
            // Nobody receives it when the server stops.
            match sender.blocking_send(std::mem::take(&mut batch)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        };
        read(&mut file, &inspection, &answers, (zone, today), &mut keep)?;
        let _ = sender.blocking_send(batch);
        Ok(())
    });
    Ok(Some(FileItems {
        source,
        batches,
        reader,
    }))
}

fn bytes_of(item: &ReadItem) -> usize {
    match item {
        ReadItem::Row(row) => row.raw.len(),
        ReadItem::Skipped(row) => row.raw.len(),
        ReadItem::List(list) => list.description.len(),
        ReadItem::Warning(_) => 0,
    }
}
