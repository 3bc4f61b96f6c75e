//! Stores sessions in the database, one row each, keyed by the hash of the cookie's value.
//!
//! `create` only inserts and `save` only updates, so that a request in flight cannot bring back a
//! session that was ended in the meantime.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt::Display;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use entity::{member, session};
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseConnection, DbErr, EntityTrait, FromQueryResult,
    IdenStatic, JoinType, QueryFilter, QueryResult, QuerySelect, QueryTrait, RelationTrait,
};
use serde_json::Value;
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

use super::owner::{owner_of_row, select_owner};
use super::{Auth, IDLE_TIMEOUT, MemberId};
use crate::clock::Clock;
use crate::db::{CachedSql, Db, is_unique_violation};
use crate::secret;
use crate::web::{self, error::ErrorMessage};

/// The key under which axum-login stores the member's id in the session.
const AUTH_KEY: &str = "axum-login.data";

/// The session key of the `User-Agent` header at sign-in.
pub const USER_AGENT_KEY: &str = "user_agent";

/// Carries the member or the error from the session store to axum-login within one request.
#[derive(Default)]
struct SessionLookup {
    member: Cell<Option<member::Model>>,
    error: Cell<Option<DbErr>>,
}

tokio::task_local! {
    static LOOKUP: SessionLookup;
}

/// Middleware that loads the session and its member in one query. tower-sessions and axum-login
/// would load them one after the other; this keeps the member in a task-local until axum-login
/// wants it.
///
/// Both crates answer database errors with an empty 500. This turns it into our error page.
pub async fn share_session_lookup(request: Request, next: Next) -> Response {
    let answer = async {
        let response = next.run(request).await;
        let is_explained = response.extensions().get::<ErrorMessage>().is_some();
        let is_bare = response.status() == StatusCode::INTERNAL_SERVER_ERROR && !is_explained;
        match take_session_error() {
            Some(error) if is_bare => web::Error::from(error).into_response(),
            _ => response,
        }
    };
    LOOKUP.scope(SessionLookup::default(), answer).await
}

/// Takes the member that was loaded together with the session, if it is this one.
pub fn take_loaded_member(id: MemberId) -> Option<member::Model> {
    let owner = LOOKUP
        .try_with(|lookup| lookup.member.take())
        .ok()
        .flatten();
    owner.filter(|owner| owner.id == id)
}

fn take_session_error() -> Option<DbErr> {
    LOOKUP.try_with(|lookup| lookup.error.take()).ok().flatten()
}

/// Prefers the database error behind `error`, so that the response is the same as for other
/// queries.
pub fn session_error(error: impl Display) -> web::Error {
    match take_session_error() {
        Some(error) => error.into(),
        None => web::Error::Internal(format!("session: {error}")),
    }
}

#[derive(Clone, Debug)]
pub struct DbSessionStore {
    db: Db,
    clock: Clock,
}

impl DbSessionStore {
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }
}

/// The database stores only this hash, so a leaked table opens no session.
pub fn hash_session_id(id: &Id) -> String {
    secret::sha256_hex(id.to_string().as_bytes())
}

/// The hash under which the current session is stored.
pub fn current_session_hash(auth: &Auth) -> Option<String> {
    auth.session.id().map(|id| hash_session_id(&id))
}

/// The `User-Agent` header, cut to the column's length.
pub fn user_agent_of(header: Option<&HeaderValue>) -> String {
    let named = header.and_then(|value| value.to_str().ok());
    named.unwrap_or_default().chars().take(255).collect()
}

#[async_trait]
impl SessionStore for DbSessionStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let row = self.new_row(record)?;
            let inserted = self
                .db
                .write(move |tx| {
                    Box::pin(async move {
                        session::Entity::insert(row)
                            .exec_without_returning(tx)
                            .await
                    })
                })
                .await;
            match inserted {
                Ok(_) => return Ok(()),
                Err(error) if is_unique_violation(&error) => record.id = Id::default(),
                Err(error) => return Err(store_error(error)),
            }
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let now = self.clock.now();
        let change = session::ActiveModel {
            data: Set(encode(&record.data)?),
            seen_at: Set(now),
            expires_at: Set(now + IDLE_TIMEOUT),
            ..Default::default()
        };
        let hash = hash_session_id(&record.id);
        let saved = self.db.write(move |tx| {
            Box::pin(async move {
                session::Entity::update_many()
                    .set(change)
                    .filter(session::Column::SecretHash.eq(hash))
                    .exec(tx)
                    .await
            })
        });
        // `save` only extends a session, because every sign-in creates a new one. Reading must work
        // even when the database refuses writes, so the error is only logged.
        if let Err(error) = saved.await {
            tracing::warn!(%error, "could not extend a session");
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let found = find_session(self.db.reader(), hash_session_id(id), self.clock.now()).await;
        let Some(found) = found.map_err(store_error)? else {
            return Ok(None);
        };
        // Fails only outside a request, where nothing reads the value.
        let _ = LOOKUP.try_with(|lookup| lookup.member.set(Some(found.member)));
        let data: HashMap<String, Value> =
            serde_json::from_str(&found.data).map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date: to_offset_date_time(found.expires_at),
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let hash = hash_session_id(id);
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    session::Entity::delete_many()
                        .filter(session::Column::SecretHash.eq(hash))
                        .exec(tx)
                        .await
                })
            })
            .await
            .map_err(store_error)?;
        Ok(())
    }
}

/// The columns that a request needs, and the session's member.
struct SessionWithMember {
    data: String,
    expires_at: DateTime<Utc>,
    member: member::Model,
}

impl FromQueryResult for SessionWithMember {
    fn from_query_result(row: &QueryResult, _: &str) -> std::result::Result<Self, DbErr> {
        Ok(Self {
            data: row.try_get("", session::Column::Data.as_str())?,
            expires_at: row.try_get("", session::Column::ExpiresAt.as_str())?,
            member: owner_of_row(row)?,
        })
    }
}

/// Returns `None` when the session is expired or gone.
async fn find_session(
    db: &DatabaseConnection,
    hash: String,
    now: DateTime<Utc>,
) -> std::result::Result<Option<SessionWithMember>, DbErr> {
    static SQL: CachedSql = CachedSql::new();
    let values = [hash.clone().into(), now.into()];
    let statement = SQL.bind(db.get_database_backend(), values, || {
        session_query(&hash, now)
    });
    SessionWithMember::find_by_statement(statement)
        .one(db)
        .await
}

fn session_query(hash: &str, now: DateTime<Utc>) -> SelectStatement {
    let found = session::Entity::find()
        .select_only()
        .columns([session::Column::Data, session::Column::ExpiresAt])
        .join(JoinType::InnerJoin, session::Relation::Member.def())
        .filter(session::Column::SecretHash.eq(hash))
        .filter(session::Column::ExpiresAt.gt(now));
    select_owner(found).into_query()
}

impl DbSessionStore {
    fn new_row(&self, record: &Record) -> Result<session::ActiveModel> {
        let now = self.clock.now();
        let user_agent = record.data.get(USER_AGENT_KEY).and_then(Value::as_str);
        Ok(session::ActiveModel {
            secret_hash: Set(hash_session_id(&record.id)),
            member_id: Set(member_id(&record.data)
                .ok_or_else(|| Error::Backend("only members have sessions".to_owned()))?),
            data: Set(encode(&record.data)?),
            user_agent: Set(user_agent.unwrap_or_default().to_owned()),
            created_at: Set(now),
            seen_at: Set(now),
            expires_at: Set(now + IDLE_TIMEOUT),
            ..Default::default()
        })
    }
}

fn member_id(data: &HashMap<String, Value>) -> Option<MemberId> {
    data.get(AUTH_KEY)?.get("user_id")?.as_i64()
}

fn encode(data: &HashMap<String, Value>) -> Result<String> {
    serde_json::to_string(data).map_err(|error| Error::Encode(error.to_string()))
}

fn store_error(error: DbErr) -> Error {
    let backend_error = Error::Backend(error.to_string());
    // Fails only outside a request, where nothing reads the value.
    let _ = LOOKUP.try_with(|lookup| lookup.error.set(Some(error)));
    backend_error
}

fn to_offset_date_time(time: DateTime<Utc>) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(time.timestamp())
        .unwrap_or_else(|_| OffsetDateTime::now_utc())
}
