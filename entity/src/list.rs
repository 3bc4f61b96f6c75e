//! Films that members put together by hand.

use sea_orm::entity::prelude::*;

use crate::Visibility;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "list")]
pub struct Model {
    /// Ids are never reused.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The member who owns it.
    #[sea_orm(indexed)]
    pub member_id: i64,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub description: String,
    pub visibility: Visibility,
    /// Whether the places of its films are numbered.
    pub ranked: bool,
    /// Increases with each change of the columns above.
    pub version: i32,
    pub created_at: DateTimeUtc,
    /// The last change, of its films too.
    pub updated_at: DateTimeUtc,
    /// Deleted lists can be restored for a day.
    #[sea_orm(indexed)]
    pub deleted_at: Option<DateTimeUtc>,
    #[sea_orm(
        belongs_to,
        from = "member_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub member: BelongsTo<super::member::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
