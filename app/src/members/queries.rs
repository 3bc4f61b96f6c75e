//! Looks up the member whose diary is shown.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use entity::revision::RevisionScope;
use entity::{Visibility, member, watchlist};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationTrait,
};

use crate::accounts::{MemberId, Site, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::policy::may_see_diary;
use crate::revision::{self, Revision, with_revision};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiaryOwner {
    pub id: MemberId,
    pub username: String,
    pub display_name: String,
    /// Whether visitors without an account may see the diary.
    pub is_public: bool,
    pub created_at: DateTime<Utc>,
    /// `None` for the site's.
    pub zone: Option<Tz>,
    /// Whether the viewer may see the watchlist.
    pub shows_watchlist: bool,
    /// Revision of the part of the diary that the viewer may see; `None` before the first change.
    pub revision: Option<Revision>,
}

#[derive(Debug, FromQueryResult)]
struct DiaryOwnerRow {
    id: MemberId,
    username: String,
    display_name: String,
    diary_visibility: Visibility,
    created_at: DateTime<Utc>,
    time_zone: Option<String>,
    watchlist_visibility: Option<Visibility>,
    #[sea_orm(nested(prefix = "revision_"))]
    revision: revision::RevisionRow,
}

/// `None` if there is no such member, or if `viewer` may not see their diary: the responses must
/// not differ.
pub async fn find_diary_owner(
    db: &Db,
    viewer: &Viewer,
    username: &str,
) -> Result<Option<DiaryOwner>, DbErr> {
    use member::Column;
    let owner = member::Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Username,
            Column::DisplayName,
            Column::DiaryVisibility,
            Column::CreatedAt,
            Column::TimeZone,
        ])
        .column_as(watchlist::Column::Visibility, "watchlist_visibility")
        .join(JoinType::LeftJoin, watchlist::Relation::Member.def().rev())
        .filter(Column::Username.eq(username))
        .filter(Column::DisabledAt.is_null());
    let subject = (member::Entity, Column::Id);
    let found = with_revision(
        owner,
        RevisionScope::Member,
        subject,
        viewer.revision_kind(),
    )
    .into_model::<DiaryOwnerRow>()
    .one(db.reader())
    .await?;
    let visible = found.filter(|owner| may_see_diary(viewer, owner.id, owner.diary_visibility));
    let may_see_watchlist = |owner: &DiaryOwnerRow| {
        let visibility = owner.watchlist_visibility.unwrap_or(owner.diary_visibility);
        may_see_diary(viewer, owner.id, visibility)
    };
    Ok(visible.map(|owner| DiaryOwner {
        shows_watchlist: may_see_watchlist(&owner),
        id: owner.id,
        username: owner.username,
        display_name: owner.display_name,
        is_public: owner.diary_visibility == Visibility::Public,
        created_at: owner.created_at,
        zone: owner.time_zone.and_then(|name| name.parse().ok()),
        revision: owner.revision.into(),
    }))
}

impl DiaryOwner {
    /// The current day where the diary is written, whoever looks at it.
    pub fn today(&self, clock: &Clock, site: &Site) -> NaiveDate {
        clock.today(self.zone.unwrap_or_else(|| site.zone()))
    }

    /// Increases with each change to the part of the diary that the viewer may see.
    pub fn revision_number(&self) -> i64 {
        revision::revision_number(self.revision)
    }
}
