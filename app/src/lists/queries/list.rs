//! One list, without its films.

use chrono::{DateTime, Utc};
use entity::{Visibility, list, list_member, member};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationTrait, Select, SelectExt,
};

use crate::accounts::{MemberId, Viewer};
use crate::db::Db;
use crate::lists::policy::{ListRole, lists_visible_to};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListDetails {
    pub id: i64,
    pub title: String,
    pub description: String,
    pub visibility: Visibility,
    pub ranked: bool,
    /// Increases with each change of the fields above.
    pub version: i32,
    pub created_at: DateTime<Utc>,
    /// The last change, of its films too.
    pub updated_at: DateTime<Utc>,
    pub owner: MemberId,
    pub owner_username: String,
    pub owner_name: String,
    /// What the viewer may do.
    pub role: ListRole,
}

#[derive(Debug, FromQueryResult)]
pub(super) struct ListRow {
    pub id: i64,
    title: String,
    description: String,
    visibility: Visibility,
    ranked: bool,
    version: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    member_id: MemberId,
    owner_username: String,
    owner_name: String,
}

impl ListRow {
    fn with_role(self, role: ListRole) -> ListDetails {
        ListDetails {
            id: self.id,
            title: self.title,
            description: self.description,
            visibility: self.visibility,
            ranked: self.ranked,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            owner: self.member_id,
            owner_username: self.owner_username,
            owner_name: self.owner_name,
            role,
        }
    }
}

/// `None` if there is no such list, or if `viewer` may not see it: the responses must not differ.
pub async fn find_list(db: &Db, viewer: &Viewer, id: i64) -> Result<Option<ListDetails>, DbErr> {
    let found = with_owner(list::Entity::find_by_id(id))
        .filter(lists_visible_to(viewer))
        .into_model::<ListRow>()
        .one(db.reader())
        .await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let role = match viewer.id() {
        Some(me) if me == row.member_id => ListRole::Owner,
        Some(me) if has_joined(db, row.id, me).await? => ListRole::Member,
        _ => ListRole::Reader,
    };
    Ok(Some(row.with_role(role)))
}

/// Like [`find_list`], and only if the viewer owns it.
pub async fn find_own_list(
    db: &Db,
    viewer: &Viewer,
    id: i64,
) -> Result<Option<ListDetails>, DbErr> {
    let found = find_list(db, viewer, id).await?;
    Ok(found.filter(|list| list.role.is_owner()))
}

/// The columns of a [`ListRow`].
pub(super) fn with_owner(lists: Select<list::Entity>) -> Select<list::Entity> {
    use list::Column;
    lists
        .select_only()
        .columns([
            Column::Id,
            Column::Title,
            Column::Description,
            Column::Visibility,
            Column::Ranked,
            Column::Version,
            Column::CreatedAt,
            Column::UpdatedAt,
            Column::MemberId,
        ])
        .column_as(member::Column::Username, "owner_username")
        .column_as(member::Column::DisplayName, "owner_name")
        .join(JoinType::InnerJoin, list::Relation::Member.def())
}

async fn has_joined(db: &Db, list: i64, member: MemberId) -> Result<bool, DbErr> {
    list_member::Entity::find_by_id((list, member))
        .filter(list_member::Column::AcceptedAt.is_not_null())
        .exists(db.reader())
        .await
}
