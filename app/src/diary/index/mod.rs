//! A diary in memory, as numbers: filtering, sorting and counting ten thousand viewings takes less
//! time than reading fifty of them from the database. It is made anew when the diary changes, but
//! only if somebody filters or sorts it.

mod id_set;
mod load;
mod order;
mod select;

use std::collections::HashMap;
use std::sync::Arc;

use entity::Audience;
use sea_orm::DbErr;

use super::policy;
use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::db::Db;
use crate::revision::RevisionCache;

pub use id_set::IdSet;
pub use order::{DiaryOrder, IndexPage};
pub use select::{IndexQuery, SelectionTotals, TextMatches, WatchedFilm};

/// One of ten thousand viewings takes half a megabyte.
const MAX_INDEXES: usize = 16;

/// What a viewer may see of one diary.
#[derive(Debug)]
pub struct DiaryIndex {
    /// The latest day first.
    viewings: Vec<IndexedViewing>,
    /// In the order of their titles.
    films: Vec<IndexedFilm>,
    /// The films of each genre, by its slug.
    genres: HashMap<String, Vec<FilmIndex>>,
    /// The films of each director, by their person id.
    directors: HashMap<i64, Vec<FilmIndex>>,
    /// The ids of the reviews with each tag, by its folded key.
    tags: HashMap<String, IdSet>,
}

/// A place in [`DiaryIndex::films`].
type FilmIndex = u32;

#[derive(Clone, Copy, Debug)]
struct IndexedViewing {
    review: i64,
    film: FilmIndex,
    /// As in the database: 0 for an unknown day.
    day_key: i32,
    /// Half stars; -1 without a rating.
    rating_key: i16,
    liked: bool,
    rewatch: bool,
}

#[derive(Clone, Copy, Debug)]
struct IndexedFilm {
    movie: MovieId,
    /// When it came out; 0 for an unknown year.
    year: i16,
    /// How long it is; 0 for an unknown length.
    minutes: i16,
    /// The rating of the latest viewing that has one: half stars, or -1.
    latest_rating: i16,
}

/// The indexes of the diaries that were filtered last.
#[derive(Debug)]
pub struct DiaryIndexCache {
    indexes: RevisionCache<(MemberId, Audience), DiaryIndex>,
}

impl Default for DiaryIndexCache {
    fn default() -> Self {
        Self {
            indexes: RevisionCache::new(MAX_INDEXES),
        }
    }
}

impl DiaryIndexCache {
    /// What `viewer` may see of `member`’s diary. `revision` is the revision of that part.
    pub async fn of_diary(
        &self,
        db: &Db,
        viewer: &Viewer,
        member: MemberId,
        revision: i64,
    ) -> Result<Arc<DiaryIndex>, DbErr> {
        let audience = policy::strictest_audience(viewer, member);
        let read = load::read_index(db, member, audience);
        self.indexes.get((member, audience), revision, read).await
    }
}
