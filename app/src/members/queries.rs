//! Who has a page here.

use chrono::{DateTime, Utc};
use entity::Visibility;
use sea_orm::DbErr;

use crate::accounts::{self, MemberId, Viewer};
use crate::db::Db;
use crate::diary::policy::may_see_diary;

/// Whose diary it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Who.
    pub id: MemberId,
    /// The name in their addresses.
    pub username: String,
    /// The name that is shown.
    pub display_name: String,
    /// Whether everybody may see their diary.
    pub is_public: bool,
    /// When their account was made.
    pub created_at: DateTime<Utc>,
}

/// The member of that username, if `viewer` may see their diary. To others a diary
/// that is not for them is not there.
pub async fn owner(db: &Db, viewer: &Viewer, username: &str) -> Result<Option<Owner>, DbErr> {
    let found = accounts::queries::by_username(db, username).await?;
    let seen = found.filter(|owner| {
        owner.disabled_at.is_none() && may_see_diary(viewer, owner.id, owner.diary_visibility)
    });
    Ok(seen.map(|owner| Owner {
        id: owner.id,
        username: owner.username,
        display_name: owner.display_name,
        is_public: owner.diary_visibility == Visibility::Public,
        created_at: owner.created_at,
    }))
}
