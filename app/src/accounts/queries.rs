//! What accounts are asked.

use chrono::{DateTime, Utc};
use entity::one_time_link::Purpose;
use entity::{api_token, member, one_time_link, session};
use sea_orm::{
    ColumnTrait, DbErr, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    SelectExt,
};

use super::MemberId;
use super::tokens::works;
use crate::clock::Clock;
use crate::db::Db;

/// The member of that username.
pub async fn by_username(db: &Db, username: &str) -> Result<Option<member::Model>, DbErr> {
    member::Entity::find()
        .filter(member::Column::Username.eq(username))
        .one(db.reader())
        .await
}

/// Whether the site is set up: there is an admin.
pub async fn has_admin(db: &Db) -> Result<bool, DbErr> {
    member::Entity::find()
        .filter(member::Column::Role.eq(member::Role::Admin))
        .exists(db.reader())
        .await
}

/// One browser that somebody is signed in with.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "session::Entity")]
pub struct OpenSession {
    /// Names it in forms.
    pub id: i64,
    /// Tells the one that asks.
    pub secret_hash: String,
    /// The browser, as it names itself.
    pub user_agent: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the day.
    pub seen_at: DateTime<Utc>,
}

/// The open sessions of `member`, the last used first.
pub async fn sessions(db: &Db, clock: &Clock, member: MemberId) -> Result<Vec<OpenSession>, DbErr> {
    session::Entity::find()
        .filter(session::Column::MemberId.eq(member))
        .filter(session::Column::ExpiresAt.gt(clock.now()))
        .order_by_desc(session::Column::SeenAt)
        .order_by_desc(session::Column::Id)
        .limit(100)
        .into_partial_model()
        .all(db.reader())
        .await
}

/// One token that works.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "api_token::Entity")]
pub struct OpenToken {
    /// Names it where it is ended.
    pub id: i64,
    /// How it came to be.
    pub origin: api_token::Origin,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scope: api_token::Scope,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the hour.
    pub used_at: Option<DateTime<Utc>>,
}

/// The tokens of `member` that work, the newest first: all of them, as many as there can be.
pub async fn tokens(db: &Db, clock: &Clock, member: MemberId) -> Result<Vec<OpenToken>, DbErr> {
    api_token::Entity::find()
        .filter(api_token::Column::MemberId.eq(member))
        .filter(works(clock.now()))
        .order_by_desc(api_token::Column::Id)
        .into_partial_model()
        .all(db.reader())
        .await
}

/// One line of the members' administration.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "member::Entity")]
pub struct Listed {
    /// Which member.
    pub id: MemberId,
    /// The name in addresses.
    pub username: String,
    /// The name that is shown.
    pub display_name: String,
    /// What they may do.
    pub role: member::Role,
    /// When they were disabled.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Since when they are here.
    pub created_at: DateTime<Utc>,
}

/// How many members one page of the administration lists.
const MEMBERS: usize = 100;

/// Members in the order of their names, those after `after`; and, where there are
/// more, the name after which they go on.
pub async fn members(db: &Db, after: &str) -> Result<(Vec<Listed>, Option<String>), DbErr> {
    let mut members: Vec<Listed> = member::Entity::find()
        .filter(member::Column::Username.gt(after))
        .order_by_asc(member::Column::Username)
        .limit(MEMBERS as u64 + 1)
        .into_partial_model()
        .all(db.reader())
        .await?;
    let has_more = members.len() > MEMBERS;
    members.truncate(MEMBERS);
    let last = members.last().filter(|_| has_more);
    let more = last.map(|member| member.username.clone());
    Ok((members, more))
}

/// The member of that id, unless they are disabled.
pub async fn enabled(db: &Db, id: MemberId) -> Result<Option<member::Model>, DbErr> {
    member::Entity::find_by_id(id)
        .filter(member::Column::DisabledAt.is_null())
        .one(db.reader())
        .await
}

/// The invitations that nobody has used yet, the newest first.
pub async fn invites(db: &Db, clock: &Clock) -> Result<Vec<one_time_link::Model>, DbErr> {
    one_time_link::Entity::find()
        .filter(one_time_link::Column::Purpose.eq(Purpose::Invite))
        .filter(one_time_link::Column::ExpiresAt.gt(clock.now()))
        .order_by_desc(one_time_link::Column::Id)
        .limit(100)
        .all(db.reader())
        .await
}
