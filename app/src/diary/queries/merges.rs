//! Which movies became one.

use chrono::{DateTime, Utc};
use entity::{movie, movie_merge};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
};

use crate::catalog::MovieId;
use crate::db::Db;

/// A movie that went into another.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Merge {
    /// Which merge.
    pub id: i64,
    /// The title of the one that went.
    pub title: String,
    /// Its year.
    pub year: i16,
    /// When it was.
    pub merged_at: DateTime<Utc>,
}

/// Those that went into `movie` and have not come back, the newest hundred.
pub async fn merges(db: &Db, movie: MovieId) -> Result<Vec<Merge>, DbErr> {
    movie_merge::Entity::find()
        .select_only()
        .columns([movie_merge::Column::Id, movie_merge::Column::MergedAt])
        .columns([movie::Column::Title, movie::Column::Year])
        .join(JoinType::InnerJoin, movie_merge::Relation::From.def())
        .filter(movie_merge::Column::IntoId.eq(movie))
        .filter(movie_merge::Column::UndoneAt.is_null())
        .order_by_desc(movie_merge::Column::Id)
        .limit(100)
        .into_model()
        .all(db.reader())
        .await
}
