//! The members who change a list together.

use entity::{list, list_member, member};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
};

use super::ListDetails;
use crate::accounts::{MemberId, Viewer};
use crate::db::Db;
use crate::lists::policy::existing;

#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct ListPerson {
    pub username: String,
    pub display_name: String,
    pub has_accepted: bool,
}

/// The enabled members of a list, in the order of their invitations. Only the owner sees who has
/// not accepted yet, and visitors see nobody.
pub async fn people_of(
    db: &Db,
    viewer: &Viewer,
    list: &ListDetails,
) -> Result<Vec<ListPerson>, DbErr> {
    use list_member::Column;
    if viewer.member.is_none() {
        return Ok(Vec::new());
    }
    let people = list_member::Entity::find()
        .select_only()
        .columns([member::Column::Username, member::Column::DisplayName])
        .column_as(Column::AcceptedAt.is_not_null(), "has_accepted")
        .join(JoinType::InnerJoin, list_member::Relation::Member.def())
        .filter(Column::ListId.eq(list.id))
        .filter(member::Column::DisabledAt.is_null())
        .order_by_asc(Column::InvitedAt)
        .order_by_asc(Column::MemberId);
    let people = match list.role.is_owner() {
        true => people,
        false => people.filter(Column::AcceptedAt.is_not_null()),
    };
    people.into_model().all(db.reader()).await
}

/// An invitation that waits for the member’s answer.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Invitation {
    pub list: i64,
    pub title: String,
    pub owner_username: String,
    pub owner_name: String,
}

pub async fn invitations_of(db: &Db, member: MemberId) -> Result<Vec<Invitation>, DbErr> {
    use list_member::Column;
    list_member::Entity::find()
        .select_only()
        .column_as(Column::ListId, "list")
        .column(list::Column::Title)
        .column_as(member::Column::Username, "owner_username")
        .column_as(member::Column::DisplayName, "owner_name")
        .join(JoinType::InnerJoin, list_member::Relation::List.def())
        .join(JoinType::InnerJoin, list::Relation::Member.def())
        .filter(Column::MemberId.eq(member))
        .filter(Column::AcceptedAt.is_null())
        .filter(existing())
        .order_by_desc(Column::InvitedAt)
        .limit(100)
        .into_model()
        .all(db.reader())
        .await
}
