//! What is known of movies.

mod corrections;
mod said;
mod typed;

use std::collections::HashMap;

use entity::{movie, movie_alias, movie_director, movie_facts, person};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, DerivePartialModel, EntityTrait,
    FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationTrait,
};

pub use corrections::{Correction, corrections};
pub use said::{Genre, Person, Said, directed_by, directors, genre, of_genre, person, said};
pub use typed::{find_among, suggest, with_words};

use super::facts::Ids;
use crate::db::Db;
use crate::web::Error;

/// Which movie.
pub type MovieId = i64;

/// How many movies one page of a list has.
pub const PAGE: usize = 48;

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

impl Known {
    /// What members can correct of it.
    pub fn facts(&self) -> (&str, i16, &[String]) {
        (&self.title, self.year, &self.directors)
    }
}

#[derive(Debug, DerivePartialModel)]
#[sea_orm(entity = "movie::Entity")]
struct Row {
    id: MovieId,
    title: String,
    title_key: String,
    sort_key: String,
    year: i16,
    imdb_id: Option<String>,
    tmdb_id: Option<i64>,
}

/// What orders a list of movies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The title.
    Title,
    /// The year, the last one first.
    Newest,
}

/// What is told of a movie that none of the list is after: nobody learns whether it is hidden,
/// or was never here.
const ELSEWHERE: &str = "The list has changed since. Start again at its top.";

/// A page of at most `most` of the movies that `among` lets through, after the movie `after`;
/// and whether it goes on.
pub async fn list(
    db: &Db,
    among: Condition,
    order: Order,
    after: Option<MovieId>,
    most: usize,
) -> Result<(Vec<Known>, bool), Error> {
    use movie::Column;
    let movies = movie::Entity::find()
        .filter(among.clone())
        .filter(Column::Id.not_in_subquery(aliases()))
        .limit(most as u64 + 1);
    let mut movies = match order {
        Order::Title => movies
            .order_by_asc(Column::SortKey)
            .order_by_asc(Column::Id),
        Order::Newest => movies.order_by_desc(Column::Year).order_by_desc(Column::Id),
    };
    if let Some(after) = after {
        let last = movie::Entity::find_by_id(after)
            .filter(among)
            .into_partial_model::<Row>()
            .one(db.reader())
            .await?;
        let last = last.ok_or_else(|| Error::BadRequest(ELSEWHERE.to_owned()))?;
        let column = |column| Expr::col((movie::Entity, column));
        let place = |key| Expr::tuple([key, Expr::val(last.id)]);
        movies = movies.filter(match order {
            Order::Title => Expr::tuple([column(Column::SortKey), column(Column::Id)])
                .gt(place(Expr::val(last.sort_key))),
            Order::Newest => Expr::tuple([column(Column::Year), column(Column::Id)])
                .lt(place(Expr::val(last.year))),
        });
    }
    let mut rows = movies.into_partial_model::<Row>().all(db.reader()).await?;
    let has_more = rows.len() > most;
    rows.truncate(most);
    Ok((with_directors(db.reader(), rows).await?, has_more))
}

/// Those with one of the numbers.
fn named(ids: &Ids) -> Condition {
    let by_wikidata = ids.wikidata_id.as_ref().map(|id| {
        let facts = movie_facts::Entity::find()
            .select_only()
            .column(movie_facts::Column::MovieId)
            .filter(movie_facts::Column::WikidataId.eq(id))
            .into_query();
        movie::Column::Id.in_subquery(facts)
    });
    [
        ids.imdb_id.as_ref().map(|id| movie::Column::ImdbId.eq(id)),
        ids.tmdb_id.map(|id| movie::Column::TmdbId.eq(id)),
        by_wikidata,
    ]
    .into_iter()
    .flatten()
    // Without any number, none.
    .fold(Condition::any().add(Expr::val(false)), Condition::add)
}

/// The movies that went into another.
pub(super) fn aliases() -> SelectStatement {
    movie_alias::Entity::find()
        .select_only()
        .column(movie_alias::Column::MovieId)
        .into_query()
}

/// The movie of that id.
pub async fn find(db: &impl ConnectionTrait, id: MovieId) -> Result<Option<Known>, DbErr> {
    let rows = movie::Entity::find_by_id(id)
        .into_partial_model::<Row>()
        .all(db)
        .await?;
    Ok(with_directors(db, rows).await?.pop())
}

/// The movies of those ids.
pub(super) async fn find_all(
    db: &impl ConnectionTrait,
    ids: &[MovieId],
) -> Result<Vec<Known>, DbErr> {
    let rows = movie::Entity::find()
        .filter(movie::Column::Id.is_in(ids.iter().copied()))
        .into_partial_model::<Row>()
        .all(db)
        .await?;
    with_directors(db, rows).await
}

/// The movie that stays in the place of `movie`, where it turned out to be another. One
/// step is enough: what leads to a movie that goes is led on.
pub async fn leads_to(db: &impl ConnectionTrait, movie: MovieId) -> Result<Option<MovieId>, DbErr> {
    movie_alias::Entity::find_by_id(movie)
        .select_only()
        .column(movie_alias::Column::LeadsTo)
        .into_tuple()
        .one(db)
        .await
}

/// The same of several: those that went into another, and the other.
pub async fn all_lead_to(
    db: &impl ConnectionTrait,
    movies: &[MovieId],
) -> Result<HashMap<MovieId, MovieId>, DbErr> {
    let led: Vec<(MovieId, MovieId)> = movie_alias::Entity::find()
        .select_only()
        .columns([movie_alias::Column::MovieId, movie_alias::Column::LeadsTo])
        .filter(movie_alias::Column::MovieId.is_in(movies.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(led.into_iter().collect())
}

/// The movies with one of these numbers.
pub(super) async fn find_named(db: &impl ConnectionTrait, ids: &Ids) -> Result<Vec<Known>, DbErr> {
    find_where(db, named(ids)).await
}

/// The movies with any number of any of these.
pub(super) async fn find_any_named<'a>(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = &'a Ids>,
) -> Result<Vec<Known>, DbErr> {
    let any = ids
        .map(named)
        .reduce(|any, ids| Condition::any().add(any).add(ids));
    match any {
        Some(any) => find_where(db, any).await,
        None => Ok(Vec::new()),
    }
}

/// The movies that `which` picks, at most a hundred; of those that went into another,
/// the other.
pub(super) async fn find_where(
    db: &impl ConnectionTrait,
    which: Condition,
) -> Result<Vec<Known>, DbErr> {
    let mut picked = rows_where(db, which).await?;
    let ids: Vec<_> = picked.iter().map(|row| row.id).collect();
    let led = all_lead_to(db, &ids).await?;
    if !led.is_empty() {
        picked.retain(|row| !led.contains_key(&row.id));
        let present: Vec<_> = picked.iter().map(|row| row.id).collect();
        let others = led.into_values().filter(|id| !present.contains(id));
        picked.extend(rows_where(db, Condition::all().add(movie::Column::Id.is_in(others))).await?);
    }
    with_directors(db, picked).await
}

async fn rows_where(db: &impl ConnectionTrait, which: Condition) -> Result<Vec<Row>, DbErr> {
    movie::Entity::find()
        .filter(which)
        .order_by_asc(movie::Column::Id)
        .limit(100)
        .into_partial_model::<Row>()
        .all(db)
        .await
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
