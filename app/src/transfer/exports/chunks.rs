//! What an export writes, in chunks.

use std::io::{self, Write};

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream, StreamExt};
use tokio::sync::mpsc;

use super::ExportError;

/// Bytes of a chunk, but for the last.
const CHUNK_BYTES: usize = 64 * 1024;

/// A part of an export.
pub(super) enum Chunk {
    Bytes(Bytes),
    /// The export is complete.
    End,
}

pub(super) type ChunkSender = mpsc::Sender<Result<Chunk, ExportError>>;

/// Collects what is written into chunks, and waits while nobody takes them.
pub(super) struct ChunkWriter {
    chunk: BytesMut,
    sender: ChunkSender,
}

impl ChunkWriter {
    pub(super) fn new(sender: ChunkSender) -> Self {
        Self {
            chunk: BytesMut::with_capacity(CHUNK_BYTES),
            sender,
        }
    }
}

impl Write for ChunkWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(CHUNK_BYTES - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..taken]);
        if self.chunk.len() == CHUNK_BYTES {
            self.flush()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        let chunk = self.chunk.split().freeze();
        self.chunk.reserve(CHUNK_BYTES);
        match chunk.is_empty() {
            true => Ok(()),
            false => self
                .sender
                .blocking_send(Ok(Chunk::Bytes(chunk)))
                .map_err(|_| io::ErrorKind::BrokenPipe.into()),
        }
    }
}

/// The chunks up to [`Chunk::End`]. Without it, nobody knows what is missing.
pub(super) fn until_end(
    chunks: mpsc::Receiver<Result<Chunk, ExportError>>,
) -> impl Stream<Item = Result<Bytes, ExportError>> {
    stream::unfold(Some(chunks), |chunks| async {
        let mut chunks = chunks?;
        match chunks.recv().await {
            Some(Ok(Chunk::Bytes(bytes))) => Some((Ok(bytes), Some(chunks))),
            Some(Ok(Chunk::End)) => None,
            Some(Err(error)) => Some((Err(error), None)),
            None => Some((Err(ExportError::BrokenOff), None)),
        }
    })
    // Compression asks once more after the end.
    .fuse()
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;
    use tokio::sync::mpsc;

    use super::{Chunk, ExportError, until_end};

    /// Whether the stream of these chunks is complete.
    async fn is_complete(chunks: Vec<Result<Chunk, ExportError>>) -> bool {
        let (sender, receiver) = mpsc::channel(chunks.len());
        for chunk in chunks {
            assert!(sender.send(chunk).await.is_ok());
        }
        drop(sender);
        let read: Vec<_> = until_end(receiver).collect().await;
        read.iter().all(Result::is_ok)
    }

    #[tokio::test]
    async fn an_export_without_its_end_is_an_error() {
        let bytes = || Ok(Chunk::Bytes("a".into()));
        assert!(is_complete(vec![bytes(), bytes(), Ok(Chunk::End)]).await);
        assert!(!is_complete(vec![bytes(), bytes()]).await);
        assert!(!is_complete(vec![bytes(), Err(ExportError::BrokenOff)]).await);
    }
}
