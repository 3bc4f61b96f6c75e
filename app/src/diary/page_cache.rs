//! A cache of pages of reviews.

use std::sync::Arc;

use sea_orm::DbErr;

use super::queries::{EntryPage, ListScope, list_entries, list_filtered_entries};
use super::{Cursor, Filter};
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
        let page = EntryPageKey {
            viewer: viewer.id(),
            scope,
            cursor,
        };
        let read = list_entries(db, viewer, scope, cursor);
        self.pages.get(page, revision, read).await
    }

    /// Like [`page`](Self::page), with a filter. Filtered pages are not cached: there are too many
    /// different filters.
    pub async fn filtered_page(
        &self,
        db: &Db,
        viewer: &Viewer,
        scope: ListScope,
        filter: &Filter,
        cursor: Option<Cursor>,
        revision: i64,
    ) -> Result<Arc<EntryPage>, DbErr> {
        if filter.is_empty() {
            return self.page(db, viewer, scope, cursor, revision).await;
        }
        let list = list_filtered_entries(db, viewer, scope, filter, cursor).await?;
        Ok(Arc::new(list))
    }
}
