//! Tokens: what a program sends with each request, to be known as a member.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use entity::api_token::{self, Scope};
use entity::member;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseConnection, DbErr, EntityTrait,
    FromQueryResult, IdenStatic, JoinType, QueryFilter, QueryResult, QuerySelect, QueryTrait,
    RelationTrait,
};

use super::Member;
use super::owner::{owner, with_owner};
use crate::clock::Clock;
use crate::db::{Db, Text};
use crate::secret::{self, Code};

/// What every token begins with: a person who finds one knows what it opens, and so do programs
/// that look for secrets where none should be.
const PREFIX: &str = "moviesdiary_";

/// How exactly it is known when a token was last used: requests that read do not all write.
const USED_TO: TimeDelta = TimeDelta::hours(1);

/// A token of 160 random bits. It does not print.
pub struct Token(String);

impl Token {
    /// A new one.
    pub fn mint() -> Self {
        Self(format!("{PREFIX}{}", Code::mint().expose()))
    }

    /// The token itself, for the one program that is to have it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> String {
        hash(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

fn hash(token: &str) -> String {
    secret::hash(token.as_bytes())
}

/// Who is known by a token, and what it may do.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// The member.
    pub member: Member,
    /// Which token.
    pub token: i64,
    /// What it may do.
    pub scope: Scope,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Who is known by `token`, while it works and they are not disabled.
pub async fn bearer(db: &Db, clock: &Clock, token: &str) -> Result<Option<Bearer>, DbErr> {
    let now = clock.now();
    let Some(found) = find(db.reader(), hash(token), now).await? else {
        return Ok(None);
    };
    if found.owner.disabled_at.is_some() {
        return Ok(None);
    }
    if found.used_at.is_none_or(|used| used + USED_TO <= now) {
        // Whoever only reads goes on, also where nothing can be written.
        if let Err(error) = note_use(db, found.id, now).await {
            tracing::warn!(%error, "it was not noted that a token was used");
        }
    }
    Ok(Some(Bearer {
        member: Member::from(found.owner),
        token: found.id,
        scope: found.scope,
        expires_at: found.expires_at,
    }))
}

/// A token as far as a request needs it, and whose it is.
struct Found {
    id: i64,
    scope: Scope,
    expires_at: Option<DateTime<Utc>>,
    used_at: Option<DateTime<Utc>>,
    owner: member::Model,
}

impl FromQueryResult for Found {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        Ok(Self {
            id: row.try_get("", api_token::Column::Id.as_str())?,
            scope: row.try_get("", api_token::Column::Scope.as_str())?,
            expires_at: row.try_get("", api_token::Column::ExpiresAt.as_str())?,
            used_at: row.try_get("", api_token::Column::UsedAt.as_str())?,
            owner: owner(row)?,
        })
    }
}

/// The token of that name, if it has not run out.
async fn find(
    db: &DatabaseConnection,
    hash: String,
    now: DateTime<Utc>,
) -> Result<Option<Found>, DbErr> {
    static TEXT: Text = Text::new();
    let values = [hash.clone().into(), now.into()];
    let statement = TEXT.with(db.get_database_backend(), values, || finding(&hash, now));
    Found::find_by_statement(statement).one(db).await
}

fn finding(hash: &str, now: DateTime<Utc>) -> SelectStatement {
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
        .filter(works(now));
    with_owner(found).into_query()
}

/// Those that have not run out.
pub(super) fn works(now: DateTime<Utc>) -> Condition {
    let expires_at = api_token::Column::ExpiresAt;
    Condition::any()
        .add(expires_at.is_null())
        .add(expires_at.gt(now))
}

/// Only where the token is there still: it may just have been ended.
async fn note_use(db: &Db, token: i64, now: DateTime<Utc>) -> Result<(), DbErr> {
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

/// By what somebody is known who makes a token.
#[derive(Clone, Debug)]
pub enum By {
    /// They have just said their password.
    Password,
    /// A session, by the hash of its secret.
    Session(String),
    /// A token.
    Token(i64),
}

/// What is to be a token.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// How it comes to be.
    pub origin: api_token::Origin,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}
