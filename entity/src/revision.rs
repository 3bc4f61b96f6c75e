//! Revision numbers, from which cache validators (`ETag`, `Last-Modified`) are made.

use sea_orm::entity::prelude::*;

/// Counts the changes of one subject.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: RevisionScope,
    /// The id of the member or movie; 0 for the site.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: i64,
    /// Incremented by each change.
    pub number: i64,
    pub changed_at: DateTimeUtc,
    /// Incremented by each change that is publicly visible.
    pub public_number: i64,
    /// `None` until there is a public change.
    pub public_changed_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum RevisionScope {
    #[sea_orm(num_value = 0)]
    Site,
    /// A member's profile and diary, and the movies in it.
    #[sea_orm(num_value = 1)]
    Member,
    /// A movie and its reviews.
    #[sea_orm(num_value = 2)]
    Movie,
}
