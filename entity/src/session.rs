//! A browser that is signed in.

use sea_orm::entity::prelude::*;

/// One session. The cookie's value is stored only as a hash.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Names the session in forms; it is no secret.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// SHA-256 of the cookie's value, as hex.
    #[sea_orm(unique, column_type = "String(StringLen::N(64))")]
    pub secret_hash: String,
    /// Who is signed in.
    #[sea_orm(indexed)]
    pub member_id: i64,
    /// What the session holds, as a JSON object.
    #[sea_orm(column_type = "Text")]
    pub data: String,
    /// The browser, as it names itself.
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub user_agent: String,
    /// When they signed in.
    pub created_at: DateTimeUtc,
    /// When it was last used, to the day.
    pub seen_at: DateTimeUtc,
    /// When it ends if it is not used before.
    #[sea_orm(indexed)]
    pub expires_at: DateTimeUtc,
    /// The member.
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
