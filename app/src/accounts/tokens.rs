//! API tokens, with which programs authenticate as a member.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use entity::api_token::{self, TokenScope};
use entity::member;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseConnection, DbErr, EntityTrait,
    FromQueryResult, IdenStatic, JoinType, QueryFilter, QueryResult, QuerySelect, QueryTrait,
    RelationTrait,
};

use super::Member;
use super::owner::{owner_of_row, select_owner};
use crate::clock::Clock;
use crate::db::{CachedSql, Db};
use crate::secret::{self, SecretCode};

/// Makes leaked tokens recognisable to people and to secret scanners.
const PREFIX: &str = "moviesdiary_";

/// The last use is stored only this often, so that reads do not write on every request.
const USED_AT_PRECISION: TimeDelta = TimeDelta::hours(1);

/// A token with 160 random bits. Its `Debug` output hides it.
pub struct ApiToken(String);

impl ApiToken {
    pub fn mint() -> Self {
        Self(format!("{PREFIX}{}", SecretCode::mint().expose()))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Only this hash is stored.
    pub fn hash(&self) -> String {
        hash_token(&self.0)
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

fn hash_token(token: &str) -> String {
    secret::sha256_hex(token.as_bytes())
}

/// The member and the permissions behind a token.
#[derive(Clone, Debug)]
pub struct Bearer {
    pub member: Member,
    /// Id of the token.
    pub token: i64,
    pub scope: TokenScope,
    /// `None` when it never expires.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Returns `None` when the token is expired or revoked, or when its member is disabled.
pub async fn authenticate_token(
    db: &Db,
    clock: &Clock,
    token: &str,
) -> Result<Option<Bearer>, DbErr> {
    let now = clock.now();
    let Some(found) = find_token(db.reader(), hash_token(token), now).await? else {
        return Ok(None);
    };
    if found.member.disabled_at.is_some() {
        return Ok(None);
    }
    if found
        .used_at
        .is_none_or(|used| used + USED_AT_PRECISION <= now)
    {
        // Reading must work even when the database refuses writes, so the error is only logged.
        if let Err(error) = record_use(db, found.id, now).await {
            tracing::warn!(%error, "could not record that a token was used");
        }
    }
    Ok(Some(Bearer {
        member: Member::from(found.member),
        token: found.id,
        scope: found.scope,
        expires_at: found.expires_at,
    }))
}

/// The columns that a request needs, and the token's member.
struct TokenWithMember {
    id: i64,
    scope: TokenScope,
    expires_at: Option<DateTime<Utc>>,
    used_at: Option<DateTime<Utc>>,
    member: member::Model,
}

impl FromQueryResult for TokenWithMember {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        Ok(Self {
            id: row.try_get("", api_token::Column::Id.as_str())?,
            scope: row.try_get("", api_token::Column::Scope.as_str())?,
            expires_at: row.try_get("", api_token::Column::ExpiresAt.as_str())?,
            used_at: row.try_get("", api_token::Column::UsedAt.as_str())?,
            member: owner_of_row(row)?,
        })
    }
}

/// Returns `None` when the token is expired or revoked.
async fn find_token(
    db: &DatabaseConnection,
    hash: String,
    now: DateTime<Utc>,
) -> Result<Option<TokenWithMember>, DbErr> {
    static SQL: CachedSql = CachedSql::new();
    let values = [hash.clone().into(), now.into()];
    let statement = SQL.bind(db.get_database_backend(), values, || {
        token_query(&hash, now)
    });
    TokenWithMember::find_by_statement(statement).one(db).await
}

fn token_query(hash: &str, now: DateTime<Utc>) -> SelectStatement {
    let found = api_token::Entity::find()
        .select_only()
        .columns([
            api_token::Column::Id,
            api_token::Column::Scope,
            api_token::Column::ExpiresAt,
            api_token::Column::UsedAt,
        ])
        .join(JoinType::InnerJoin, api_token::Relation::Member.def())
        .filter(api_token::Column::SecretHash.eq(hash))
        .filter(token_not_expired(now));
    select_owner(found).into_query()
}

pub(super) fn token_not_expired(now: DateTime<Utc>) -> Condition {
    let expires_at = api_token::Column::ExpiresAt;
    Condition::any()
        .add(expires_at.is_null())
        .add(expires_at.gt(now))
}

/// Updates nothing if the token was revoked in the meantime.
async fn record_use(db: &Db, token: i64, now: DateTime<Utc>) -> Result<(), DbErr> {
    let used = api_token::ActiveModel {
        used_at: Set(Some(now)),
        ..Default::default()
    };
    db.write(move |tx| {
        Box::pin(async move {
            api_token::Entity::update_many()
                .set(used)
                .filter(api_token::Column::Id.eq(token))
                .exec(tx)
                .await?;
            Ok(())
        })
    })
    .await
}

/// How the request that creates a token was authenticated.
#[derive(Clone, Debug)]
pub enum AuthMethod {
    /// The password was sent with the request.
    Password,
    /// Hash of the session's secret.
    Session(String),
    /// Id of the token.
    Token(i64),
}

#[derive(Clone, Debug)]
pub struct NewToken {
    pub origin: api_token::TokenOrigin,
    pub name: String,
    pub scope: TokenScope,
    /// `None` when it never expires.
    pub expires_at: Option<DateTime<Utc>>,
}
