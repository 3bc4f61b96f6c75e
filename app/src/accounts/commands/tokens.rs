//! Making and ending tokens.

use entity::api_token::{ActiveModel, Column, Entity, Origin};
use entity::{member, session};
use sea_orm::sea_query::{Expr, Func, SimpleExpr};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::accounts::tokens::works;
use crate::accounts::{By, Member, MemberId, NewToken, Token};
use crate::clock::Clock;
use crate::db::Db;
use crate::web::Error;

/// How many tokens that work a member can have.
pub const MOST_TOKENS: u64 = 100;

/// Makes a token for `member`, who is known `by` something that must hold still: whoever is
/// being signed out everywhere does not come back by a token. Returns its id, and the token,
/// which nobody can be told again.
pub async fn make_token(
    db: &Db,
    clock: &Clock,
    member: &Member,
    by: By,
    new: NewToken,
) -> Result<(i64, Token), Error> {
    let member = member.clone();
    let token = Token::mint();
    let now = clock.now();
    let is_sign_in = new.origin == Origin::Login;
    let row = ActiveModel {
        member_id: Set(member.id),
        origin: Set(new.origin),
        name: Set(new.name),
        secret_hash: Set(token.hash()),
        scope: Set(new.scope),
        created_at: Set(now),
        expires_at: Set(new.expires_at),
        used_at: Set(None),
        ..Default::default()
    };
    let id = db
        .write(move |tx| {
            Box::pin(async move {
                confirm(tx, &member, by).await?;
                let theirs = Entity::find()
                    .filter(Column::MemberId.eq(member.id))
                    .filter(works(now));
                let is_full = theirs.count(tx).await? >= MOST_TOKENS;
                if is_full && !(is_sign_in && make_room(tx, member.id).await?) {
                    return Err(Error::Conflict(format!(
                        "There are {MOST_TOKENS} tokens already. End one that you do not need."
                    )));
                }
                Ok(Entity::insert(row).exec(tx).await?.last_insert_id)
            })
        })
        .await?;
    Ok((id, token))
}

/// Ends the token of a sign-in that was not used for longest: a program that signs in each time
/// it runs must not shut itself out. `false` when there is none.
async fn make_room(tx: &DatabaseTransaction, member: MemberId) -> Result<bool, DbErr> {
    let used = Func::coalesce([Column::UsedAt, Column::CreatedAt].map(Expr::col));
    let oldest = Entity::find()
        .filter(Column::MemberId.eq(member))
        .filter(Column::Origin.eq(Origin::Login))
        .order_by_asc(SimpleExpr::from(used))
        .one(tx)
        .await?;
    let Some(oldest) = oldest else {
        return Ok(false);
    };
    Entity::delete_by_id(oldest.id).exec(tx).await?;
    Ok(true)
}

/// Fails unless the member is who they were, and what they are known by is there; both stay so
/// until the transaction ends.
async fn confirm(tx: &DatabaseTransaction, member: &Member, by: By) -> Result<(), Error> {
    let row = member::Entity::find_by_id(member.id).lock_shared();
    let row = row.one(tx).await?.ok_or(Error::SignIn)?;
    let is_enabled = row.disabled_at.is_none();
    let is_there = match by {
        By::Password => true,
        By::Session(hash) => {
            let session = session::Entity::find().filter(session::Column::SecretHash.eq(hash));
            session.lock_shared().one(tx).await?.is_some()
        }
        By::Token(id) => {
            let token = Entity::find_by_id(id).lock_shared();
            token.one(tx).await?.is_some()
        }
    };
    let holds = is_enabled && is_there && member.is_still(&row);
    holds.then_some(()).ok_or(Error::SignIn)
}

/// Ends one of `member`'s tokens. `false` when they have no such token.
pub async fn end_token(db: &Db, member: MemberId, id: i64) -> Result<bool, DbErr> {
    let which = Condition::all()
        .add(Column::Id.eq(id))
        .add(Column::MemberId.eq(member));
    db.write(move |tx| {
        Box::pin(async move {
            let ended = Entity::delete_many().filter(which).exec(tx).await?;
            Ok(ended.rows_affected == 1)
        })
    })
    .await
}

/// Ends all of `member`'s tokens.
pub(super) async fn end_tokens(tx: &DatabaseTransaction, member: MemberId) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::MemberId.eq(member))
        .exec(tx)
        .await?;
    Ok(())
}
