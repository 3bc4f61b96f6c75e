//! What members corrected of a movie.

use chrono::{DateTime, Utc};
use entity::member;
use entity::movie_correction::{Column, CorrectedField, Entity, Relation};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, RelationTrait,
};

use super::MovieId;
use crate::config::SourceName;
use crate::db::Db;

/// A correction that can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Correction {
    /// Which one.
    pub id: i64,
    /// What was corrected.
    pub field: CorrectedField,
    /// What was there before.
    pub old_value: String,
    /// Who in the catalog had said so.
    old_source: Option<String>,
    /// Who corrected it; `None` when their account has gone.
    pub by: Option<String>,
    /// When.
    pub corrected_at: DateTime<Utc>,
}

impl Correction {
    /// Who in the catalog had said what was there before; `None` where a member had.
    pub fn old_source(&self) -> Option<SourceName> {
        self.old_source.as_deref().and_then(SourceName::parse)
    }
}

/// Of each field of `movie` that was corrected, the last correction that stands.
pub async fn corrections(db: &Db, movie: MovieId) -> Result<Vec<Correction>, DbErr> {
    let last = Entity::find()
        .select_only()
        .expr(Column::Id.max())
        .filter(Column::MovieId.eq(movie))
        .filter(Column::UndoneAt.is_null())
        .group_by(Column::Field)
        .into_query();
    Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Field,
            Column::OldValue,
            Column::OldSource,
            Column::CorrectedAt,
        ])
        .column_as(member::Column::DisplayName, "by")
        .join(JoinType::LeftJoin, Relation::Member.def())
        .filter(Column::Id.in_subquery(last))
        .order_by_desc(Column::Id)
        .into_model()
        .all(db.reader())
        .await
}
