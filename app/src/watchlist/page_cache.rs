//! A cache of pages of watchlists.

use std::sync::{Arc, OnceLock};

use maud::Markup;
use sea_orm::DbErr;

use super::params::{WatchlistFilter, WatchlistOrder, WatchlistView};
use super::queries::{
    MovieMarks, WatchlistOwner, WatchlistPage, WatchlistSummary, list_entries, marks_of,
    movies_with_page, summarize, watchlist_version,
};
use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::db::Db;
use crate::revision::{RevisionCache, RevisionKind, revision_number, site_revision};

/// A page takes up to a hundred kilobytes, most of them rendered.
const MAX_PAGES: usize = 64;

/// Pages of watchlists, each valid for one revision of the site, and for one version of the watchlist
/// and of the viewer’s own.
#[derive(Debug)]
pub struct WatchlistPageCache {
    pages: RevisionCache<WatchlistPageKey, CachedWatchlistPage>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct WatchlistPageKey {
    /// Everyone has seen and saved other films, and may do other things here.
    viewer: Option<MemberId>,
    /// Of the viewer’s own watchlist.
    viewer_version: i64,
    owner: MemberId,
    version: i64,
    order: WatchlistOrder,
    after: Option<MovieId>,
}

#[derive(Clone, Debug)]
pub struct CachedWatchlistPage {
    pub summary: WatchlistSummary,
    pub list: WatchlistPage,
    /// The films with a page that the viewer may see; `None` for all.
    pub linked: Option<Vec<MovieId>>,
    pub marks: MovieMarks,
    /// The films, once the page has been rendered.
    pub items: OnceLock<Markup>,
}

impl Default for WatchlistPageCache {
    fn default() -> Self {
        Self {
            pages: RevisionCache::new(MAX_PAGES),
        }
    }
}

impl WatchlistPageCache {
    /// Filtered pages are not cached: there are too many different filters.
    pub async fn page(
        &self,
        db: &Db,
        viewer: &Viewer,
        owner: &WatchlistOwner,
        view: &WatchlistView,
    ) -> Result<Arc<CachedWatchlistPage>, DbErr> {
        let read = read_page(db, viewer, owner.id, view);
        if view.filter != WatchlistFilter::default() {
            return read.await.map(Arc::new);
        }
        let revision = site_revision(db.reader(), RevisionKind::All).await?;
        let key = WatchlistPageKey {
            viewer: viewer.id(),
            viewer_version: match viewer.id() {
                Some(me) if me != owner.id => watchlist_version(db, me).await?,
                _ => 0,
            },
            owner: owner.id,
            version: owner.version.unwrap_or_default(),
            order: view.order,
            after: view.after,
        };
        self.pages.get(key, revision_number(revision), read).await
    }
}

async fn read_page(
    db: &Db,
    viewer: &Viewer,
    owner: MemberId,
    view: &WatchlistView,
) -> Result<CachedWatchlistPage, DbErr> {
    let list = list_entries(db, owner, view.order, &view.filter, view.after).await?;
    let movies = || list.entries.iter().map(|entry| entry.movie);
    Ok(CachedWatchlistPage {
        summary: summarize(db, owner, &view.filter).await?,
        linked: movies_with_page(db, viewer, movies()).await?,
        marks: marks_of(db, viewer, movies()).await?,
        items: OnceLock::new(),
        list,
    })
}
