//! The form that sets a goal: raw as posted, and how it is validated.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::Goal;
use crate::stats::Overview;
use crate::web::FieldErrors;
use crate::web::form::is_ticked;

/// The most films that a goal can have.
pub const MAX_GOAL: u32 = 1000;

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawGoal {
    pub films: String,
    /// Not empty if it is ticked.
    pub rewatches_count: String,
}

/// The years for which a member can set a goal: from the first year of their diary, or at least
/// from last year, to next year.
pub fn goal_years(overview: &Overview, today: NaiveDate) -> RangeInclusive<i32> {
    let last_year = today.year() - 1;
    let first_month = overview.months.first();
    let first = first_month.map_or(last_year, |month| month.year().min(last_year));
    first..=today.year() + 1
}

impl RawGoal {
    /// The form as it is before anything is typed.
    pub fn of(goal: Option<Goal>) -> Self {
        goal.map_or_else(Self::default, |goal| Self {
            films: goal.films.to_string(),
            rewatches_count: if goal.rewatches_count { "on" } else { "" }.to_owned(),
        })
    }

    /// `years` are those for which a goal can be set.
    pub fn check(&self, year: i32, years: &RangeInclusive<i32>) -> Result<Goal, FieldErrors> {
        let mut errors = FieldErrors::default();
        let films = errors.ok_or_add("films", parse_films(&self.films));
        if !years.contains(&year) {
            let (first, last) = (years.start(), years.end());
            errors.add(
                "year",
                format!("You can set goals for the years {first} to {last}."),
            );
        }
        match films {
            Some(films) if errors.is_empty() => Ok(Goal {
                year,
                films,
                rewatches_count: is_ticked(&self.rewatches_count),
            }),
            _ => Err(errors),
        }
    }
}

fn parse_films(raw: &str) -> Result<u32, String> {
    let digits = raw.trim();
    if digits.is_empty() {
        return Err("This field is required.".to_owned());
    }
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
    let films = digits.parse().ok().filter(|_| is_number);
    films
        .filter(|films| (1..=MAX_GOAL).contains(films))
        .ok_or_else(|| "A goal is a whole number from 1 to 1,000.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Goal, RawGoal};

    fn raw(films: &str) -> RawGoal {
        RawGoal {
            films: films.to_owned(),
            ..RawGoal::default()
        }
    }

    #[test]
    fn a_goal_is_a_whole_number_up_to_a_thousand() {
        for (films, number) in [("1", 1), (" 52 ", 52), ("1000", 1000), ("007", 7)] {
            let goal = raw(films).check(2026, &(2025..=2027)).expect(films);
            assert_eq!(goal.films, number);
        }
        for bad in [
            "",
            " ",
            "0",
            "1001",
            "-5",
            "+5",
            "5.5",
            "1,000",
            "fifty",
            "５２",
            "99999999999",
        ] {
            let errors = raw(bad).check(2026, &(2025..=2027)).expect_err(bad);
            assert!(errors.get("films").is_some(), "{bad}");
        }
    }

    #[test]
    fn years_out_of_range_are_named() {
        for (year, is_fine) in [(2024, false), (2025, true), (2027, true), (2028, false)] {
            let checked = raw("5").check(year, &(2025..=2027));
            assert_eq!(checked.is_ok(), is_fine, "{year}");
            let message = checked
                .err()
                .and_then(|all| all.get("year").map(str::to_owned));
            assert_eq!(message.is_some(), !is_fine, "{year}");
            assert!(message.is_none_or(|text| text.contains("2025 to 2027")));
        }
    }

    #[test]
    fn a_form_says_what_is_saved() {
        for rewatches_count in [false, true] {
            let goal = Goal {
                year: 2026,
                films: 52,
                rewatches_count,
            };
            let again = RawGoal::of(Some(goal)).check(2026, &(2025..=2027));
            assert_eq!(again, Ok(goal));
        }
    }
}
