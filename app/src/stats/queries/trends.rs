//! Statistics of a diary over a period.

use entity::{Rating, movie, movie_facts, review};
use sea_orm::sea_query::{Expr, ExprTrait, Func, FunctionCall, Query, SimpleExpr, WindowStatement};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, JoinType, Order};

use super::ranking::{Ranking, rank_directors, rank_genres};
use super::tags::most_used_tags;
use super::{
    ReviewSelection, TallyRow, add_tally_columns, count_to_u32, date_of_day_key, fetch_all,
    sum_where,
};
use crate::db::Db;
use crate::stats::{
    DayCount, DecadeStats, FilterChoices, RatingCount, Tally, Totals, Trends, WatchStreak,
};

/// Length of the rankings of directors and genres.
const RANKING_LIMIT: u64 = 10;

/// The most genres and directors that the filter form offers.
const FILTER_CHOICES_LIMIT: u64 = 60;

/// Each of these statistics is one index scan.
pub(crate) async fn diary_trends(db: &Db, selection: ReviewSelection) -> Result<Trends, DbErr> {
    let releases = release_decades(db, selection).await?;
    let directors = rank_directors(db, selection, RANKING_LIMIT).await?;
    let genres: Ranking = rank_genres(db, selection, RANKING_LIMIT).await?;
    Ok(Trends {
        totals: diary_totals(db, selection, &releases).await?,
        decades: decades_of(releases),
        weekdays: reviews_by_weekday(db, selection).await?,
        directors: directors.most_watched,
        best_directors: directors.best_rated,
        genres: genres.most_watched,
        best_genres: genres.best_rated,
        streak: longest_watch_streak(db, selection).await?,
    })
}

pub(crate) async fn filter_choices(
    db: &Db,
    selection: ReviewSelection,
) -> Result<FilterChoices, DbErr> {
    Ok(FilterChoices {
        genres: rank_genres(db, selection, FILTER_CHOICES_LIMIT)
            .await?
            .most_watched,
        directors: rank_directors(db, selection, FILTER_CHOICES_LIMIT)
            .await?
            .most_watched,
        decades: decades_of(release_decades(db, selection).await?),
        tags: most_used_tags(db, selection, FILTER_CHOICES_LIMIT).await?,
    })
}

fn decades_of(releases: Vec<ReleaseDecadeRow>) -> Vec<DecadeStats> {
    let decades = releases.into_iter().map(ReleaseDecadeRow::into_stats);
    decades.flatten().collect()
}

/// Days with reviews, in order.
pub(crate) async fn days_with_reviews(
    db: &Db,
    selection: ReviewSelection,
) -> Result<Vec<DayCount>, DbErr> {
    let select = selection
        .query()
        .expr_as(review_column(review::Column::DayKey), "key")
        .expr_as(review_column(review::Column::Id).count(), "reviews")
        .and_where(review_column(review::Column::DayKey).gt(0))
        .group_by_col((review::Entity, review::Column::DayKey))
        .order_by((review::Entity, review::Column::DayKey), Order::Asc)
        .take();
    let rows: Vec<KeyCountRow> = fetch_all(db, &select).await?;
    let days = rows.into_iter().map(|row| DayCount {
        day: date_of_day_key(row.key),
        reviews: count_to_u32(row.reviews),
    });
    Ok(days.collect())
}

#[derive(Debug, FromQueryResult)]
struct KeyCountRow {
    key: i32,
    reviews: i64,
}

fn review_column(column: review::Column) -> SimpleExpr {
    Expr::col((review::Entity, column))
}

#[derive(Debug, FromQueryResult)]
struct TotalsRow {
    movies: i64,
    rewatches: i64,
    #[sea_orm(nested)]
    counted: TallyRow,
}

async fn diary_totals(
    db: &Db,
    selection: ReviewSelection,
    releases: &[ReleaseDecadeRow],
) -> Result<Totals, DbErr> {
    let mut select = selection.query();
    add_tally_columns(&mut select)
        .expr_as(films(), "movies")
        .expr_as(
            sum_where(review_column(review::Column::Rewatch), 1),
            "rewatches",
        );
    let Some(total) = fetch_all::<TotalsRow>(db, &select).await?.pop() else {
        return Ok(Totals::default());
    };
    let minutes = releases
        .iter()
        .map(|release| count_to_u32(release.minutes))
        .sum();
    let of_known_length: u32 = releases
        .iter()
        .map(|release| count_to_u32(release.lengths))
        .sum();
    let tally = Tally::from(total.counted);
    Ok(Totals {
        movies: count_to_u32(total.movies),
        tally,
        rewatches: count_to_u32(total.rewatches),
        minutes,
        of_unknown_length: tally.reviews.saturating_sub(of_known_length),
    })
}

/// How many films are reviewed, each counted once.
pub(crate) async fn count_films(db: &Db, selection: ReviewSelection) -> Result<u32, DbErr> {
    let select = selection.query().expr(films()).take();
    let row = db.reader().query_one(&select).await?;
    let count = row.map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(count_to_u32(count.unwrap_or_default()))
}

fn films() -> FunctionCall {
    Func::count_distinct(review_column(review::Column::MovieId))
}

#[derive(Debug, FromQueryResult)]
struct RatingCountRow {
    key: i16,
    reviews: i64,
}

/// All ratings, lowest first, including those never given.
pub(crate) async fn rating_counts(
    db: &Db,
    selection: ReviewSelection,
) -> Result<Vec<RatingCount>, DbErr> {
    let select = selection
        .query()
        .expr_as(review_column(review::Column::RatingKey), "key")
        .expr_as(review_column(review::Column::Id).count(), "reviews")
        .group_by_col((review::Entity, review::Column::RatingKey))
        .take();
    let rows: Vec<RatingCountRow> = fetch_all(db, &select).await?;
    let of = |rating: Rating| rows.iter().find(|row| row.key == rating.half_stars());
    let shares = Rating::all().map(|rating| RatingCount {
        rating,
        reviews: of(rating).map_or(0, |row| count_to_u32(row.reviews)),
    });
    Ok(shares.collect())
}

/// The reviews of movies released in one decade.
#[derive(Debug, FromQueryResult)]
struct ReleaseDecadeRow {
    /// `None` for movies whose year is unknown.
    decade: Option<i32>,
    minutes: i64,
    lengths: i64,
    #[sea_orm(nested)]
    counted: TallyRow,
}

impl ReleaseDecadeRow {
    fn into_stats(self) -> Option<DecadeStats> {
        Some(DecadeStats {
            first: i16::try_from(self.decade? * 10).ok()?,
            tally: self.counted.into(),
        })
    }
}

async fn release_decades(
    db: &Db,
    selection: ReviewSelection,
) -> Result<Vec<ReleaseDecadeRow>, DbErr> {
    let runtime = || Expr::col((movie_facts::Entity, movie_facts::Column::Runtime));
    let mut select = selection.query();
    add_tally_columns(&mut select)
        .expr_as(
            Expr::col((movie::Entity, movie::Column::Year)).div(10),
            "decade",
        )
        .expr_as(Func::coalesce([runtime().sum(), Expr::val(0)]), "minutes")
        .expr_as(runtime().count(), "lengths")
        .join(
            JoinType::InnerJoin,
            movie::Entity,
            Expr::col((movie::Entity, movie::Column::Id))
                .eq(review_column(review::Column::MovieId)),
        )
        .join(
            JoinType::LeftJoin,
            movie_facts::Entity,
            Expr::col((movie_facts::Entity, movie_facts::Column::MovieId))
                .eq(review_column(review::Column::MovieId)),
        )
        .group_by_col("decade")
        .order_by("decade", Order::Asc);
    fetch_all(db, &select).await
}

/// Reviews per weekday, from Monday to Sunday.
async fn reviews_by_weekday(db: &Db, selection: ReviewSelection) -> Result<[u32; 7], DbErr> {
    // Day 1 of the Common Era was a Monday.
    let weekday = review_column(review::Column::DayKey).add(6).modulo(7);
    let select = selection
        .query()
        .expr_as(weekday, "key")
        .expr_as(review_column(review::Column::Id).count(), "reviews")
        .and_where(review_column(review::Column::DayKey).gt(0))
        .group_by_col("key")
        .take();
    let mut weekdays = [0; 7];
    for row in fetch_all::<KeyCountRow>(db, &select).await? {
        if let Some(weekday) = usize::try_from(row.key)
            .ok()
            .and_then(|at| weekdays.get_mut(at))
        {
            *weekday = count_to_u32(row.reviews);
        }
    }
    Ok(weekdays)
}

#[derive(Debug, FromQueryResult)]
struct StreakRow {
    first: i32,
    last: i32,
}

/// The longest run of days with a review each; the latest of several.
async fn longest_watch_streak(
    db: &Db,
    selection: ReviewSelection,
) -> Result<Option<WatchStreak>, DbErr> {
    let days = selection
        .query()
        .distinct()
        .expr_as(review_column(review::Column::DayKey), "day")
        .and_where(review_column(review::Column::DayKey).gt(0))
        .take();
    // Within a run, the day minus its row number is constant.
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
    let longest: Vec<StreakRow> = fetch_all(db, &longest).await?;
    Ok(longest.first().map(|run| WatchStreak {
        first: date_of_day_key(run.first),
        last: date_of_day_key(run.last),
    }))
}
