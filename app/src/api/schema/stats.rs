//! The statistics of a diary.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::movie::RatingShare;
use crate::members::format_month;
use crate::stats;

/// The statistics of a diary, over the reviews that the caller may see.
#[derive(Serialize, ToSchema)]
pub struct Stats {
    /// The period: a year, `12months` or `all`.
    #[schema(example = "2024")]
    pub period: String,
    /// The number of different movies reviewed.
    movies: u32,
    /// The number of reviews.
    reviews: u32,
    /// The average rating in stars; `null` if there are no ratings.
    #[schema(example = 3.5)]
    average: Option<f64>,
    /// The number of rewatches.
    rewatches: u32,
    /// The total length of the movies watched, in minutes, not counting those of unknown length.
    minutes: u32,
    /// The number of reviews of movies of unknown length.
    of_unknown_length: u32,
    /// The months in order. For `all`, only those in which a movie was watched.
    months: Vec<Month>,
    /// The number of reviews by rating, lowest first.
    ratings: Vec<RatingShare>,
    /// The decades in which the movies were released, earliest first.
    decades: Vec<Decade>,
    /// The number of reviews by day of the week, from Monday to Sunday.
    weekdays: [u32; 7],
    /// The directors with the most reviews, most first.
    directors: Vec<Ranked>,
    /// The directors with three or more reviews, best rated first.
    best_directors: Vec<Ranked>,
    /// The genres with the most reviews, most first.
    genres: Vec<Ranked>,
    /// The genres with three or more reviews, best rated first.
    best_genres: Vec<Ranked>,
    /// The longest streak of days with a movie on each; `null` if there is none.
    longest_streak: Option<Streak>,
    /// The days on which a movie was watched; `null` for `all`.
    days: Option<Vec<Day>>,
}

/// A month of a diary.
#[derive(Serialize, ToSchema)]
pub struct Month {
    /// The month as `YYYY-MM`.
    #[schema(example = "2024-03")]
    month: String,
    /// The number of reviews.
    reviews: u32,
    /// The average rating in stars; `null` if there are no ratings.
    average: Option<f64>,
    /// The number of rewatches.
    rewatches: u32,
}

/// The reviews of movies released in one decade.
#[derive(Serialize, ToSchema)]
pub struct Decade {
    /// The first year of the decade.
    #[schema(example = 1990)]
    decade: i16,
    /// The number of reviews.
    reviews: u32,
    /// The average rating in stars; `null` if there are no ratings.
    average: Option<f64>,
}

/// A director or a genre, with totals.
#[derive(Serialize, ToSchema)]
pub struct Ranked {
    /// The id. For a director, it is a value of the parameter `director`.
    id: i64,
    /// The slug of a genre, a value of the parameter `genre`. Empty for a director.
    slug: String,
    /// The name of the director or the genre.
    name: String,
    /// The number of reviews.
    reviews: u32,
    /// The average rating in stars; `null` if there are no ratings.
    average: Option<f64>,
}

/// A streak of days with a movie on each.
#[derive(Serialize, ToSchema)]
pub struct Streak {
    /// The first day of the streak.
    first: NaiveDate,
    /// The last day of the streak.
    last: NaiveDate,
    /// The number of days in the streak.
    days: i64,
}

/// A day on which movies were watched.
#[derive(Serialize, ToSchema)]
pub struct Day {
    /// The day on which the movies were watched.
    day: NaiveDate,
    /// The number of reviews.
    reviews: u32,
}

/// The parts from which [`Stats`] are made.
pub struct StatsParts<'a> {
    pub period: stats::Period,
    pub months: Vec<stats::MonthStats>,
    pub trends: &'a stats::Trends,
    pub ratings: &'a [stats::RatingCount],
    pub days: Option<&'a [stats::DayCount]>,
}

/// The name of the period that has no bounds.
pub const ALL_TIME: &str = "all";

impl From<StatsParts<'_>> for Stats {
    fn from(parts: StatsParts<'_>) -> Self {
        let name = parts.period.name();
        let stats::Trends {
            totals,
            decades,
            weekdays,
            directors,
            best_directors,
            genres,
            best_genres,
            streak,
        } = parts.trends;
        let ranked = |named: &[stats::NamedTally]| named.iter().map(Ranked::from).collect();
        Self {
            period: if name.is_empty() {
                ALL_TIME.to_owned()
            } else {
                name
            },
            movies: totals.movies,
            reviews: totals.tally.reviews,
            average: totals.tally.average(),
            rewatches: totals.rewatches,
            minutes: totals.minutes,
            of_unknown_length: totals.of_unknown_length,
            months: parts.months.iter().map(Month::from).collect(),
            ratings: parts
                .ratings
                .iter()
                .copied()
                .map(RatingShare::from)
                .collect(),
            decades: decades.iter().map(Decade::from).collect(),
            weekdays: *weekdays,
            directors: ranked(directors),
            best_directors: ranked(best_directors),
            genres: ranked(genres),
            best_genres: ranked(best_genres),
            longest_streak: streak.as_ref().map(Streak::from),
            days: parts.days.map(|days| days.iter().map(Day::from).collect()),
        }
    }
}

/// Accepts a year, `12months` or `all`, and unlike the page nothing else.
pub fn parse_stats_period(name: &str) -> Option<stats::Period> {
    let period = stats::Period::parse(name);
    let is_valid = name == ALL_TIME || (period.name() == name && period != stats::Period::AllTime);
    is_valid.then_some(period)
}

impl From<&stats::MonthStats> for Month {
    fn from(month: &stats::MonthStats) -> Self {
        Self {
            month: format_month(month.key),
            reviews: month.tally.reviews,
            average: month.tally.average(),
            rewatches: month.rewatches,
        }
    }
}

impl From<&stats::DecadeStats> for Decade {
    fn from(decade: &stats::DecadeStats) -> Self {
        Self {
            decade: decade.first,
            reviews: decade.tally.reviews,
            average: decade.tally.average(),
        }
    }
}

impl From<&stats::NamedTally> for Ranked {
    fn from(named: &stats::NamedTally) -> Self {
        Self {
            id: named.id,
            slug: named.slug.clone(),
            name: named.name.clone(),
            reviews: named.tally.reviews,
            average: named.tally.average(),
        }
    }
}

impl From<&stats::WatchStreak> for Streak {
    fn from(streak: &stats::WatchStreak) -> Self {
        Self {
            first: streak.first,
            last: streak.last,
            days: streak.days(),
        }
    }
}

impl From<&stats::DayCount> for Day {
    fn from(day: &stats::DayCount) -> Self {
        Self {
            day: day.day,
            reviews: day.reviews,
        }
    }
}
