//! Everything that the page of a list shows.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use super::{ListDetails, ListEntryPage, ListPerson, ListTotals, address_created_at};
use crate::accounts::Viewer;
use crate::catalog::MovieId;
use crate::db::Db;
use crate::lists::page_cache::{CachedListPage, ListPageCache};
use crate::lists::queries::people_of;
use crate::watchlist::queries::{MovieMarks, marks_of};

#[derive(Clone, Debug)]
pub struct ListContent {
    pub totals: ListTotals,
    pub page: ListEntryPage,
    pub marks: MovieMarks,
    /// The films with a page that the viewer may see; `None` for all.
    pub linked: Option<Vec<MovieId>>,
    /// The members who may change the films, besides the owner. None for visitors.
    pub people: Vec<ListPerson>,
    /// When the secret address was created; `None` without one, and for others than the owner.
    pub address_created_at: Option<DateTime<Utc>>,
}

pub async fn load_content(
    db: &Db,
    pages: &ListPageCache,
    viewer: &Viewer,
    list: &ListDetails,
    after: Option<MovieId>,
) -> Result<ListContent, DbErr> {
    let cached = pages.page(db, viewer, list, after).await?;
    let CachedListPage {
        totals,
        page,
        linked,
    } = cached.as_ref().clone();
    let movies = page.entries.iter().map(|entry| entry.movie);
    Ok(ListContent {
        marks: marks_of(db, viewer, movies).await?,
        people: people_of(db, viewer, list).await?,
        address_created_at: match list.role.is_owner() {
            true => address_created_at(db, list.id).await?,
            false => None,
        },
        totals,
        page,
        linked,
    })
}
