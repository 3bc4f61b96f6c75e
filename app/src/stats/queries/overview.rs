//! Totals of a whole diary.

use std::collections::BTreeMap;

use entity::{Audience, member_tally, month_tally};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::{ReviewSelection, count_to_u32, ranking};
use crate::accounts::MemberId;
use crate::db::Db;
use crate::diary::policy::audiences_up_to;
use crate::stats::{MonthStats, Overview, Tally};

/// The part of the diary that `audience` may see.
pub(crate) async fn diary_overview(
    db: &Db,
    member: MemberId,
    audience: Audience,
) -> Result<Overview, DbErr> {
    let selection = ReviewSelection {
        member,
        audience,
        months: None,
    };
    let tally = member_tally::Entity::find_by_id((member, audience))
        .one(db.reader())
        .await?;
    let Some(tally) = tally else {
        return Ok(Overview::default());
    };
    let favourite = ranking::rank_directors(db, selection, 1).await?;
    Ok(Overview {
        movies: count_to_u32(tally.movies.into()),
        tally: Tally {
            reviews: count_to_u32(tally.reviews.into()),
            rated: count_to_u32(tally.rated.into()),
            half_stars: count_to_u32(tally.half_stars.into()),
        },
        months: month_stats_of(db, member, audience).await?,
        favourite_director: favourite.most_watched.into_iter().next(),
    })
}

async fn month_stats_of(
    db: &Db,
    member: MemberId,
    audience: Audience,
) -> Result<Vec<MonthStats>, DbErr> {
    let rows = month_tally::Entity::find()
        .filter(month_tally::Column::MemberId.eq(member))
        .filter(month_tally::Column::Audience.is_in(audiences_up_to(audience)))
        .filter(month_tally::Column::MonthKey.gt(0))
        .filter(month_tally::Column::Reviews.gt(0))
        .all(db.reader())
        .await?;
    let mut months: BTreeMap<i32, MonthStats> = BTreeMap::new();
    for row in rows {
        let month = months.entry(row.month_key).or_insert(MonthStats {
            key: row.month_key,
            tally: Tally::default(),
            rewatches: 0,
        });
        month.tally = month.tally
            + Tally {
                reviews: count_to_u32(row.reviews.into()),
                rated: count_to_u32(row.rated.into()),
                half_stars: count_to_u32(row.half_stars.into()),
            };
        month.rewatches += count_to_u32(row.rewatches.into());
    }
    Ok(months.into_values().collect())
}
