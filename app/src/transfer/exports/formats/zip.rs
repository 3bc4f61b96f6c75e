//! A zip that is written in one go, since nobody can go back in a download.

use std::io::{self, Write};

use serde::Serialize;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::super::chunks::ChunkWriter;

/// Items resemble each other, so that more effort gains little.
const LEVEL: i64 = 3;

/// A zip that is being written.
pub(super) struct ZipOutput {
    zip: ZipWriter<StreamWriter<ChunkWriter>>,
    /// Whether the open file is an array that has items.
    has_items: bool,
}

impl ZipOutput {
    pub(super) fn new(output: ChunkWriter) -> Self {
        Self {
            zip: ZipWriter::new_stream(output),
            has_items: false,
        }
    }

    pub(super) fn start_file(&mut self, name: &str) -> io::Result<()> {
        let options = SimpleFileOptions::default().compression_level(Some(LEVEL));
        Ok(self.zip.start_file(name, options)?)
    }

    /// For pictures, which are compressed already.
    pub(super) fn store_file(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        self.zip.start_file(name, options)?;
        self.zip.write_all(content)
    }

    /// Starts a file that is an array of JSON. [`end_array`](Self::end_array) ends it.
    pub(super) fn start_array(&mut self, name: &str) -> io::Result<()> {
        self.start_file(name)?;
        self.has_items = false;
        self.zip.write_all(b"[\n")
    }

    /// One item a line.
    pub(super) fn write_item(&mut self, item: &impl Serialize) -> io::Result<()> {
        if self.has_items {
            self.zip.write_all(b",\n")?;
        }
        self.has_items = true;
        // The zip compresses each piece that it is given, so an item is one piece.
        self.zip.write_all(&serde_json::to_vec(item)?)
    }

    pub(super) fn end_array(&mut self) -> io::Result<()> {
        self.zip.write_all(b"\n]\n")
    }

    pub(super) fn finish(self) -> io::Result<ChunkWriter> {
        Ok(self.zip.finish()?.into_inner())
    }
}

impl Write for ZipOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.zip.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}
