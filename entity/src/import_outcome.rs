//! What becomes of each row of an import: first what is planned, then what was written. Later imports
//! look here for what is in the diary already, or was deleted from it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum RowState {
    /// Its film is known, and it can be written.
    #[sea_orm(string_value = "matched")]
    Matched,
    /// The member has to say which film it is.
    #[sea_orm(string_value = "undecided")]
    Undecided,
    /// It is left out.
    #[sea_orm(string_value = "skipped")]
    Skipped,
    #[sea_orm(string_value = "written")]
    Written,
    /// It is in the diary already, or was deleted there.
    #[sea_orm(string_value = "duplicate")]
    Duplicate,
    /// It could not be written.
    #[sea_orm(string_value = "failed")]
    Failed,
}

/// What a row is among the rows of its film.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum RowRole {
    #[sea_orm(string_value = "viewing")]
    Viewing,
    /// A rating without a viewing.
    #[sea_orm(string_value = "rating-only")]
    RatingOnly,
    /// It belongs to the viewing of another row.
    #[sea_orm(string_value = "merged")]
    Merged,
    #[sea_orm(string_value = "like")]
    Like,
    #[sea_orm(string_value = "watchlist")]
    Watchlist,
    #[sea_orm(string_value = "list-entry")]
    ListEntry,
    #[sea_orm(string_value = "goal")]
    Goal,
    #[sea_orm(string_value = "settings")]
    Settings,
    /// A correction of the film.
    #[sea_orm(string_value = "correction")]
    Correction,
    /// A poster of the film.
    #[sea_orm(string_value = "picture")]
    Picture,
    /// Nothing, because it is left out.
    #[sea_orm(string_value = "none")]
    None,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_outcome")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: i64,
    /// The number of its [`import_row`](super::import_row).
    #[sea_orm(primary_key, auto_increment = false)]
    pub row: i64,
    pub member_id: i64,
    pub state: RowState,
    pub role: RowRole,
    /// What the row is, as in [`import_row`](super::import_row).
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub kind: String,
    /// The number of its [`import_film`](super::import_film).
    pub film: Option<i64>,
    /// The row that it is part of.
    pub merged_into: Option<i64>,
    /// Why it is left out, undecided or there already.
    #[sea_orm(column_type = "String(StringLen::N(32))", nullable)]
    pub reason: Option<String>,
    /// Numbers that belong to the reason, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub detail: Option<String>,
    /// What the member should know about the row, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub warning: Option<String>,
    /// Hash of the service and its own key of the row.
    #[sea_orm(column_type = "String(StringLen::N(64))", nullable)]
    pub own_key: Option<String>,
    /// The movie that it was written for. It follows merges.
    pub movie_id: Option<i64>,
    /// The day in the file, as in reviews. It stays when the review is edited.
    pub day_key: Option<i32>,
    /// The list that it was put on.
    pub list_id: Option<i64>,
    /// The review that it made or changed.
    pub review_id: Option<i64>,
    /// Hash of what the review said after that. Another one means that its member edited it.
    #[sea_orm(column_type = "String(StringLen::N(32))", nullable)]
    pub review_hash: Option<String>,
    /// What it filled in on an older review, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub filled_in: Option<String>,
    /// When the member deleted the review here.
    pub deleted_at: Option<DateTimeUtc>,
    #[sea_orm(
        belongs_to,
        from = "import_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub import: BelongsTo<super::import::Entity>,
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
