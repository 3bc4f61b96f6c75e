//! Diaries that members bring from other services.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum ImportState {
    /// The files are read, and the films in them matched.
    #[sea_orm(string_value = "reading")]
    Reading,
    /// The member has to answer a question about the files.
    #[sea_orm(string_value = "questions")]
    Questions,
    /// Everything is read; the member looks at it before it is written.
    #[sea_orm(string_value = "ready")]
    Ready,
    #[sea_orm(string_value = "writing")]
    Writing,
    #[sea_orm(string_value = "done")]
    Done,
    /// The files could not be read to their end.
    #[sea_orm(string_value = "failed")]
    Failed,
    #[sea_orm(string_value = "undoing")]
    Undoing,
    #[sea_orm(string_value = "undone")]
    Undone,
}

/// What is being done in a state in which a worker has to do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum ImportStage {
    #[sea_orm(string_value = "rows")]
    Rows,
    /// Finding the films that the rows name.
    #[sea_orm(string_value = "films")]
    Films,
    /// Putting together the rows of each film, and comparing them with the diary.
    #[sea_orm(string_value = "plan")]
    Plan,
    /// Writing the reviews and the watchlist, or taking them back.
    #[sea_orm(string_value = "reviews")]
    Reviews,
    #[sea_orm(string_value = "lists")]
    Lists,
    /// Writing goals, corrections and pictures.
    #[sea_orm(string_value = "account")]
    Account,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import")]
pub struct Model {
    /// Ids are never reused.
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub member_id: i64,
    /// The service, by the word of the API; empty until it is known.
    #[sea_orm(column_type = "String(StringLen::N(32))")]
    pub source: String,
    pub state: ImportState,
    pub stage: ImportStage,
    /// How much of `total` is done in this stage.
    pub done: i64,
    pub total: i64,
    /// Whether the member has stopped the writing for now.
    pub is_paused: bool,
    /// The member's time zone when the files were uploaded.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub zone: String,
    /// The day in `zone` when the files were uploaded: later days are in the future.
    pub today: Date,
    /// What to import, as JSON.
    #[sea_orm(column_type = "Text")]
    pub options: String,
    /// The answers about the files, as JSON.
    #[sea_orm(column_type = "Text")]
    pub answers: String,
    /// What the rows come to, as JSON; `None` until all are matched.
    #[sea_orm(column_type = "Text", nullable)]
    pub counts: Option<String>,
    /// The first of the ids that are reserved for the reviews of an archive, so that those of one
    /// day stay in their order.
    pub first_review: Option<i64>,
    /// Until then, a worker is on it. It also identifies the lease.
    pub lease_until: DateTimeUtc,
    pub created_at: DateTimeUtc,
    pub written_at: Option<DateTimeUtc>,
    pub undone_at: Option<DateTimeUtc>,
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
