//! The current poster of each movie, and the queue of posters to fetch.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum PosterState {
    /// Waiting for the catalog to say whether there is one.
    #[sea_orm(string_value = "expected")]
    AwaitingFacts,
    /// Waiting to be fetched at `try_at`.
    #[sea_orm(string_value = "wanted")]
    Queued,
    /// A worker is fetching it; its lease runs until `try_at`.
    #[sea_orm(string_value = "fetching")]
    Fetching,
    #[sea_orm(string_value = "ready")]
    Ready,
    /// No source has a poster.
    #[sea_orm(string_value = "none")]
    None,
    /// All attempts failed; not retried automatically.
    #[sea_orm(string_value = "failed")]
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum PosterFault {
    /// The source's address answers 404 or 410.
    #[sea_orm(string_value = "gone")]
    Gone,
    /// Not a readable picture.
    #[sea_orm(string_value = "no_picture")]
    Unreadable,
    /// Too many bytes or pixels.
    #[sea_orm(string_value = "too_large")]
    TooLarge,
    /// Too few pixels, or too long and narrow for a poster.
    #[sea_orm(string_value = "too_small")]
    TooSmall,
    /// The host did not respond for days.
    #[sea_orm(string_value = "unreachable")]
    Unreachable,
}

/// The row of a movie is also its entry in the queue.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_poster")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub movie_id: i64,
    pub state: PosterState,
    /// When to try next, or when the lease of the current attempt ends.
    pub try_at: DateTimeUtc,
    /// Attempts so far; reset when there is something new to try.
    pub tries: i16,
    /// The hash of the poster on display, even while another one is being fetched.
    #[sea_orm(indexed, column_type = "String(StringLen::N(32))", nullable)]
    pub poster: Option<String>,
    /// The catalog source that has a poster.
    #[sea_orm(column_type = "String(StringLen::N(16))", nullable)]
    pub source: Option<String>,
    /// The address to fetch it from.
    #[sea_orm(column_type = "Text", nullable)]
    pub url: Option<String>,
    /// The page that credits its author.
    #[sea_orm(column_type = "Text", nullable)]
    pub page: Option<String>,
    pub fault: Option<PosterFault>,
    /// A member chose this poster, so the catalog does not replace it.
    pub pinned: bool,
    #[sea_orm(
        belongs_to,
        relation_enum = "Movie",
        from = "movie_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub movie: BelongsTo<super::movie::Entity>,
    #[sea_orm(
        belongs_to,
        relation_enum = "Shown",
        from = "poster",
        to = "hash",
        on_delete = "Restrict",
        on_update = "NoAction"
    )]
    pub shown: BelongsTo<Option<super::poster::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
