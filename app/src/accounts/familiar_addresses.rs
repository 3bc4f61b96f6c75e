//! Networks from which a member signed in lately. Attempts at the account from elsewhere do not
//! count against them, so an attacker cannot keep the member out.
//!
//! Only keyed hashes are stored, and swept after 30 days. The key is different for each member and
//! each password: the table does not say who shares a network, and whoever knew an old password is
//! no longer familiar.

use chrono::TimeDelta;
use entity::familiar_address::{ActiveModel, Column, Entity, Relation};
use entity::member;
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait,
};
use sha2::Sha256;

use super::member::password_digest;
use super::{Member, MemberId};
use crate::clock::Clock;
use crate::db::Db;
use crate::secret::hex;
use crate::web::ClientAddress;

/// How long a network counts as familiar after a successful sign-in.
const FAMILIAR_FOR: TimeDelta = TimeDelta::days(30);

/// How many of a member's networks count, the latest first.
const MAX_FAMILIAR: u64 = 100;

/// Whether the member `username` signed in from the network of `address` lately. An unknown
/// username takes the same query.
pub async fn is_familiar(
    db: &Db,
    clock: &Clock,
    address: ClientAddress,
    username: &str,
) -> Result<bool, DbErr> {
    let known: Vec<(MemberId, String, String)> = Entity::find()
        .select_only()
        .column(Column::MemberId)
        .column(Column::NetworkHash)
        .column(member::Column::PasswordHash)
        .join(JoinType::InnerJoin, Relation::Member.def())
        .filter(member::Column::Username.eq(username))
        .filter(Column::SignedInAt.gt(clock.now() - FAMILIAR_FOR))
        .order_by_desc(Column::SignedInAt)
        .limit(MAX_FAMILIAR)
        .into_tuple()
        .all(db.reader())
        .await?;
    let Some((member, _, password_hash)) = known.first() else {
        return Ok(false);
    };
    let hash = hash_network(*member, &password_digest(password_hash), address);
    Ok(known.iter().any(|(_, known, _)| *known == hash))
}

/// Remembers that `member` signed in from `address`. A failure is logged only: the sign-in, or the
/// new password, counts all the same.
pub async fn remember_address(db: &Db, clock: &Clock, address: ClientAddress, member: &Member) {
    if let Err(error) = insert_address(db, clock, address, member).await {
        tracing::warn!(%error, "a familiar network could not be remembered");
    }
}

async fn insert_address(
    db: &Db,
    clock: &Clock,
    address: ClientAddress,
    member: &Member,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        member_id: Set(member.id),
        network_hash: Set(hash_network(member.id, member.password_digest(), address)),
        signed_in_at: Set(clock.now()),
    };
    db.write(move |tx| {
        Box::pin(async move {
            let known = OnConflict::columns([Column::MemberId, Column::NetworkHash])
                .update_column(Column::SignedInAt)
                .to_owned();
            Entity::insert(row)
                .on_conflict(known)
                .exec_without_returning(tx)
                .await?;
            Ok(())
        })
    })
    .await
}

/// Makes every network unfamiliar, as with a new password.
pub async fn forget_addresses(tx: &DatabaseTransaction, member: MemberId) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::MemberId.eq(member))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes what no longer counts as familiar, and returns how many rows.
pub async fn sweep_addresses(tx: &DatabaseTransaction, clock: &Clock) -> Result<u64, DbErr> {
    let swept = Entity::delete_many()
        .filter(Column::SignedInAt.lte(clock.now() - FAMILIAR_FOR))
        .exec(tx)
        .await?;
    Ok(swept.rows_affected)
}

fn hash_network(member: MemberId, key: &[u8], address: ClientAddress) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    mac.update(format!("{member} {}", address.network()).as_bytes());
    hex(&mac.finalize().into_bytes())
}
