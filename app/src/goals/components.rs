//! HTML of goals: how far each is, and the form that sets it.

use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

use super::{Goal, GoalProgress, GoalStanding, Pace, RawGoal, RestOfYear, goal_years};
use crate::paths;
use crate::stats::Overview;
use crate::stats::components::bar_svg;
use crate::web::FieldErrors;
use crate::web::ui::{Field, plural_noun};

/// The goals of one diary, as one viewer sees them.
#[derive(Clone, Copy, Debug)]
pub struct GoalsView<'a> {
    pub username: &'a str,
    /// The part of the diary that the viewer may see.
    pub overview: &'a Overview,
    /// The current day where the diary is written.
    pub today: NaiveDate,
    /// Whether it is the viewer’s own diary.
    pub is_own: bool,
}

/// What was typed into the form of a goal and could not be saved.
#[derive(Clone, Copy, Debug)]
pub struct RefusedGoal<'a> {
    pub raw: &'a RawGoal,
    pub errors: &'a FieldErrors,
}

/// This year's goal and next year's, and what became of the earlier ones. `goals` are sorted from
/// the latest year to the first.
pub fn diary_goals(view: &GoalsView<'_>, goals: &[Goal]) -> Markup {
    let this_year = view.today.year();
    let of = |year: i32| goals.iter().find(|goal| goal.year == year).copied();
    let earlier: Vec<_> = goals.iter().filter(|goal| goal.year < this_year).collect();
    html! {
        @if view.is_own || !goals.is_empty() {
            div.goals {
                (year_goal(view, this_year, of(this_year)))
                (year_goal(view, this_year + 1, of(this_year + 1)))
                @if !earlier.is_empty() { (earlier_goals(view, &earlier)) }
            }
        }
    }
}

/// One year's goal. Its owner can set, change and remove it here, in the years that allow it.
pub fn year_goal(view: &GoalsView<'_>, year: i32, goal: Option<Goal>) -> Markup {
    let is_settable = view.is_own && goal_years(view.overview, view.today).contains(&year);
    let raw = RawGoal::of(goal);
    let errors = FieldErrors::default();
    let unsent = RefusedGoal {
        raw: &raw,
        errors: &errors,
    };
    html! {
        @if goal.is_some() || is_settable {
            (goal_section(view, year, goal, (view.is_own).then_some(unsent), false))
        }
    }
}

/// Like [`year_goal`], after a change: keyboards continue at the form’s heading.
pub fn changed_goal(view: &GoalsView<'_>, year: i32, goal: Option<Goal>) -> Markup {
    let raw = RawGoal::of(goal);
    let errors = FieldErrors::default();
    let unsent = RefusedGoal {
        raw: &raw,
        errors: &errors,
    };
    goal_section(view, year, goal, Some(unsent), true)
}

/// Like [`year_goal`], with the form open as it was sent.
pub fn refused_goal(
    view: &GoalsView<'_>,
    year: i32,
    goal: Option<Goal>,
    refused: RefusedGoal<'_>,
) -> Markup {
    goal_section(view, year, goal, Some(refused), false)
}

/// The page of a form that could not be saved, for browsers without JavaScript.
pub fn refused_goal_page(view: &GoalsView<'_>, year: i32, section: &Markup) -> Markup {
    html! {
        h1 { "Your goal for " (year) }
        (section)
        p { a href=(goal_url(view.username, year, view.today)) { "Back to your diary" } }
    }
}

/// Where a goal is shown: on the diary page, or with the trends of an earlier year.
pub fn goal_url(username: &str, year: i32, today: NaiveDate) -> String {
    let member = paths::Member::of(username);
    let page = if year < today.year() {
        trends_url(username, year)
    } else {
        member.to_string()
    };
    format!("{page}#{}", section_id(year))
}

fn trends_url(username: &str, year: i32) -> String {
    let params = paths::DiaryParams {
        view: "trends".to_owned(),
        period: year.to_string(),
        ..paths::DiaryParams::default()
    };
    paths::with(paths::Member::of(username), params)
}

fn section_id(year: i32) -> String {
    format!("goal-{year}")
}

fn goal_section(
    view: &GoalsView<'_>,
    year: i32,
    goal: Option<Goal>,
    form: Option<RefusedGoal<'_>>,
    focus: bool,
) -> Markup {
    let id = section_id(year);
    let form = form.map(|typed| goal_form(view, year, goal, typed, focus));
    html! {
        @match goal {
            Some(goal) => section.goal.card id=(id) aria-labelledby={ (id) "-title" } {
                h2 id={ (id) "-title" } { "Goal for " (year) }
                (progress(&goal.progress(view.overview, view.today)))
                @if let Some(form) = form { (form) }
            },
            None => div.goal id=(id) { @if let Some(form) = form { (form) } },
        }
    }
}

fn progress(progress: &GoalProgress) -> Markup {
    let GoalProgress {
        goal,
        seen,
        standing,
    } = progress;
    html! {
        p.so-far {
            strong { (progress_text(progress)) } " in " (goal.year)
            @if let Some(words) = standing_words(*standing) {
                " · " span.done[*standing == GoalStanding::Reached] { (words) }
            }
        }
        (bar_svg(*seen.min(&goal.films), goal.films))
        p.note { @if goal.rewatches_count { "Rewatches count." } @else { "Rewatches don’t count." } }
    }
}

/// `14 of 52 films`.
fn progress_text(GoalProgress { goal, seen, .. }: &GoalProgress) -> String {
    let noun = plural_noun(&goal.films, "film", "films");
    format!("{seen} of {} {noun}", goal.films)
}

/// `None` for a year that has not begun.
fn standing_words(standing: GoalStanding) -> Option<String> {
    match standing {
        GoalStanding::Upcoming => None,
        GoalStanding::Reached => Some("Done".to_owned()),
        GoalStanding::Missed { by } => Some(format!("{by} short")),
        GoalStanding::UnderWay { pace, rest } => {
            Some(format!("{} · needs {}", pace_words(pace), rest_words(rest)))
        }
    }
}

fn pace_words(pace: Pace) -> String {
    match pace {
        Pace::Ahead(films) => format!("{films} ahead"),
        Pace::OnPace => "on pace".to_owned(),
        Pace::Behind(films) => format!("{films} behind"),
    }
}

/// `1.4 a week`, `2 a week` or `3 more`.
fn rest_words(rest: RestOfYear) -> String {
    match rest {
        RestOfYear::PerWeek { tenths } => match (tenths / 10, tenths % 10) {
            (whole, 0) => format!("{whole} a week"),
            (whole, tenth) => format!("{whole}.{tenth} a week"),
        },
        RestOfYear::InAll(films) => format!("{films} more"),
    }
}

fn goal_form(
    view: &GoalsView<'_>,
    year: i32,
    goal: Option<Goal>,
    RefusedGoal { raw, errors }: RefusedGoal<'_>,
    focus: bool,
) -> Markup {
    let id = section_id(year);
    let (target, prefix) = (format!("#{id}"), format!("{id}-"));
    let (username, named_year) = (view.username.to_owned(), year.to_string());
    let removal = paths::GoalDeletion {
        username: username.clone(),
        year: named_year.clone(),
    };
    let path = paths::YearGoal {
        username,
        year: named_year,
    };
    html! {
        details open[!errors.is_empty()] {
            summary autofocus[focus] { @if goal.is_some() { "Change goal" span.hidden { " for " (year) } } @else { "Set a goal for " (year) } }
            form method="post" action=(path) hx-post=(path) hx-target=(target) hx-swap="outerHTML" hx-sync="this:drop" {
                @if let Some(message) = errors.get("year") { p.error role="alert" { (message) } }
                (Field::text("films", "Number of films", &raw.films).numeric().hint("From 1 to 1,000.").id_prefix(&prefix).render(errors))
                label.tick {
                    input type="checkbox" name="rewatches_count" value="on" checked[!raw.rewatches_count.is_empty()];
                    " Count rewatches too"
                }
                div.actions {
                    button.primary { "Save goal" }
                    @if goal.is_some() { button.danger form={ (id) "-removal" } { "Remove goal" } }
                }
            }
            @if goal.is_some() {
                form id={ (id) "-removal" } method="post" action=(removal) hx-post=(removal) hx-target=(target) hx-swap="outerHTML" hx-sync="this:drop" {}
            }
        }
    }
}

/// A line for each earlier year, which leads to its trends.
fn earlier_goals(view: &GoalsView<'_>, goals: &[&Goal]) -> Markup {
    html! {
        ul.earlier-goals aria-label="Earlier goals" {
            @for goal in goals {
                @let progress = goal.progress(view.overview, view.today);
                li {
                    a href=(goal_url(view.username, goal.year, view.today)) { (goal.year) } ": " (progress_text(&progress))
                    @if let Some(words) = standing_words(progress.standing) { " · " (words) }
                }
            }
        }
    }
}
