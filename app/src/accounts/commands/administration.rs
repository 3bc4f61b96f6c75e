//! What admins do with accounts, deleting an account, and the locks on a member's row.

use chrono::{DateTime, Utc};
use entity::member::{ActiveModel, Column, Entity, Role};
use entity::one_time_link::LinkPurpose;
use entity::{Visibility, one_time_link, retired_username};
use sea_orm::sea_query::{LockType, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, IdenStatic, QueryFilter, QueryResult, QuerySelect, QueryTrait, SelectExt,
};

use super::VerifiedPassword;
use super::secret_addresses::revoke_all_addresses;
use super::sessions::sign_out_everywhere;
use crate::accounts::{MemberId, links};
use crate::clock::Clock;
use crate::db::{self, Db};
use crate::web;

/// Why [`lock_admins`] failed.
#[derive(Debug, thiserror::Error)]
pub enum LockAdminsError {
    /// Demoted or disabled in the meantime.
    #[error("not an admin")]
    NotAdmin,
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<LockAdminsError> for web::Error {
    fn from(error: LockAdminsError) -> Self {
        match error {
            LockAdminsError::NotAdmin => Self::NotFound,
            LockAdminsError::Database(error) => error.into(),
        }
    }
}

/// Why an account's role was not changed, or the account was not disabled, enabled or deleted.
#[derive(Debug, thiserror::Error)]
pub enum AdministrationError {
    #[error("not an admin")]
    NotAdmin,
    /// The site would be left without an admin.
    #[error("the only admin")]
    LastAdmin,
    #[error("no such member")]
    MemberGone,
    /// The password has changed since it was verified.
    #[error("the password has changed in the meantime")]
    PasswordChanged,
    #[error(transparent)]
    Database(#[from] DbErr),
}

pub const LAST_ADMIN: &str = "This is the only admin. Make someone else an admin first.";

impl From<LockAdminsError> for AdministrationError {
    fn from(error: LockAdminsError) -> Self {
        match error {
            LockAdminsError::NotAdmin => Self::NotAdmin,
            LockAdminsError::Database(error) => Self::Database(error),
        }
    }
}

impl From<AdministrationError> for web::Error {
    fn from(error: AdministrationError) -> Self {
        match error {
            AdministrationError::NotAdmin | AdministrationError::MemberGone => Self::NotFound,
            AdministrationError::LastAdmin => Self::Conflict(LAST_ADMIN.to_owned()),
            AdministrationError::PasswordChanged => Self::SignInRequired,
            AdministrationError::Database(error) => error.into(),
        }
    }
}

/// Takes the admins lock, then fails unless `admin` is still an enabled admin. Until the
/// transaction ends, nobody else can be promoted, demoted, disabled or deleted.
pub async fn lock_admins(tx: &DatabaseTransaction, admin: MemberId) -> Result<(), LockAdminsError> {
    db::advisory_lock(tx, ADMINS_LOCK).await?;
    let is_admin = Entity::find_by_id(admin)
        .filter(Column::Role.eq(Role::Admin))
        .filter(Column::DisabledAt.is_null())
        .exists(tx)
        .await?;
    is_admin.then_some(()).ok_or(LockAdminsError::NotAdmin)
}

/// Advisory lock held by everything that could leave the site without an admin.
const ADMINS_LOCK: &str = "admins";

/// Returns `false` when there is no such invitation.
pub async fn revoke_invite(db: &Db, admin: MemberId, id: i64) -> Result<bool, LockAdminsError> {
    db.write(move |tx| {
        Box::pin(async move {
            lock_admins(tx, admin).await?;
            let deleted = one_time_link::Entity::delete_many()
                .filter(one_time_link::Column::Id.eq(id))
                .filter(one_time_link::Column::Purpose.eq(LinkPurpose::Invite))
                .exec(tx)
                .await?;
            Ok(deleted.rows_affected == 1)
        })
    })
    .await
}

/// Refuses to demote the last admin. Returns the member's username.
pub async fn set_role(
    db: &Db,
    admin: MemberId,
    member: MemberId,
    role: Role,
) -> Result<String, AdministrationError> {
    db.write(move |tx| {
        Box::pin(async move {
            lock_admins(tx, admin).await?;
            if role == Role::Member {
                require_another_admin(tx, member).await?;
            }
            let role = ActiveModel {
                role: Set(role),
                ..Default::default()
            };
            update_account(tx, member, role).await
        })
    })
    .await
}

/// Disables an account, ends its sessions, and revokes its reset links and its secret addresses.
/// The diary feature hides the reviews. Returns the username.
pub async fn disable_account(
    tx: &DatabaseTransaction,
    clock: &Clock,
    member: MemberId,
) -> Result<String, AdministrationError> {
    require_another_admin(tx, member).await?;
    let username = set_disabled(tx, member, Some(clock.now())).await?;
    sign_out_everywhere(tx, member).await?;
    links::revoke_reset_links(tx, Some(member)).await?;
    revoke_all_addresses(tx, member).await?;
    Ok(username)
}

/// Returns the username.
pub async fn enable_account(
    tx: &DatabaseTransaction,
    member: MemberId,
) -> Result<String, AdministrationError> {
    let username = set_disabled(tx, member, None).await?;
    // A session may have started while the account was being disabled.
    sign_out_everywhere(tx, member).await?;
    // Earlier releases kept them while the account was disabled.
    revoke_all_addresses(tx, member).await?;
    Ok(username)
}

async fn set_disabled(
    tx: &DatabaseTransaction,
    member: MemberId,
    at: Option<DateTime<Utc>>,
) -> Result<String, AdministrationError> {
    let disabled = ActiveModel {
        disabled_at: Set(at),
        ..Default::default()
    };
    update_account(tx, member, disabled).await
}

/// Changes the columns that are set, and returns the username.
async fn update_account(
    tx: &DatabaseTransaction,
    member: MemberId,
    change: ActiveModel,
) -> Result<String, AdministrationError> {
    let change = ActiveModel {
        id: Set(member),
        ..change
    };
    match Entity::update(change).exec(tx).await {
        Ok(row) => Ok(row.username),
        Err(DbErr::RecordNotUpdated) => Err(AdministrationError::MemberGone),
        Err(error) => Err(error.into()),
    }
}

/// Deletes an account whose reviews are already gone, and keeps its username reserved. Fails when
/// the password has changed since it was `verified`.
pub async fn delete_account(
    tx: &DatabaseTransaction,
    clock: &Clock,
    member: MemberId,
    verified: &VerifiedPassword,
) -> Result<(), AdministrationError> {
    require_another_admin(tx, member).await?;
    let row = Entity::find_by_id(member).one(tx).await?;
    let row = row
        .filter(|row| verified.matches(row))
        .ok_or(AdministrationError::PasswordChanged)?;
    let retired = retired_username::ActiveModel {
        username: Set(row.username),
        retired_at: Set(clock.now()),
    };
    retired_username::Entity::insert(retired)
        .exec_without_returning(tx)
        .await?;
    Entity::delete_by_id(member).exec(tx).await?;
    Ok(())
}

/// Fails unless an enabled admin other than `member` remains.
async fn require_another_admin(
    tx: &DatabaseTransaction,
    member: MemberId,
) -> Result<(), AdministrationError> {
    db::advisory_lock(tx, ADMINS_LOCK).await?;
    let enabled_admins = Condition::all()
        .add(Column::Role.eq(Role::Admin))
        .add(Column::DisabledAt.is_null());
    let has_other_admin = Entity::find()
        .filter(enabled_admins.clone())
        .filter(Column::Id.ne(member))
        .exists(tx)
        .await?;
    let member_is_admin = Entity::find()
        .filter(enabled_admins)
        .filter(Column::Id.eq(member))
        .exists(tx)
        .await?;
    if member_is_admin && !has_other_admin {
        return Err(AdministrationError::LastAdmin);
    }
    Ok(())
}

/// Takes a shared lock on the member's row until the transaction ends and returns the diary's
/// visibility; `None` when the account is disabled or gone.
pub async fn lock_member_shared(
    tx: &DatabaseTransaction,
    member: MemberId,
) -> Result<Option<Visibility>, DbErr> {
    locked_member_visibility(tx.query_one(&lock_member_shared_query(member)).await?)
}

/// SQL for [`lock_member_shared`], so that callers can batch it with other reads.
pub fn lock_member_shared_query(member: MemberId) -> SelectStatement {
    Entity::find_by_id(member)
        .select_only()
        .column(Column::DiaryVisibility)
        .filter(Column::DisabledAt.is_null())
        .lock_shared()
        .into_query()
}

/// Reads the row that [`lock_member_shared_query`] returns.
pub fn locked_member_visibility(found: Option<QueryResult>) -> Result<Option<Visibility>, DbErr> {
    let visibility = |row: QueryResult| row.try_get("", Column::DiaryVisibility.as_str());
    found.map(visibility).transpose()
}

/// Takes the admins lock and an exclusive lock on the member's row until the transaction ends.
pub async fn lock_admins_and_member(
    tx: &DatabaseTransaction,
    member: MemberId,
) -> Result<(), DbErr> {
    // Every caller takes the admins lock before the row's lock, so that they cannot deadlock.
    db::advisory_lock(tx, ADMINS_LOCK).await?;
    let row = Entity::find_by_id(member).lock(LockType::NoKeyUpdate);
    row.one(tx).await?;
    Ok(())
}
