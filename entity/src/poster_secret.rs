//! The key of the hash that names posters.

use sea_orm::entity::prelude::*;

/// 256 random bits, as hex. Its `Debug` output hides them.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct PosterSecret(pub String);

impl std::fmt::Debug for PosterSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The only row. Without the key nobody can compute the name of a picture they have, so a poster's
/// address is only known to people who were shown it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "poster_secret")]
pub struct Model {
    /// The id of the only row is always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub secret: PosterSecret,
}

impl ActiveModelBehavior for ActiveModel {}
