//! Members whom the owner of a list has invited to change its films.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "list_member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub list_id: i64,
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub member_id: i64,
    pub invited_at: DateTimeUtc,
    /// `None` until the member has accepted the invitation.
    pub accepted_at: Option<DateTimeUtc>,
    #[sea_orm(
        belongs_to,
        from = "list_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub list: BelongsTo<super::list::Entity>,
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
