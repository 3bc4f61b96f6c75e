//! How axum-login asks who somebody is.

use axum_login::{AuthSession, AuthnBackend};
use sea_orm::DbErr;
use tower_sessions::session;

use super::sessions::{self, handed_over};
use super::{Busy, Hasher, Member, MemberId, queries};
use crate::db::Db;
use crate::web::Error;

/// The session of a request and its member.
pub type Auth = AuthSession<Backend>;

/// Looks members up.
#[derive(Clone, Debug)]
pub struct Backend {
    db: Db,
    hasher: Hasher,
}

/// What somebody signs in with. It does not print.
pub struct Credentials {
    /// Folded to lower case.
    pub username: String,
    /// As typed.
    pub password: String,
}

/// Why it cannot be said who somebody is.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// Too many passwords are being checked.
    #[error(transparent)]
    Busy(#[from] Busy),
}

impl From<axum_login::Error<Backend>> for Error {
    fn from(error: axum_login::Error<Backend>) -> Self {
        match error {
            axum_login::Error::Backend(error) => error.into(),
            axum_login::Error::Session(error) => error.into(),
        }
    }
}

impl From<BackendError> for Error {
    fn from(error: BackendError) -> Self {
        match error {
            BackendError::Database(error) => Self::Database(error),
            BackendError::Busy(Busy) => Self::Busy,
        }
    }
}

impl From<session::Error> for Error {
    fn from(error: session::Error) -> Self {
        sessions::failed(error)
    }
}

impl Backend {
    /// Looks members up in `db`.
    pub fn new(db: Db, hasher: Hasher) -> Self {
        Self { db, hasher }
    }
}

impl AuthnBackend for Backend {
    type User = Member;
    type Credentials = Credentials;
    type Error = BackendError;

    async fn authenticate(&self, given: Credentials) -> Result<Option<Member>, BackendError> {
        let found = queries::by_username(&self.db, &given.username).await?;
        // Somebody unknown or disabled costs as much time as a wrong password.
        let enabled = found.filter(|member| member.disabled_at.is_none());
        let hash = enabled.as_ref().map(|member| member.password_hash.clone());
        let is_right = self.hasher.verify(given.password, hash).await?;
        Ok(enabled.filter(|_| is_right).map(Member::from))
    }

    async fn get_user(&self, id: &MemberId) -> Result<Option<Member>, BackendError> {
        let found = match handed_over(*id) {
            Some(member) => Some(member).filter(|member| member.disabled_at.is_none()),
            None => queries::enabled(&self.db, *id).await?,
        };
        Ok(found.map(Member::from))
    }
}
