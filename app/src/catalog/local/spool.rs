//! Films on their way into a catalog. They wait on disk, because only once all are there is it known
//! which are the most popular.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::film::CatalogFilm;

/// In memory are only sixteen bytes of each film, and eight for noticing it when it comes again.
#[derive(Debug)]
pub(super) struct FilmSpool {
    file: BufWriter<File>,
    length: u64,
    places: Vec<FilmPlace>,
    seen: HashSet<u64>,
}

#[derive(Clone, Copy, Debug)]
struct FilmPlace {
    popularity: u32,
    size: u32,
    offset: u64,
}

impl FilmSpool {
    /// The file has no name, so nothing is left of it after a crash.
    pub(super) fn create_in(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::new(tempfile::tempfile_in(folder)?),
            length: 0,
            places: Vec::new(),
            seen: HashSet::new(),
        })
    }

    /// Returns `false` for a film that was added before.
    pub(super) fn push(&mut self, film: &CatalogFilm) -> io::Result<bool> {
        if !self.seen.insert(identity_hash(film)) {
            return Ok(false);
        }
        let record = serde_json::to_vec(film)?;
        self.file.write_all(&record)?;
        self.places.push(FilmPlace {
            popularity: film.popularity,
            size: u32::try_from(record.len()).map_err(io::Error::other)?,
            offset: self.length,
        });
        self.length += record.len() as u64;
        Ok(true)
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// The films, the most popular first.
    pub(super) fn into_ranked(
        mut self,
    ) -> io::Result<impl Iterator<Item = io::Result<CatalogFilm>>> {
        let file = self.file.into_inner().map_err(|error| error.into_error())?;
        self.places.sort_by_key(|place| Reverse(place.popularity));
        Ok(self.places.into_iter().map(move |place| {
            let mut record = vec![0; place.size as usize];
            file.read_exact_at(&mut record, place.offset)?;
            Ok(serde_json::from_slice(&record)?)
        }))
    }
}

/// Of its best id, or else of title, year and directors.
fn identity_hash(film: &CatalogFilm) -> u64 {
    let mut hasher = DefaultHasher::new();
    match (&film.imdb_id, &film.wikidata_id, film.tmdb_id) {
        (Some(id), _, _) | (None, Some(id), _) => id.hash(&mut hasher),
        (None, None, Some(id)) => id.hash(&mut hasher),
        (None, None, None) => (&film.title, film.year, &film.directors).hash(&mut hasher),
    }
    hasher.finish()
}
