//! Looks up the member whose watchlist is shown.

use entity::{Visibility, member, watchlist};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationTrait,
};

use crate::accounts::{MemberId, Viewer};
use crate::db::Db;
use crate::watchlist::policy::may_see_watchlist;

#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct WatchlistOwner {
    pub id: MemberId,
    pub username: String,
    pub display_name: String,
    pub diary_visibility: Visibility,
    /// `None` if whoever may see the diary may see the watchlist.
    pub own_visibility: Option<Visibility>,
    /// Rises with each change that the member makes to the films; `None` at first.
    pub version: Option<i64>,
}

/// The version of the member’s watchlist; 0 before its first change.
pub async fn watchlist_version(db: &Db, member: MemberId) -> Result<i64, DbErr> {
    let version: Option<i64> = watchlist::Entity::find_by_id(member)
        .select_only()
        .column(watchlist::Column::Version)
        .into_tuple()
        .one(db.reader())
        .await?;
    Ok(version.unwrap_or_default())
}

/// `None` if there is no such member, or if `viewer` may not see their watchlist.
pub async fn find_watchlist_owner(
    db: &Db,
    viewer: &Viewer,
    username: &str,
) -> Result<Option<WatchlistOwner>, DbErr> {
    use member::Column;
    let owner = member::Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Username,
            Column::DisplayName,
            Column::DiaryVisibility,
        ])
        .column_as(watchlist::Column::Visibility, "own_visibility")
        .column(watchlist::Column::Version)
        .join(JoinType::LeftJoin, watchlist::Relation::Member.def().rev())
        .filter(Column::Username.eq(username))
        .filter(Column::DisabledAt.is_null())
        .into_model::<WatchlistOwner>()
        .one(db.reader())
        .await?;
    Ok(owner.filter(|owner| may_see_watchlist(viewer, owner)))
}
