//! Ending sessions, and what else one is signed in with.

use entity::{member, session};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::tokens::end_tokens;
use crate::accounts::MemberId;
use crate::db::Db;

/// Ends one of `member`'s sessions. `false` when they have no such session.
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

/// Signs `member` out everywhere but in the session whose secret has that hash: ends all other
/// sessions and all tokens.
pub async fn sign_out_elsewhere(
    db: &Db,
    member: MemberId,
    but: Option<String>,
) -> Result<(), DbErr> {
    db.write(move |tx| {
        Box::pin(async move {
            // Whoever makes a token holds their member's row: what they make is there when the
            // tokens go, or they find that they are known by nothing any more.
            member::Entity::find_by_id(member)
                .lock_exclusive()
                .one(tx)
                .await?;
            session::Entity::delete_many()
                .filter(session::Column::MemberId.eq(member))
                .filter(session::Column::SecretHash.ne(but.unwrap_or_default()))
                .exec(tx)
                .await?;
            end_tokens(tx, member).await
        })
    })
    .await
}

/// Signs `member` out everywhere.
pub(super) async fn sign_out(tx: &DatabaseTransaction, member: MemberId) -> Result<(), DbErr> {
    session::Entity::delete_many()
        .filter(session::Column::MemberId.eq(member))
        .exec(tx)
        .await?;
    end_tokens(tx, member).await
}
