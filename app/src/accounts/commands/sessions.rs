//! Ending sessions.

use entity::session;
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};

use crate::accounts::MemberId;
use crate::db::Db;

/// Ends one of `member`'s sessions. `false` when they have no such session.
pub async fn end_session(db: &Db, member: MemberId, id: i64) -> Result<bool, DbErr> {
    let which = Condition::all()
        .add(session::Column::Id.eq(id))
        .add(session::Column::MemberId.eq(member));
    end_where(db, which).await.map(|ended| ended == 1)
}

/// Ends all of `member`'s sessions but the one whose secret has that hash.
pub async fn end_other_sessions(
    db: &Db,
    member: MemberId,
    but: Option<String>,
) -> Result<(), DbErr> {
    let which = Condition::all()
        .add(session::Column::MemberId.eq(member))
        .add(session::Column::SecretHash.ne(but.unwrap_or_default()));
    end_where(db, which).await.map(|_| ())
}

async fn end_where(db: &Db, which: Condition) -> Result<u64, DbErr> {
    db.write(move |tx| {
        Box::pin(async move {
            let ended = session::Entity::delete_many()
                .filter(which)
                .exec(tx)
                .await?;
            Ok(ended.rows_affected)
        })
    })
    .await
}

/// Ends all of `member`'s sessions.
pub(super) async fn end_sessions(tx: &DatabaseTransaction, member: MemberId) -> Result<(), DbErr> {
    session::Entity::delete_many()
        .filter(session::Column::MemberId.eq(member))
        .exec(tx)
        .await?;
    Ok(())
}
