//! What is known of the member besides their films.

use chrono::{DateTime, Utc};
use entity::{Visibility, goal, member, watchlist};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use crate::accounts::{MemberId, Site};
use crate::db::Db;
use crate::transfer::archive_items::{ARCHIVE_VERSION, ArchiveHead, GoalItem, SettingsItem};

/// What begins an archive, and who may see the diary.
pub async fn head(
    db: &Db,
    site: &Site,
    member: MemberId,
    now: DateTime<Utc>,
) -> Result<(ArchiveHead, Visibility), DbErr> {
    let member = find(db, member).await?;
    let head = ArchiveHead {
        version: ARCHIVE_VERSION,
        exported_at: now,
        server: site.server_id(),
        username: member.username,
        display_name: member.display_name,
    };
    Ok((head, member.diary_visibility))
}

pub async fn settings(db: &Db, member: MemberId) -> Result<SettingsItem, DbErr> {
    let account = find(db, member).await?;
    let watchlist = watchlist::Entity::find_by_id(member).one(db.reader());
    Ok(SettingsItem {
        display_name: account.display_name,
        time_zone: account.time_zone,
        diary_visibility: account.diary_visibility,
        watchlist_visibility: watchlist.await?.and_then(|own| own.visibility),
    })
}

pub async fn goals(db: &Db, member: MemberId) -> Result<Vec<GoalItem>, DbErr> {
    let rows = goal::Entity::find()
        .filter(goal::Column::MemberId.eq(member))
        .order_by_asc(goal::Column::Year)
        .all(db.reader())
        .await?;
    let items = rows.into_iter().map(|row| GoalItem {
        year: row.year,
        films: row.films,
        rewatches_count: row.rewatches_count,
    });
    Ok(items.collect())
}

async fn find(db: &Db, member: MemberId) -> Result<member::Model, DbErr> {
    let found = member::Entity::find_by_id(member).one(db.reader()).await?;
    found.ok_or_else(|| DbErr::RecordNotFound("the member of an export".to_owned()))
}
