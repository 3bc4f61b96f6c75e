//! Everything that the page of a list shows.

use sea_orm::DbErr;

use super::{
    ListDetails, ListEntryPage, ListPerson, ListTotals, count_films, list_entries, load_address,
};
use crate::accounts::Viewer;
use crate::catalog::MovieId;
use crate::db::Db;
use crate::lists::queries::people_of;
use crate::watchlist::queries::{FilmListAddress, MovieMarks, marks_of, movies_with_page};

#[derive(Clone, Debug)]
pub struct ListContent {
    pub totals: ListTotals,
    pub page: ListEntryPage,
    pub marks: MovieMarks,
    /// The films with a page that the viewer may see; `None` for all.
    pub linked: Option<Vec<MovieId>>,
    /// The members who may change the films, besides the owner. None for visitors.
    pub people: Vec<ListPerson>,
    /// For the owner, with the first films.
    pub address: Option<FilmListAddress>,
}

pub async fn load_content(
    db: &Db,
    viewer: &Viewer,
    list: &ListDetails,
    after: Option<MovieId>,
) -> Result<ListContent, DbErr> {
    let page = list_entries(db, viewer, list.id, after).await?;
    let movies = || page.entries.iter().map(|entry| entry.movie);
    Ok(ListContent {
        totals: count_films(db, viewer, list.id).await?,
        marks: marks_of(db, viewer, movies()).await?,
        linked: movies_with_page(db, viewer, movies()).await?,
        people: people_of(db, viewer, list).await?,
        address: match list.role.is_owner() && after.is_none() {
            true => Some(load_address(db, list.id).await?),
            false => None,
        },
        page,
    })
}
