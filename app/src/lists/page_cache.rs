//! A cache of pages of lists.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use maud::Markup;
use sea_orm::DbErr;

use super::policy::ListRole;
use super::queries::{ListDetails, ListEntryPage, ListTotals, count_films, list_entries};
use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::db::Db;
use crate::revision::{RevisionCache, RevisionKind, revision_number, site_revision};
use crate::watchlist::queries::{MovieMarks, marks_of, movies_with_page, watchlist_version};

/// A page takes up to a hundred kilobytes, most of them rendered.
const MAX_PAGES: usize = 64;

/// Pages of lists, each valid for one revision of the site, one change of its list, and one version
/// of the viewer’s watchlist.
#[derive(Debug)]
pub struct ListPageCache {
    pages: RevisionCache<ListPageKey, CachedListPage>,
}

/// Contains the viewer, because everyone has seen other films.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct ListPageKey {
    viewer: Option<MemberId>,
    /// Of the viewer’s watchlist.
    watchlist_version: i64,
    role: ListRole,
    /// Whether it is shown who added a film.
    is_shared: bool,
    list: i64,
    changed_at: DateTime<Utc>,
    after: Option<MovieId>,
}

#[derive(Clone, Debug)]
pub struct CachedListPage {
    pub totals: ListTotals,
    pub entries: ListEntryPage,
    /// The films with a page that the viewer may see; `None` for all.
    pub linked: Option<Vec<MovieId>>,
    pub marks: MovieMarks,
    /// The films, once the page has been rendered.
    pub items: OnceLock<Markup>,
}

impl Default for ListPageCache {
    fn default() -> Self {
        Self {
            pages: RevisionCache::new(MAX_PAGES),
        }
    }
}

impl ListPageCache {
    /// The films behind the movie `after`, or the first. Whether `viewer` may see the list must be
    /// known.
    pub async fn page(
        &self,
        db: &Db,
        viewer: &Viewer,
        list: &ListDetails,
        is_shared: bool,
        after: Option<MovieId>,
    ) -> Result<Arc<CachedListPage>, DbErr> {
        let revision = site_revision(db.reader(), RevisionKind::All).await?;
        let key = ListPageKey {
            viewer: viewer.id(),
            watchlist_version: match viewer.id() {
                Some(me) => watchlist_version(db, me).await?,
                None => 0,
            },
            role: list.role,
            is_shared,
            list: list.id,
            changed_at: list.updated_at,
            after,
        };
        let read = read_page(db, viewer, list.id, after);
        self.pages.get(key, revision_number(revision), read).await
    }
}

async fn read_page(
    db: &Db,
    viewer: &Viewer,
    list: i64,
    after: Option<MovieId>,
) -> Result<CachedListPage, DbErr> {
    let entries = list_entries(db, viewer, list, after).await?;
    let movies = || entries.entries.iter().map(|entry| entry.movie);
    Ok(CachedListPage {
        totals: count_films(db, viewer, list).await?,
        linked: movies_with_page(db, viewer, movies()).await?,
        marks: marks_of(db, viewer, movies()).await?,
        items: OnceLock::new(),
        entries,
    })
}
