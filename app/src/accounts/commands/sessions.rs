//! Ending sessions and signing out everywhere.

use entity::{member, session};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::tokens::revoke_all_tokens;
use crate::accounts::MemberId;
use crate::db::Db;

/// Returns `false` when `member` has no such session.
pub async fn end_session(db: &Db, member: MemberId, id: i64) -> Result<bool, DbErr> {
    db.write(move |tx| {
        Box::pin(async move {
            let ended = session::Entity::delete_many()
                .filter(session::Column::Id.eq(id))
                .filter(session::Column::MemberId.eq(member))
                .exec(tx)
                .await?;
            Ok(ended.rows_affected == 1)
        })
    })
    .await
}

/// Ends all sessions and tokens of `member` except the session whose secret has the hash
/// `current_session`.
pub async fn sign_out_elsewhere(
    db: &Db,
    member: MemberId,
    current_session: Option<String>,
) -> Result<(), DbErr> {
    db.write(move |tx| {
        Box::pin(async move {
            // `create_token` takes a shared lock on the same row. Either its token is already there
            // and is deleted here, or it waits and then finds its session or token gone.
            member::Entity::find_by_id(member)
                .lock_exclusive()
                .one(tx)
                .await?;
            session::Entity::delete_many()
                .filter(session::Column::MemberId.eq(member))
                .filter(session::Column::SecretHash.ne(current_session.unwrap_or_default()))
                .exec(tx)
                .await?;
            revoke_all_tokens(tx, member).await
        })
    })
    .await
}

/// Ends all sessions and tokens of `member`.
pub(super) async fn sign_out_everywhere(
    tx: &DatabaseTransaction,
    member: MemberId,
) -> Result<(), DbErr> {
    session::Entity::delete_many()
        .filter(session::Column::MemberId.eq(member))
        .exec(tx)
        .await?;
    revoke_all_tokens(tx, member).await
}
