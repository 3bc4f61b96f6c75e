//! Creating and revoking API tokens.

use entity::api_token::{ActiveModel, Column, Entity, TokenOrigin};
use entity::{member, session};
use sea_orm::sea_query::{Expr, Func, SimpleExpr};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::accounts::tokens::token_not_expired;
use crate::accounts::{
    Accounts, ApiToken, AuthMethod, Member, MemberId, NewToken, SecurityEvent, log_security_event,
};
use crate::db::Db;
use crate::web::{self, ClientAddress};

/// Limit of unexpired tokens for one member.
pub const MAX_TOKENS: u64 = 100;

#[derive(Debug, thiserror::Error)]
pub enum CreateTokenError {
    /// The session or token that authorised the request has ended.
    #[error("signed out in the meantime")]
    SignedOut,
    /// The member has `MAX_TOKENS` already.
    #[error("too many tokens")]
    TooManyTokens,
    #[error(transparent)]
    Database(#[from] DbErr),
}

pub fn too_many_tokens_message() -> String {
    format!("You already have {MAX_TOKENS} tokens. Revoke one that you no longer need.")
}

impl From<CreateTokenError> for web::Error {
    fn from(error: CreateTokenError) -> Self {
        match error {
            CreateTokenError::SignedOut => Self::SignInRequired,
            CreateTokenError::TooManyTokens => Self::Conflict(too_many_tokens_message()),
            CreateTokenError::Database(error) => error.into(),
        }
    }
}

/// Creates a token and returns its id and the token itself, of which only a hash is stored. Fails
/// with [`SignedOut`](CreateTokenError::SignedOut) when the session or token that authorised the
/// request has ended by now, so that signing out everywhere leaves no new token behind.
pub async fn create_token(
    accounts: &Accounts,
    address: ClientAddress,
    member: &Member,
    by: AuthMethod,
    new: NewToken,
) -> Result<(i64, ApiToken), CreateTokenError> {
    let Accounts { db, clock, .. } = accounts;
    let username = member.username.clone();
    let member = member.clone();
    let token = ApiToken::mint();
    let now = clock.now();
    let is_sign_in = new.origin == TokenOrigin::Login;
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
                recheck_auth(tx, &member, by).await?;
                let valid_tokens = Entity::find()
                    .filter(Column::MemberId.eq(member.id))
                    .filter(token_not_expired(now));
                let is_full = valid_tokens.count(tx).await? >= MAX_TOKENS;
                if is_full && !(is_sign_in && revoke_oldest_sign_in_token(tx, member.id).await?) {
                    return Err(CreateTokenError::TooManyTokens);
                }
                Ok(Entity::insert(row).exec(tx).await?.last_insert_id)
            })
        })
        .await?;
    log_security_event(SecurityEvent::TokenCreated, address, Some(&username));
    Ok((id, token))
}

/// Revokes the least recently used token that came from a sign-in, so that a program that signs in
/// on every run does not lock itself out. `false` when there is none.
async fn revoke_oldest_sign_in_token(
    tx: &DatabaseTransaction,
    member: MemberId,
) -> Result<bool, DbErr> {
    let used = Func::coalesce([Column::UsedAt, Column::CreatedAt].map(Expr::col));
    let oldest = Entity::find()
        .filter(Column::MemberId.eq(member))
        .filter(Column::Origin.eq(TokenOrigin::Login))
        .order_by_asc(SimpleExpr::from(used))
        .one(tx)
        .await?;
    let Some(oldest) = oldest else {
        return Ok(false);
    };
    Entity::delete_by_id(oldest.id).exec(tx).await?;
    Ok(true)
}

/// Fails unless the member is enabled, has the same password as before, and `by` still exists.
/// Locks these rows until the transaction ends.
async fn recheck_auth(
    tx: &DatabaseTransaction,
    member: &Member,
    by: AuthMethod,
) -> Result<(), CreateTokenError> {
    let row = member::Entity::find_by_id(member.id).lock_shared();
    let row = row.one(tx).await?.ok_or(CreateTokenError::SignedOut)?;
    let is_enabled = row.disabled_at.is_none();
    let exists = match by {
        AuthMethod::Password => true,
        AuthMethod::Session(hash) => {
            let session = session::Entity::find().filter(session::Column::SecretHash.eq(hash));
            session.lock_shared().one(tx).await?.is_some()
        }
        AuthMethod::Token(id) => {
            let token = Entity::find_by_id(id).lock_shared();
            token.one(tx).await?.is_some()
        }
    };
    let is_valid = is_enabled && exists && member.has_same_password(&row);
    is_valid.then_some(()).ok_or(CreateTokenError::SignedOut)
}

/// Returns `false` when `member` has no such token.
pub async fn revoke_token(db: &Db, member: MemberId, id: i64) -> Result<bool, DbErr> {
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

pub(super) async fn revoke_all_tokens(
    tx: &DatabaseTransaction,
    member: MemberId,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::MemberId.eq(member))
        .exec(tx)
        .await?;
    Ok(())
}
