//! A diary in numbers.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::movie::RatingShare;
use crate::members::month_name;
use crate::stats;

/// A diary in numbers, over those reviews that the caller may see.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Stats {
    /// The period: a year, `12months` or `all`.
    #[schema(example = "2024")]
    pub(in crate::api) period: String,
    /// The number of different movies.
    movies: u32,
    /// The number of reviews.
    reviews: u32,
    /// The mean of their ratings, in stars; `null` if there are none.
    #[schema(example = 3.5)]
    average: Option<f64>,
    /// The number of reviews of movies seen before.
    rewatches: u32,
    /// The total length of the movies watched, in minutes, where their length is known.
    minutes: u32,
    /// The number of reviews of movies of unknown length.
    of_unknown_length: u32,
    /// The months in order. For `all`, only those in which a movie was watched.
    months: Vec<Month>,
    /// How often each rating was given, lowest first.
    ratings: Vec<RatingShare>,
    /// The decades in which the movies came out, earliest first.
    decades: Vec<Decade>,
    /// The number of reviews by day of the week, from Monday to Sunday.
    weekdays: [u32; 7],
    /// The directors of most reviews, most first.
    directors: Vec<Ranked>,
    /// The directors with three reviews or more, best rated first.
    best_directors: Vec<Ranked>,
    /// The genres of most reviews, most first.
    genres: Vec<Ranked>,
    /// The genres with three reviews or more, best rated first.
    best_genres: Vec<Ranked>,
    /// The longest run of days with a movie each; `null` if there is none.
    longest_streak: Option<Streak>,
    /// The days on which a movie was watched; `null` for `all`.
    days: Option<Vec<Day>>,
}

/// A month of a diary.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Month {
    /// The month.
    #[schema(example = "2024-03")]
    month: String,
    /// The number of reviews.
    reviews: u32,
    /// The mean of their ratings, in stars; `null` if there are none.
    average: Option<f64>,
    /// The number of reviews of movies seen before.
    rewatches: u32,
}

/// The reviews of movies that came out in one decade.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Decade {
    /// The first year of the decade.
    #[schema(example = 1990)]
    decade: i16,
    /// The number of reviews.
    reviews: u32,
    /// The mean of their ratings, in stars; `null` if there are none.
    average: Option<f64>,
}

/// A director or a genre, with totals.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Ranked {
    /// The id; of a director, for the parameter `director`.
    id: i64,
    /// The name in addresses; of a genre, for the parameter `genre`; empty for a director.
    slug: String,
    /// The name.
    name: String,
    /// The number of reviews.
    reviews: u32,
    /// The mean of their ratings, in stars; `null` if there are none.
    average: Option<f64>,
}

/// A run of days.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Streak {
    /// The first day.
    first: NaiveDate,
    /// The last day.
    last: NaiveDate,
    /// The number of days.
    days: i64,
}

/// A day on which movies were watched.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Day {
    /// The day.
    day: NaiveDate,
    /// The number of reviews.
    reviews: u32,
}

/// What was counted of a diary.
pub(in crate::api) struct Counted<'a> {
    pub(in crate::api) period: stats::Period,
    pub(in crate::api) months: Vec<stats::Month>,
    pub(in crate::api) trends: &'a stats::Trends,
    pub(in crate::api) ratings: &'a [stats::Share],
    pub(in crate::api) days: Option<&'a [stats::Day]>,
}

/// The name of all time.
pub(in crate::api) const ALL: &str = "all";

impl From<Counted<'_>> for Stats {
    fn from(counted: Counted<'_>) -> Self {
        let name = counted.period.name();
        let stats::Trends {
            totals,
            decades,
            weekdays,
            directors,
            best_directors,
            genres,
            best_genres,
            streak,
        } = counted.trends;
        let ranked = |named: &[stats::Named]| named.iter().map(Ranked::from).collect();
        Self {
            period: if name.is_empty() {
                ALL.to_owned()
            } else {
                name
            },
            movies: totals.movies,
            reviews: totals.tally.reviews,
            average: totals.tally.average(),
            rewatches: totals.rewatches,
            minutes: totals.minutes,
            of_unknown_length: totals.of_unknown_length,
            months: counted.months.iter().map(Month::from).collect(),
            ratings: counted
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
            days: counted
                .days
                .map(|days| days.iter().map(Day::from).collect()),
        }
    }
}

/// The period of that name: a year, `12months`, or `all`.
pub(in crate::api) fn period(name: &str) -> Option<stats::Period> {
    let period = stats::Period::parse(name);
    let is_known = name == ALL || (period.name() == name && period != stats::Period::AllTime);
    is_known.then_some(period)
}

impl From<&stats::Month> for Month {
    fn from(month: &stats::Month) -> Self {
        Self {
            month: month_name(month.key),
            reviews: month.tally.reviews,
            average: month.tally.average(),
            rewatches: month.rewatches,
        }
    }
}

impl From<&stats::Decade> for Decade {
    fn from(decade: &stats::Decade) -> Self {
        Self {
            decade: decade.first,
            reviews: decade.tally.reviews,
            average: decade.tally.average(),
        }
    }
}

impl From<&stats::Named> for Ranked {
    fn from(named: &stats::Named) -> Self {
        Self {
            id: named.id,
            slug: named.slug.clone(),
            name: named.name.clone(),
            reviews: named.tally.reviews,
            average: named.tally.average(),
        }
    }
}

impl From<&stats::Streak> for Streak {
    fn from(streak: &stats::Streak) -> Self {
        Self {
            first: streak.first,
            last: streak.last,
            days: streak.days(),
        }
    }
}

impl From<&stats::Day> for Day {
    fn from(day: &stats::Day) -> Self {
        Self {
            day: day.day,
            reviews: day.reviews,
        }
    }
}
