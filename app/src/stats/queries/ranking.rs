//! The most watched and the best rated directors and genres.

use entity::{genre, movie_director, movie_genre, person, review};
use sea_orm::sea_query::{
    CommonTableExpression, Expr, ExprTrait, Query, SelectStatement, UnionType,
};
use sea_orm::{DbErr, FromQueryResult, JoinType, Order};

use super::{ReviewSelection, TallyRow, add_tally_columns, fetch_all};
use crate::db::Db;
use crate::stats::{NamedTally, Tally};

/// The fewest reviews with which a director or genre can be among the best rated.
const MIN_REVIEWS_FOR_BEST: i64 = 3;

#[derive(Debug, Default)]
pub(super) struct Ranking {
    pub(super) most_watched: Vec<NamedTally>,
    /// Only those with at least [`MIN_REVIEWS_FOR_BEST`] reviews.
    pub(super) best_rated: Vec<NamedTally>,
}

#[derive(Debug, FromQueryResult)]
struct RankingRow {
    id: i64,
    name: String,
    slug: String,
    is_best: i32,
    #[sea_orm(nested)]
    counted: TallyRow,
}

/// At most `limit` by each order.
pub(super) async fn rank_directors(
    db: &Db,
    selection: ReviewSelection,
    limit: u64,
) -> Result<Ranking, DbErr> {
    use movie_director::{Column, Entity};
    let on = Expr::col((Entity, Column::MovieId)).equals((review::Entity, review::Column::MovieId));
    let grouped = selection
        .query()
        .join(JoinType::InnerJoin, Entity, on)
        .expr_as(Expr::col((Entity, Column::PersonId)), "id")
        .group_by_col((Entity, Column::PersonId))
        .take();
    let ranked = ranking_sql(grouped, limit);
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
    fetch_ranking(db, select).await
}

/// At most `limit` by each order.
pub(super) async fn rank_genres(
    db: &Db,
    selection: ReviewSelection,
    limit: u64,
) -> Result<Ranking, DbErr> {
    use movie_genre::{Column, Entity};
    let on = Expr::col((Entity, Column::MovieId)).equals((review::Entity, review::Column::MovieId));
    let grouped = selection
        .query()
        .join(JoinType::InnerJoin, Entity, on)
        .expr_as(Expr::col((Entity, Column::GenreId)), "id")
        .group_by_col((Entity, Column::GenreId))
        .take();
    let ranked = ranking_sql(grouped, limit);
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
    fetch_ranking(db, select).await
}

const GROUPED: &str = "grouped";
const RANKED: &str = "ranked";

/// Selects the top rows by both orders from one aggregation.
struct RankingSql {
    cte: CommonTableExpression,
    union: SelectStatement,
}

fn ranking_sql(mut grouped: SelectStatement, limit: u64) -> RankingSql {
    let cte = CommonTableExpression::from_select(add_tally_columns(&mut grouped).take())
        .table_name(GROUPED)
        .to_owned();
    let has_enough_reviews = Expr::col("reviews")
        .gte(MIN_REVIEWS_FOR_BEST)
        .and(Expr::col("rated").gt(0));
    let average = Expr::col("half_stars").mul(1000).div(Expr::col("rated"));
    let mut by_count = top_rows(0, limit);
    by_count.order_by("reviews", Order::Desc);
    let mut by_average = top_rows(1, limit);
    by_average
        .and_where(has_enough_reviews)
        .order_by_expr(average, Order::Desc);
    let mut union = as_subquery(by_count, "by_count");
    union.union(UnionType::All, as_subquery(by_average, "by_average"));
    RankingSql { cte, union }
}

fn top_rows(is_best: i32, limit: u64) -> SelectStatement {
    Query::select()
        .columns(["id", "reviews", "rated", "half_stars"])
        .expr_as(Expr::val(is_best), "is_best")
        .from(GROUPED)
        .limit(limit)
        .take()
}

/// A subquery, since parts of a union cannot have an `ORDER BY` of their own.
fn as_subquery(mut heads: SelectStatement, name: &'static str) -> SelectStatement {
    // Ties: more stars first, then the lower ID.
    heads
        .order_by("half_stars", Order::Desc)
        .order_by("id", Order::Asc);
    Query::select()
        .columns(["id", "reviews", "rated", "half_stars", "is_best"])
        .from_subquery(heads, name)
        .take()
}

async fn fetch_ranking(db: &Db, mut select: SelectStatement) -> Result<Ranking, DbErr> {
    for column in ["id", "reviews", "rated", "half_stars", "is_best"] {
        select.column((RANKED, column));
    }
    let rows: Vec<RankingRow> = fetch_all(db, &select).await?;
    let (best, most): (Vec<RankingRow>, Vec<RankingRow>) =
        rows.into_iter().partition(|row| row.is_best == 1);
    let named_tally = |rows: Vec<RankingRow>| rows.into_iter().map(NamedTally::from);
    let mut ranking = Ranking {
        most_watched: named_tally(most).collect(),
        best_rated: named_tally(best).collect(),
    };
    let thousandths = |tally: Tally| (tally.half_stars * 1000).checked_div(tally.rated);
    let level = |named: &NamedTally| (named.tally.half_stars, std::cmp::Reverse(named.id));
    ranking
        .most_watched
        .sort_by_key(|named| std::cmp::Reverse((named.tally.reviews, level(named))));
    ranking
        .best_rated
        .sort_by_key(|named| std::cmp::Reverse((thousandths(named.tally), level(named))));
    Ok(ranking)
}

impl From<RankingRow> for NamedTally {
    fn from(row: RankingRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            slug: row.slug,
            tally: row.counted.into(),
        }
    }
}
