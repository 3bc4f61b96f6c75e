//! Creates accounts: the first one, invited ones, and those of open registration.

use entity::member::{ActiveModel, Column, Entity, Role};
use entity::one_time_link::LinkPurpose;
use entity::{Visibility, one_time_link, retired_username};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, SelectExt,
    SqlErr,
};

use crate::accounts::form::NewMember;
use crate::accounts::{Accounts, Member, SecurityEvent, links, log_security_event};
use crate::clock::Clock;
use crate::db;
use crate::web::ClientAddress;

/// What entitles someone to create an account.
#[derive(Clone, Debug)]
pub enum Registration {
    /// The site's first account, with the code of a setup link.
    Setup(String),
    /// With the code of an invitation.
    Invite(String),
    /// On a site with open registration, or from the command line.
    Open(Role),
}

#[derive(Debug, thiserror::Error)]
pub enum CreateAccountError {
    /// Also when a deleted account had that username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Used, revoked or expired.
    #[error("the link does not work any more")]
    InvalidLink,
    #[error("busy")]
    Busy,
    #[error(transparent)]
    Database(DbErr),
}

impl From<DbErr> for CreateAccountError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::UsernameTaken,
            _ => Self::Database(error),
        }
    }
}

/// The command line has no `address`.
pub async fn create_account(
    accounts: &Accounts,
    address: Option<ClientAddress>,
    account: NewMember,
    registration: Registration,
) -> Result<Member, CreateAccountError> {
    let hash = accounts
        .hasher
        .hash(account.password.expose())
        .await
        .map_err(|_| CreateAccountError::Busy)?;
    let clock = accounts.clock.clone();
    let new = ActiveModel {
        username: Set(account.username),
        display_name: Set(account.display_name),
        password_hash: Set(hash),
        time_zone: Set(account.zone.map(|zone| zone.name().to_owned())),
        diary_visibility: Set(Visibility::Public),
        disabled_at: Set(None),
        created_at: Set(clock.now()),
        ..Default::default()
    };
    let created = accounts
        .db
        .write(move |tx| Box::pin(insert_member(tx, clock, new, registration)))
        .await?;
    let username = Some(created.username.as_str());
    log_security_event(SecurityEvent::AccountCreated, address, username);
    Ok(created)
}

async fn insert_member(
    tx: &DatabaseTransaction,
    clock: Clock,
    mut new: ActiveModel,
    registration: Registration,
) -> Result<Member, CreateAccountError> {
    new.role = Set(match registration {
        Registration::Setup(code) => {
            redeem_setup_code(tx, &clock, &code).await?;
            Role::Admin
        }
        Registration::Invite(code) => {
            if links::redeem(tx, &clock, LinkPurpose::Invite, &code).await? {
                Role::Member
            } else {
                return Err(CreateAccountError::InvalidLink);
            }
        }
        Registration::Open(role) => role,
    });
    let username = new.username.clone().take().unwrap_or_default();
    if retired_username::Entity::find_by_id(username)
        .exists(tx)
        .await?
    {
        return Err(CreateAccountError::UsernameTaken);
    }
    let row = Entity::insert(new).exec_with_returning(tx).await?;
    Ok(Member::from(row))
}

/// Redeems the setup code and deletes all other setup codes. The lock makes sure that two
/// concurrent requests cannot both create the first admin.
async fn redeem_setup_code(
    tx: &DatabaseTransaction,
    clock: &Clock,
    code: &str,
) -> Result<(), CreateAccountError> {
    db::advisory_lock(tx, "setup").await?;
    let works = links::redeem(tx, clock, LinkPurpose::Setup, code).await?;
    let admins = Entity::find().filter(Column::Role.eq(Role::Admin));
    if !works || admins.exists(tx).await? {
        return Err(CreateAccountError::InvalidLink);
    }
    one_time_link::Entity::delete_many()
        .filter(one_time_link::Column::Purpose.eq(LinkPurpose::Setup))
        .exec(tx)
        .await?;
    Ok(())
}
