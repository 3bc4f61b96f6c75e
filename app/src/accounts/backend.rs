//! Implements axum-login's authentication backend on top of the member table.

use axum_login::{AuthSession, AuthnBackend};
use sea_orm::DbErr;
use tower_sessions::session;

use super::sessions::{self, take_loaded_member};
use super::{Busy, Hasher, Member, MemberId, queries};
use crate::db::Db;
use crate::web::Error;

/// The session of a request and its member, if any.
pub type Auth = AuthSession<Backend>;

#[derive(Clone, Debug)]
pub struct Backend {
    db: Db,
    hasher: Hasher,
}

/// Has no `Debug`, so that passwords cannot end up in a log.
pub struct Credentials {
    /// Already lower case, as usernames are stored.
    pub username: String,
    pub password: String,
}

#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    #[error(transparent)]
    Database(#[from] DbErr),
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
        sessions::session_error(error)
    }
}

impl Backend {
    pub fn new(db: Db, hasher: Hasher) -> Self {
        Self { db, hasher }
    }
}

impl AuthnBackend for Backend {
    type User = Member;
    type Credentials = Credentials;
    type Error = BackendError;

    async fn authenticate(&self, credentials: Credentials) -> Result<Option<Member>, BackendError> {
        let found = queries::find_by_username(&self.db, &credentials.username).await?;
        // An unknown or disabled account takes as long as a wrong password, so timing reveals
        // nothing.
        let enabled = found.filter(|member| member.disabled_at.is_none());
        let hash = enabled.as_ref().map(|member| member.password_hash.clone());
        let is_right = self.hasher.verify(credentials.password, hash).await?;
        Ok(enabled.filter(|_| is_right).map(Member::from))
    }

    async fn get_user(&self, id: &MemberId) -> Result<Option<Member>, BackendError> {
        let found = match take_loaded_member(*id) {
            Some(member) => Some(member).filter(|member| member.disabled_at.is_none()),
            None => queries::find_enabled(&self.db, *id).await?,
        };
        Ok(found.map(Member::from))
    }
}
