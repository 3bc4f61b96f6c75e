//! What the catalog said of a movie.

use entity::{genre, movie, movie_director, movie_facts, movie_genre, person};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, RelationTrait,
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
    pub genres: Vec<Genre>,
    /// What it is about; empty if nobody says so.
    pub overview: String,
}

/// A kind of movie.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Genre {
    /// The name in addresses.
    pub slug: String,
    /// The name as it is shown.
    pub name: String,
}

/// Somebody who made movies.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Person {
    /// Who.
    pub id: i64,
    /// The name as it is shown.
    pub name: String,
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
        .into_model::<Row>()
        .one(db.reader())
        .await?;
    let Some(row) = row else {
        return Ok(Said::default());
    };
    let genres = movie_genre::Entity::find()
        .select_only()
        .columns([genre::Column::Slug, genre::Column::Name])
        .join(JoinType::InnerJoin, movie_genre::Relation::Genre.def())
        .filter(movie_genre::Column::MovieId.eq(movie))
        .order_by_asc(genre::Column::Slug)
        .into_model()
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

/// Who directed `movie`, the one named first first.
pub async fn directors(db: &Db, movie: MovieId) -> Result<Vec<Person>, DbErr> {
    movie_director::Entity::find()
        .select_only()
        .columns([person::Column::Id, person::Column::Name])
        .join(JoinType::InnerJoin, movie_director::Relation::Person.def())
        .filter(movie_director::Column::MovieId.eq(movie))
        .order_by_asc(movie_director::Column::Position)
        .into_model()
        .all(db.reader())
        .await
}

/// The person of that number.
pub async fn person(db: &Db, id: i64) -> Result<Option<Person>, DbErr> {
    person::Entity::find_by_id(id)
        .select_only()
        .columns([person::Column::Id, person::Column::Name])
        .into_model()
        .one(db.reader())
        .await
}

/// The genre of that name in addresses.
pub async fn genre(db: &Db, slug: &str) -> Result<Option<Genre>, DbErr> {
    genre::Entity::find()
        .select_only()
        .columns([genre::Column::Slug, genre::Column::Name])
        .filter(genre::Column::Slug.eq(slug))
        .into_model()
        .one(db.reader())
        .await
}

/// The movies that a person directed, as a condition over movies.
pub fn directed_by(person: i64) -> Condition {
    let movies = movie_director::Entity::find()
        .select_only()
        .column(movie_director::Column::MovieId)
        .filter(movie_director::Column::PersonId.eq(person))
        .into_query();
    Condition::all().add(movie::Column::Id.in_subquery(movies))
}

/// The movies of a genre, as a condition over movies.
pub fn of_genre(slug: &str) -> Condition {
    let movies = movie_genre::Entity::find()
        .select_only()
        .column(movie_genre::Column::MovieId)
        .join(JoinType::InnerJoin, movie_genre::Relation::Genre.def())
        .filter(genre::Column::Slug.eq(slug))
        .into_query();
    Condition::all().add(movie::Column::Id.in_subquery(movies))
}
