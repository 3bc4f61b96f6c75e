//! Sample goals for the style guide.

use maud::{Markup, html};

use super::sample_stats::sample_overview;
use super::samples::{SAMPLE_YEAR, diary_owner, sample_date};
use crate::goals::components::{GoalsView, RefusedGoal, diary_goals, refused_goal, year_goal};
use crate::goals::{Goal, RawGoal};
use crate::web::FieldErrors;

/// Goals that are under way, reached, missed and refused.
pub fn goals_section() -> Markup {
    let (owner, overview) = (diary_owner(), sample_overview());
    let view = GoalsView {
        username: &owner.username,
        overview: &overview,
        today: sample_date(10, 14),
        is_own: true,
    };
    let goals = [
        sample_goal(SAMPLE_YEAR, 90),
        sample_goal(SAMPLE_YEAR - 1, 52),
    ];
    let of_another = GoalsView {
        is_own: false,
        ..view
    };
    let raw = RawGoal {
        films: "many".to_owned(),
        ..RawGoal::default()
    };
    let mut errors = FieldErrors::default();
    // The first error would get the focus if it had a field.
    errors.add("year", "You can set goals for the years 2024 to 2026.");
    errors.add("films", "A goal is a whole number from 1 to 1,000.");
    let refused = RefusedGoal {
        raw: &raw,
        errors: &errors,
    };
    html! {
        (diary_goals(&view, &goals))
        (year_goal(&of_another, SAMPLE_YEAR - 2, Some(sample_goal(SAMPLE_YEAR - 2, 52))))
        (refused_goal(&view, SAMPLE_YEAR - 3, None, refused))
    }
}

fn sample_goal(year: i32, films: u32) -> Goal {
    Goal {
        year,
        films,
        rewatches_count: false,
    }
}
