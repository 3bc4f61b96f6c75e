//! What the catalog said of a movie, and whether it is still to be asked.

use sea_orm::entity::prelude::*;

/// How far the catalog has been asked about a movie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum FactsState {
    /// It is to be asked, at `try_at`.
    #[sea_orm(string_value = "wanted")]
    Wanted,
    /// It is being asked; who asks has until `try_at`.
    #[sea_orm(string_value = "asking")]
    Asking,
    /// It has answered.
    #[sea_orm(string_value = "known")]
    Known,
    /// It does not know the movie.
    #[sea_orm(string_value = "unknown")]
    Unknown,
    /// It could not be asked, and is not asked again by itself.
    #[sea_orm(string_value = "failed")]
    Failed,
    /// It is not to be asked: somebody decided otherwise.
    #[sea_orm(string_value = "held")]
    Held,
}

/// The facts of one movie. The row is the queue as well.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_facts")]
pub struct Model {
    /// The movie.
    #[sea_orm(primary_key, auto_increment = false)]
    pub movie_id: i64,
    /// How far the catalog has been asked.
    pub state: FactsState,
    /// When to ask, or until when somebody asks.
    pub try_at: DateTimeUtc,
    /// How often it was asked in vain; tells one who asks from the next.
    pub tries: i16,
    /// Who said it.
    #[sea_orm(column_type = "String(StringLen::N(16))", nullable)]
    pub source: Option<String>,
    /// When they last said it, or that they do not know.
    pub answered_at: Option<DateTimeUtc>,
    /// `Q` and digits.
    #[sea_orm(unique, column_type = "String(StringLen::N(16))", nullable)]
    pub wikidata_id: Option<String>,
    /// The title where it was made, if it is another.
    #[sea_orm(column_type = "Text", nullable)]
    pub original_title: Option<String>,
    /// Minutes.
    pub runtime: Option<i16>,
    /// What it is about; empty if nobody says so.
    #[sea_orm(column_type = "Text")]
    pub overview: String,
    /// The movie.
    #[sea_orm(
        belongs_to,
        from = "movie_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub movie: BelongsTo<super::movie::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
