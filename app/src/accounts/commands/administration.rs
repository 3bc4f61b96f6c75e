//! What admins do with accounts, and how an account goes.

use chrono::{DateTime, Utc};
use entity::member::{ActiveModel, Column, Entity, Role};
use entity::one_time_link::Purpose;
use entity::{Visibility, one_time_link, retired_username};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, IdenStatic, QueryFilter, QueryResult, QuerySelect, QueryTrait, SelectExt,
};

use super::Verified;
use super::sessions::sign_out;
use crate::accounts::{MemberId, links};
use crate::clock::Clock;
use crate::db::{self, Db};
use crate::web::Error;

/// Fails unless `admin` is one still. Until the transaction ends, nobody is made or unmade
/// an admin, disabled or deleted.
pub async fn hold_admin(tx: &DatabaseTransaction, admin: MemberId) -> Result<(), Error> {
    db::lock(tx, ADMINS).await?;
    let is_admin = Entity::find_by_id(admin)
        .filter(Column::Role.eq(Role::Admin))
        .filter(Column::DisabledAt.is_null())
        .exists(tx)
        .await?;
    is_admin.then_some(()).ok_or(Error::NotFound)
}

/// The lock of whatever may leave the site without an admin.
const ADMINS: &str = "admins";

/// Takes an invitation back.
pub async fn end_invite(db: &Db, admin: MemberId, id: i64) -> Result<bool, Error> {
    db.write(move |tx| {
        Box::pin(async move {
            hold_admin(tx, admin).await?;
            let ended = one_time_link::Entity::delete_many()
                .filter(one_time_link::Column::Id.eq(id))
                .filter(one_time_link::Column::Purpose.eq(Purpose::Invite))
                .exec(tx)
                .await?;
            Ok(ended.rows_affected == 1)
        })
    })
    .await
}

/// Makes `member` an admin, or an admin a member.
pub async fn set_role(db: &Db, admin: MemberId, member: MemberId, role: Role) -> Result<(), Error> {
    db.write(move |tx| {
        Box::pin(async move {
            hold_admin(tx, admin).await?;
            if role == Role::Member {
                keep_an_admin_besides(tx, member).await?;
            }
            let changed = Entity::update_many()
                .set(ActiveModel {
                    role: Set(role),
                    ..Default::default()
                })
                .filter(Column::Id.eq(member))
                .exec(tx)
                .await?;
            found(changed.rows_affected)
        })
    })
    .await
}

/// Switches an account off and ends its sessions. The reviews are diary's business.
pub async fn disable(
    tx: &DatabaseTransaction,
    clock: &Clock,
    member: MemberId,
) -> Result<(), Error> {
    keep_an_admin_besides(tx, member).await?;
    set_disabled(tx, member, Some(clock.now())).await?;
    sign_out(tx, member).await?;
    links::revoke_resets(tx, Some(member)).await?;
    Ok(())
}

/// Switches an account on again.
pub async fn enable(tx: &DatabaseTransaction, member: MemberId) -> Result<(), Error> {
    set_disabled(tx, member, None).await?;
    // One may have begun while the account was being switched off.
    sign_out(tx, member).await?;
    Ok(())
}

async fn set_disabled(
    tx: &DatabaseTransaction,
    member: MemberId,
    at: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    let changed = Entity::update_many()
        .set(ActiveModel {
            disabled_at: Set(at),
            ..Default::default()
        })
        .filter(Column::Id.eq(member))
        .exec(tx)
        .await?;
    found(changed.rows_affected)
}

/// Deletes an account, whose reviews are gone already, by a password that must still be
/// its own. Its name stays reserved.
pub async fn delete(
    tx: &DatabaseTransaction,
    clock: &Clock,
    member: MemberId,
    verified: &Verified,
) -> Result<(), Error> {
    keep_an_admin_besides(tx, member).await?;
    let row = Entity::find_by_id(member).one(tx).await?;
    let row = row.filter(|row| verified.is_of(row)).ok_or(Error::SignIn)?;
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

/// Somebody must stay who can let others in.
async fn keep_an_admin_besides(tx: &DatabaseTransaction, member: MemberId) -> Result<(), Error> {
    db::lock(tx, ADMINS).await?;
    let is_admin = Condition::all()
        .add(Column::Role.eq(Role::Admin))
        .add(Column::DisabledAt.is_null());
    let besides = Entity::find()
        .filter(is_admin.clone())
        .filter(Column::Id.ne(member))
        .exists(tx)
        .await?;
    let concerned = Entity::find()
        .filter(is_admin)
        .filter(Column::Id.eq(member))
        .exists(tx)
        .await?;
    match concerned && !besides {
        true => Err(Error::Conflict(
            "This is the last admin. Make somebody else an admin first.".to_owned(),
        )),
        false => Ok(()),
    }
}

/// Holds the account of `member` as it is until the transaction ends, and says who may
/// see their diary; `None` when the account is disabled or gone.
pub async fn hold(tx: &DatabaseTransaction, member: MemberId) -> Result<Option<Visibility>, DbErr> {
    held(tx.query_one(&holding(member)).await?)
}

/// What [`hold`] asks, to be asked with other things;
pub fn holding(member: MemberId) -> SelectStatement {
    Entity::find_by_id(member)
        .select_only()
        .column(Column::DiaryVisibility)
        .filter(Column::DisabledAt.is_null())
        .lock_shared()
        .into_query()
}

/// and what it makes of the answer.
pub fn held(found: Option<QueryResult>) -> Result<Option<Visibility>, DbErr> {
    let visibility = |row: QueryResult| row.try_get("", Column::DiaryVisibility.as_str());
    found.map(visibility).transpose()
}

/// Keeps everybody else from [holding](hold) the account until the transaction ends.
pub async fn seize(tx: &DatabaseTransaction, member: MemberId) -> Result<(), DbErr> {
    // First the lock of those who let accounts go, then the row, as everywhere.
    db::lock(tx, ADMINS).await?;
    Entity::find_by_id(member).lock_exclusive().one(tx).await?;
    Ok(())
}

fn found(changed: u64) -> Result<(), Error> {
    match changed {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}
