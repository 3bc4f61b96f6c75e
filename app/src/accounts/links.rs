//! One-time links: they let one person in once.

use chrono::TimeDelta;
use entity::one_time_link::{ActiveModel, Column, Entity, Model, Purpose};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::MemberId;
use super::commands::hold_admin;
use crate::clock::Clock;
use crate::db::Db;
use crate::secret::{self, Code};
use crate::web::Error;

/// How long a link works.
pub const LIFETIME: TimeDelta = TimeDelta::days(7);

/// Makes a link's code, for `admin`, who must be one still, or for this process itself. An
/// earlier reset link of the same member stops working.
pub async fn issue(
    db: &Db,
    clock: &Clock,
    purpose: Purpose,
    member: Option<MemberId>,
    admin: Option<MemberId>,
) -> Result<Code, Error> {
    let code = Code::mint();
    let now = clock.now();
    let row = ActiveModel {
        purpose: Set(purpose),
        code_hash: Set(code.hash()),
        member_id: Set(member),
        created_at: Set(now),
        expires_at: Set(now + LIFETIME),
        ..Default::default()
    };
    db.write(move |tx| {
        Box::pin(async move {
            if let Some(admin) = admin {
                hold_admin(tx, admin).await?;
            }
            if purpose == Purpose::Reset {
                revoke_resets(tx, member).await?;
            }
            Entity::insert(row).exec_without_returning(tx).await?;
            Ok::<_, Error>(())
        })
    })
    .await?;
    Ok(code)
}

/// The link of that code, while it works.
pub async fn find(
    db: &Db,
    clock: &Clock,
    purpose: Purpose,
    code: &str,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(works(clock, purpose, code))
        .one(db.reader())
        .await
}

/// Uses the link of that code up. `false` when it did not work any more: then the
/// caller rolls back.
pub async fn use_up(
    tx: &DatabaseTransaction,
    clock: &Clock,
    purpose: Purpose,
    code: &str,
) -> Result<bool, DbErr> {
    let used = Entity::delete_many()
        .filter(works(clock, purpose, code))
        .exec(tx)
        .await?;
    Ok(used.rows_affected == 1)
}

/// Ends every reset link of `member`.
pub async fn revoke_resets(
    tx: &DatabaseTransaction,
    member: Option<MemberId>,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::Purpose.eq(Purpose::Reset))
        .filter(Column::MemberId.eq(member))
        .exec(tx)
        .await?;
    Ok(())
}

fn works(clock: &Clock, purpose: Purpose, code: &str) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(Column::CodeHash.eq(secret::hash(code.as_bytes())))
        .add(Column::Purpose.eq(purpose))
        .add(Column::ExpiresAt.gt(clock.now()))
}
