//! What fits what somebody types.

use entity::movie;
use sea_orm::sea_query::{Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::{Known, Row, aliases, named, with_directors};
use crate::catalog::asked::Asked;
use crate::catalog::search;
use crate::db::Db;
use crate::text::fold;

/// How many suggestions are worth reading.
const SUGGESTIONS: usize = 8;

/// The movies that fit what is being typed, the best first: by their number, by the
/// beginning of their title, by words of title, year and directors in any order.
pub async fn suggest(db: &Db, asked: &Asked) -> Result<Vec<Known>, DbErr> {
    find_among(db, asked, Condition::all(), SUGGESTIONS).await
}

/// The same, at most `most`, of the movies that `among` lets through.
pub async fn find_among(
    db: &Db,
    asked: &Asked,
    among: Condition,
    most: usize,
) -> Result<Vec<Known>, DbErr> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let typed = fold(&asked.words);
    let mut rows = movie::Entity::find()
        .filter(movie::Column::Id.in_subquery(candidates(db, asked, &typed)))
        .filter(movie::Column::Id.not_in_subquery(aliases()))
        .filter(among)
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
    rows.truncate(most);
    with_directors(db.reader(), rows).await
}

/// The ids of all movies that have every word of `typed`; `None` where nothing typed is a
/// word.
pub fn with_words(db: &Db, typed: &str) -> Option<SelectStatement> {
    search::with_words(db.reader().get_database_backend(), typed)
}

/// How well a movie fits; the lower the better.
fn fit(row: &Row, asked: &Asked, typed: &str) -> u8 {
    let ids = asked.ids.as_ref();
    let is_named = ids.is_some_and(|ids| ids.name(row.imdb_id.as_deref(), row.tmdb_id));
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
