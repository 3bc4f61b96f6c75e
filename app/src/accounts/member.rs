//! The member who makes a request.

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

/// Which member.
pub type MemberId = i64;

/// A member who is signed in. As an argument of a handler it turns everybody else
/// away, to the sign-in.
#[derive(Clone)]
pub struct Member {
    /// Which one.
    pub id: MemberId,
    /// The name in addresses.
    pub username: String,
    /// The name that is shown.
    pub display_name: String,
    /// Where their days begin; none until they or their browser said so.
    pub zone: Option<Tz>,
    /// Whether they are an admin.
    pub is_admin: bool,
    /// Who may see their diary.
    pub diary_visibility: Visibility,
    /// When the account was made.
    joined: DateTime<Utc>,
    /// Changes with the password, and ends sessions of the old one.
    stamp: [u8; 32],
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
            joined: row.created_at,
            stamp: Sha256::digest(row.password_hash).into(),
        }
    }
}

impl Member {
    /// Whether what they can change of how they are shown is what it is of `other`.
    pub fn is_shown_as(&self, other: &Self) -> bool {
        (&self.display_name, self.zone, self.diary_visibility)
            == (&other.display_name, other.zone, other.diary_visibility)
    }

    /// What tells a browser whose pages it keeps, and the server who wrote a form: the same
    /// for as long as there is the account, and no other account's.
    pub fn mark(&self) -> String {
        let whose = format!(
            "{} {} {}",
            self.id,
            self.username,
            self.joined.timestamp_micros()
        );
        secret::hash(whose.as_bytes())[..device::MARK].to_owned()
    }

    /// Whether their password is the one that it was.
    pub(super) fn is_still(&self, row: &Model) -> bool {
        let stamp: [u8; 32] = Sha256::digest(&row.password_hash).into();
        self.stamp == stamp
    }
}

/// Only the id: axum-login prints members in its traces.
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
        &self.stamp
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Member {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let viewer = Viewer::from_request_parts(parts, state).await?;
        viewer.member.ok_or(Error::SignIn)
    }
}

/// A member who is an admin. To other members, what only admins may do is not there.
#[derive(Clone, Debug)]
pub struct Admin(pub Member);

impl<S: Send + Sync> FromRequestParts<S> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let member = Member::from_request_parts(parts, state).await?;
        match member.is_admin {
            true => Ok(Self(member)),
            false => Err(Error::NotFound),
        }
    }
}
