//! Changing a password, and asking for it.

use entity::member::{ActiveModel, Entity};
use entity::one_time_link::Purpose;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait};

use super::sessions::end_sessions;
use crate::accounts::{Accounts, Member, MemberId, Password, links};
use crate::web::{ClientAddress, Error};

/// Gives `member` a new password and ends all their sessions and reset links.
pub async fn set_password(
    accounts: &Accounts,
    member: MemberId,
    password: Password,
) -> Result<Member, Error> {
    let hash = hashed(accounts, password).await?;
    accounts
        .db
        .write(move |tx| Box::pin(async move { replace_password(tx, member, hash).await }))
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
    end_sessions(tx, member).await?;
    links::revoke_resets(tx, Some(member)).await?;
    Ok(Member::from(row))
}

/// Whether `password` is `member`'s. It counts as a try to sign in.
pub async fn is_password_of(
    accounts: &Accounts,
    address: ClientAddress,
    member: &Member,
    password: String,
) -> Result<bool, Error> {
    accounts.limits.count(address, &member.username)?;
    let row = Entity::find_by_id(member.id)
        .one(accounts.db.reader())
        .await?;
    accounts
        .hasher
        .verify(password, row.map(|row| row.password_hash))
        .await
        .map_err(|_| Error::Busy)
}
