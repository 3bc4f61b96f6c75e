//! What the catalog said of a movie.

use entity::{genre, movie_facts, movie_genre};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
};

use super::MovieId;
use crate::config::SourceName;
use crate::db::Db;

/// What the catalog said of a movie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Who said it; `None` while nobody has.
    pub source: Option<SourceName>,
    /// The title where it was made, if it is another.
    pub original_title: Option<String>,
    /// Minutes.
    pub runtime: Option<i16>,
    /// Of which kind it is.
    pub genres: Vec<String>,
    /// What it is about; empty if nobody says so.
    pub overview: String,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    source: Option<String>,
    original_title: Option<String>,
    runtime: Option<i16>,
    overview: String,
}

/// What was said of `movie`; nothing, where nobody has said anything.
pub async fn said(db: &Db, movie: MovieId) -> Result<Said, DbErr> {
    use movie_facts::Column;
    let row = movie_facts::Entity::find_by_id(movie)
        .select_only()
        .columns([
            Column::Source,
            Column::OriginalTitle,
            Column::Runtime,
            Column::Overview,
        ])
        .filter(Column::Source.is_not_null())
        .into_model::<Row>()
        .one(db.reader())
        .await?;
    let Some(row) = row else {
        return Ok(Said::default());
    };
    let genres = movie_genre::Entity::find()
        .select_only()
        .column(genre::Column::Name)
        .join(JoinType::InnerJoin, movie_genre::Relation::Genre.def())
        .filter(movie_genre::Column::MovieId.eq(movie))
        .order_by_asc(genre::Column::Slug)
        .into_tuple()
        .all(db.reader())
        .await?;
    Ok(Said {
        source: row.source.as_deref().and_then(SourceName::parse),
        original_title: row.original_title,
        runtime: row.runtime,
        genres,
        overview: row.overview,
    })
}
