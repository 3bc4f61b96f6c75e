//! Writes the archive of a backup.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value as Json;

use super::{
    BackupManifest, BackupTrailer, EntryDigest, ID_COUNTERS, MANIFEST, POSTERS, TABLES, TRAILER,
};

/// Higher levels take much longer and save a few per cent: most of a backup is pictures.
const COMPRESSION_LEVEL: i32 = 3;

pub struct ArchiveWriter<W: Write> {
    tar: tar::Builder<zstd::Encoder<'static, W>>,
    created_at: u64,
    digest: EntryDigest,
    trailer: BackupTrailer,
    /// The number of the current table's next piece.
    piece: u32,
}

impl<W: Write> ArchiveWriter<W> {
    pub fn new(file: W, manifest: &BackupManifest) -> io::Result<Self> {
        let mut encoder = zstd::Encoder::new(file, COMPRESSION_LEVEL)?;
        encoder.include_checksum(true)?;
        let mut writer = Self {
            tar: tar::Builder::new(encoder),
            created_at: manifest
                .created_at
                .timestamp()
                .try_into()
                .unwrap_or_default(),
            digest: EntryDigest::default(),
            trailer: BackupTrailer::default(),
            piece: 0,
        };
        for table in &manifest.tables {
            writer.trailer.rows.insert(table.name.clone(), 0);
        }
        writer.append_json(MANIFEST, manifest)?;
        Ok(writer)
    }

    /// All rows of a table must come before the next table's.
    pub fn append_rows(&mut self, table: &str, rows: &[Vec<Json>]) -> io::Result<()> {
        let written = self.trailer.rows.entry(table.to_owned()).or_default();
        self.piece = if *written == 0 { 1 } else { self.piece + 1 };
        *written += rows.len() as u64;
        let mut lines = Vec::new();
        for row in rows {
            serde_json::to_writer(&mut lines, row)?;
            lines.push(b'\n');
        }
        self.append(&format!("{TABLES}/{table}/{:06}.jsonl", self.piece), &lines)
    }

    pub fn append_id_counters(&mut self, counters: &BTreeMap<String, i64>) -> io::Result<()> {
        self.append_json(ID_COUNTERS, counters)
    }

    pub fn append_poster(&mut self, file_name: &str, content: &[u8]) -> io::Result<()> {
        self.trailer.poster_files += 1;
        self.append(&format!("{POSTERS}/{file_name}"), content)
    }

    pub fn finish(mut self) -> io::Result<W> {
        let trailer = BackupTrailer {
            sha256: self.digest.clone().finish(),
            ..std::mem::take(&mut self.trailer)
        };
        self.append_json(TRAILER, &trailer)?;
        self.tar.into_inner()?.finish()
    }

    fn append_json(&mut self, name: &str, content: &impl Serialize) -> io::Result<()> {
        self.append(name, &serde_json::to_vec(content)?)
    }

    fn append(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        self.digest.add(name, content);
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(self.created_at);
        self.tar.append_data(&mut header, name, content)
    }
}
