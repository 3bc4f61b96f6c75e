//! Reads and checks the archive of a backup.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};

use bytes::Bytes;
use sea_orm::Value;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::{
    ArchiveContents, ArchiveError, BackupManifest, BackupTrailer, EntryDigest, FORMAT, ID_COUNTERS,
    MANIFEST, POSTERS, TABLES, TRAILER,
};
use crate::db::Table;
use crate::posters::file_name::FileName;

/// Larger than any piece of a table and any poster.
const MAX_ENTRY_BYTES: u64 = 64 * 1024 * 1024;

/// Four bytes that begin each zstd frame (RFC 8878, section 3.1.1).
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

#[derive(Debug)]
pub enum ArchiveEntry {
    Rows { table: Table, rows: Vec<Vec<Value>> },
    IdCounters(BTreeMap<String, i64>),
    Poster { file: FileName, content: Bytes },
}

/// Reads the whole archive, checks it, and hands each entry to `receive`.
pub fn read_archive(
    file: &mut File,
    mut receive: impl FnMut(ArchiveEntry) -> Result<(), ArchiveError>,
) -> Result<ArchiveContents, ArchiveError> {
    let mut archive = tar::Archive::new(open_frame(file)?);
    let mut entries = archive.entries().map_err(read_error)?;
    let mut checker = ArchiveChecker::default();
    let manifest = checker.read_manifest(entries.next())?;
    for entry in entries {
        let (name, content) = read_entry(entry.map_err(read_error)?)?;
        if let Some(entry) = checker.check_entry(&manifest, &name, content)? {
            receive(entry)?;
        }
    }
    // The frame's checksum stands after the archive.
    let mut frame = archive.into_inner();
    io::copy(&mut frame, &mut io::sink()).map_err(read_error)?;
    checker.finish(manifest)
}

fn open_frame(file: &mut File) -> Result<impl Read, ArchiveError> {
    let mut magic = [0; 4];
    let found = file.read_exact(&mut magic);
    if found.is_err() || magic != ZSTD_MAGIC {
        return Err(ArchiveError::NotABackup);
    }
    io::Seek::rewind(file).map_err(ArchiveError::Unreadable)?;
    zstd::Decoder::new(file).map_err(ArchiveError::Unreadable)
}

type TarEntry<'a, R> = io::Result<tar::Entry<'a, R>>;

fn read_entry<R: Read>(mut entry: tar::Entry<'_, R>) -> Result<(String, Vec<u8>), ArchiveError> {
    let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    if entry.size() > MAX_ENTRY_BYTES {
        return Err(ArchiveError::Damaged(format!("{name} is too large")));
    }
    let mut content = Vec::new();
    entry.read_to_end(&mut content).map_err(read_error)?;
    Ok((name, content))
}

/// The decoder reports damage as an error of the file.
fn read_error(error: io::Error) -> ArchiveError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => ArchiveError::Damaged("its end is missing".to_owned()),
        io::ErrorKind::InvalidData | io::ErrorKind::Other => {
            ArchiveError::Damaged(error.to_string())
        }
        _ => ArchiveError::Unreadable(error),
    }
}

/// Compares the entries with what the archive says about itself.
#[derive(Default)]
struct ArchiveChecker {
    digest: EntryDigest,
    found: BackupTrailer,
    trailer: Option<BackupTrailer>,
}

impl ArchiveChecker {
    fn read_manifest<R: Read>(
        &mut self,
        entry: Option<TarEntry<'_, R>>,
    ) -> Result<BackupManifest, ArchiveError> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
            program: String,
        }
        let entry = entry.ok_or(ArchiveError::NotABackup)?.map_err(read_error)?;
        let (name, content) = read_entry(entry)?;
        if name != MANIFEST {
            return Err(ArchiveError::NotABackup);
        }
        let Format { format, program } = parse(&name, &content)?;
        if format > FORMAT {
            return Err(ArchiveError::Newer(program));
        }
        self.digest.add(&name, &content);
        let manifest: BackupManifest = parse(&name, &content)?;
        let tables = manifest.tables.iter().map(|table| (table.name.clone(), 0));
        self.found.rows = tables.collect();
        Ok(manifest)
    }

    /// `None` for the last entry.
    fn check_entry(
        &mut self,
        manifest: &BackupManifest,
        name: &str,
        content: Vec<u8>,
    ) -> Result<Option<ArchiveEntry>, ArchiveError> {
        if self.trailer.is_some() {
            return Err(unexpected(name));
        }
        if name == TRAILER {
            self.trailer = Some(parse(name, &content)?);
            return Ok(None);
        }
        self.digest.add(name, &content);
        if name == ID_COUNTERS {
            return Ok(Some(ArchiveEntry::IdCounters(parse(name, &content)?)));
        }
        match name.split_once('/') {
            Some((TABLES, piece)) => self.check_rows(manifest, name, piece, &content).map(Some),
            Some((POSTERS, file)) => {
                let file = FileName::parse(file).ok_or_else(|| unexpected(name))?;
                self.found.poster_files += 1;
                let content = content.into();
                Ok(Some(ArchiveEntry::Poster { file, content }))
            }
            _ => Err(unexpected(name)),
        }
    }

    fn check_rows(
        &mut self,
        manifest: &BackupManifest,
        name: &str,
        piece: &str,
        content: &[u8],
    ) -> Result<ArchiveEntry, ArchiveError> {
        let (table, _) = piece.split_once('/').ok_or_else(|| unexpected(name))?;
        let table = manifest.tables.iter().find(|known| known.name == table);
        let table = table.ok_or_else(|| unexpected(name))?;
        let lines = content.split(|byte| *byte == b'\n');
        let rows = lines.filter(|line| !line.is_empty()).map(|line| {
            let row: Vec<Json> = parse(name, line)?;
            let values = table.parse_row(row);
            values.map_err(|error| ArchiveError::Damaged(format!("{name}: {error}")))
        });
        let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
        *self.found.rows.entry(table.name.clone()).or_default() += rows.len() as u64;
        Ok(ArchiveEntry::Rows {
            table: table.clone(),
            rows,
        })
    }

    fn finish(mut self, manifest: BackupManifest) -> Result<ArchiveContents, ArchiveError> {
        self.found.sha256 = self.digest.finish();
        match self.trailer {
            None => Err(ArchiveError::Damaged("its end is missing".to_owned())),
            Some(trailer) if trailer != self.found => Err(ArchiveError::Damaged(
                "it does not contain what it says at its end".to_owned(),
            )),
            Some(trailer) => Ok(ArchiveContents { manifest, trailer }),
        }
    }
}

fn parse<T: DeserializeOwned>(name: &str, content: &[u8]) -> Result<T, ArchiveError> {
    serde_json::from_slice(content)
        .map_err(|error| ArchiveError::Damaged(format!("{name}: {error}")))
}

fn unexpected(name: &str) -> ArchiveError {
    ArchiveError::Damaged(format!("it contains {name}, which does not belong there"))
}
