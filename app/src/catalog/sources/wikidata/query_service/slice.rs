//! Parts of all films, each small enough for one query: a kind of film, and the days of its first
//! release.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// The year of the oldest surviving film.
pub const FIRST_YEAR: i32 = 1888;

/// More digits would be of no use: a slice would have about ten films.
const MAX_ENDING: usize = 3;

/// What an item is an instance of. Series, episodes, trailers, and films that were announced and
/// never made are other classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilmKinds {
    /// Most films are just that.
    Films,
    /// What is more than a short.
    Features,
    Shorts,
}

impl FilmKinds {
    pub const ALL: [Self; 3] = [Self::Films, Self::Features, Self::Shorts];

    /// The classes, as items.
    pub(super) fn items(self) -> &'static [&'static str] {
        match self {
            Self::Films => &["Q11424"],
            // Feature, television, animated, animated feature, anime, documentary, silent, 3D.
            Self::Features => &[
                "Q24869",
                "Q506240",
                "Q202866",
                "Q29168811",
                "Q20650540",
                "Q93204",
                "Q226730",
                "Q229390",
            ],
            // Short, animated short, silent short.
            Self::Shorts => &["Q24862", "Q17517379", "Q20667187"],
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FilmSlice {
    pub kinds: FilmKinds,
    /// The first day of the earliest release.
    pub from: NaiveDate,
    /// The day after the last one.
    pub to: NaiveDate,
    /// How the item's id ends. A day can have thousands of films: those of which only the year is
    /// known are at its first day.
    #[serde(default)]
    pub ending: String,
}

/// A slice for each year and kind.
pub fn slices_of_years(years: RangeInclusive<i32>) -> Vec<FilmSlice> {
    let first_day = |year| NaiveDate::from_ymd_opt(year, 1, 1);
    let days = years.filter_map(|year| first_day(year).zip(first_day(year + 1)));
    let slices = days.flat_map(|(from, to)| {
        FilmKinds::ALL.map(|kinds| FilmSlice {
            kinds,
            from,
            to,
            ending: String::new(),
        })
    });
    slices.collect()
}

impl FilmSlice {
    pub fn year(&self) -> i32 {
        self.from.year()
    }

    /// Smaller slices with the same films: months, then days, then endings of ids. Empty if there
    /// are none.
    pub fn split(&self) -> Vec<Self> {
        let month_later = self.from + Months::new(1);
        if month_later < self.to {
            return self.split_by(|from| from + Months::new(1));
        }
        let days = (self.to - self.from).num_days();
        if days > 1 {
            let half = Days::new(days.unsigned_abs().div_ceil(2));
            return self.split_by(|from| from + half);
        }
        if self.ending.len() == MAX_ENDING {
            return Vec::new();
        }
        let endings = (0..10).map(|digit| format!("{digit}{}", self.ending));
        let slices = endings.map(|ending| Self {
            ending,
            ..self.clone()
        });
        slices.collect()
    }

    fn split_by(&self, end_of: impl Fn(NaiveDate) -> NaiveDate) -> Vec<Self> {
        let mut slices = Vec::new();
        let mut from = self.from;
        while from < self.to {
            let to = end_of(from).min(self.to);
            slices.push(Self {
                from,
                to,
                ..self.clone()
            });
            from = to;
        }
        slices
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{FilmKinds, FilmSlice, slices_of_years};

    fn slice(from: (i32, u32, u32), to: (i32, u32, u32)) -> FilmSlice {
        let day = |(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).expect("a day");
        FilmSlice {
            kinds: FilmKinds::Films,
            from: day(from),
            to: day(to),
            ending: String::new(),
        }
    }

    #[test]
    fn a_slice_is_split_into_months_then_days_then_endings() {
        let year = slice((2024, 1, 1), (2025, 1, 1));
        assert_eq!(year.split().len(), 12);
        assert_eq!(year.split()[1], slice((2024, 2, 1), (2024, 3, 1)));
        let halves = [
            slice((2024, 2, 1), (2024, 2, 16)),
            slice((2024, 2, 16), (2024, 3, 1)),
        ];
        assert_eq!(year.split()[1].split(), halves);
        let mut smallest = slice((2024, 1, 1), (2024, 1, 2));
        let endings: Vec<_> = smallest.split().into_iter().map(|it| it.ending).collect();
        assert_eq!(endings.concat(), "0123456789");
        for expected in ["7", "77", "777"] {
            smallest = smallest.split().remove(7);
            assert_eq!(smallest.ending, expected);
        }
        assert_eq!(smallest.split(), []);
    }

    #[test]
    fn every_day_is_in_one_part_only() {
        let mut parts = slices_of_years(2023..=2024);
        parts.retain(|part| part.kinds == FilmKinds::Films);
        while parts.iter().any(|part| part.ending.is_empty()) {
            let mut day = slice((2023, 1, 1), (2023, 1, 2)).from;
            for part in parts.iter().filter(|part| part.ending.is_empty()) {
                assert_eq!(part.from, day);
                assert!(part.from < part.to);
                day = part.to;
            }
            assert_eq!(day, slice((2025, 1, 1), (2025, 1, 2)).from);
            let is_day = parts.iter().all(|part| part.split().len() == 10);
            if is_day {
                assert_eq!(parts.len(), 365 + 366);
                return;
            }
            let smaller = |part: &FilmSlice| match part.split() {
                parts if parts.len() == 10 => vec![part.clone()],
                parts => parts,
            };
            parts = parts.iter().flat_map(smaller).collect();
        }
    }
}
