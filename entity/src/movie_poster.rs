//! Which poster a movie has, and whether one is still to be fetched.

use sea_orm::entity::prelude::*;

/// How far the poster of a movie is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum PosterState {
    /// The catalog is to say first whether there is one.
    #[sea_orm(string_value = "expected")]
    Expected,
    /// It is to be fetched, at `try_at`.
    #[sea_orm(string_value = "wanted")]
    Wanted,
    /// It is being fetched; who fetches has until `try_at`.
    #[sea_orm(string_value = "fetching")]
    Fetching,
    /// It is there.
    #[sea_orm(string_value = "ready")]
    Ready,
    /// Nobody has one.
    #[sea_orm(string_value = "none")]
    None,
    /// It could not be had, and is not asked for again by itself.
    #[sea_orm(string_value = "failed")]
    Failed,
}

/// Why a poster could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum PosterFault {
    /// It is not where the catalog says.
    #[sea_orm(string_value = "gone")]
    Gone,
    /// What is there is no picture that can be read.
    #[sea_orm(string_value = "no_picture")]
    NoPicture,
    /// It has too many bytes or pixels.
    #[sea_orm(string_value = "too_large")]
    TooLarge,
    /// It has too few pixels, or is no poster's shape.
    #[sea_orm(string_value = "too_small")]
    TooSmall,
    /// Whoever has it did not answer for days.
    #[sea_orm(string_value = "unreachable")]
    Unreachable,
}

/// The poster of one movie. The row is the queue as well.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_poster")]
pub struct Model {
    /// The movie.
    #[sea_orm(primary_key, auto_increment = false)]
    pub movie_id: i64,
    /// How far it is.
    pub state: PosterState,
    /// When to fetch it, or until when somebody fetches it.
    pub try_at: DateTimeUtc,
    /// How often it was fetched in vain; tells one who fetches from the next.
    pub tries: i16,
    /// The one that is shown, also while another is on its way.
    #[sea_orm(indexed, column_type = "String(StringLen::N(32))", nullable)]
    pub poster: Option<String>,
    /// Who in the catalog has one,
    #[sea_orm(column_type = "String(StringLen::N(16))", nullable)]
    pub source: Option<String>,
    /// where it can be fetched,
    #[sea_orm(column_type = "Text", nullable)]
    pub url: Option<String>,
    /// and where people read whose it is.
    #[sea_orm(column_type = "Text", nullable)]
    pub page: Option<String>,
    /// Why it could not be had.
    pub fault: Option<PosterFault>,
    /// Whether a member chose the one that is shown: the catalog's does not replace it.
    pub pinned: bool,
    /// The movie.
    #[sea_orm(
        belongs_to,
        relation_enum = "Movie",
        from = "movie_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub movie: BelongsTo<super::movie::Entity>,
    /// The one that is shown.
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
