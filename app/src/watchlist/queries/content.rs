//! Everything that the page of a watchlist shows.

use chrono::{DateTime, Utc};
use entity::AddressPurpose;
use rand::RngExt;
use sea_orm::DbErr;

use super::{
    MovieMarks, WatchlistEntry, WatchlistOwner, WatchlistPage, WatchlistSummary, marks_of,
    movies_with_page, pick_entry,
};
use crate::accounts::Viewer;
use crate::accounts::queries::address_created_at;
use crate::catalog::MovieId;
use crate::db::Db;
use crate::watchlist::page_cache::{CachedWatchlistPage, WatchlistPageCache};
use crate::watchlist::params::WatchlistView;

#[derive(Clone, Debug)]
pub struct WatchlistContent {
    pub summary: WatchlistSummary,
    pub list: WatchlistPage,
    /// The film for tonight, if one was to be drawn.
    pub picked: Option<WatchlistEntry>,
    pub marks: MovieMarks,
    /// The films with a page that the viewer may see; `None` for all.
    pub linked: Option<Vec<MovieId>>,
    /// When the secret address was created; `None` without one, and for others than the owner.
    pub address_created_at: Option<DateTime<Utc>>,
}

pub async fn load_content(
    db: &Db,
    pages: &WatchlistPageCache,
    viewer: &Viewer,
    owner: &WatchlistOwner,
    view: &WatchlistView,
) -> Result<WatchlistContent, DbErr> {
    let page = pages.page(db, viewer, owner, view).await?;
    let CachedWatchlistPage {
        summary,
        list,
        mut linked,
    } = page.as_ref().clone();
    let picked = match view.picks_one && summary.films > 0 {
        true => {
            let index = rand::rng().random_range(0..summary.films);
            pick_entry(db, owner.id, &view.filter, index).await?
        }
        false => None,
    };
    let address_created_at = match viewer.is(owner.id) {
        true => address_created_at(db, owner.id, AddressPurpose::Watchlist).await?,
        false => None,
    };
    if let (Some(linked), Some(entry)) = (&mut linked, &picked) {
        let is_linked = movies_with_page(db, viewer, [entry.movie]).await?;
        linked.extend(is_linked.into_iter().flatten());
    }
    let shown = list.entries.iter().chain(&picked);
    let movies: Vec<MovieId> = shown.map(|entry| entry.movie).collect();
    Ok(WatchlistContent {
        marks: marks_of(db, viewer, movies).await?,
        linked,
        summary,
        list,
        picked,
        address_created_at,
    })
}
