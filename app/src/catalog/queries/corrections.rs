//! The corrections that members made to a movie.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::member;
use entity::movie_correction::{Column, CorrectedField, Entity, Relation};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationTrait,
};

use super::MovieId;
use crate::config::SourceName;
use crate::db::Db;

/// A correction that can be undone.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct CorrectionRow {
    pub id: i64,
    pub field: CorrectedField,
    pub old_value: String,
    old_source: Option<String>,
    /// The member's display name; `None` when the account was deleted.
    pub by: Option<String>,
    pub corrected_at: DateTime<Utc>,
}

impl CorrectionRow {
    /// The source of the old value; `None` when it came from a member.
    pub fn old_source(&self) -> Option<SourceName> {
        self.old_source.as_deref().and_then(SourceName::parse)
    }
}

/// The latest correction of each field of `movie` that is not undone.
pub async fn corrections_of(db: &Db, movie: MovieId) -> Result<Vec<CorrectionRow>, DbErr> {
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

/// The fields that members corrected, which the catalog must not change.
pub(in crate::catalog) async fn pinned_fields(
    tx: &DatabaseTransaction,
    movie: MovieId,
) -> Result<HashSet<CorrectedField>, DbErr> {
    let fields: Vec<CorrectedField> = Entity::find()
        .select_only()
        .column(Column::Field)
        .filter(not_undone(movie))
        .distinct()
        .into_tuple()
        .all(tx)
        .await?;
    Ok(fields.into_iter().collect())
}

pub(in crate::catalog) fn not_undone(movie: MovieId) -> Condition {
    Condition::all()
        .add(Column::MovieId.eq(movie))
        .add(Column::UndoneAt.is_null())
}
