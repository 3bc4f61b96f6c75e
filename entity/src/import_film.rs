//! Films as the files of an import name them, and what they were matched with.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum ImportFilmState {
    /// Nobody has looked for it yet.
    #[sea_orm(string_value = "waiting")]
    Waiting,
    #[sea_orm(string_value = "decided")]
    Decided,
    /// The member has to say which film it is.
    #[sea_orm(string_value = "undecided")]
    Undecided,
    /// It becomes a movie as the rows name it.
    #[sea_orm(string_value = "typed")]
    AsTyped,
    #[sea_orm(string_value = "left-out")]
    LeftOut,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_film")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: i64,
    /// Counts from 1 within the import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// Hash of `named`, by which rows that name a film alike share a row here.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub name_key: String,
    /// What the rows say of the film, as JSON.
    #[sea_orm(column_type = "Text")]
    pub named: String,
    pub state: ImportFilmState,
    /// The same for films that turned out to be one: their rows are put together.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub target: String,
    /// How it was matched.
    #[sea_orm(column_type = "String(StringLen::N(32))", nullable)]
    pub rung: Option<String>,
    /// Whether the member decided it.
    pub by_hand: bool,
    /// Why it is undecided.
    #[sea_orm(column_type = "String(StringLen::N(16))", nullable)]
    pub reason: Option<String>,
    /// The movie here that it is, if there is one yet.
    pub movie_id: Option<i64>,
    /// The film to create, as JSON, if there is no movie yet.
    #[sea_orm(column_type = "Text", nullable)]
    pub film: Option<String>,
    /// Films to choose from, as JSON.
    #[sea_orm(column_type = "Text")]
    pub candidates: String,
    /// How many rows name it.
    pub rows: i64,
    #[sea_orm(
        belongs_to,
        from = "import_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub import: BelongsTo<super::import::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
