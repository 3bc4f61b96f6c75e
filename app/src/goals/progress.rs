//! How far a goal is: what counts, the pace, and what the rest of the year takes.

use chrono::{Datelike, NaiveDate};

use crate::stats::{MonthRange, Overview};

/// A member's goal for a calendar year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    pub year: i32,
    pub films: u32,
    /// Whether rewatches count, too.
    pub rewatches_count: bool,
}

/// A goal with what counts towards it, on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoalProgress {
    pub goal: Goal,
    pub seen: u32,
    pub standing: GoalStanding,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoalStanding {
    /// The year has not begun.
    Upcoming,
    Reached,
    /// The year is over.
    Missed {
        by: u32,
    },
    UnderWay {
        pace: Pace,
        rest: RestOfYear,
    },
}

/// Compares the films seen with an even pace through the year, in whole films.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    Ahead(u32),
    OnPace,
    Behind(u32),
}

/// How many films are left to watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestOfYear {
    PerWeek {
        tenths: u32,
    },
    /// In the last week, and where a week takes less than a twentieth of a film.
    InAll(u32),
}

impl Goal {
    /// What counts towards the goal, in the part of the diary that `overview` shows.
    pub fn count_seen(&self, overview: &Overview) -> u32 {
        let months = overview.months_in(MonthRange::of_year(self.year));
        let counted = months.iter().map(|month| match self.rewatches_count {
            true => month.tally.reviews,
            false => month.tally.reviews.saturating_sub(month.rewatches),
        });
        counted.sum()
    }

    /// `today` is the day where the diary is written.
    pub fn progress(&self, overview: &Overview, today: NaiveDate) -> GoalProgress {
        let seen = self.count_seen(overview);
        GoalProgress {
            goal: *self,
            seen,
            standing: self.standing(seen, today),
        }
    }

    fn standing(&self, seen: u32, today: NaiveDate) -> GoalStanding {
        let left = self.films.saturating_sub(seen);
        match self.year - today.year() {
            _ if left == 0 => GoalStanding::Reached,
            1.. => GoalStanding::Upcoming,
            0 => GoalStanding::UnderWay {
                pace: pace(self.films, seen, today),
                rest: rest_of_year(left, today),
            },
            _ => GoalStanding::Missed { by: left },
        }
    }
}

/// Today is not over: what is due today can be seen early, and is not missing yet.
fn pace(films: u32, seen: u32, today: NaiveDate) -> Pace {
    let due_before_today = films * today.ordinal0() / days_in_year(today);
    let due_with_today = (films * today.ordinal()).div_ceil(days_in_year(today));
    if seen < due_before_today {
        Pace::Behind(due_before_today - seen)
    } else if seen > due_with_today {
        Pace::Ahead(seen - due_with_today)
    } else {
        Pace::OnPace
    }
}

/// Today belongs to the rest of the year.
fn rest_of_year(left: u32, today: NaiveDate) -> RestOfYear {
    let days = days_in_year(today) - today.ordinal0();
    let tenths = (left * DAYS_PER_WEEK * 10 + days / 2) / days;
    if days <= DAYS_PER_WEEK || tenths == 0 {
        RestOfYear::InAll(left)
    } else {
        RestOfYear::PerWeek { tenths }
    }
}

const DAYS_PER_WEEK: u32 = 7;

fn days_in_year(day: NaiveDate) -> u32 {
    if day.leap_year() { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};
    use proptest::prelude::*;

    use super::{Goal, GoalStanding, Pace, RestOfYear, days_in_year};

    fn goal(films: u32) -> Goal {
        Goal {
            year: 2026,
            films,
            rewatches_count: false,
        }
    }

    fn on(day: &str) -> NaiveDate {
        day.parse().expect("a day")
    }

    #[track_caller]
    fn under_way(films: u32, seen: u32, day: &str) -> (Pace, RestOfYear) {
        match goal(films).standing(seen, on(day)) {
            GoalStanding::UnderWay { pace, rest } => (pace, rest),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_pace_is_in_whole_films() {
        // 52 films are one in a little more than seven days.
        for (seen, day, pace) in [
            (0, "2026-01-01", Pace::OnPace),
            (1, "2026-01-01", Pace::OnPace),
            (2, "2026-01-01", Pace::Ahead(1)),
            (0, "2026-01-08", Pace::OnPace),
            (0, "2026-01-09", Pace::Behind(1)),
            // 25.9 films are due.
            (23, "2026-07-01", Pace::Behind(2)),
            (25, "2026-07-01", Pace::OnPace),
            (26, "2026-07-01", Pace::OnPace),
            (28, "2026-07-01", Pace::Ahead(2)),
            (51, "2026-12-31", Pace::OnPace),
            (50, "2026-12-31", Pace::Behind(1)),
        ] {
            assert_eq!(under_way(52, seen, day).0, pace, "{seen} on {day}");
        }
        // A film a day: today's counts neither way.
        for (seen, pace) in [
            (98, Pace::Behind(1)),
            (99, Pace::OnPace),
            (100, Pace::OnPace),
            (101, Pace::Ahead(1)),
        ] {
            assert_eq!(under_way(365, seen, "2026-04-10").0, pace, "{seen}");
        }
    }

    #[test]
    fn the_rest_is_by_the_week_until_the_last_one() {
        for (films, seen, day, rest) in [
            (52, 0, "2026-01-01", RestOfYear::PerWeek { tenths: 10 }),
            (52, 14, "2026-06-25", RestOfYear::PerWeek { tenths: 14 }),
            (52, 49, "2026-12-24", RestOfYear::PerWeek { tenths: 26 }),
            (52, 49, "2026-12-25", RestOfYear::InAll(3)),
            (52, 51, "2026-12-31", RestOfYear::InAll(1)),
            (1, 0, "2026-01-01", RestOfYear::InAll(1)),
            (12, 10, "2026-01-01", RestOfYear::InAll(2)),
            (12, 9, "2026-01-01", RestOfYear::PerWeek { tenths: 1 }),
        ] {
            assert_eq!(
                under_way(films, seen, day).1,
                rest,
                "{seen} of {films} on {day}"
            );
        }
    }

    #[test]
    fn a_year_that_is_over_or_to_come_has_no_pace() {
        for (seen, day, standing) in [
            (52, "2026-03-01", GoalStanding::Reached),
            (60, "2027-03-01", GoalStanding::Reached),
            (48, "2027-01-01", GoalStanding::Missed { by: 4 }),
            (0, "2025-12-31", GoalStanding::Upcoming),
        ] {
            assert_eq!(
                goal(52).standing(seen, on(day)),
                standing,
                "{seen} on {day}"
            );
        }
    }

    #[test]
    fn leap_years_have_a_day_more() {
        assert_eq!(days_in_year(on("2028-05-01")), 366);
        assert_eq!(days_in_year(on("2026-05-01")), 365);
    }

    proptest! {
        /// Watching at the pace that is asked for reaches the goal, up to rounding.
        #[test]
        fn keeping_to_it_reaches_the_goal(
            films in 1..=1000_u32, seen in 0..1000_u32, day in 0..365_u32,
        ) {
            prop_assume!(seen < films);
            let today = on("2026-01-01") + chrono::Days::new(day.into());
            let (pace, rest) = under_way(films, seen, &today.to_string());
            let days_left = f64::from(365 - today.ordinal0());
            match rest {
                RestOfYear::InAll(left) => prop_assert_eq!(seen + left, films),
                RestOfYear::PerWeek { tenths } => {
                    let more = f64::from(tenths) / 10.0 * days_left / 7.0;
                    let left = f64::from(films - seen);
                    prop_assert!((more - left).abs() <= 0.05 * days_left / 7.0 + 1e-6);
                }
            }
            // An even pace, with the whole of today in between.
            let (before, with) = (
                f64::from(films * today.ordinal0()) / 365.0,
                f64::from(films * today.ordinal()) / 365.0,
            );
            let seen = f64::from(seen);
            match pace {
                Pace::Ahead(by) => prop_assert!(seen - with >= f64::from(by) - 1e-6),
                Pace::Behind(by) => prop_assert!(before - seen >= f64::from(by) - 1e-6),
                Pace::OnPace => prop_assert!(seen > before - 1.0 && seen < with + 1.0),
            }
        }
    }
}
