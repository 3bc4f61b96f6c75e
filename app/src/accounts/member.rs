//! The signed-in member as an extractor.

use std::fmt;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_login::AuthUser;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entity::Visibility;
use entity::member::{Model, Role};
use sha2::{Digest, Sha256};

use super::Viewer;
use crate::device;
use crate::secret;
use crate::web::Error;

pub type MemberId = i64;

/// The signed-in member. As a handler argument it rejects everyone else with
/// [`Error::SignInRequired`].
#[derive(Clone)]
pub struct Member {
    pub id: MemberId,
    pub username: String,
    pub display_name: String,
    /// `None` until the member or their browser has set it.
    pub zone: Option<Tz>,
    pub is_admin: bool,
    pub diary_visibility: Visibility,
    created_at: DateTime<Utc>,
    /// axum-login ends the session when it changes, which happens with every new password.
    password_digest: [u8; 32],
}

impl From<Model> for Member {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            username: row.username,
            display_name: row.display_name,
            zone: row.time_zone.and_then(|name| name.parse().ok()),
            is_admin: row.role == Role::Admin,
            diary_visibility: row.diary_visibility,
            created_at: row.created_at,
            password_digest: password_digest(&row.password_hash),
        }
    }
}

impl Member {
    /// Whether `other` has the same display name, time zone and diary visibility.
    pub fn has_same_profile(&self, other: &Self) -> bool {
        (&self.display_name, self.zone, self.diary_visibility)
            == (&other.display_name, other.zone, other.diary_visibility)
    }

    /// An opaque identifier that stays the same for the life of the account and is never reused.
    /// The browser stores it to know whose pages it saved; forms send it to tell who filled them
    /// in.
    pub fn account_mark(&self) -> String {
        let identity = format!(
            "{} {} {}",
            self.id,
            self.username,
            self.created_at.timestamp_micros()
        );
        secret::sha256_hex(identity.as_bytes())[..device::ACCOUNT_MARK_LENGTH].to_owned()
    }

    /// Whether the password is the same as when this value was loaded.
    pub(super) fn has_same_password(&self, row: &Model) -> bool {
        self.password_digest == password_digest(&row.password_hash)
    }

    /// Changes with every new password.
    pub(super) fn password_digest(&self) -> &[u8; 32] {
        &self.password_digest
    }
}

/// A digest of the hash that is stored for a password.
pub(super) fn password_digest(password_hash: &str) -> [u8; 32] {
    Sha256::digest(password_hash).into()
}

/// Only the id, because axum-login logs members in its traces.
impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Member({})", self.id)
    }
}

impl AuthUser for Member {
    type Id = MemberId;

    fn id(&self) -> MemberId {
        self.id
    }

    fn session_auth_hash(&self) -> &[u8] {
        &self.password_digest
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Member {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let viewer = Viewer::from_request_parts(parts, state).await?;
        viewer.member.ok_or(Error::SignInRequired)
    }
}

/// A member who is an admin. Rejects other members with [`Error::NotFound`].
#[derive(Clone, Debug)]
pub struct Admin(pub Member);

impl<S: Send + Sync> FromRequestParts<S> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let member = Member::from_request_parts(parts, state).await?;
        if member.is_admin {
            Ok(Self(member))
        } else {
            Err(Error::NotFound)
        }
    }
}
