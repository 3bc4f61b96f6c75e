//! Changing a password, and asking for it.

use axum_login::AuthnBackend;
use entity::member::{ActiveModel, Entity, Model};
use entity::one_time_link::Purpose;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait};

use super::seize;
use super::sessions::sign_out;
use crate::accounts::backend::Credentials;
use crate::accounts::form::username;
use crate::accounts::{Accounts, Backend, Member, MemberId, Password, links};
use crate::web::{ClientAddress, Error};

/// That a password was found right: by which hash. What follows from it holds only while
/// that is still the account's.
pub struct Verified(String);

impl Verified {
    /// Whether the password is still that of `row`.
    pub(super) fn is_of(&self, row: &Model) -> bool {
        self.0 == row.password_hash
    }
}

/// Gives `member` a new password and ends all their sessions and reset links. With
/// `verified`, only while that password is still theirs: of two who change it at once,
/// the second is refused.
pub async fn set_password(
    accounts: &Accounts,
    member: MemberId,
    password: Password,
    verified: Option<Verified>,
) -> Result<Member, Error> {
    let hash = hashed(accounts, password).await?;
    accounts
        .db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(verified) = verified {
                    seize(tx, member).await?;
                    let row = Entity::find_by_id(member).one(tx).await?;
                    let holds = row.is_some_and(|row| verified.is_of(&row));
                    holds.then_some(()).ok_or(Error::SignIn)?;
                }
                replace_password(tx, member, hash).await
            })
        })
        .await
}

/// The same by the code of a reset link. `None` when the link does not work.
pub async fn reset_password(
    accounts: &Accounts,
    code: String,
    password: Password,
) -> Result<Option<Member>, Error> {
    let hash = hashed(accounts, password).await?;
    let Accounts { db, clock, .. } = accounts;
    let Some(link) = links::find(db, clock, Purpose::Reset, &code).await? else {
        return Ok(None);
    };
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let works = links::use_up(tx, &clock, Purpose::Reset, &code).await?;
            match link.member_id {
                Some(member) if works => replace_password(tx, member, hash).await.map(Some),
                _ => Ok(None),
            }
        })
    })
    .await
}

async fn hashed(accounts: &Accounts, password: Password) -> Result<String, Error> {
    let hash = accounts.hasher.hash(password.expose()).await;
    hash.map_err(|_| Error::Busy)
}

async fn replace_password(
    tx: &DatabaseTransaction,
    member: MemberId,
    hash: String,
) -> Result<Member, Error> {
    let change = ActiveModel {
        id: Set(member),
        password_hash: Set(hash),
        ..Default::default()
    };
    let row = Entity::update(change).exec(tx).await?;
    sign_out(tx, member).await?;
    links::revoke_resets(tx, Some(member)).await?;
    Ok(Member::from(row))
}

/// The member of that name, when the password is theirs. Tries are counted. A name that nobody
/// can have is nobody's, after as much time.
pub async fn authenticate(
    accounts: &Accounts,
    address: ClientAddress,
    name: &str,
    password: String,
) -> Result<Option<Member>, Error> {
    let username = username(name).unwrap_or_default();
    accounts.limits.count(address, &username)?;
    let backend = Backend::new(accounts.db.clone(), accounts.hasher.clone());
    let member = backend
        .authenticate(Credentials { username, password })
        .await?;
    if let Some(member) = &member {
        accounts.limits.remember(address, &member.username);
    }
    Ok(member)
}

/// Looks whether `password` is `member`'s. Tries are counted, apart from those to sign in.
pub async fn verify_password(
    accounts: &Accounts,
    address: ClientAddress,
    member: &Member,
    password: String,
) -> Result<Option<Verified>, Error> {
    // No username looks like this.
    accounts
        .limits
        .count(address, &format!("settings of {}", member.id))?;
    let row = Entity::find_by_id(member.id)
        .one(accounts.db.reader())
        .await?;
    let hash = row.map(|row| row.password_hash);
    let verified = accounts.hasher.verify(password, hash.clone()).await;
    let is_right = verified.map_err(|_| Error::Busy)?;
    Ok(hash.filter(|_| is_right).map(Verified))
}
