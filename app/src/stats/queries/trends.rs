//! What a diary shows over a period.

use entity::{Rating, movie, movie_facts, review};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SimpleExpr, WindowStatement};
use sea_orm::{DbErr, FromQueryResult, JoinType, Order};

use super::ranking::{Ranking, directors, genres};
use super::{Counted, Which, all, day, number, sum, tallied};
use crate::db::Db;
use crate::stats::{Choices, Day, Decade, Share, Streak, Tally, Totals, Trends};

/// How long the lists of directors and genres are.
const MOST: u64 = 10;

/// How many genres and directors can be chosen from.
const CHOICES: u64 = 60;

/// What the reviews that `which` picks show: each count is one walk over an index.
pub(crate) async fn trends(db: &Db, which: Which) -> Result<Trends, DbErr> {
    let releases = releases(db, which).await?;
    let directors = directors(db, which, MOST).await?;
    let genres: Ranking = genres(db, which, MOST).await?;
    Ok(Trends {
        totals: totals(db, which, &releases).await?,
        decades: releases.into_iter().map(Release::decade).collect(),
        weekdays: weekdays(db, which).await?,
        directors: directors.most,
        best_directors: directors.best,
        genres: genres.most,
        best_genres: genres.best,
        streak: streak(db, which).await?,
    })
}

/// What the reviews that `which` picks can be filtered by.
pub(crate) async fn choices(db: &Db, which: Which) -> Result<Choices, DbErr> {
    Ok(Choices {
        genres: genres(db, which, CHOICES).await?.most,
        directors: directors(db, which, CHOICES).await?.most,
    })
}

/// The days of the period on which something was seen.
pub(crate) async fn days_of(db: &Db, which: Which) -> Result<Vec<Day>, DbErr> {
    let select = which
        .select()
        .expr_as(column(review::Column::DayKey), "key")
        .expr_as(column(review::Column::Id).count(), "reviews")
        .and_where(column(review::Column::DayKey).gt(0))
        .group_by_col((review::Entity, review::Column::DayKey))
        .order_by((review::Entity, review::Column::DayKey), Order::Asc)
        .take();
    let rows: Vec<Keyed> = all(db, &select).await?;
    let days = rows.into_iter().map(|row| Day {
        day: day(row.key),
        reviews: number(row.reviews),
    });
    Ok(days.collect())
}

/// How often something is.
#[derive(Debug, FromQueryResult)]
struct Keyed {
    key: i32,
    reviews: i64,
}

fn column(column: review::Column) -> SimpleExpr {
    Expr::col((review::Entity, column))
}

#[derive(Debug, FromQueryResult)]
struct Total {
    movies: i64,
    rewatches: i64,
    #[sea_orm(nested)]
    counted: Counted,
}

async fn totals(db: &Db, which: Which, releases: &[Release]) -> Result<Totals, DbErr> {
    let mut select = which.select();
    tallied(&mut select)
        .expr_as(
            Func::count_distinct(column(review::Column::MovieId)),
            "movies",
        )
        .expr_as(sum(column(review::Column::Rewatch), 1), "rewatches");
    let Some(total) = all::<Total>(db, &select).await?.pop() else {
        return Ok(Totals::default());
    };
    let minutes = releases.iter().map(|release| number(release.minutes)).sum();
    let of_known_length: u32 = releases.iter().map(|release| number(release.lengths)).sum();
    let tally = Tally::from(total.counted);
    Ok(Totals {
        movies: number(total.movies),
        tally,
        rewatches: number(total.rewatches),
        minutes,
        of_unknown_length: tally.reviews.saturating_sub(of_known_length),
    })
}

#[derive(Debug, FromQueryResult)]
struct Rated {
    key: i16,
    reviews: i64,
}

/// Every rating, the lowest first, those never given too.
pub(crate) async fn ratings(db: &Db, which: Which) -> Result<Vec<Share>, DbErr> {
    let select = which
        .select()
        .expr_as(column(review::Column::RatingKey), "key")
        .expr_as(column(review::Column::Id).count(), "reviews")
        .group_by_col((review::Entity, review::Column::RatingKey))
        .take();
    let rows: Vec<Rated> = all(db, &select).await?;
    let of = |rating: Rating| rows.iter().find(|row| row.key == rating.half_stars());
    let shares = Rating::all().map(|rating| Share {
        rating,
        reviews: of(rating).map_or(0, |row| number(row.reviews)),
    });
    Ok(shares.collect())
}

/// What came out in ten years.
#[derive(Debug, FromQueryResult)]
struct Release {
    decade: i32,
    minutes: i64,
    lengths: i64,
    #[sea_orm(nested)]
    counted: Counted,
}

impl Release {
    fn decade(self) -> Decade {
        Decade {
            first: i16::try_from(self.decade * 10).unwrap_or_default(),
            tally: self.counted.into(),
        }
    }
}

async fn releases(db: &Db, which: Which) -> Result<Vec<Release>, DbErr> {
    let runtime = || Expr::col((movie_facts::Entity, movie_facts::Column::Runtime));
    let mut select = which.select();
    tallied(&mut select)
        .expr_as(
            Expr::col((movie::Entity, movie::Column::Year)).div(10),
            "decade",
        )
        .expr_as(Func::coalesce([runtime().sum(), Expr::val(0)]), "minutes")
        .expr_as(runtime().count(), "lengths")
        .join(
            JoinType::InnerJoin,
            movie::Entity,
            Expr::col((movie::Entity, movie::Column::Id)).eq(column(review::Column::MovieId)),
        )
        .join(
            JoinType::LeftJoin,
            movie_facts::Entity,
            Expr::col((movie_facts::Entity, movie_facts::Column::MovieId))
                .eq(column(review::Column::MovieId)),
        )
        .group_by_col("decade")
        .order_by("decade", Order::Asc);
    all(db, &select).await
}

/// Monday first.
async fn weekdays(db: &Db, which: Which) -> Result<[u32; 7], DbErr> {
    // The first day of the Common Era was a Monday.
    let weekday = column(review::Column::DayKey).add(6).modulo(7);
    let select = which
        .select()
        .expr_as(weekday, "key")
        .expr_as(column(review::Column::Id).count(), "reviews")
        .and_where(column(review::Column::DayKey).gt(0))
        .group_by_col("key")
        .take();
    let mut weekdays = [0; 7];
    for row in all::<Keyed>(db, &select).await? {
        if let Some(weekday) = usize::try_from(row.key)
            .ok()
            .and_then(|at| weekdays.get_mut(at))
        {
            *weekday = number(row.reviews);
        }
    }
    Ok(weekdays)
}

#[derive(Debug, FromQueryResult)]
struct Run {
    first: i32,
    last: i32,
}

/// The longest run of days with a film each; of several, the last.
async fn streak(db: &Db, which: Which) -> Result<Option<Streak>, DbErr> {
    let days = which
        .select()
        .distinct()
        .expr_as(column(review::Column::DayKey), "day")
        .and_where(column(review::Column::DayKey).gt(0))
        .take();
    // In a run, the day and its number among all days go up together.
    let number = Expr::cust("row_number()");
    let by_day = WindowStatement::new().order_by("day", Order::Asc).take();
    let numbered = Query::select()
        .column("day")
        .expr_window_as(number, by_day, "number")
        .from_subquery(days, "days")
        .take();
    let runs = Query::select()
        .column("day")
        .expr_as(Expr::col("day").sub(Expr::col("number")), "run")
        .from_subquery(numbered, "numbered")
        .take();
    let longest = Query::select()
        .expr_as(Expr::col("day").min(), "first")
        .expr_as(Expr::col("day").max(), "last")
        .from_subquery(runs, "runs")
        .group_by_col("run")
        .order_by_expr(Expr::col("day").count(), Order::Desc)
        .order_by("last", Order::Desc)
        .limit(1)
        .take();
    let longest: Vec<Run> = all(db, &longest).await?;
    Ok(longest.first().map(|run| Streak {
        first: day(run.first),
        last: day(run.last),
    }))
}
