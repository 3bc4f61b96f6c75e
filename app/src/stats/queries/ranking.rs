//! Who and what was seen most, and who and what was liked best.

use entity::{genre, movie_director, movie_genre, person, review};
use sea_orm::sea_query::{
    CommonTableExpression, Expr, ExprTrait, Query, SelectStatement, UnionType,
};
use sea_orm::{DbErr, FromQueryResult, JoinType, Order};

use super::{Counted, Which, all, tallied};
use crate::db::Db;
use crate::stats::{Named, Tally};

/// How often something must have been seen to be among the best.
const OFTEN: i64 = 3;

/// The first of two orders.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    /// Those seen most.
    pub(super) most: Vec<Named>,
    /// Those seen three times or more, the best rated first.
    pub(super) best: Vec<Named>,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    name: String,
    slug: String,
    is_best: i32,
    #[sea_orm(nested)]
    counted: Counted,
}

/// The first `most` directors.
pub(super) async fn directors(db: &Db, which: Which, most: u64) -> Result<Ranking, DbErr> {
    use movie_director::{Column, Entity};
    let on = Expr::col((Entity, Column::MovieId)).equals((review::Entity, review::Column::MovieId));
    let grouped = which
        .select()
        .join(JoinType::InnerJoin, Entity, on)
        .expr_as(Expr::col((Entity, Column::PersonId)), "id")
        .group_by_col((Entity, Column::PersonId))
        .take();
    let ranked = ranked(grouped, most);
    let select = Query::select()
        .expr_as(Expr::col((person::Entity, person::Column::Name)), "name")
        .expr_as(Expr::val(""), "slug")
        .from_subquery(ranked.union, RANKED)
        .join(
            JoinType::InnerJoin,
            person::Entity,
            Expr::col((person::Entity, person::Column::Id)).equals((RANKED, "id")),
        )
        .with_cte(ranked.cte)
        .take();
    read(db, select).await
}

/// The first `most` genres.
pub(super) async fn genres(db: &Db, which: Which, most: u64) -> Result<Ranking, DbErr> {
    use movie_genre::{Column, Entity};
    let on = Expr::col((Entity, Column::MovieId)).equals((review::Entity, review::Column::MovieId));
    let grouped = which
        .select()
        .join(JoinType::InnerJoin, Entity, on)
        .expr_as(Expr::col((Entity, Column::GenreId)), "id")
        .group_by_col((Entity, Column::GenreId))
        .take();
    let ranked = ranked(grouped, most);
    let select = Query::select()
        .columns([
            (genre::Entity, genre::Column::Name),
            (genre::Entity, genre::Column::Slug),
        ])
        .from_subquery(ranked.union, RANKED)
        .join(
            JoinType::InnerJoin,
            genre::Entity,
            Expr::col((genre::Entity, genre::Column::Id)).equals((RANKED, "id")),
        )
        .with_cte(ranked.cte)
        .take();
    read(db, select).await
}

const GROUPED: &str = "grouped";
const RANKED: &str = "ranked";

/// The heads of both orders, out of one count.
struct Ranked {
    cte: CommonTableExpression,
    union: SelectStatement,
}

fn ranked(mut grouped: SelectStatement, most: u64) -> Ranked {
    let cte = CommonTableExpression::from_select(tallied(&mut grouped).take())
        .table_name(GROUPED)
        .to_owned();
    let is_often = Expr::col("reviews")
        .gte(OFTEN)
        .and(Expr::col("rated").gt(0));
    let average = Expr::col("half_stars").mul(1000).div(Expr::col("rated"));
    let mut by_count = heads(0, most);
    by_count.order_by("reviews", Order::Desc);
    let mut by_average = heads(1, most);
    by_average
        .and_where(is_often)
        .order_by_expr(average, Order::Desc);
    let mut union = wrapped(by_count, "by_count");
    union.union(UnionType::All, wrapped(by_average, "by_average"));
    Ranked { cte, union }
}

fn heads(is_best: i32, most: u64) -> SelectStatement {
    Query::select()
        .columns(["id", "reviews", "rated", "half_stars"])
        .expr_as(Expr::val(is_best), "is_best")
        .from(GROUPED)
        .limit(most)
        .take()
}

/// A part of a union cannot have an order of its own.
fn wrapped(mut heads: SelectStatement, name: &'static str) -> SelectStatement {
    // Of two that are level, the one with more stars, then the one known longer.
    heads
        .order_by("half_stars", Order::Desc)
        .order_by("id", Order::Asc);
    Query::select()
        .columns(["id", "reviews", "rated", "half_stars", "is_best"])
        .from_subquery(heads, name)
        .take()
}

async fn read(db: &Db, mut select: SelectStatement) -> Result<Ranking, DbErr> {
    for column in ["id", "reviews", "rated", "half_stars", "is_best"] {
        select.column((RANKED, column));
    }
    let rows: Vec<Row> = all(db, &select).await?;
    let (best, most): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.is_best == 1);
    let named = |rows: Vec<Row>| rows.into_iter().map(Named::from);
    let mut ranking = Ranking {
        most: named(most).collect(),
        best: named(best).collect(),
    };
    let thousandths = |tally: Tally| (tally.half_stars * 1000).checked_div(tally.rated);
    let level = |named: &Named| (named.tally.half_stars, std::cmp::Reverse(named.id));
    ranking
        .most
        .sort_by_key(|named| std::cmp::Reverse((named.tally.reviews, level(named))));
    ranking
        .best
        .sort_by_key(|named| std::cmp::Reverse((thousandths(named.tally), level(named))));
    Ok(ranking)
}

impl From<Row> for Named {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            slug: row.slug,
            tally: row.counted.into(),
        }
    }
}
