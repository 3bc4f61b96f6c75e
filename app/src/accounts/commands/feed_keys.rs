//! Creating and revoking secret feed addresses.

use entity::feed_key::{ActiveModel, Column, Entity};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait};

use super::lock_member_shared;
use crate::accounts::MemberId;
use crate::clock::Clock;
use crate::db::Db;
use crate::secret::SecretCode;
use crate::web;

#[derive(Debug, thiserror::Error)]
pub enum CreateFeedKeyError {
    /// The account is disabled or deleted.
    #[error("no such member")]
    MemberGone,
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<CreateFeedKeyError> for web::Error {
    fn from(error: CreateFeedKeyError) -> Self {
        match error {
            CreateFeedKeyError::MemberGone => Self::SignInRequired,
            CreateFeedKeyError::Database(error) => error.into(),
        }
    }
}

/// Creates the secret address of the member's diary and replaces an earlier one.
pub async fn create_feed_key(
    db: &Db,
    clock: &Clock,
    member: MemberId,
) -> Result<SecretCode, CreateFeedKeyError> {
    let code = SecretCode::mint();
    let row = ActiveModel {
        member_id: Set(member),
        code_hash: Set(code.hash()),
        created_at: Set(clock.now()),
    };
    let on_conflict = OnConflict::column(Column::MemberId)
        .update_columns([Column::CodeHash, Column::CreatedAt])
        .to_owned();
    db.write(move |tx| {
        Box::pin(async move {
            lock_member_shared(tx, member)
                .await?
                .ok_or(CreateFeedKeyError::MemberGone)?;
            Entity::insert(row)
                .on_conflict(on_conflict)
                .exec_without_returning(tx)
                .await?;
            Ok::<_, CreateFeedKeyError>(())
        })
    })
    .await?;
    Ok(code)
}

pub async fn revoke_feed_key(db: &Db, member: MemberId) -> Result<(), DbErr> {
    db.write(move |tx| Box::pin(async move { delete_feed_key(tx, member).await }))
        .await
}

pub(super) async fn delete_feed_key(
    tx: &DatabaseTransaction,
    member: MemberId,
) -> Result<(), DbErr> {
    Entity::delete_by_id(member).exec(tx).await?;
    Ok(())
}
