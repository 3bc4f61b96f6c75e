//! What programs sign in with.

use sea_orm::entity::prelude::*;

/// One token. It is stored only as a hash.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_token")]
pub struct Model {
    /// Names the token where it is ended; it is no secret.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Who it stands for.
    #[sea_orm(indexed)]
    pub member_id: i64,
    /// How it came to be.
    pub origin: Origin,
    /// What it is for, in the member's words; of a sign-in, the program as it names itself.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub name: String,
    /// SHA-256 of the whole token, as hex.
    #[sea_orm(unique, column_type = "String(StringLen::N(64))")]
    pub secret_hash: String,
    /// What it may do.
    pub scope: Scope,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it ends; never, if nobody said so.
    #[sea_orm(indexed)]
    pub expires_at: Option<DateTimeUtc>,
    /// When it was last used, to the hour.
    pub used_at: Option<DateTimeUtc>,
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

/// How a token came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Origin {
    /// A program signed in with username and password.
    #[sea_orm(string_value = "login")]
    Login,
    /// The member made it.
    #[sea_orm(string_value = "personal")]
    Personal,
}

/// What a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Scope {
    /// Look at what its member may see.
    #[sea_orm(string_value = "read")]
    Read,
    /// Change what its member may change, too.
    #[sea_orm(string_value = "write")]
    Write,
}
