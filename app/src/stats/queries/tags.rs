//! Counts the tags of a diary.

use entity::{review, review_tag};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{DbErr, FromQueryResult, Order};

use super::{ReviewSelection, count_to_u32, fetch_all};
use crate::db::Db;
use crate::stats::TagCount;

/// The tags of most reviews, at most `limit` of them.
pub(super) async fn most_used_tags(
    db: &Db,
    selection: ReviewSelection,
    limit: u64,
) -> Result<Vec<TagCount>, DbErr> {
    let of = |column: review_tag::Column| Expr::col((review_tag::Entity, column));
    let select = selection
        .query()
        .expr_as(of(review_tag::Column::Tag).min(), "tag")
        .expr_as(of(review_tag::Column::ReviewId).count(), "reviews")
        .inner_join(
            review_tag::Entity,
            of(review_tag::Column::ReviewId).equals((review::Entity, review::Column::Id)),
        )
        .group_by_col((review_tag::Entity, review_tag::Column::TagKey))
        .order_by("reviews", Order::Desc)
        .order_by((review_tag::Entity, review_tag::Column::TagKey), Order::Asc)
        .limit(limit)
        .take();
    let rows: Vec<TagRow> = fetch_all(db, &select).await?;
    let tags = rows.into_iter().map(|row| TagCount {
        tag: row.tag,
        reviews: count_to_u32(row.reviews),
    });
    Ok(tags.collect())
}

#[derive(Debug, FromQueryResult)]
struct TagRow {
    tag: String,
    reviews: i64,
}
