//! The statistics that queries return.

use std::ops::Add;

use chrono::{Datelike, NaiveDate};
use entity::Rating;

use super::period::{MonthRange, first_day_of_month};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub reviews: u32,
    pub rated: u32,
    /// The sum of all ratings.
    pub half_stars: u32,
}

impl Tally {
    /// In stars; `None` without ratings.
    pub fn average(self) -> Option<f64> {
        (self.rated > 0).then(|| f64::from(self.half_stars) / f64::from(self.rated) / 2.0)
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            reviews: self.reviews + other.reviews,
            rated: self.rated + other.rated,
            half_stars: self.half_stars + other.half_stars,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthStats {
    /// Months since January of year 0; 0 for unknown days.
    pub key: i32,
    pub tally: Tally,
    pub rewatches: u32,
}

impl MonthStats {
    pub fn first_day(&self) -> NaiveDate {
        first_day_of_month(self.key)
    }

    pub fn year(&self) -> i32 {
        self.first_day().year()
    }
}

/// Totals of a whole diary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// Each movie counts once.
    pub movies: u32,
    pub tally: Tally,
    /// Only months with reviews, earliest first, without unknown days.
    pub months: Vec<MonthStats>,
    /// The director of most reviews.
    pub favourite_director: Option<NamedTally>,
}

impl Overview {
    /// The month with most reviews; the latest of several.
    pub fn busiest_month(&self) -> Option<&MonthStats> {
        self.months.iter().max_by_key(|month| month.tally.reviews)
    }

    /// The years with reviews, earliest first.
    pub fn years(&self) -> Vec<i32> {
        let mut years: Vec<i32> = self.months.iter().map(MonthStats::year).collect();
        years.dedup();
        years
    }

    /// All months of the range, including those without a review.
    pub fn months_in(&self, months: MonthRange) -> Vec<MonthStats> {
        let known = |key| self.months.iter().find(|month| month.key == key).copied();
        let empty = |key| MonthStats {
            key,
            tally: Tally::default(),
            rewatches: 0,
        };
        let keys = months.keys();
        keys.map(|key| known(key).unwrap_or_else(|| empty(key)))
            .collect()
    }
}

/// The reviews of one director or genre.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTally {
    pub id: i64,
    pub name: String,
    /// Empty for a director.
    pub slug: String,
    pub tally: Tally,
}

/// The reviews of movies released in one decade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecadeStats {
    /// The decade's first year.
    pub first: i16,
    pub tally: Tally,
}

/// How often a rating was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RatingCount {
    pub rating: Rating,
    pub reviews: u32,
}

/// Consecutive days with at least one review each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchStreak {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl WatchStreak {
    pub fn days(&self) -> i64 {
        (self.last - self.first).num_days() + 1
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Each movie counts once.
    pub movies: u32,
    pub tally: Tally,
    pub rewatches: u32,
    /// The sum of all known runtimes.
    pub minutes: u32,
    /// The number of reviews of movies without a known runtime.
    pub of_unknown_length: u32,
}

/// Statistics of a diary over a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trends {
    pub totals: Totals,
    /// Decades of release, earliest first.
    pub decades: Vec<DecadeStats>,
    /// Reviews per weekday, from Monday to Sunday.
    pub weekdays: [u32; 7],
    /// Those with most reviews.
    pub directors: Vec<NamedTally>,
    /// Best rated first; only those with three reviews or more.
    pub best_directors: Vec<NamedTally>,
    /// Those with most reviews.
    pub genres: Vec<NamedTally>,
    /// Best rated first; only those with three reviews or more.
    pub best_genres: Vec<NamedTally>,
    pub streak: Option<WatchStreak>,
}

/// The options of the history filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterChoices {
    /// Those with most reviews first.
    pub genres: Vec<NamedTally>,
    /// Those with most reviews first.
    pub directors: Vec<NamedTally>,
    /// Decades of release, earliest first.
    pub decades: Vec<DecadeStats>,
    /// Those of most reviews first.
    pub tags: Vec<TagCount>,
}

/// How many reviews have a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagCount {
    /// As one of the reviews has it.
    pub tag: String,
    pub reviews: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayCount {
    pub day: NaiveDate,
    pub reviews: u32,
}
