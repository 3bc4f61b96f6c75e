//! What a build has fetched so far, as one JSON record a line. It is only ever appended to, so a
//! build that stops at any moment goes on where it was.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::catalog::local::CatalogFilm;
use crate::catalog::sources::query_service::FilmSlice;

/// Its name does not fit the files that the builder makes, which are deleted after a day.
pub const WORK_FILE: &str = "catalog.partial";

/// Increase this when the records or the query change.
const WORK_FORMAT: u32 = 1;

/// After this, a build begins anew: the films would be of very different times.
const MAX_WORK_AGE: TimeDelta = TimeDelta::days(30);

/// What must be the same for a build to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct WorkHeader {
    format: u32,
    language: String,
    url: String,
    begun_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WorkRecord {
    Begun(WorkHeader),
    Film(Box<CatalogFilm>),
    /// All films of the slice are before this record.
    Done {
        slice: FilmSlice,
        films: u64,
        bytes: u64,
    },
    /// Too much for one query.
    Split(FilmSlice),
    /// No request may be sent before this.
    NotBefore(DateTime<Utc>),
}

/// What is known of the earlier runs of a build.
#[derive(Debug, Default)]
pub(super) struct WorkSoFar {
    pub(super) done: HashSet<FilmSlice>,
    pub(super) split: HashSet<FilmSlice>,
    pub(super) films: u64,
    pub(super) bytes: u64,
    pub(super) not_before: Option<DateTime<Utc>>,
}

#[derive(Debug)]
pub(super) struct WorkFile {
    path: PathBuf,
}

impl WorkHeader {
    pub(super) fn new(language: &str, url: &str, begun_at: DateTime<Utc>) -> Self {
        Self {
            format: WORK_FORMAT,
            language: language.to_owned(),
            url: url.to_owned(),
            begun_at,
        }
    }

    /// Whether a build that began with `self` may go on as `now`.
    fn fits(&self, now: &Self) -> bool {
        let age = now.begun_at - self.begun_at;
        (self.format, &self.language, &self.url) == (now.format, &now.language, &now.url)
            && (TimeDelta::zero()..MAX_WORK_AGE).contains(&age)
    }
}

impl WorkFile {
    pub(super) fn path_in(folder: &Path) -> PathBuf {
        folder.join(WORK_FILE)
    }

    /// Opens the file of an earlier run, without what that run left unfinished. Begins a new one if
    /// there is none that fits.
    pub(super) fn open(folder: &Path, header: &WorkHeader) -> io::Result<(Self, WorkSoFar)> {
        let work = Self {
            path: Self::path_in(folder),
        };
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&work.path)?;
        if let Some((so_far, length)) = read_work(&file, header)? {
            file.set_len(length)?;
            return Ok((work, so_far));
        }
        file.set_len(0)?;
        work.append(&[WorkRecord::Begun(header.clone())])?;
        Ok((work, WorkSoFar::default()))
    }

    pub(super) fn append(&self, records: &[WorkRecord]) -> io::Result<()> {
        let mut file = BufWriter::new(OpenOptions::new().append(true).open(&self.path)?);
        for record in records {
            serde_json::to_writer(&mut file, record)?;
            file.write_all(b"\n")?;
        }
        file.flush()
    }

    /// Passes on the films one at a time.
    pub(super) fn for_each_film(
        &self,
        mut take_film: impl FnMut(CatalogFilm) -> io::Result<()>,
    ) -> io::Result<()> {
        for line in BufReader::new(File::open(&self.path)?).lines() {
            if let WorkRecord::Film(film) = serde_json::from_str(&line?)? {
                take_film(*film)?;
            }
        }
        Ok(())
    }

    pub(super) fn delete_in(folder: &Path) -> io::Result<()> {
        match fs::remove_file(Self::path_in(folder)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }
}

/// What the file says, and its length up to the last record that completes something. `None` if it
/// is of no use for a build with this header.
fn read_work(mut file: &File, header: &WorkHeader) -> io::Result<Option<(WorkSoFar, u64)>> {
    file.seek(SeekFrom::Start(0))?;
    let mut lines = BufReader::new(file);
    let (mut so_far, mut position, mut complete) = (WorkSoFar::default(), 0, 0);
    let mut line = Vec::new();
    loop {
        line.clear();
        position += lines.read_until(b'\n', &mut line)? as u64;
        if line.last() != Some(&b'\n') {
            break;
        }
        match serde_json::from_slice(&line) {
            Ok(WorkRecord::Begun(begun)) if begun.fits(header) && complete == 0 => {}
            Ok(WorkRecord::Film(_)) if complete > 0 => continue,
            Ok(WorkRecord::Done {
                slice,
                films,
                bytes,
            }) if complete > 0 => {
                so_far.done.insert(slice);
                so_far.films += films;
                so_far.bytes += bytes;
            }
            Ok(WorkRecord::Split(slice)) if complete > 0 => {
                so_far.split.insert(slice);
            }
            Ok(WorkRecord::NotBefore(time)) if complete > 0 => so_far.not_before = Some(time),
            // What follows a broken record is of no use either.
            _ => break,
        }
        complete = position;
    }
    Ok((complete > 0).then_some((so_far, complete)))
}
