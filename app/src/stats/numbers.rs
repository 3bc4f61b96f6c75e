//! What is counted.

use chrono::{Datelike, NaiveDate};
use entity::Rating;

use super::period::{Months, first_day};

/// How many reviews, and how they are rated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub reviews: u32,
    /// Those with a rating.
    pub rated: u32,
    /// Their half stars, added up.
    pub half_stars: u32,
}

impl Tally {
    /// The mean rating in stars; `None` without ratings.
    pub fn average(self) -> Option<f64> {
        (self.rated > 0).then(|| f64::from(self.half_stars) / f64::from(self.rated) / 2.0)
    }

    /// These and those.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            reviews: self.reviews + other.reviews,
            rated: self.rated + other.rated,
            half_stars: self.half_stars + other.half_stars,
        }
    }
}

/// What was seen in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// Months since January of the year 0; 0 for unknown days.
    pub key: i32,
    /// The reviews.
    pub tally: Tally,
    /// How many are of movies seen before.
    pub rewatches: u32,
}

impl Month {
    /// Its first day.
    pub fn first_day(&self) -> NaiveDate {
        first_day(self.key)
    }

    /// Its year.
    pub fn year(&self) -> i32 {
        self.first_day().year()
    }
}

/// A whole diary, in a glance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// How many different movies.
    pub movies: u32,
    /// All reviews.
    pub tally: Tally,
    /// Months in which something was seen, the first one first; unknown days are none.
    pub months: Vec<Month>,
    /// Who directed most of what was seen.
    pub favourite: Option<Named>,
}

impl Overview {
    /// The month in which most was seen; of several, the last.
    pub fn busiest(&self) -> Option<&Month> {
        self.months.iter().max_by_key(|month| month.tally.reviews)
    }

    /// The years from the first with a film to the last.
    pub fn years(&self) -> Vec<i32> {
        match (self.months.first(), self.months.last()) {
            (Some(first), Some(last)) => (first.year()..=last.year()).collect(),
            _ => Vec::new(),
        }
    }

    /// Those of `months`, one for each, with nothing in those without a film.
    pub fn over(&self, months: Months) -> Vec<Month> {
        let known = |key| self.months.iter().find(|month| month.key == key).copied();
        let empty = |key| Month {
            key,
            tally: Tally::default(),
            rewatches: 0,
        };
        let keys = months.keys();
        keys.map(|key| known(key).unwrap_or_else(|| empty(key)))
            .collect()
    }
}

/// A person or a genre, and what was seen of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Which one.
    pub id: i64,
    /// As it is shown.
    pub name: String,
    /// As it stands in addresses: of a genre.
    pub slug: String,
    /// The reviews.
    pub tally: Tally,
}

/// Films of ten years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decade {
    /// Its first year.
    pub first: i16,
    /// The reviews.
    pub tally: Tally,
}

/// One rating and how often it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The rating.
    pub rating: Rating,
    /// How often.
    pub reviews: u32,
}

/// Days in a row with a film each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streak {
    /// The first.
    pub first: NaiveDate,
    /// The last.
    pub last: NaiveDate,
}

impl Streak {
    /// How many.
    pub fn days(&self) -> i64 {
        (self.last - self.first).num_days() + 1
    }
}

/// How much was seen in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many different movies.
    pub movies: u32,
    /// All reviews.
    pub tally: Tally,
    /// How many are of movies seen before.
    pub rewatches: u32,
    /// Minutes, of the movies of which they are known.
    pub minutes: u32,
    /// The reviews of movies of which they are not known.
    pub of_unknown_length: u32,
}

/// What a diary shows over a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trends {
    /// All in all.
    pub totals: Totals,
    /// Decades of release, the first one first.
    pub decades: Vec<Decade>,
    /// Monday first.
    pub weekdays: [u32; 7],
    /// Those seen most.
    pub directors: Vec<Named>,
    /// Those seen three times or more, the best rated first.
    pub best_directors: Vec<Named>,
    /// Those seen most.
    pub genres: Vec<Named>,
    /// Those seen three times or more, the best rated first.
    pub best_genres: Vec<Named>,
    /// The longest one.
    pub streak: Option<Streak>,
}

/// What a diary can be filtered by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Its genres, those seen most first.
    pub genres: Vec<Named>,
    /// The directors seen most.
    pub directors: Vec<Named>,
}

/// A day with films.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub day: NaiveDate,
    /// How many.
    pub reviews: u32,
}
