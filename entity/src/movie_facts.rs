//! Facts from the catalog, and the queue of movies to look up.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum FactsState {
    /// Waiting for a lookup at `try_at`.
    #[sea_orm(string_value = "wanted")]
    Queued,
    /// A worker is looking it up; its lease runs until `try_at`.
    #[sea_orm(string_value = "asking")]
    InProgress,
    #[sea_orm(string_value = "known")]
    Known,
    /// No source knows the movie.
    #[sea_orm(string_value = "unknown")]
    Unknown,
    /// All attempts failed; not retried automatically.
    #[sea_orm(string_value = "failed")]
    Failed,
    /// Excluded from lookups: sample data, or a movie split off by undoing a merge, which new facts
    /// would merge again.
    #[sea_orm(string_value = "held")]
    Excluded,
}

/// The row of a movie is also its entry in the queue.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_facts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub movie_id: i64,
    pub state: FactsState,
    /// When to try next, or when the lease of the current attempt ends.
    pub try_at: DateTimeUtc,
    /// Attempts so far; reset when there is something new to try.
    pub tries: i16,
    /// The catalog source of the facts.
    #[sea_orm(column_type = "String(StringLen::N(16))", nullable)]
    pub source: Option<String>,
    /// When the source last answered, even if it did not know the movie.
    pub answered_at: Option<DateTimeUtc>,
    /// `Q` followed by digits.
    #[sea_orm(unique, column_type = "String(StringLen::N(16))", nullable)]
    pub wikidata_id: Option<String>,
    /// The title in the original language, if it differs.
    #[sea_orm(column_type = "Text", nullable)]
    pub original_title: Option<String>,
    /// Running time in minutes.
    pub runtime: Option<i16>,
    /// The first day on which it was shown anywhere, where the whole date is known.
    pub released_on: Option<Date>,
    /// Plot summary; empty if there is none.
    #[sea_orm(column_type = "Text")]
    pub overview: String,
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
