//! A whole diary in a glance.

use std::collections::BTreeMap;

use entity::{Audience, member_tally, month_tally};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::{Which, number, ranking};
use crate::accounts::MemberId;
use crate::db::Db;
use crate::diary::policy::audiences;
use crate::stats::{Month, Overview, Tally};

/// The diary of `member`, as `eyes` see it.
pub(crate) async fn overview(db: &Db, member: MemberId, eyes: Audience) -> Result<Overview, DbErr> {
    let which = Which {
        member,
        eyes,
        months: None,
    };
    let tally = member_tally::Entity::find_by_id((member, eyes))
        .one(db.reader())
        .await?;
    let Some(tally) = tally else {
        return Ok(Overview::default());
    };
    let favourite = ranking::directors(db, which, 1).await?;
    Ok(Overview {
        movies: number(tally.movies.into()),
        tally: Tally {
            reviews: number(tally.reviews.into()),
            rated: number(tally.rated.into()),
            half_stars: number(tally.half_stars.into()),
        },
        months: months(db, member, eyes).await?,
        favourite: favourite.most.into_iter().next(),
    })
}

async fn months(db: &Db, member: MemberId, eyes: Audience) -> Result<Vec<Month>, DbErr> {
    let rows = month_tally::Entity::find()
        .filter(month_tally::Column::MemberId.eq(member))
        .filter(month_tally::Column::Audience.is_in(audiences(eyes)))
        .filter(month_tally::Column::MonthKey.gt(0))
        .filter(month_tally::Column::Reviews.gt(0))
        .all(db.reader())
        .await?;
    let mut months: BTreeMap<i32, Month> = BTreeMap::new();
    for row in rows {
        let month = months.entry(row.month_key).or_insert(Month {
            key: row.month_key,
            tally: Tally::default(),
            rewatches: 0,
        });
        month.tally = month.tally.plus(Tally {
            reviews: number(row.reviews.into()),
            rated: number(row.rated.into()),
            half_stars: number(row.half_stars.into()),
        });
        month.rewatches += number(row.rewatches.into());
    }
    Ok(months.into_values().collect())
}
