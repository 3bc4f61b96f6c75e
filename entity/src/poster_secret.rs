//! What keys the names of posters.

use sea_orm::entity::prelude::*;

/// 256 random bits, as hex. It does not print.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The one row. Who does not know the secret cannot tell the name of a picture that they
/// have, so that a name says that one was shown it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "poster_secret")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The secret itself.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub secret: Secret,
}

impl ActiveModelBehavior for ActiveModel {}
