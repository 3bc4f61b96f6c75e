//! Changing, resetting and verifying passwords.

use axum_login::AuthnBackend;
use entity::member::{ActiveModel, Entity, Model};
use entity::one_time_link::LinkPurpose;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait};

use super::lock_admins_and_member;
use super::sessions::sign_out_everywhere;
use crate::accounts::backend::{BackendError, Credentials};
use crate::accounts::familiar_addresses::{forget_addresses, remember_address};
use crate::accounts::form::parse_username;
use crate::accounts::limits::TooManyAttempts;
use crate::accounts::{
    Accounts, Backend, Busy, Member, MemberId, Password, SecurityEvent, links, log_security_event,
};
use crate::web::{self, ClientAddress};

/// Why a new password was not stored.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The password has changed since it was verified.
    #[error("the password has changed in the meantime")]
    PasswordChanged,
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<ChangePasswordError> for web::Error {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            ChangePasswordError::PasswordChanged => Self::SignInRequired,
            ChangePasswordError::Busy(Busy) => Self::Busy,
            ChangePasswordError::Database(error) => error.into(),
        }
    }
}

/// Why a password could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum VerifyPasswordError {
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<BackendError> for VerifyPasswordError {
    fn from(error: BackendError) -> Self {
        match error {
            BackendError::Busy(busy) => Self::Busy(busy),
            BackendError::Database(error) => Self::Database(error),
        }
    }
}

impl From<VerifyPasswordError> for web::Error {
    fn from(error: VerifyPasswordError) -> Self {
        match error {
            VerifyPasswordError::TooManyAttempts(refused) => refused.into(),
            VerifyPasswordError::Busy(Busy) => Self::Busy,
            VerifyPasswordError::Database(error) => error.into(),
        }
    }
}

/// Proof that a password was correct, by the hash it was checked against. Check with
/// `VerifiedPassword::matches` that this hash is still the account's before acting on it.
pub struct VerifiedPassword(String);

impl VerifiedPassword {
    pub(super) fn matches(&self, row: &Model) -> bool {
        self.0 == row.password_hash
    }
}

/// Stores a new password and ends all sessions, tokens and reset links of `member`. With
/// `verified`, fails if the password was changed in the meantime.
///
/// The command line has no `address`. Otherwise the network stays familiar, as the member is signed
/// in there.
pub async fn change_password(
    accounts: &Accounts,
    address: Option<ClientAddress>,
    member: MemberId,
    password: Password,
    verified: Option<VerifiedPassword>,
) -> Result<Member, ChangePasswordError> {
    let Accounts { db, clock, .. } = accounts;
    let hash = accounts.hasher.hash(password.expose()).await?;
    let changed = db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(verified) = verified {
                    lock_admins_and_member(tx, member).await?;
                    let row = Entity::find_by_id(member).one(tx).await?;
                    let is_current = row.is_some_and(|row| verified.matches(&row));
                    if !is_current {
                        return Err(ChangePasswordError::PasswordChanged);
                    }
                }
                store_password_hash(tx, member, hash)
                    .await
                    .map_err(ChangePasswordError::from)
            })
        })
        .await?;
    log_security_event(
        SecurityEvent::PasswordChanged,
        address,
        Some(&changed.username),
    );
    if let Some(address) = address {
        remember_address(db, clock, address, &changed).await;
    }
    Ok(changed)
}

/// Like [`change_password`], with the code of a reset link. `None` when the link is not valid.
pub async fn reset_password(
    accounts: &Accounts,
    address: ClientAddress,
    code: String,
    password: Password,
) -> Result<Option<Member>, ChangePasswordError> {
    let hash = accounts.hasher.hash(password.expose()).await?;
    let Accounts { db, clock, .. } = accounts;
    let Some(link) = links::find_link(db, clock, LinkPurpose::Reset, &code).await? else {
        return Ok(None);
    };
    let clock = clock.clone();
    let reset = db
        .write(move |tx| {
            Box::pin(async move {
                let is_valid = links::redeem(tx, &clock, LinkPurpose::Reset, &code).await?;
                match link.member_id {
                    Some(member) if is_valid => {
                        Ok(Some(store_password_hash(tx, member, hash).await?))
                    }
                    _ => Ok::<_, DbErr>(None),
                }
            })
        })
        .await?;
    if let Some(member) = &reset {
        log_security_event(
            SecurityEvent::PasswordReset,
            address,
            Some(&member.username),
        );
    }
    Ok(reset)
}

async fn store_password_hash(
    tx: &DatabaseTransaction,
    member: MemberId,
    hash: String,
) -> Result<Member, DbErr> {
    let change = ActiveModel {
        id: Set(member),
        password_hash: Set(hash),
        ..Default::default()
    };
    let row = Entity::update(change).exec(tx).await?;
    sign_out_everywhere(tx, member).await?;
    forget_addresses(tx, member).await?;
    links::revoke_reset_links(tx, Some(member)).await?;
    Ok(Member::from(row))
}

/// Returns the member if the username and password are right, and counts the attempt. An invalid
/// username takes as long as a wrong password.
pub async fn authenticate(
    accounts: &Accounts,
    address: ClientAddress,
    name: &str,
    password: String,
) -> Result<Option<Member>, VerifyPasswordError> {
    let username = parse_username(name).unwrap_or_default();
    accounts.count_sign_in(address, &username).await?;
    let backend = Backend::new(accounts.db.clone(), accounts.hasher.clone());
    let credentials = Credentials {
        username: username.clone(),
        password,
    };
    let member = backend.authenticate(credentials).await?;
    match &member {
        Some(member) => accounts.record_sign_in(address, member).await?,
        None => {
            let failed = SecurityEvent::SignInFailed;
            accounts.log_attempt(failed, address, &username).await?;
        }
    }
    Ok(member)
}

/// Checks the current password of a member. Counts the attempt separately from sign-in attempts.
pub async fn verify_password(
    accounts: &Accounts,
    address: ClientAddress,
    member: &Member,
    password: String,
) -> Result<Option<VerifiedPassword>, VerifyPasswordError> {
    accounts.count_password_check(address, member)?;
    let row = Entity::find_by_id(member.id)
        .one(accounts.db.reader())
        .await?;
    let hash = row.map(|row| row.password_hash);
    let is_right = accounts.hasher.verify(password, hash.clone()).await?;
    if !is_right {
        let refused = SecurityEvent::PasswordRefused;
        log_security_event(refused, address, Some(&member.username));
    }
    Ok(hash.filter(|_| is_right).map(VerifiedPassword))
}
