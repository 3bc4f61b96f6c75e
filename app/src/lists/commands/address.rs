//! Creating and revoking the secret address of a list.

use entity::list_address::{ActiveModel, Column, Entity};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::{ListError, lock_own_list};
use crate::accounts::MemberId;
use crate::clock::Clock;
use crate::db::Db;
use crate::lists::policy::owned_lists;
use crate::secret::SecretCode;

/// Creates the secret address of the member’s own list and replaces an earlier one.
pub async fn create_address(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    list: i64,
) -> Result<SecretCode, ListError> {
    let code = SecretCode::mint();
    let row = ActiveModel {
        list_id: Set(list),
        code_hash: Set(code.hash()),
        created_at: Set(clock.now()),
    };
    let on_conflict = OnConflict::column(Column::ListId)
        .update_columns([Column::CodeHash, Column::CreatedAt])
        .to_owned();
    db.write(move |tx| {
        Box::pin(async move {
            lock_own_list(tx, list, member).await?;
            Entity::insert(row)
                .on_conflict(on_conflict)
                .exec_without_returning(tx)
                .await?;
            Ok::<_, ListError>(())
        })
    })
    .await?;
    Ok(code)
}

/// Revokes the secret address of the member’s own list.
pub async fn revoke_address(db: &Db, member: MemberId, list: i64) -> Result<(), ListError> {
    db.write(move |tx| {
        Box::pin(async move {
            lock_own_list(tx, list, member).await?;
            Entity::delete_by_id(list).exec(tx).await?;
            Ok(())
        })
    })
    .await
}

/// Revokes the secret addresses of all lists of the member.
pub(in crate::lists) async fn revoke_addresses_of(
    tx: &DatabaseTransaction,
    member: MemberId,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::ListId.in_subquery(owned_lists(member)))
        .exec(tx)
        .await?;
    Ok(())
}
