//! Who has a page here.

use entity::{Visibility, member};
use sea_orm::DbErr;

use crate::accounts::{self, Viewer};
use crate::db::Db;

/// The member of that username, if `viewer` may see their diary. To others a diary
/// that is not for them is not there.
pub async fn owner(
    db: &Db,
    viewer: &Viewer,
    username: &str,
) -> Result<Option<member::Model>, DbErr> {
    let found = accounts::queries::by_username(db, username).await?;
    Ok(found.filter(|owner| owner.disabled_at.is_none() && may_see(viewer, owner)))
}

fn may_see(viewer: &Viewer, owner: &member::Model) -> bool {
    match owner.diary_visibility {
        Visibility::Public => true,
        Visibility::Members => viewer.member.is_some(),
        Visibility::Private => viewer.is(owner.id),
    }
}
