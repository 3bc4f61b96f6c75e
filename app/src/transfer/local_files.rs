//! Puts files of this machine into the store, as a form would, for the command line.

use std::io;
use std::path::{Path, PathBuf};

use bytes::BytesMut;
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use super::receive::ReceivedForm;
use crate::posters::{FileStore, StagedFile};

/// How much of a file is read at once.
const PART_BYTES: usize = 256 * 1024;

#[derive(Debug, thiserror::Error)]
#[error("cannot import {}: {source}", .file.display())]
pub struct StageFileError {
    file: PathBuf,
    source: io::Error,
}

/// If one of them cannot be read, nothing stays in the store.
pub async fn stage_files(
    store: &FileStore,
    files: &[PathBuf],
) -> Result<ReceivedForm, StageFileError> {
    let mut received = ReceivedForm::default();
    for file in files {
        match stage_file(store, file).await {
            Ok(staged) => received.files.push((file_name(file), staged)),
            Err(source) => {
                received.discard(store).await;
                let file = file.clone();
                return Err(StageFileError { file, source });
            }
        }
    }
    Ok(received)
}

fn file_name(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

async fn stage_file(store: &FileStore, file: &Path) -> io::Result<StagedFile> {
    let mut file = File::open(file).await?;
    let mut writer = store.begin_staged().await.map_err(io::Error::other)?;
    let mut part = BytesMut::with_capacity(PART_BYTES);
    loop {
        match file.read_buf(&mut part).await {
            Ok(0) => return writer.finish().await.map_err(io::Error::other),
            Ok(_) => {
                let bytes = part.split().freeze();
                writer.write(&bytes).await.map_err(io::Error::other)?;
                part.reserve(PART_BYTES);
            }
            Err(error) => {
                if let Err(error) = writer.abort().await {
                    tracing::warn!(%error, "half a file could not be removed");
                }
                return Err(error);
            }
        }
    }
}
