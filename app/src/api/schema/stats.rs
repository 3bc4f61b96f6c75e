//! A diary in numbers.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::movie::RatingShare;
use crate::members::month_name;
use crate::stats;

/// What a diary shows over a period.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Stats {
    /// Which time: a year, `12months`, or `all`.
    #[schema(example = "2024")]
    pub(in crate::api) period: String,
    /// How many different films.
    movies: u32,
    /// How many reviews.
    reviews: u32,
    /// The mean of their ratings, in stars.
    #[schema(example = 3.5)]
    average: Option<f64>,
    /// How many are of films seen before.
    rewatches: u32,
    /// Minutes, of the films of which they are known.
    minutes: u32,
    /// How many reviews are of films of which they are not known.
    of_unknown_length: u32,
    /// The months, the first one first; of all time, those in which something was seen.
    months: Vec<Month>,
    /// How often each rating was given, the lowest first.
    ratings: Vec<RatingShare>,
    /// When the films came out, the first decade first.
    decades: Vec<Decade>,
    /// How many films on which day of the week, Monday first.
    weekdays: [u32; 7],
    /// Those seen most.
    directors: Vec<Ranked>,
    /// Those seen three times or more, the best rated first.
    best_directors: Vec<Ranked>,
    /// Those seen most.
    genres: Vec<Ranked>,
    /// Those seen three times or more, the best rated first.
    best_genres: Vec<Ranked>,
    /// The most days in a row with a film each.
    longest_streak: Option<Streak>,
    /// The days on which something was seen; `null` of all time.
    days: Option<Vec<Day>>,
}

/// What was seen in a month.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Month {
    /// Which.
    #[schema(example = "2024-03")]
    month: String,
    /// How many reviews.
    reviews: u32,
    /// The mean of their ratings, in stars.
    average: Option<f64>,
    /// How many are of films seen before.
    rewatches: u32,
}

/// Films of ten years.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Decade {
    /// Its first year.
    #[schema(example = 1990)]
    decade: i16,
    /// How many reviews.
    reviews: u32,
    /// The mean of their ratings, in stars.
    average: Option<f64>,
}

/// A person or a genre, and what was seen of it.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Ranked {
    /// Which one: what a list is filtered by, of a director.
    id: i64,
    /// The name in addresses: what a list is filtered by, of a genre; empty of a director.
    slug: String,
    /// The name.
    name: String,
    /// How many reviews.
    reviews: u32,
    /// The mean of their ratings, in stars.
    average: Option<f64>,
}

/// Days in a row.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Streak {
    /// The first.
    first: NaiveDate,
    /// The last.
    last: NaiveDate,
    /// How many.
    days: i64,
}

/// A day with films.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Day {
    /// Which.
    day: NaiveDate,
    /// How many.
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
