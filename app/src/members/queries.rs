//! Who has a page here.

use chrono::{DateTime, Utc};
use entity::revision::Scope;
use entity::{Visibility, member};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use crate::accounts::{MemberId, Viewer};
use crate::db::Db;
use crate::diary::policy::may_see_diary;
use crate::revision::{self, Revision, with_revision};

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
    /// What is noted of what the viewer sees of it; `None` while nothing is.
    pub revision: Option<Revision>,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: MemberId,
    username: String,
    display_name: String,
    diary_visibility: Visibility,
    created_at: DateTime<Utc>,
    #[sea_orm(nested(prefix = "revision_"))]
    revision: revision::Row,
}

/// The member of that username, if `viewer` may see their diary. To others a diary
/// that is not for them is not there.
pub async fn owner(db: &Db, viewer: &Viewer, username: &str) -> Result<Option<Owner>, DbErr> {
    use member::Column;
    let found = member::Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Username,
            Column::DisplayName,
            Column::DiaryVisibility,
            Column::CreatedAt,
        ])
        .filter(Column::Username.eq(username))
        .filter(Column::DisabledAt.is_null());
    let subject = (member::Entity, Column::Id);
    let found = with_revision(found, Scope::Member, subject, viewer.sees())
        .into_model::<Row>()
        .one(db.reader())
        .await?;
    let seen = found.filter(|owner| may_see_diary(viewer, owner.id, owner.diary_visibility));
    Ok(seen.map(|owner| Owner {
        id: owner.id,
        username: owner.username,
        display_name: owner.display_name,
        is_public: owner.diary_visibility == Visibility::Public,
        created_at: owner.created_at,
        revision: owner.revision.into(),
    }))
}

impl Owner {
    /// Rises with each change of what the viewer sees of it.
    pub fn revision(&self) -> i64 {
        revision::number(self.revision)
    }
}
