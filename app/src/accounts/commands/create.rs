//! Making an account.

use entity::member::{ActiveModel, Column, Entity, Role};
use entity::one_time_link::Purpose;
use entity::{Visibility, one_time_link, retired_username};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, SelectExt,
    SqlErr,
};

use crate::accounts::form::NewAccount;
use crate::accounts::{Accounts, Member, links};
use crate::clock::Clock;
use crate::db;

/// By which right an account is made.
#[derive(Clone, Debug)]
pub enum Entry {
    /// The first one of a site, by the code of its setup link.
    Setup(String),
    /// By the code of an invitation.
    Invite(String),
    /// Because anybody may, or from the command line.
    Open(Role),
}

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    /// Somebody has that username, or had it.
    #[error("the username is taken")]
    Taken,
    /// The link does not work any more.
    #[error("the link does not work any more")]
    LinkGone,
    /// Too many passwords are being hashed.
    #[error("busy")]
    Busy,
    /// The database did not do its part.
    #[error(transparent)]
    Database(DbErr),
}

impl From<DbErr> for NotMade {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::Taken,
            _ => Self::Database(error),
        }
    }
}

/// Makes an account.
pub async fn create(
    accounts: &Accounts,
    account: NewAccount,
    entry: Entry,
) -> Result<Member, NotMade> {
    let hash = accounts
        .hasher
        .hash(account.password.expose())
        .await
        .map_err(|_| NotMade::Busy)?;
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
    accounts
        .db
        .write(move |tx| Box::pin(insert(tx, clock, new, entry)))
        .await
}

async fn insert(
    tx: &DatabaseTransaction,
    clock: Clock,
    mut new: ActiveModel,
    entry: Entry,
) -> Result<Member, NotMade> {
    new.role = Set(match entry {
        Entry::Setup(code) => {
            use_setup(tx, &clock, &code).await?;
            Role::Admin
        }
        Entry::Invite(code) => match links::use_up(tx, &clock, Purpose::Invite, &code).await? {
            true => Role::Member,
            false => return Err(NotMade::LinkGone),
        },
        Entry::Open(role) => role,
    });
    let username = new.username.clone().take().unwrap_or_default();
    if retired_username::Entity::find_by_id(username)
        .exists(tx)
        .await?
    {
        return Err(NotMade::Taken);
    }
    let row = Entity::insert(new).exec_with_returning(tx).await?;
    Ok(Member::from(row))
}

/// Uses the setup code up, and every other one with it. They work only while there is
/// no admin, whoever asks at the same time.
async fn use_setup(tx: &DatabaseTransaction, clock: &Clock, code: &str) -> Result<(), NotMade> {
    db::lock(tx, "setup").await?;
    let works = links::use_up(tx, clock, Purpose::Setup, code).await?;
    let admins = Entity::find().filter(Column::Role.eq(Role::Admin));
    if !works || admins.exists(tx).await? {
        return Err(NotMade::LinkGone);
    }
    one_time_link::Entity::delete_many()
        .filter(one_time_link::Column::Purpose.eq(Purpose::Setup))
        .exec(tx)
        .await?;
    Ok(())
}
