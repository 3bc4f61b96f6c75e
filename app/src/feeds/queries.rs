//! Queries for the calendar of a member.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{Rating, movie, review};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
};

use crate::accounts::MemberId;
use crate::db::Db;

/// Older viewings are left out of the calendar, because programs read it whole.
const MAX_VIEWINGS: u64 = 10_000;

/// A film that a member saw on a day.
#[derive(Clone, Debug, FromQueryResult)]
pub struct DatedViewing {
    pub id: i64,
    pub title: String,
    pub year: Option<i16>,
    pub rating: Option<Rating>,
    pub rewatch: bool,
    pub watched_on: NaiveDate,
    pub updated_at: DateTime<Utc>,
}

/// The member’s latest viewings with a known day.
pub async fn dated_viewings(db: &Db, member: MemberId) -> Result<Vec<DatedViewing>, DbErr> {
    use review::Column;
    review::Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Rating,
            Column::Rewatch,
            Column::WatchedOn,
            Column::UpdatedAt,
        ])
        .columns([movie::Column::Title, movie::Column::Year])
        .join(JoinType::InnerJoin, review::Relation::Movie.def())
        .filter(Column::MemberId.eq(member))
        .filter(Column::DeletedAt.is_null())
        .filter(Column::DayKey.gt(0))
        .order_by_desc(Column::DayKey)
        .order_by_desc(Column::Id)
        .limit(MAX_VIEWINGS)
        .into_model()
        .all(db.reader())
        .await
}
