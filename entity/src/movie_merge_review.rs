//! Which reviews moved when two movies became one.

use sea_orm::entity::prelude::*;

/// One of them.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_merge_review")]
pub struct Model {
    /// The merge.
    #[sea_orm(primary_key, auto_increment = false)]
    pub merge_id: i64,
    /// The review.
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub review_id: i64,
    /// The merge.
    #[sea_orm(
        belongs_to,
        from = "merge_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub merge: BelongsTo<super::movie_merge::Entity>,
    /// The review.
    #[sea_orm(
        belongs_to,
        from = "review_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub review: BelongsTo<super::review::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
