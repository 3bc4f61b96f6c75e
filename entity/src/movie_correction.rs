//! Members' corrections of movies, with the previous values.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum CorrectedField {
    #[sea_orm(string_value = "title")]
    Title,
    #[sea_orm(string_value = "year")]
    Year,
    /// The directors, one per line.
    #[sea_orm(string_value = "directors")]
    Directors,
    /// The hash of the poster; empty for none.
    #[sea_orm(string_value = "poster")]
    Poster,
}

/// While a correction stands, the catalog does not change that field.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_correction")]
pub struct Model {
    /// Ids are never reused.
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub movie_id: i64,
    pub field: CorrectedField,
    #[sea_orm(column_type = "Text")]
    pub old_value: String,
    /// The catalog source of the old value; `None` if a member had entered it.
    #[sea_orm(column_type = "String(StringLen::N(16))", nullable)]
    pub old_source: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub new_value: String,
    /// `None` once the account is deleted.
    #[sea_orm(indexed)]
    pub member_id: Option<i64>,
    pub corrected_at: DateTimeUtc,
    /// When an admin undid the correction.
    pub undone_at: Option<DateTimeUtc>,
    #[sea_orm(
        belongs_to,
        from = "movie_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub movie: BelongsTo<super::movie::Entity>,
    #[sea_orm(
        belongs_to,
        from = "member_id",
        to = "id",
        on_delete = "SetNull",
        on_update = "NoAction"
    )]
    pub member: BelongsTo<Option<super::member::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
