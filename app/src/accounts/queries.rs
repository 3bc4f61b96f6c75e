//! Queries on members, sessions, tokens, invitations and secret addresses.

use chrono::{DateTime, Utc};
use entity::one_time_link::LinkPurpose;
use entity::{
    AddressPurpose, api_token, member, one_time_link, retired_username, secret_address, session,
};
use sea_orm::{
    ColumnTrait, DbErr, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    SelectExt,
};

use super::tokens::token_not_expired;
use super::{Member, MemberId};
use crate::clock::Clock;
use crate::db::Db;
use crate::secret;
use crate::text;

pub async fn find_by_username(db: &Db, username: &str) -> Result<Option<member::Model>, DbErr> {
    member::Entity::find()
        .filter(member::Column::Username.eq(username))
        .one(db.reader())
        .await
}

/// Whether a display name is the username of anyone but `own_name`, also of somebody who left.
pub async fn is_username_of_other(db: &Db, name: &str, own_name: &str) -> Result<bool, DbErr> {
    let folded = text::fold_name(name);
    Ok(folded != own_name && was_username(db, &folded).await?)
}

/// Whether this is, or once was, somebody's username.
pub async fn was_username(db: &Db, name: &str) -> Result<bool, DbErr> {
    let is_taken = member::Entity::find()
        .filter(member::Column::Username.eq(name))
        .exists(db.reader())
        .await?;
    Ok(is_taken
        || retired_username::Entity::find_by_id(name)
            .exists(db.reader())
            .await?)
}

/// Whether the site is set up.
pub async fn has_admin(db: &Db) -> Result<bool, DbErr> {
    member::Entity::find()
        .filter(member::Column::Role.eq(member::Role::Admin))
        .exists(db.reader())
        .await
}

#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "session::Entity")]
pub struct SessionRow {
    pub id: i64,
    /// Compared with the current session's to mark it in the list.
    pub secret_hash: String,
    /// The `User-Agent` header at sign-in.
    pub user_agent: String,
    pub created_at: DateTime<Utc>,
    /// Updated at most once a day.
    pub seen_at: DateTime<Utc>,
}

/// Unexpired sessions, most recently used first.
pub async fn sessions_of(
    db: &Db,
    clock: &Clock,
    member: MemberId,
) -> Result<Vec<SessionRow>, DbErr> {
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

#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "api_token::Entity")]
pub struct TokenRow {
    pub id: i64,
    pub origin: api_token::TokenOrigin,
    pub name: String,
    pub scope: api_token::TokenScope,
    pub created_at: DateTime<Utc>,
    /// `None` when it never expires.
    pub expires_at: Option<DateTime<Utc>>,
    /// Updated at most once an hour.
    pub used_at: Option<DateTime<Utc>>,
}

/// Unexpired tokens, newest first. Needs no limit, because `MAX_TOKENS` caps them.
pub async fn tokens_of(db: &Db, clock: &Clock, member: MemberId) -> Result<Vec<TokenRow>, DbErr> {
    api_token::Entity::find()
        .filter(api_token::Column::MemberId.eq(member))
        .filter(token_not_expired(clock.now()))
        .order_by_desc(api_token::Column::Id)
        .into_partial_model()
        .all(db.reader())
        .await
}

/// One line of the member list on the admin page.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "member::Entity")]
pub struct AdminMemberRow {
    pub id: MemberId,
    pub username: String,
    pub display_name: String,
    pub role: member::Role,
    pub disabled_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// Page size of the member list on the admin page.
const MEMBERS_PER_PAGE: usize = 100;

/// Members with a username greater than `after`, in the order of usernames, and the cursor of the
/// next page, if there is one.
pub async fn members_after(
    db: &Db,
    after: &str,
) -> Result<(Vec<AdminMemberRow>, Option<String>), DbErr> {
    let mut members: Vec<AdminMemberRow> = member::Entity::find()
        .filter(member::Column::Username.gt(after))
        .order_by_asc(member::Column::Username)
        .limit(MEMBERS_PER_PAGE as u64 + 1)
        .into_partial_model()
        .all(db.reader())
        .await?;
    let has_more = members.len() > MEMBERS_PER_PAGE;
    members.truncate(MEMBERS_PER_PAGE);
    let last = members.last().filter(|_| has_more);
    let next = last.map(|member| member.username.clone());
    Ok((members, next))
}

/// Returns `None` when the member is disabled or gone.
pub async fn find_enabled(db: &Db, id: MemberId) -> Result<Option<member::Model>, DbErr> {
    member::Entity::find_by_id(id)
        .filter(member::Column::DisabledAt.is_null())
        .one(db.reader())
        .await
}

/// Invitations that are neither used nor expired, newest first.
pub async fn open_invites(db: &Db, clock: &Clock) -> Result<Vec<one_time_link::Model>, DbErr> {
    one_time_link::Entity::find()
        .filter(one_time_link::Column::Purpose.eq(LinkPurpose::Invite))
        .filter(one_time_link::Column::ExpiresAt.gt(clock.now()))
        .order_by_desc(one_time_link::Column::Id)
        .limit(100)
        .all(db.reader())
        .await
}

/// The member behind a secret address; `None` when it is unknown or the member is disabled.
pub async fn find_address_owner(
    db: &Db,
    purpose: AddressPurpose,
    code: &str,
) -> Result<Option<Member>, DbErr> {
    use secret_address::{Column, Entity};
    let found = Entity::find()
        .filter(Column::CodeHash.eq(secret::sha256_hex(code.as_bytes())))
        .filter(Column::Purpose.eq(purpose))
        .find_also_related(member::Entity)
        .one(db.reader())
        .await?;
    let owner = found.and_then(|(_, owner)| owner);
    Ok(owner
        .filter(|owner| owner.disabled_at.is_none())
        .map(Member::from))
}

/// When the member's current secret address was created; `None` without one.
pub async fn address_created_at(
    db: &Db,
    member: MemberId,
    purpose: AddressPurpose,
) -> Result<Option<DateTime<Utc>>, DbErr> {
    secret_address::Entity::find_by_id((member, purpose))
        .select_only()
        .column(secret_address::Column::CreatedAt)
        .into_tuple()
        .one(db.reader())
        .await
}
