//! Who has a page here.

use entity::member;
use sea_orm::DbErr;

use crate::accounts::{self, Viewer};
use crate::db::Db;
use crate::diary::policy::may_see_diary;

/// The member of that username, if `viewer` may see their diary. To others a diary
/// that is not for them is not there.
pub async fn owner(
    db: &Db,
    viewer: &Viewer,
    username: &str,
) -> Result<Option<member::Model>, DbErr> {
    let found = accounts::queries::by_username(db, username).await?;
    Ok(found.filter(|owner| {
        owner.disabled_at.is_none() && may_see_diary(viewer, owner.id, owner.diary_visibility)
    }))
}
