//! A cache of pages of reviews.

use std::sync::Arc;

use sea_orm::DbErr;

use super::Cursor;
use super::queries::{EntryPage, ListScope, PAGE_SIZE, list_entries};
use crate::accounts::{MemberId, Viewer};
use crate::db::Db;
use crate::revision::RevisionCache;

/// A page takes some ten kilobytes.
const MAX_PAGES: usize = 256;

/// Pages of reviews, each valid for one revision of the site, member or movie that it lists.
#[derive(Debug)]
pub struct EntryPageCache {
    pages: RevisionCache<EntryPageKey, EntryPage>,
}

/// Contains the viewer, because not everyone sees the same reviews.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct EntryPageKey {
    viewer: Option<MemberId>,
    scope: ListScope,
    cursor: Option<Cursor>,
    size: usize,
}

impl Default for EntryPageCache {
    fn default() -> Self {
        Self {
            pages: RevisionCache::new(MAX_PAGES),
        }
    }
}

impl EntryPageCache {
    /// The page of `scope` after `cursor`, as `viewer` may see it. `revision` is the revision of
    /// what is listed (the site, the member or the movie) for this viewer.
    pub async fn page(
        &self,
        db: &Db,
        viewer: &Viewer,
        scope: ListScope,
        cursor: Option<Cursor>,
        revision: i64,
    ) -> Result<Arc<EntryPage>, DbErr> {
        self.sized_page(db, viewer, scope, (cursor, PAGE_SIZE), revision)
            .await
    }

    /// Like [`page`](Self::page), with so many reviews.
    pub async fn sized_page(
        &self,
        db: &Db,
        viewer: &Viewer,
        scope: ListScope,
        (cursor, size): (Option<Cursor>, usize),
        revision: i64,
    ) -> Result<Arc<EntryPage>, DbErr> {
        let page = EntryPageKey {
            viewer: viewer.id(),
            scope,
            cursor,
            size,
        };
        let read = list_entries(db, viewer, scope, cursor, size);
        self.pages.get(page, revision, read).await
    }
}
