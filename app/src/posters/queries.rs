//! Which poster a movie has, in the shape in which it is shown.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::movie_poster::{self, PosterFault, PosterState};
use entity::{movie, poster};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QuerySelect, RelationTrait, Select,
};

use super::commands::MEMBER;
use crate::catalog::MovieId;
use crate::config::SourceName;

/// The poster of a movie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Poster {
    /// It is there.
    Here(Picture),
    /// It may come any moment.
    OnItsWay,
    /// There is none.
    #[default]
    Missing,
}

/// A picture in our store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Names its files.
    pub hash: String,
    /// How high it is where it is 500 wide, in pixels.
    pub height: i16,
    /// Six colours of six hex digits, two a row.
    pub colors: String,
}

/// What a query brings of it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    hash: Option<String>,
    height: Option<i16>,
    colors: Option<String>,
    state: Option<PosterState>,
}

impl From<Row> for Poster {
    fn from(row: Row) -> Self {
        match (row.hash, row.height, row.colors) {
            (Some(hash), Some(height), Some(colors)) => Self::Here(Picture {
                hash,
                height,
                colors,
            }),
            _ if row.state.is_some_and(is_on_its_way) => Self::OnItsWay,
            _ => Self::Missing,
        }
    }
}

fn is_on_its_way(state: PosterState) -> bool {
    match state {
        PosterState::Expected | PosterState::Wanted | PosterState::Fetching => true,
        PosterState::Ready | PosterState::None | PosterState::Failed => false,
    }
}

/// Adds the poster to a query that has movies already: a [`Row`] under the prefix
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
struct OfMovie {
    id: MovieId,
    #[sea_orm(nested(prefix = "poster_"))]
    poster: Row,
}

/// The posters of these movies, in one read.
pub async fn of(
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
    let rows = with_poster(movies).into_model::<OfMovie>().all(db).await?;
    let posters = rows.into_iter().map(|row| (row.id, row.poster.into()));
    Ok(posters.collect())
}

/// What is known of the poster of one movie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The poster.
    pub poster: Poster,
    /// Whose the one is that is shown; nobody's where this program drew it.
    pub credit: Option<Credit>,
    /// Why there is none, where one was fetched in vain.
    pub fault: Option<PosterFault>,
    /// When it is fetched again, where it could not be had yet.
    pub again_at: Option<DateTime<Utc>>,
    /// Whether a member chose the one that is shown.
    pub is_pinned: bool,
}

/// Whose a picture is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The source of the catalog; `None` where a member sent it.
    pub source: Option<SourceName>,
    /// Where people read about it.
    pub page: Option<String>,
}

/// What is known of the poster of `movie`.
pub async fn about(db: &impl ConnectionTrait, movie: MovieId) -> Result<About, DbErr> {
    let found = movie_poster::Entity::find_by_id(movie)
        .find_also_related(poster::Entity)
        .one(db)
        .await?;
    let Some((row, shown)) = found else {
        return Ok(About::default());
    };
    let is_waiting = row.state == PosterState::Wanted && row.tries > 0;
    let poster = Row {
        hash: shown.as_ref().map(|shown| shown.hash.clone()),
        height: shown.as_ref().map(|shown| shown.height),
        colors: shown.as_ref().map(|shown| shown.colors.clone()),
        state: Some(row.state),
    };
    // What no source had and no member chose was drawn here.
    let is_drawn = |shown: &poster::Model| shown.source == MEMBER && !row.pinned;
    Ok(About {
        poster: poster.into(),
        credit: shown.filter(|shown| !is_drawn(shown)).map(|shown| Credit {
            source: SourceName::parse(&shown.source),
            page: shown.page,
        }),
        fault: row.fault,
        again_at: is_waiting.then_some(row.try_at),
        is_pinned: row.pinned,
    })
}
