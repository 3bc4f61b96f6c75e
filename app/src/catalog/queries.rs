//! What is known of movies.

use std::collections::HashMap;

use entity::{movie, movie_director, person};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, DerivePartialModel, EntityTrait,
    FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
};

use crate::db::Db;
use crate::text::fold;

/// Which movie.
pub type MovieId = i64;

/// How many suggestions are worth reading.
const SUGGESTIONS: u64 = 8;

/// A movie that is known here, with what tells it apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Which one.
    pub id: MovieId,
    /// As it is shown.
    pub title: String,
    /// The year it came out.
    pub year: i16,
    /// Its number at IMDb.
    pub imdb_id: Option<String>,
    /// Its number at TMDB.
    pub tmdb_id: Option<i64>,
    /// Who directed it.
    pub directors: Vec<String>,
}

#[derive(Debug, DerivePartialModel)]
#[sea_orm(entity = "movie::Entity")]
struct Row {
    id: MovieId,
    title: String,
    year: i16,
    imdb_id: Option<String>,
    tmdb_id: Option<i64>,
}

/// Movies whose title begins with what is being typed, with or without its article.
///
/// This is the one place that turns typed text into movies; whatever else finds them
/// later, answers from outside included, comes in here.
pub async fn suggest(db: &Db, typed: &str) -> Result<Vec<Known>, DbErr> {
    let typed = fold(typed);
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let fits = Condition::any()
        .add(begins(movie::Column::TitleKey, &typed))
        .add(begins(movie::Column::SortKey, &typed));
    let rows = movie::Entity::find()
        .filter(fits)
        .order_by_asc(movie::Column::SortKey)
        .order_by_asc(movie::Column::Year)
        .order_by_asc(movie::Column::Id)
        .limit(SUGGESTIONS)
        .into_partial_model::<Row>()
        .all(db.reader())
        .await?;
    with_directors(db.reader(), rows).await
}

/// The movie of that id.
pub async fn find(db: &impl ConnectionTrait, id: MovieId) -> Result<Option<Known>, DbErr> {
    let rows = movie::Entity::find_by_id(id)
        .into_partial_model::<Row>()
        .all(db)
        .await?;
    Ok(with_directors(db, rows).await?.pop())
}

/// The movies that `which` picks, at most a hundred.
pub(super) async fn find_where(
    db: &impl ConnectionTrait,
    which: Condition,
) -> Result<Vec<Known>, DbErr> {
    let rows = movie::Entity::find()
        .filter(which)
        .order_by_asc(movie::Column::Id)
        .limit(100)
        .into_partial_model::<Row>()
        .all(db)
        .await?;
    with_directors(db, rows).await
}

/// A range of the index rather than `LIKE`, which neither database answers from an
/// index without further ado.
fn begins(column: movie::Column, typed: &str) -> Condition {
    Condition::all()
        .add(column.gte(typed))
        .add(column.lt(format!("{typed}\u{10ffff}")))
}

#[derive(Debug, FromQueryResult)]
struct Direction {
    movie_id: MovieId,
    name: String,
}

async fn with_directors(db: &impl ConnectionTrait, rows: Vec<Row>) -> Result<Vec<Known>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let directions = movie_director::Entity::find()
        .select_only()
        .column(movie_director::Column::MovieId)
        .column(person::Column::Name)
        .join(JoinType::InnerJoin, movie_director::Relation::Person.def())
        .filter(movie_director::Column::MovieId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(movie_director::Column::Position)
        .into_model::<Direction>()
        .all(db)
        .await?;
    let mut directors: HashMap<MovieId, Vec<String>> = HashMap::new();
    for Direction { movie_id, name } in directions {
        directors.entry(movie_id).or_default().push(name);
    }
    let known = rows.into_iter().map(|row| Known {
        directors: directors.remove(&row.id).unwrap_or_default(),
        id: row.id,
        title: row.title,
        year: row.year,
        imdb_id: row.imdb_id,
        tmdb_id: row.tmdb_id,
    });
    Ok(known.collect())
}
