//! Creating and revoking the secret addresses of members.

use entity::AddressPurpose;
use entity::secret_address::{ActiveModel, Column, Entity};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::lock_member_shared;
use crate::accounts::MemberId;
use crate::clock::Clock;
use crate::db::Db;
use crate::secret::SecretCode;
use crate::web;

#[derive(Debug, thiserror::Error)]
pub enum CreateAddressError {
    /// The account is disabled or deleted.
    #[error("no such member")]
    MemberGone,
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<CreateAddressError> for web::Error {
    fn from(error: CreateAddressError) -> Self {
        match error {
            CreateAddressError::MemberGone => Self::SignInRequired,
            CreateAddressError::Database(error) => error.into(),
        }
    }
}

/// Creates the member's secret address for this purpose and replaces an earlier one.
pub async fn create_secret_address(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    purpose: AddressPurpose,
) -> Result<SecretCode, CreateAddressError> {
    let code = SecretCode::mint();
    let row = ActiveModel {
        member_id: Set(member),
        purpose: Set(purpose),
        code_hash: Set(code.hash()),
        created_at: Set(clock.now()),
    };
    let on_conflict = OnConflict::columns([Column::MemberId, Column::Purpose])
        .update_columns([Column::CodeHash, Column::CreatedAt])
        .to_owned();
    db.write(move |tx| {
        Box::pin(async move {
            lock_member_shared(tx, member)
                .await?
                .ok_or(CreateAddressError::MemberGone)?;
            Entity::insert(row)
                .on_conflict(on_conflict)
                .exec_without_returning(tx)
                .await?;
            Ok::<_, CreateAddressError>(())
        })
    })
    .await?;
    Ok(code)
}

pub async fn revoke_secret_address(
    db: &Db,
    member: MemberId,
    purpose: AddressPurpose,
) -> Result<(), DbErr> {
    db.write(move |tx| {
        Box::pin(async move {
            Entity::delete_by_id((member, purpose)).exec(tx).await?;
            Ok(())
        })
    })
    .await
}

pub(super) async fn revoke_all_addresses(
    tx: &DatabaseTransaction,
    member: MemberId,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::MemberId.eq(member))
        .exec(tx)
        .await?;
    Ok(())
}
