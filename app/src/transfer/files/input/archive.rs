//! Zips, read entry by entry. No file is written, no link followed, and no more unpacked than the
//! archive claims and the limit allows.

use std::collections::HashSet;
use std::io::{self, Read, Seek};

use zip::ZipReadOptions;
use zip::read::{Config, OwnedZipFileEntry};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use crate::transfer::files::reasons::{RefusalReason, StreamFault, UploadError, WarningCode};

/// Most bytes that an archive may unpack to, all entries together but for pictures.
const MAX_UNPACKED: u64 = 256 << 20;

/// Most files, besides pictures. An export of Letterboxd has one for each list.
const MAX_ENTRIES: usize = 10_000;

/// Most bytes of names, comments and extra fields. They are kept in memory.
const MAX_DIRECTORY: u64 = 4 << 20;

/// What a stream of an upload must be able to do.
pub trait UploadStream: Read + Seek + Send {}

impl<S: Read + Seek + Send> UploadStream for S {}

pub struct ZipUpload {
    zip: ZipIterable<Box<dyn UploadStream>>,
    entries: Vec<OwnedZipFileEntry>,
    /// The names of `entries`.
    pub names: Vec<String>,
    /// Entries that are left alone, and why. Rubbish of operating systems is not mentioned.
    pub left_alone: Vec<(WarningCode, String)>,
}

impl ZipUpload {
    pub fn open(stream: Box<dyn UploadStream>) -> Result<Self, UploadError> {
        let mut zip = ZipIterable::try_new(stream, Config::default()).map_err(zip_error)?;
        let mut opened = Contents::default();
        for entry in zip.files().map_err(zip_error)? {
            opened.add(entry.map_err(zip_error)?.into())?;
        }
        if opened.has_name_twice {
            return Err(RefusalReason::ZipNameTwice.into());
        }
        Ok(Self {
            zip,
            entries: opened.entries,
            names: opened.names,
            left_alone: opened.left_alone,
        })
    }

    pub fn open_entry(&mut self, index: usize) -> Result<impl Read + '_, UploadError> {
        let stream = self.zip.files().map_err(zip_error)?.reader_mut();
        let entry = self.entries[index].as_ref();
        let file = entry.with_reader(stream, ZipReadOptions::new());
        Ok(EntryBytes(file.map_err(zip_error)?))
    }
}

/// What the central directory lists.
#[derive(Default)]
struct Contents {
    entries: Vec<OwnedZipFileEntry>,
    names: Vec<String>,
    left_alone: Vec<(WarningCode, String)>,
    all_names: HashSet<Vec<u8>>,
    has_name_twice: bool,
    unpacked: u64,
    /// Entries that are no pictures.
    others: usize,
    /// Where the central directory begins.
    begins: Option<u64>,
}

impl Contents {
    fn add(&mut self, entry: OwnedZipFileEntry) -> Result<(), UploadError> {
        let place = entry.central_header_start();
        let begins = *self.begins.get_or_insert(place);
        if entry.encrypted() {
            return Err(RefusalReason::ZipEncrypted.into());
        }
        self.has_name_twice |= !self.all_names.insert(entry.name_raw().to_vec());
        let raw_name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let name = entry.name().map_or(raw_name, |name| name.into_owned());
        // Pictures are unpacked one by one, each up to a limit of its own.
        if !is_picture(&name) {
            self.unpacked = self.unpacked.saturating_add(entry.size());
            self.others += 1;
        }
        let is_too_large = self.unpacked > MAX_UNPACKED || self.others > MAX_ENTRIES;
        if is_too_large || place.abs_diff(begins) > MAX_DIRECTORY {
            return Err(RefusalReason::ZipTooLarge.into());
        }
        if entry.is_dir() || is_rubbish(&name) {
            return Ok(());
        }
        if entry.is_symlink() || is_odd_path(&name) {
            self.left_alone.push((WarningCode::OddPath, name));
        } else {
            self.names.push(name);
            self.entries.push(entry);
        }
        Ok(())
    }
}

/// Whether it is a poster in an archive of ours. Such files are never read as anything else.
pub fn is_picture(name: &str) -> bool {
    name.ends_with(".webp") && name.rsplit('/').nth(1) == Some("pictures")
}

/// A path that leads out of the archive, which no export has.
fn is_odd_path(name: &str) -> bool {
    let is_from_root = name.starts_with('/') || name.as_bytes().get(1) == Some(&b':');
    is_from_root
        || name.contains('\\')
        || name.chars().any(char::is_control)
        || name.split('/').any(|part| part == "..")
}

/// Files that operating systems add to folders.
fn is_rubbish(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    name.split('/').any(|part| part == "__MACOSX")
        || last.starts_with("._")
        || [".DS_Store", "Thumbs.db", "desktop.ini"].contains(&last)
}

fn zip_error(error: ZipError) -> UploadError {
    match error {
        ZipError::Io(error) => entry_error(error).into(),
        _ => RefusalReason::NotAZip.into(),
    }
}

/// Damage shows itself as an error of the stream. Errors of the disk come from the system.
fn entry_error(error: io::Error) -> io::Error {
    // `zip` has no kind of its own for an entry that has more bytes than it claims.
    let is_larger = error.to_string().contains("larger than its declared");
    match error.raw_os_error() {
        Some(_) => error,
        None if is_larger => StreamFault::TooLarge.into(),
        None => StreamFault::Damaged.into(),
    }
}

/// An entry, which fails at the first byte more than it claims to have.
struct EntryBytes<R>(R);

impl<R: Read> Read for EntryBytes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(entry_error)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read, Write};

    use proptest::prelude::*;
    use zip::write::SimpleFileOptions;

    use super::ZipUpload;
    use crate::transfer::files::reasons::{RefusalReason, UploadError};

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, data) in files {
            let started = writer.start_file(*name, SimpleFileOptions::default());
            started.expect("a file");
            writer.write_all(data).expect("written");
        }
        writer.finish().expect("a zip").into_inner()
    }

    fn open(bytes: Vec<u8>) -> Result<ZipUpload, UploadError> {
        ZipUpload::open(Box::new(Cursor::new(bytes)))
    }

    /// The names and lengths of all entries.
    fn contents(bytes: Vec<u8>) -> Result<Vec<(String, usize)>, UploadError> {
        let mut archive = open(bytes)?;
        let mut found = Vec::new();
        for (index, name) in archive.names.clone().into_iter().enumerate() {
            let mut data = Vec::new();
            let entry = archive.open_entry(index)?;
            entry.take(1 << 20).read_to_end(&mut data)?;
            found.push((name, data.len()));
        }
        Ok(found)
    }

    #[test]
    fn entries_are_read_in_their_order_and_rubbish_is_passed_over() {
        let bytes = packed(&[
            ("b.csv", b"12345"),
            ("a/.DS_Store", b"x"),
            ("__MACOSX/._b.csv", b"x"),
            ("a/c.csv", b""),
        ]);
        let found = contents(bytes).expect("a zip");
        assert_eq!(found, [("b.csv".to_owned(), 5), ("a/c.csv".to_owned(), 0)]);
    }

    #[test]
    fn an_archive_that_unpacks_to_more_than_the_limit_is_refused() {
        let zeros = vec![0; 64 << 20];
        let names = ["a", "b", "c", "d", "e"];
        let files: Vec<_> = names.iter().map(|name| (*name, &zeros[..])).collect();
        let Err(UploadError::Refused(refusal)) = open(packed(&files)) else {
            panic!("opened");
        };
        assert_eq!(refusal.reason, RefusalReason::ZipTooLarge);
    }

    /// They are unpacked one by one.
    #[test]
    fn pictures_do_not_count_towards_the_limit() {
        let zeros = vec![0; 64 << 20];
        let names = ["a", "b", "c", "d", "e"].map(|name| format!("pictures/{name}.webp"));
        let files: Vec<_> = names
            .iter()
            .map(|name| (name.as_str(), &zeros[..]))
            .collect();
        assert!(open(packed(&files)).is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        /// Every fault of the bytes is a refusal: none is an error of the disk.
        #[test]
        fn a_damaged_archive_is_read_or_refused(
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
            cut in any::<prop::sample::Index>(),
            is_cut in any::<bool>(),
        ) {
            let mut bytes = packed(&[("diary.csv", b"Date,Name\n1,2\n"), ("b/c.json", b"[1]")]);
            let place = at.index(bytes.len());
            bytes[place] = byte;
            if is_cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            let is_sound = matches!(contents(bytes), Ok(_) | Err(UploadError::Refused(_)));
            prop_assert!(is_sound);
        }
    }
}
