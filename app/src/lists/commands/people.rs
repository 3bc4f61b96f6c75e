//! Members who change a list together: invited by its owner, and in once they accept.

use entity::list_member::{ActiveModel, Column, Entity};
use entity::{list, member};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect,
    RelationTrait, SelectExt,
};

use super::{ListError, lock_own_list};
use crate::accounts::MemberId;
use crate::clock::Clock;
use crate::db::{self, Db};
use crate::lists::policy::existing;

/// Invitations are shown on one page.
const MAX_PEOPLE: u64 = 50;

#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// Nobody who is enabled has this username.
    #[error("no such member to invite")]
    Unknown,
    /// The owner needs no invitation.
    #[error("it is their own list")]
    Owner,
    #[error("too many members")]
    TooMany,
    #[error(transparent)]
    List(#[from] ListError),
}

impl From<DbErr> for InviteError {
    fn from(error: DbErr) -> Self {
        Self::List(error.into())
    }
}

impl InviteError {
    /// For people, beside the field; `None` if the list is at fault.
    pub fn message(&self) -> Option<String> {
        match self {
            Self::Unknown => Some("There is no member with this username.".to_owned()),
            Self::Owner => Some("This is your own list already.".to_owned()),
            Self::TooMany => Some(format!("At most {MAX_PEOPLE} members can share a list.")),
            Self::List(_) => None,
        }
    }
}

/// Invites a member to the owner's list. Inviting somebody again changes nothing.
pub async fn invite_member(
    db: &Db,
    clock: &Clock,
    owner: MemberId,
    list: i64,
    username: String,
) -> Result<(), InviteError> {
    let now = clock.now();
    db.write(move |tx| {
        Box::pin(async move {
            lock_own_list(tx, list, owner).await?;
            let invited = member::Entity::find()
                .filter(member::Column::Username.eq(username))
                .filter(member::Column::DisabledAt.is_null())
                .one(tx)
                .await?
                .ok_or(InviteError::Unknown)?;
            if invited.id == owner {
                return Err(InviteError::Owner);
            }
            let people = Entity::find().filter(Column::ListId.eq(list));
            if people.all(tx).await?.len() as u64 >= MAX_PEOPLE {
                return Err(InviteError::TooMany);
            }
            let row = ActiveModel {
                list_id: Set(list),
                member_id: Set(invited.id),
                invited_at: Set(now),
                accepted_at: Set(None),
            };
            let keep = OnConflict::columns([Column::ListId, Column::MemberId])
                .do_nothing()
                .to_owned();
            Entity::insert(row)
                .on_conflict(keep)
                .exec_without_returning(tx)
                .await?;
            Ok(())
        })
    })
    .await
}

/// Accepts the member's invitation. Returns whether there is one.
pub async fn accept_invitation(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    list: i64,
) -> Result<bool, DbErr> {
    let now = clock.now();
    db.write(move |tx| {
        Box::pin(async move {
            db::advisory_lock(tx, &format!("list {list}")).await?;
            let is_there = list::Entity::find_by_id(list)
                .join(JoinType::InnerJoin, list::Relation::Member.def())
                .filter(existing())
                .exists(tx)
                .await?;
            if !is_there {
                return Ok(false);
            }
            let accepted = Entity::update_many()
                .col_expr(Column::AcceptedAt, Expr::value(Some(now)))
                .filter(Column::ListId.eq(list))
                .filter(Column::MemberId.eq(member))
                .filter(Column::AcceptedAt.is_null())
                .exec(tx)
                .await?;
            Ok(accepted.rows_affected > 0)
        })
    })
    .await
}

/// Removes a member or their invitation; what they added stays. Members may remove themselves, and
/// the owner everybody. Returns whether there was one.
pub async fn remove_member(
    db: &Db,
    actor: MemberId,
    list: i64,
    username: String,
) -> Result<bool, ListError> {
    db.write(move |tx| {
        Box::pin(async move {
            let found = Entity::find()
                .join(
                    JoinType::InnerJoin,
                    entity::list_member::Relation::Member.def(),
                )
                .filter(Column::ListId.eq(list))
                .filter(member::Column::Username.eq(username))
                .one(tx)
                .await?;
            let removed = found.as_ref().map(|row| row.member_id);
            if removed != Some(actor) {
                lock_own_list(tx, list, actor).await?;
            }
            let Some(row) = found else {
                return Ok(false);
            };
            Entity::delete_by_id((list, row.member_id)).exec(tx).await?;
            Ok(true)
        })
    })
    .await
}
