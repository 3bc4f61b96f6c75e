//! Everything that the page of a list shows.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use super::{ListDetails, ListPerson, address_created_at, people_of};
use crate::accounts::Viewer;
use crate::catalog::MovieId;
use crate::db::Db;
use crate::lists::page_cache::{CachedListPage, ListPageCache};

#[derive(Clone, Debug)]
pub struct ListContent {
    pub page: Arc<CachedListPage>,
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
    let people = people_of(db, viewer, list).await?;
    let is_shared = !people.is_empty();
    Ok(ListContent {
        page: pages.page(db, viewer, list, is_shared, after).await?,
        address_created_at: match list.role.is_owner() {
            true => address_created_at(db, list.id).await?,
            false => None,
        },
        people,
    })
}
