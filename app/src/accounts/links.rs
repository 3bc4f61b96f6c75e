//! One-time links for setup, invitations and password resets.

use chrono::TimeDelta;
use entity::one_time_link::{ActiveModel, Column, Entity, LinkPurpose, Model};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::MemberId;
use super::commands::{LockAdminsError, lock_admins};
use crate::clock::Clock;
use crate::db::Db;
use crate::secret::{self, SecretCode};

pub const LINK_LIFETIME: TimeDelta = TimeDelta::days(7);

/// Creates a link and returns its code. `admin` must still be an admin; it is `None` when the
/// server itself or the command line creates the link. A new reset link replaces the member's
/// earlier one.
pub async fn issue_link(
    db: &Db,
    clock: &Clock,
    purpose: LinkPurpose,
    member: Option<MemberId>,
    admin: Option<MemberId>,
) -> Result<SecretCode, LockAdminsError> {
    let code = SecretCode::mint();
    let now = clock.now();
    let row = ActiveModel {
        purpose: Set(purpose),
        code_hash: Set(code.hash()),
        member_id: Set(member),
        created_at: Set(now),
        expires_at: Set(now + LINK_LIFETIME),
        ..Default::default()
    };
    db.write(move |tx| {
        Box::pin(async move {
            if let Some(admin) = admin {
                lock_admins(tx, admin).await?;
            }
            if purpose == LinkPurpose::Reset {
                revoke_reset_links(tx, member).await?;
            }
            Entity::insert(row).exec_without_returning(tx).await?;
            Ok::<_, LockAdminsError>(())
        })
    })
    .await?;
    Ok(code)
}

/// Returns `None` when the link is used, revoked or expired.
pub async fn find_link(
    db: &Db,
    clock: &Clock,
    purpose: LinkPurpose,
    code: &str,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(link_is_valid(clock, purpose, code))
        .one(db.reader())
        .await
}

/// Deletes the link, so that it works only once. On `false` it was no longer valid, and the caller
/// must roll back.
pub async fn redeem(
    tx: &DatabaseTransaction,
    clock: &Clock,
    purpose: LinkPurpose,
    code: &str,
) -> Result<bool, DbErr> {
    let used = Entity::delete_many()
        .filter(link_is_valid(clock, purpose, code))
        .exec(tx)
        .await?;
    Ok(used.rows_affected == 1)
}

pub async fn revoke_reset_links(
    tx: &DatabaseTransaction,
    member: Option<MemberId>,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::Purpose.eq(LinkPurpose::Reset))
        .filter(Column::MemberId.eq(member))
        .exec(tx)
        .await?;
    Ok(())
}

fn link_is_valid(clock: &Clock, purpose: LinkPurpose, code: &str) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(Column::CodeHash.eq(secret::sha256_hex(code.as_bytes())))
        .add(Column::Purpose.eq(purpose))
        .add(Column::ExpiresAt.gt(clock.now()))
}
