//! What changed, and when.

use sea_orm::entity::prelude::*;

/// How often something that pages show has changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revision")]
pub struct Model {
    /// What kind of thing it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: Scope,
    /// The member or the movie; 0 for the site.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: i64,
    /// Rises with each change.
    pub number: i64,
    /// When the last one was.
    pub changed_at: DateTimeUtc,
    /// Rises with each change of what everybody may see.
    pub public_number: i64,
    /// When the last one of those was, if there was one.
    pub public_changed_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What has revisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum Scope {
    /// All of the site.
    #[sea_orm(num_value = 0)]
    Site,
    /// A member: their name, their diary, and the movies in it.
    #[sea_orm(num_value = 1)]
    Member,
    /// A movie and what is said of it.
    #[sea_orm(num_value = 2)]
    Movie,
}
