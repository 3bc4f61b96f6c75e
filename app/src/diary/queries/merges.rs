//! Movies that were merged into another one.

use chrono::{DateTime, Utc};
use entity::{movie, movie_alias, movie_merge};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, RelationTrait,
};

use crate::catalog::MovieId;
use crate::db::Db;

/// A merge that has not been undone.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Merge {
    pub id: i64,
    /// Title of the movie that was merged away.
    pub title: String,
    pub year: Option<i16>,
    pub merged_at: DateTime<Utc>,
}

/// Merges that lead to `movie` and have not been undone, the newest hundred: merges into it, and
/// into movies that were merged into it later.
pub async fn merges_into(db: &Db, movie: MovieId) -> Result<Vec<Merge>, DbErr> {
    movie_merge::Entity::find()
        .select_only()
        .columns([movie_merge::Column::Id, movie_merge::Column::MergedAt])
        .columns([movie::Column::Title, movie::Column::Year])
        .join(JoinType::InnerJoin, movie_merge::Relation::From.def())
        .join(
            JoinType::InnerJoin,
            movie_alias::Relation::MovieMerge.def().rev(),
        )
        .filter(movie_alias::Column::LeadsTo.eq(movie))
        .order_by_desc(movie_merge::Column::Id)
        .limit(100)
        .into_model()
        .all(db.reader())
        .await
}

/// SQL for the ids of all merges that lead to `movie` and have not been undone.
pub fn merges_leading_to(movie: MovieId) -> SelectStatement {
    movie_alias::Entity::find()
        .select_only()
        .column(movie_alias::Column::MergeId)
        .filter(movie_alias::Column::LeadsTo.eq(movie))
        .into_query()
}
