//! Reads the posters of movies.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::movie_poster::{self, PosterFault, PosterState};
use entity::{movie, poster};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, PaginatorTrait,
    QueryFilter, QuerySelect, RelationTrait, Select,
};

use super::commands::{MEMBER_SOURCE, StoredPoster};
use crate::catalog::MovieId;
use crate::config::SourceName;
use crate::db::Db;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Poster {
    Available(StoredPoster),
    /// Awaiting facts, queued or being fetched: pages poll for it.
    Pending,
    #[default]
    Missing,
}

/// The columns added by [`with_poster`].
#[derive(Clone, Debug, FromQueryResult)]
pub struct PosterRow {
    hash: Option<String>,
    height: Option<i16>,
    colors: Option<String>,
    state: Option<PosterState>,
}

impl From<PosterRow> for Poster {
    fn from(row: PosterRow) -> Self {
        match (row.hash, row.height, row.colors) {
            (Some(hash), Some(height), Some(colors)) => Self::Available(StoredPoster {
                hash,
                height,
                colors,
            }),
            _ if row.state.is_some_and(is_pending) => Self::Pending,
            _ => Self::Missing,
        }
    }
}

fn is_pending(state: PosterState) -> bool {
    match state {
        PosterState::AwaitingFacts | PosterState::Queued | PosterState::Fetching => true,
        PosterState::Ready | PosterState::None | PosterState::Failed => false,
    }
}

/// Joins the poster to a query that already has movies, as a nested [`PosterRow`] with the prefix
/// `poster_`.
pub fn with_poster<E: EntityTrait>(movies: Select<E>) -> Select<E> {
    movies
        .join(
            JoinType::LeftJoin,
            movie_poster::Relation::Movie.def().rev(),
        )
        .join(JoinType::LeftJoin, movie_poster::Relation::Shown.def())
        .column_as(poster::Column::Hash, "poster_hash")
        .column_as(poster::Column::Height, "poster_height")
        .column_as(poster::Column::Colors, "poster_colors")
        .column_as(movie_poster::Column::State, "poster_state")
}

#[derive(Debug, FromQueryResult)]
struct MoviePosterRow {
    id: MovieId,
    #[sea_orm(nested(prefix = "poster_"))]
    poster: PosterRow,
}

pub async fn posters_of(
    db: &impl ConnectionTrait,
    movies: impl IntoIterator<Item = MovieId>,
) -> Result<HashMap<MovieId, Poster>, DbErr> {
    let movies: Vec<_> = movies.into_iter().collect();
    if movies.is_empty() {
        return Ok(HashMap::new());
    }
    let movies = movie::Entity::find()
        .select_only()
        .column(movie::Column::Id)
        .filter(movie::Column::Id.is_in(movies));
    let rows = with_poster(movies)
        .into_model::<MoviePosterRow>()
        .all(db)
        .await?;
    let posters = rows.into_iter().map(|row| (row.id, row.poster.into()));
    Ok(posters.collect())
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PosterInfo {
    pub poster: Poster,
    /// `None` if there is no poster, or this program generated it.
    pub credit: Option<PosterCredit>,
    /// Why the last fetch failed for good.
    pub fault: Option<PosterFault>,
    /// When the fetch is retried, if it has failed so far.
    pub retry_at: Option<DateTime<Utc>>,
    /// Whether a member chose the current poster.
    pub is_pinned: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PosterCredit {
    /// `None` if a member uploaded the picture.
    pub source: Option<SourceName>,
    /// A page about the picture, for people.
    pub page: Option<String>,
}

pub async fn poster_info(db: &impl ConnectionTrait, movie: MovieId) -> Result<PosterInfo, DbErr> {
    let row_and_poster = movie_poster::Entity::find_by_id(movie)
        .find_also_related(poster::Entity)
        .one(db)
        .await?;
    let Some((row, poster_row)) = row_and_poster else {
        return Ok(PosterInfo::default());
    };
    let is_retrying = row.state == PosterState::Queued && row.tries > 0;
    let poster = PosterRow {
        hash: poster_row.as_ref().map(|shown| shown.hash.clone()),
        height: poster_row.as_ref().map(|shown| shown.height),
        colors: poster_row.as_ref().map(|shown| shown.colors.clone()),
        state: Some(row.state),
    };
    // Without a catalog source and without a member's choice, it was generated here.
    let is_generated = |shown: &poster::Model| shown.source == MEMBER_SOURCE && !row.pinned;
    Ok(PosterInfo {
        poster: poster.into(),
        credit: poster_row
            .filter(|shown| !is_generated(shown))
            .map(|shown| PosterCredit {
                source: SourceName::parse(&shown.source),
                page: shown.page,
            }),
        fault: row.fault,
        retry_at: is_retrying.then_some(row.try_at),
        is_pinned: row.pinned,
    })
}

/// Posters that no movie shows any more.
pub async fn count_superseded(db: &Db) -> Result<u64, DbErr> {
    poster::Entity::find()
        .filter(poster::Column::SupersededAt.is_not_null())
        .count(db.reader())
        .await
}
