//! The reviews of a diary, by the day watched.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::review::{Column, Entity};
use entity::{Audience, Rating, Visibility, review_tag};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, DbErr, DerivePartialModel, EntityTrait, Iterable, Order, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

use super::movies::movie_items;
use super::{PAGE_ROWS, movie_of, next_cursor};
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::{Db, union_all};
use crate::diary::commands::UNKNOWN_LOG_TIME;
use crate::transfer::archive_items::ReviewItem;

/// In which order reviews are read: by the day, then by the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewOrder {
    /// Days unknown come first.
    OldestFirst,
    NewestFirst,
}

impl ReviewOrder {
    fn direction(self) -> Order {
        match self {
            Self::OldestFirst => Order::Asc,
            Self::NewestFirst => Order::Desc,
        }
    }
}

/// The last review of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewCursor {
    day_key: i32,
    id: i64,
}

#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "Entity")]
struct ReviewRow {
    id: i64,
    movie_id: MovieId,
    rating: Option<Rating>,
    liked: bool,
    comment: String,
    spoiler: bool,
    rewatch: bool,
    rewatch_by_hand: bool,
    watched_on: Option<NaiveDate>,
    day_key: i32,
    visibility: Visibility,
    logged_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    deleted_at: Option<DateTime<Utc>>,
}

/// The next reviews that are not deleted, and where to go on; `None` after the last page.
pub async fn reviews_after(
    db: &Db,
    member: MemberId,
    order: ReviewOrder,
    after: Option<ReviewCursor>,
) -> Result<(Vec<ReviewItem>, Option<ReviewCursor>), DbErr> {
    let direction = order.direction();
    let rows: Vec<ReviewRow> = Entity::find()
        .filter(Column::Id.in_subquery(next_ids(member, order, after)))
        .order_by(Column::DayKey, direction.clone())
        .order_by(Column::Id, direction)
        .into_partial_model()
        .all(db.reader())
        .await?;
    let last = next_cursor(&rows, |row| ReviewCursor {
        day_key: row.day_key,
        id: row.id,
    });
    Ok((with_movies(db, rows).await?, last))
}

/// The ids of the next reviews of all audiences together.
fn next_ids(member: MemberId, order: ReviewOrder, after: Option<ReviewCursor>) -> SelectStatement {
    let heads = Audience::iter().zip(["a", "b", "c", "d"]);
    // A part of a `UNION` cannot have its own `ORDER BY`, so each is wrapped.
    let wrapped = heads.map(|(audience, name)| {
        Query::select()
            .columns([Column::Id, Column::DayKey])
            .from_subquery(next_of_audience(member, audience, order, after), name)
            .take()
    });
    Query::select()
        .column(Column::Id)
        .from_subquery(union_all(wrapped).unwrap_or_default(), "heads")
        .order_by(Column::DayKey, order.direction())
        .order_by(Column::Id, order.direction())
        .limit(PAGE_ROWS)
        .take()
}

/// The next reviews of one audience: a range of one index.
fn next_of_audience(
    member: MemberId,
    audience: Audience,
    order: ReviewOrder,
    after: Option<ReviewCursor>,
) -> SelectStatement {
    let mut next = Entity::find()
        .select_only()
        .columns([Column::Id, Column::DayKey])
        .filter(Column::MemberId.eq(member))
        .filter(Column::Audience.eq(audience))
        .filter(Column::DeletedAt.is_null());
    let place = || Expr::tuple([Column::DayKey, Column::Id].map(Expr::col));
    if let Some(last) = after {
        let last = Expr::tuple([Expr::val(last.day_key), Expr::val(last.id)]);
        next = next.filter(match order {
            ReviewOrder::OldestFirst => place().gt(last),
            ReviewOrder::NewestFirst => place().lt(last),
        });
    }
    next.order_by(Column::DayKey, order.direction())
        .order_by(Column::Id, order.direction())
        .limit(PAGE_ROWS)
        .into_query()
}

/// The next reviews that can still be restored, and where to go on.
pub async fn deleted_reviews_after(
    db: &Db,
    member: MemberId,
    after: Option<i64>,
) -> Result<(Vec<ReviewItem>, Option<i64>), DbErr> {
    let rows: Vec<ReviewRow> = Entity::find()
        .filter(Column::MemberId.eq(member))
        .filter(Column::DeletedAt.is_not_null())
        .filter(Column::Id.gt(after.unwrap_or_default()))
        .order_by_asc(Column::Id)
        .limit(PAGE_ROWS)
        .into_partial_model()
        .all(db.reader())
        .await?;
    let last = next_cursor(&rows, |row| row.id);
    Ok((with_movies(db, rows).await?, last))
}

async fn with_movies(db: &Db, rows: Vec<ReviewRow>) -> Result<Vec<ReviewItem>, DbErr> {
    let movies = movie_items(db, rows.iter().map(|row| row.movie_id)).await?;
    let mut tags = tags_of(db, rows.iter().map(|row| row.id).collect()).await?;
    let items = rows.into_iter().map(|row| ReviewItem {
        movie: movie_of(&movies, row.movie_id),
        tags: tags.remove(&row.id).unwrap_or_default(),
        id: row.id,
        watched_on: row.watched_on,
        rating: row.rating,
        liked: row.liked,
        rewatch: row.rewatch,
        rewatch_by_hand: row.rewatch_by_hand,
        spoiler: row.spoiler,
        comment: row.comment,
        visibility: row.visibility,
        logged_at: Some(row.logged_at).filter(|at| *at > UNKNOWN_LOG_TIME),
        updated_at: row.updated_at,
        deleted_at: row.deleted_at,
    });
    Ok(items.collect())
}

/// The tags of reviews, in the order typed.
async fn tags_of(db: &Db, reviews: Vec<i64>) -> Result<HashMap<i64, Vec<String>>, DbErr> {
    let mut tags: HashMap<i64, Vec<String>> = HashMap::new();
    if reviews.is_empty() {
        return Ok(tags);
    }
    let rows: Vec<(i64, String)> = review_tag::Entity::find()
        .select_only()
        .columns([review_tag::Column::ReviewId, review_tag::Column::Tag])
        .filter(review_tag::Column::ReviewId.is_in(reviews))
        .order_by_asc(review_tag::Column::Position)
        .into_tuple()
        .all(db.reader())
        .await?;
    for (review, tag) in rows {
        tags.entry(review).or_default().push(tag);
    }
    Ok(tags)
}
