//! Archives of everything that is a member’s, written in the background and kept for a day.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum ExportState {
    /// A worker writes it, or will.
    #[sea_orm(string_value = "writing")]
    Writing,
    #[sea_orm(string_value = "ready")]
    Ready,
    #[sea_orm(string_value = "failed")]
    Failed,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "export")]
pub struct Model {
    /// Ids are never reused.
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub member_id: i64,
    pub state: ExportState,
    /// The member's time zone when it was asked for.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub zone: String,
    /// How many of `total` items are written.
    pub done: i64,
    pub total: i64,
    /// The file in the store, once it is ready.
    #[sea_orm(column_type = "String(StringLen::N(64))", nullable)]
    pub object: Option<String>,
    /// The size of the file.
    pub bytes: Option<i64>,
    /// Until then, a worker is on it. It also identifies the lease.
    pub lease_until: DateTimeUtc,
    pub created_at: DateTimeUtc,
    pub ready_at: Option<DateTimeUtc>,
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
