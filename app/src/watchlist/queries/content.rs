//! Everything that the page of a watchlist shows.

use rand::RngExt;
use sea_orm::DbErr;

use super::{
    FilmListAddress, MovieMarks, WatchlistEntry, WatchlistPage, WatchlistSummary, list_entries,
    load_address, marks_of, movies_with_page, pick_entry, summarize,
};
use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::db::Db;
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
    /// For the owner, with the first films.
    pub address: Option<FilmListAddress>,
}

pub async fn load_content(
    db: &Db,
    viewer: &Viewer,
    owner: MemberId,
    view: &WatchlistView,
) -> Result<WatchlistContent, DbErr> {
    let summary = summarize(db, owner, &view.filter).await?;
    let list = list_entries(db, owner, view.order, &view.filter, view.after).await?;
    let picked = match view.picks_one && summary.films > 0 {
        true => {
            let index = rand::rng().random_range(0..summary.films);
            pick_entry(db, owner, &view.filter, index).await?
        }
        false => None,
    };
    let address = match viewer.is(owner) && view.after.is_none() {
        true => Some(load_address(db, owner).await?),
        false => None,
    };
    let shown = list.entries.iter().chain(&picked);
    let movies: Vec<MovieId> = shown.map(|entry| entry.movie).collect();
    Ok(WatchlistContent {
        marks: marks_of(db, viewer, movies.iter().copied()).await?,
        linked: movies_with_page(db, viewer, movies).await?,
        summary,
        list,
        picked,
        address,
    })
}
