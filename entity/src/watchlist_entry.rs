//! Films that members want to see.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "watchlist_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: i64,
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub movie_id: i64,
    #[sea_orm(column_type = "Text")]
    pub note: String,
    pub added_at: DateTimeUtc,
    /// The day of `added_at` in the member's time zone.
    pub added_on: Date,
    /// The order by hand, lowest first. Not unique.
    pub position: i64,
    /// Whether it is on the list. Otherwise one of the next two columns says why not.
    pub is_listed: bool,
    /// The review that took the film off the list. If that is deleted, the film is back on it.
    #[sea_orm(indexed)]
    pub taken_off_by: Option<i64>,
    /// The merge after which the member would have had the film twice.
    pub merged_by: Option<i64>,
    #[sea_orm(
        belongs_to,
        from = "member_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub member: BelongsTo<super::member::Entity>,
    #[sea_orm(
        belongs_to,
        from = "movie_id",
        to = "id",
        on_delete = "Restrict",
        on_update = "NoAction"
    )]
    pub movie: BelongsTo<super::movie::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
