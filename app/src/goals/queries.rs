//! Reads goals, and the numbers of the member's own diary.

use std::sync::Arc;

use entity::goal;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::Goal;
use crate::accounts::{MemberId, Viewer};
use crate::db::Db;
use crate::revision::{member_revision, revision_number};
use crate::stats::{Overview, StatsCache};

/// The goals of all years, latest first. They are read anew for every page: a cache by revision
/// would save less than the changes of the revision would cost.
pub async fn goals_of(db: &Db, member: MemberId) -> Result<Vec<Goal>, DbErr> {
    let rows = goal::Entity::find()
        .filter(goal::Column::MemberId.eq(member))
        .order_by_desc(goal::Column::Year)
        .all(db.reader())
        .await?;
    Ok(rows.into_iter().map(Goal::from).collect())
}

pub async fn find_goal(db: &Db, member: MemberId, year: i32) -> Result<Option<Goal>, DbErr> {
    let row = goal::Entity::find_by_id((member, year))
        .one(db.reader())
        .await?;
    Ok(row.map(Goal::from))
}

/// The totals of `viewer`'s own diary.
pub async fn own_overview(
    db: &Db,
    stats: &StatsCache,
    viewer: &Viewer,
    member: MemberId,
) -> Result<Arc<Overview>, DbErr> {
    let revision = member_revision(db.reader(), member, viewer.revision_kind()).await?;
    stats
        .of_diary(db, viewer, member, revision_number(revision))
        .overview()
        .await
}

impl From<goal::Model> for Goal {
    fn from(row: goal::Model) -> Self {
        Self {
            year: row.year,
            films: row.films.unsigned_abs(),
            rewatches_count: row.rewatches_count,
        }
    }
}
