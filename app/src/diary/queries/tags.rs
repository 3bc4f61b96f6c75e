//! Tags that a member may want to use.

use std::collections::HashMap;

use entity::{review, review_tag};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::accounts::MemberId;
use crate::db::Db;

/// Offered to everybody, after their own.
const COMMON_TAGS: [&str; 3] = ["cinema", "streaming", "disc"];

const MAX_TAGS: usize = 24;

/// How many of the last reviews are looked at.
const LAST_REVIEWS: u64 = 300;

/// The tags of `member`'s last reviews, the most used first, and some that most people use.
pub async fn suggested_tags(db: &Db, member: MemberId) -> Result<Vec<String>, DbErr> {
    use review::Column;
    let last = review::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::MemberId.eq(member))
        .filter(Column::DeletedAt.is_null())
        .order_by_desc(Column::DayKey)
        .order_by_desc(Column::Id)
        .limit(LAST_REVIEWS)
        .into_query();
    let used: Vec<(String, String)> = review_tag::Entity::find()
        .select_only()
        .columns([review_tag::Column::TagKey, review_tag::Column::Tag])
        .filter(review_tag::Column::ReviewId.in_subquery(last))
        .order_by_desc(review_tag::Column::ReviewId)
        .into_tuple()
        .all(db.reader())
        .await?;
    let mut counts: HashMap<String, (usize, usize, String)> = HashMap::new();
    for (place, (key, tag)) in used.into_iter().enumerate() {
        counts.entry(key).or_insert((0, place, tag)).0 += 1;
    }
    let mut tags: Vec<_> = counts.into_iter().collect();
    tags.sort_by_key(|(_, (count, place, _))| (std::cmp::Reverse(*count), *place));
    let is_used = |common: &str| tags.iter().any(|(key, _)| key == common);
    let common = COMMON_TAGS.into_iter().filter(|common| !is_used(common));
    let own = tags.iter().map(|(_, (_, _, tag))| tag.clone());
    Ok(own
        .take(MAX_TAGS)
        .chain(common.map(str::to_owned))
        .collect())
}
