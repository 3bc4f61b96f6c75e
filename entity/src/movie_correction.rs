//! What somebody corrected of a movie, with what was there before.

use sea_orm::entity::prelude::*;

/// What of a movie can be corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum CorrectedField {
    /// Its title.
    #[sea_orm(string_value = "title")]
    Title,
    /// The year it came out.
    #[sea_orm(string_value = "year")]
    Year,
    /// Who directed it, a line each.
    #[sea_orm(string_value = "directors")]
    Directors,
    /// The name of its poster; empty for none.
    #[sea_orm(string_value = "poster")]
    Poster,
}

/// One correction. While it stands, the catalog does not change that field.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_correction")]
pub struct Model {
    /// Never used again.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The movie.
    #[sea_orm(indexed)]
    pub movie_id: i64,
    /// What was corrected.
    pub field: CorrectedField,
    /// What was there before.
    #[sea_orm(column_type = "Text")]
    pub old_value: String,
    /// The source of the catalog that had said so; none where a member had typed it.
    #[sea_orm(column_type = "String(StringLen::N(16))", nullable)]
    pub old_source: Option<String>,
    /// What is there now.
    #[sea_orm(column_type = "Text")]
    pub new_value: String,
    /// Who corrected it; none when their account has gone.
    #[sea_orm(indexed)]
    pub member_id: Option<i64>,
    /// When.
    pub corrected_at: DateTimeUtc,
    /// When an admin took it back.
    pub undone_at: Option<DateTimeUtc>,
    /// The movie.
    #[sea_orm(
        belongs_to,
        from = "movie_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub movie: BelongsTo<super::movie::Entity>,
    /// Who corrected it.
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
