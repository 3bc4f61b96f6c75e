//! What is known of movies.

mod said;

use std::collections::HashMap;

use entity::{movie, movie_alias, movie_director, movie_facts, person};
use sea_orm::sea_query::{Expr, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, DerivePartialModel, EntityTrait,
    FromQueryResult, JoinType, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    RelationTrait,
};

pub use said::{Said, said};

use super::asked::Asked;
use super::facts::Ids;
use super::search;
use crate::db::Db;
use crate::text::fold;

/// Which movie.
pub type MovieId = i64;

/// How many suggestions are worth reading.
const SUGGESTIONS: usize = 8;

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
    title_key: String,
    sort_key: String,
    year: i16,
    imdb_id: Option<String>,
    tmdb_id: Option<i64>,
}

/// The movies that fit what is being typed, the best first: by their number, by the
/// beginning of their title, by words of title, year and directors in any order.
pub async fn suggest(db: &Db, asked: &Asked) -> Result<Vec<Known>, DbErr> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let typed = fold(&asked.words);
    let mut rows = movie::Entity::find()
        .filter(movie::Column::Id.in_subquery(candidates(db, asked, &typed)))
        .filter(movie::Column::Id.not_in_subquery(aliases()))
        .into_partial_model::<Row>()
        .all(db.reader())
        .await?;
    rows.sort_by_cached_key(|row| {
        (
            fit(row, asked, &typed),
            row.sort_key.clone(),
            row.year,
            row.id,
        )
    });
    rows.truncate(SUGGESTIONS);
    with_directors(db.reader(), rows).await
}

/// How well a movie fits; the lower the better.
fn fit(row: &Row, asked: &Asked, typed: &str) -> u8 {
    let ids = asked.ids.as_ref();
    let is_named = ids.is_some_and(|ids| {
        (ids.imdb_id.is_some() && ids.imdb_id == row.imdb_id)
            || (ids.tmdb_id.is_some() && ids.tmdb_id == row.tmdb_id)
    });
    match row {
        row if row.title_key == typed || row.sort_key == typed => 0,
        _ if is_named => 1,
        row if row.title_key.starts_with(typed) || row.sort_key.starts_with(typed) => 2,
        _ => 3,
    }
}

/// The ids of movies that may fit: of each way to find one, a few from the head of its
/// index, so that it costs the same however many there are.
fn candidates(db: &Db, asked: &Asked, typed: &str) -> SelectStatement {
    let backend = db.reader().get_database_backend();
    let by_beginning = (!typed.is_empty()).then(|| {
        [movie::Column::TitleKey, movie::Column::SortKey].map(|column| beginning(column, typed))
    });
    let ways = by_beginning
        .into_iter()
        .flatten()
        .chain(search::matching(backend, typed))
        .chain(asked.ids.as_ref().map(|ids| {
            let named = movie::Entity::find().filter(named(ids));
            named.select_only().column(movie::Column::Id).into_query()
        }));
    union(ways)
}

/// All of `ways`. Each is wrapped, because a part of a union cannot have an order of its
/// own.
fn union(ways: impl Iterator<Item = SelectStatement>) -> SelectStatement {
    let mut wrapped = ways.zip(["a", "b", "c", "d"]).map(|(way, name)| {
        Query::select()
            .column(movie::Column::Id)
            .from_subquery(way, name)
            .take()
    });
    let mut all = wrapped.next().unwrap_or_default();
    for other in wrapped {
        all.union(UnionType::All, other);
    }
    all
}

/// A range of the index rather than `LIKE`, which neither database answers from an
/// index without further ado.
fn beginning(column: movie::Column, typed: &str) -> SelectStatement {
    movie::Entity::find()
        .select_only()
        .column(movie::Column::Id)
        .filter(column.gte(typed))
        .filter(column.lt(format!("{typed}\u{10ffff}")))
        .order_by(column, Order::Asc)
        .limit(SUGGESTIONS as u64)
        .into_query()
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

/// The movies with one of these numbers, but those that went into another.
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
    let led: HashMap<MovieId, MovieId> = movie_alias::Entity::find()
        .select_only()
        .columns([movie_alias::Column::MovieId, movie_alias::Column::LeadsTo])
        .filter(movie_alias::Column::MovieId.is_in(picked.iter().map(|row| row.id)))
        .into_tuple::<(MovieId, MovieId)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
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
