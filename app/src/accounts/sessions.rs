//! Where sessions are kept: one row each, named by the hash of the cookie's value.
//!
//! `create` only inserts and `save` only updates, so that a request that was under way
//! while its session ended cannot bring it back.

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
    IdenStatic, JoinType, QueryFilter, QueryResult, QuerySelect, QueryTrait, RelationTrait, SqlErr,
};
use serde_json::Value;
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

use super::owner::{owner, with_owner};
use super::{IDLE, MemberId};
use crate::clock::Clock;
use crate::db::{Db, Text};
use crate::secret;
use crate::web::{self, error::Told};

/// Where axum-login keeps whose session it is.
const AUTH: &str = "axum-login.data";

/// Where the sign-in notes the browser.
pub const USER_AGENT: &str = "user_agent";

/// What is known of the session of a request, until somebody asks.
#[derive(Default)]
struct Known {
    /// Whose it is.
    owner: Cell<Option<member::Model>>,
    /// Why it could not be read or kept.
    trouble: Cell<Option<DbErr>>,
}

tokio::task_local! {
    static KNOWN: Known;
}

/// Lets the request's session be read together with its member: who keeps sessions and who
/// knows members are asked one after the other, and a read costs more than what is in it.
///
/// The layers that do so answer a bare 500 where they cannot. Here it is said why.
pub async fn hand_over(request: Request, next: Next) -> Response {
    let answer = async {
        let response = next.run(request).await;
        let is_told = response.extensions().get::<Told>().is_some();
        let is_bare = response.status() == StatusCode::INTERNAL_SERVER_ERROR && !is_told;
        match trouble() {
            Some(error) if is_bare => web::Error::from(error).into_response(),
            _ => response,
        }
    };
    KNOWN.scope(Known::default(), answer).await
}

/// The member of that id, as just read with their session.
pub fn handed_over(id: MemberId) -> Option<member::Model> {
    let owner = KNOWN.try_with(|known| known.owner.take()).ok().flatten();
    owner.filter(|owner| owner.id == id)
}

/// Why the session of this request could not be read or kept.
fn trouble() -> Option<DbErr> {
    KNOWN.try_with(|known| known.trouble.take()).ok().flatten()
}

/// What is told where a session could not be read or kept.
pub fn failed(error: impl Display) -> web::Error {
    match trouble() {
        Some(error) => error.into(),
        None => web::Error::Internal(format!("session: {error}")),
    }
}

/// Keeps sessions in the database.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
    clock: Clock,
}

impl Store {
    /// Keeps them in `db`.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }
}

/// What is stored of a session's id.
pub fn hash(id: &Id) -> String {
    secret::hash(id.to_string().as_bytes())
}

/// A browser's name for itself, at most as long as the column.
pub fn user_agent(header: Option<&HeaderValue>) -> String {
    let named = header.and_then(|value| value.to_str().ok());
    named.unwrap_or_default().chars().take(255).collect()
}

#[async_trait]
impl SessionStore for Store {
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
                Err(error) if is_taken(&error) => record.id = Id::default(),
                Err(error) => return Err(backend(error)),
            }
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let now = self.clock.now();
        let change = session::ActiveModel {
            data: Set(encode(&record.data)?),
            seen_at: Set(now),
            expires_at: Set(now + IDLE),
            ..Default::default()
        };
        let hash = hash(&record.id);
        let saved = self.db.write(move |tx| {
            Box::pin(async move {
                session::Entity::update_many()
                    .set(change)
                    .filter(session::Column::SecretHash.eq(hash))
                    .exec(tx)
                    .await
            })
        });
        // Only that it lives on is saved here, for whoever signs in gets a new one. Whoever only
        // reads goes on, also where nothing can be written.
        if let Err(error) = saved.await {
            tracing::warn!(%error, "a session was not pushed on");
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let found = find(self.db.reader(), hash(id), self.clock.now()).await;
        let Some(found) = found.map_err(backend)? else {
            return Ok(None);
        };
        // Outside a request nobody asks for it.
        let _ = KNOWN.try_with(|known| known.owner.set(Some(found.owner)));
        let data: HashMap<String, Value> =
            serde_json::from_str(&found.data).map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date: offset(found.expires_at),
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let hash = hash(id);
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
            .map_err(backend)?;
        Ok(())
    }
}

/// A session as far as a request needs it, and whose it is.
struct Found {
    data: String,
    expires_at: DateTime<Utc>,
    owner: member::Model,
}

impl FromQueryResult for Found {
    fn from_query_result(row: &QueryResult, _: &str) -> std::result::Result<Self, DbErr> {
        Ok(Self {
            data: row.try_get("", session::Column::Data.as_str())?,
            expires_at: row.try_get("", session::Column::ExpiresAt.as_str())?,
            owner: owner(row)?,
        })
    }
}

/// The session of that name, if it has not run out.
async fn find(
    db: &DatabaseConnection,
    hash: String,
    now: DateTime<Utc>,
) -> std::result::Result<Option<Found>, DbErr> {
    static TEXT: Text = Text::new();
    let values = [hash.clone().into(), now.into()];
    let statement = TEXT.with(db.get_database_backend(), values, || finding(&hash, now));
    Found::find_by_statement(statement).one(db).await
}

fn finding(hash: &str, now: DateTime<Utc>) -> SelectStatement {
    let found = session::Entity::find()
        .select_only()
        .columns([session::Column::Data, session::Column::ExpiresAt])
        .join(JoinType::InnerJoin, session::Relation::Member.def())
        .filter(session::Column::SecretHash.eq(hash))
        .filter(session::Column::ExpiresAt.gt(now));
    with_owner(found).into_query()
}

impl Store {
    fn new_row(&self, record: &Record) -> Result<session::ActiveModel> {
        let now = self.clock.now();
        let user_agent = record.data.get(USER_AGENT).and_then(Value::as_str);
        Ok(session::ActiveModel {
            secret_hash: Set(hash(&record.id)),
            member_id: Set(member_id(&record.data)
                .ok_or_else(|| Error::Backend("only members have sessions".to_owned()))?),
            data: Set(encode(&record.data)?),
            user_agent: Set(user_agent.unwrap_or_default().to_owned()),
            created_at: Set(now),
            seen_at: Set(now),
            expires_at: Set(now + IDLE),
            ..Default::default()
        })
    }
}

fn member_id(data: &HashMap<String, Value>) -> Option<MemberId> {
    data.get(AUTH)?.get("user_id")?.as_i64()
}

fn encode(data: &HashMap<String, Value>) -> Result<String> {
    serde_json::to_string(data).map_err(|error| Error::Encode(error.to_string()))
}

fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

fn backend(error: DbErr) -> Error {
    let told = Error::Backend(error.to_string());
    // Outside a request nobody asks for it.
    let _ = KNOWN.try_with(|known| known.trouble.set(Some(error)));
    told
}

fn offset(time: DateTime<Utc>) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(time.timestamp())
        .unwrap_or_else(|_| OffsetDateTime::now_utc())
}
