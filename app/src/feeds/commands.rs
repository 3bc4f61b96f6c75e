//! Making and taking back secret addresses.

use entity::feed_key::{ActiveModel, Column, Entity};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};

use crate::accounts::MemberId;
use crate::accounts::commands::hold;
use crate::clock::Clock;
use crate::db::Db;
use crate::secret::Code;
use crate::web::Error;

/// Makes a secret address for the diary of `member`; an earlier one opens nothing more.
pub async fn make_key(db: &Db, clock: &Clock, member: MemberId) -> Result<Code, Error> {
    let code = Code::mint();
    let row = ActiveModel {
        member_id: Set(member),
        code_hash: Set(code.hash()),
        created_at: Set(clock.now()),
    };
    let replacing = OnConflict::column(Column::MemberId)
        .update_columns([Column::CodeHash, Column::CreatedAt])
        .to_owned();
    db.write(move |tx| {
        Box::pin(async move {
            hold(tx, member).await?.ok_or(Error::SignIn)?;
            Entity::insert(row)
                .on_conflict(replacing)
                .exec_without_returning(tx)
                .await?;
            Ok::<_, Error>(())
        })
    })
    .await?;
    Ok(code)
}

/// Takes the secret address of `member` back, if there is one.
pub async fn end_key(db: &Db, member: MemberId) -> Result<(), DbErr> {
    db.write(move |tx| {
        Box::pin(async move {
            Entity::delete_by_id(member).exec(tx).await?;
            Ok(())
        })
    })
    .await
}
