//! The lists that a movie is on.

use entity::{list, list_entry};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::list::with_owner;
use crate::accounts::Viewer;
use crate::catalog::MovieId;
use crate::db::Db;
use crate::lists::policy::{changed_by, existing, lists_visible_to};

/// More lists than these are not named on a movie’s page.
const MAX_LISTS: u64 = 20;

/// More lists than these are not offered to add a movie to.
const MAX_CHOICES: u64 = 100;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovieLists {
    /// The lists that it is on and that the viewer may see, last changed first.
    pub on: Vec<NamedList>,
    /// The lists that the viewer may add it to; `None` for visitors.
    pub choices: Option<Vec<NamedList>>,
}

#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct NamedList {
    pub id: i64,
    pub title: String,
    pub owner_name: String,
}

pub async fn lists_of_movie(db: &Db, viewer: &Viewer, movie: MovieId) -> Result<MovieLists, DbErr> {
    let on = with_owner(list::Entity::find())
        .filter(lists_visible_to(viewer))
        .filter(list::Column::Id.in_subquery(lists_with(movie)))
        .order_by_desc(list::Column::UpdatedAt)
        .order_by_desc(list::Column::Id)
        .limit(MAX_LISTS)
        .into_model()
        .all(db.reader())
        .await?;
    let choices = match viewer.id() {
        Some(me) => {
            let choices = with_owner(list::Entity::find())
                .filter(existing())
                .filter(changed_by(me))
                .filter(list::Column::Id.not_in_subquery(lists_with(movie)))
                .order_by_desc(list::Column::UpdatedAt)
                .order_by_desc(list::Column::Id)
                .limit(MAX_CHOICES);
            Some(choices.into_model().all(db.reader()).await?)
        }
        None => None,
    };
    Ok(MovieLists { on, choices })
}

fn lists_with(movie: MovieId) -> sea_orm::sea_query::SelectStatement {
    list_entry::Entity::find()
        .select_only()
        .column(list_entry::Column::ListId)
        .filter(list_entry::Column::MovieId.eq(movie))
        .filter(list_entry::Column::MergedBy.is_null())
        .into_query()
}
