//! How many films a watchlist has, how long they take, and what it can be filtered by.

use entity::{genre, movie, movie_facts, movie_genre, watchlist_entry};
use sea_orm::sea_query::{Expr, ExprTrait, Func, SimpleExpr};
use sea_orm::{
    ColumnTrait, DbErr, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationTrait,
};

use super::entries::listed;
use crate::accounts::MemberId;
use crate::db::Db;
use crate::watchlist::params::WatchlistFilter;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchlistSummary {
    /// The number of films that pass the filter.
    pub films: u64,
    /// The sum of their known lengths.
    pub minutes: u64,
    /// The number of films without a TMDB id.
    pub without_tmdb_id: u64,
    /// Those of all films on the list, by name.
    pub genres: Vec<FilterChoice>,
    /// The first years of the decades of all films, latest first.
    pub decades: Vec<i16>,
}

#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct FilterChoice {
    pub slug: String,
    pub name: String,
}

#[derive(Debug, FromQueryResult)]
struct WatchlistTotalsRow {
    films: i64,
    minutes: i64,
    with_tmdb_id: i64,
}

pub async fn summarize(
    db: &Db,
    member: MemberId,
    filter: &WatchlistFilter,
) -> Result<WatchlistSummary, DbErr> {
    let runtime = Expr::col((movie_facts::Entity, movie_facts::Column::Runtime));
    let totals = listed(member, filter)
        .select_only()
        .column_as(watchlist_entry::Column::MovieId.count(), "films")
        .column_as(
            SimpleExpr::from(Func::coalesce([runtime.sum(), Expr::val(0)])),
            "minutes",
        )
        .column_as(movie::Column::TmdbId.count(), "with_tmdb_id")
        .into_model::<WatchlistTotalsRow>()
        .one(db.reader())
        .await?;
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(WatchlistSummary {
        films: totals.as_ref().map_or(0, |totals| count(totals.films)),
        minutes: totals.as_ref().map_or(0, |totals| count(totals.minutes)),
        without_tmdb_id: totals
            .as_ref()
            .map_or(0, |totals| count(totals.films - totals.with_tmdb_id)),
        genres: genres_on(db, member).await?,
        decades: decades_on(db, member).await?,
    })
}

async fn genres_on(db: &Db, member: MemberId) -> Result<Vec<FilterChoice>, DbErr> {
    listed(member, &WatchlistFilter::default())
        .select_only()
        .distinct()
        .columns([genre::Column::Slug, genre::Column::Name])
        .join(
            JoinType::InnerJoin,
            movie_genre::Relation::Movie.def().rev(),
        )
        .join(JoinType::InnerJoin, movie_genre::Relation::Genre.def())
        .order_by_asc(genre::Column::Name)
        .into_model()
        .all(db.reader())
        .await
}

async fn decades_on(db: &Db, member: MemberId) -> Result<Vec<i16>, DbErr> {
    let decade = Expr::col((movie::Entity, movie::Column::Year)).div(10);
    let decades: Vec<i32> = listed(member, &WatchlistFilter::default())
        .select_only()
        .distinct()
        .column_as(decade, "decade")
        .filter(movie::Column::Year.is_not_null())
        .order_by_desc(Expr::col("decade"))
        .into_tuple()
        .all(db.reader())
        .await?;
    let first_years = decades.into_iter().map(|decade| i16::try_from(decade * 10));
    Ok(first_years.filter_map(Result::ok).collect())
}
