//! Everything that the page of a watchlist shows.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::AddressPurpose;
use rand::RngExt;
use sea_orm::DbErr;

use super::{WatchlistEntry, WatchlistOwner, movies_with_page, pick_entry};
use crate::accounts::Viewer;
use crate::accounts::queries::address_created_at;
use crate::db::Db;
use crate::watchlist::page_cache::{CachedWatchlistPage, WatchlistPageCache};
use crate::watchlist::params::WatchlistView;

#[derive(Clone, Debug)]
pub struct WatchlistContent {
    pub page: Arc<CachedWatchlistPage>,
    /// The film for tonight, if one was to be drawn.
    pub picked: Option<PickedFilm>,
    /// When the secret address was created; `None` without one, and for others than the owner.
    pub address_created_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug)]
pub struct PickedFilm {
    pub entry: WatchlistEntry,
    /// Whether the viewer may see the page of the film.
    pub has_page: bool,
}

pub async fn load_content(
    db: &Db,
    pages: &WatchlistPageCache,
    viewer: &Viewer,
    owner: &WatchlistOwner,
    view: &WatchlistView,
) -> Result<WatchlistContent, DbErr> {
    let page = pages.page(db, viewer, owner, view).await?;
    let films = page.summary.films;
    Ok(WatchlistContent {
        picked: match view.picks_one && films > 0 {
            true => pick_film(db, viewer, owner, view, films).await?,
            false => None,
        },
        address_created_at: match viewer.is(owner.id) {
            true => address_created_at(db, owner.id, AddressPurpose::Watchlist).await?,
            false => None,
        },
        page,
    })
}

/// One of the `films` that pass the filter.
async fn pick_film(
    db: &Db,
    viewer: &Viewer,
    owner: &WatchlistOwner,
    view: &WatchlistView,
    films: u64,
) -> Result<Option<PickedFilm>, DbErr> {
    let index = rand::rng().random_range(0..films);
    let Some(entry) = pick_entry(db, owner.id, &view.filter, index).await? else {
        return Ok(None);
    };
    let linked = movies_with_page(db, viewer, [entry.movie]).await?;
    Ok(Some(PickedFilm {
        has_page: linked.is_none_or(|linked| linked.contains(&entry.movie)),
        entry,
    }))
}
