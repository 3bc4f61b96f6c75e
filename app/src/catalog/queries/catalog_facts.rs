//! Facts that the catalog stored for a movie, and its genres and people.

use entity::{genre, movie, movie_director, movie_facts, movie_genre, person};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, RelationTrait,
};

use super::MovieId;
use crate::config::SourceName;
use crate::db::Db;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogFacts {
    /// `None` while no source has answered.
    pub source: Option<SourceName>,
    /// `None` when it is the same as the title.
    pub original_title: Option<String>,
    /// In minutes.
    pub runtime: Option<i16>,
    pub genres: Vec<GenreRow>,
    pub overview: String,
}

#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct GenreRow {
    pub slug: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct PersonRow {
    pub id: i64,
    pub name: String,
}

#[derive(Debug, FromQueryResult)]
struct FactsRow {
    source: Option<String>,
    original_title: Option<String>,
    runtime: Option<i16>,
    overview: String,
}

/// Default values when no facts are stored.
pub async fn catalog_facts(db: &Db, movie: MovieId) -> Result<CatalogFacts, DbErr> {
    use movie_facts::Column;
    let row = movie_facts::Entity::find_by_id(movie)
        .select_only()
        .columns([
            Column::Source,
            Column::OriginalTitle,
            Column::Runtime,
            Column::Overview,
        ])
        .into_model::<FactsRow>()
        .one(db.reader())
        .await?;
    let Some(row) = row else {
        return Ok(CatalogFacts::default());
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
    Ok(CatalogFacts {
        source: row.source.as_deref().and_then(SourceName::parse),
        original_title: row.original_title,
        runtime: row.runtime,
        genres,
        overview: row.overview,
    })
}

/// The directors of `movie`, in order of billing.
pub async fn directors_of(db: &Db, movie: MovieId) -> Result<Vec<PersonRow>, DbErr> {
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

pub async fn find_person(db: &Db, id: i64) -> Result<Option<PersonRow>, DbErr> {
    person::Entity::find_by_id(id)
        .select_only()
        .columns([person::Column::Id, person::Column::Name])
        .into_model()
        .one(db.reader())
        .await
}

pub async fn find_genre(db: &Db, slug: &str) -> Result<Option<GenreRow>, DbErr> {
    genre::Entity::find()
        .select_only()
        .columns([genre::Column::Slug, genre::Column::Name])
        .filter(genre::Column::Slug.eq(slug))
        .into_model()
        .one(db.reader())
        .await
}

pub fn directed_by(person: i64) -> Condition {
    let movies = movie_director::Entity::find()
        .select_only()
        .column(movie_director::Column::MovieId)
        .filter(movie_director::Column::PersonId.eq(person))
        .into_query();
    Condition::all().add(movie::Column::Id.in_subquery(movies))
}

pub fn in_genre(slug: &str) -> Condition {
    let movies = movie_genre::Entity::find()
        .select_only()
        .column(movie_genre::Column::MovieId)
        .join(JoinType::InnerJoin, movie_genre::Relation::Genre.def())
        .filter(genre::Column::Slug.eq(slug))
        .into_query();
    Condition::all().add(movie::Column::Id.in_subquery(movies))
}
