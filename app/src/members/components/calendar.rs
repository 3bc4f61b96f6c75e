//! A month of a diary, as on a wall.

use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

use super::{Part, address};
use crate::diary::Entry;
use crate::members::look::{CALENDAR, View, month_name};
use crate::members::queries::Owner;
use crate::paths;
use crate::posters::{Place, poster};
use crate::stats::{Overview, first_day, last_day};
use crate::web::ui::plural;
use crate::web::ui::time::{WEEKDAYS, month_and_year, written};

/// What is shown.
#[derive(Debug)]
pub struct Shown<'a> {
    /// Whose.
    pub owner: &'a Owner,
    /// The whole diary.
    pub overview: &'a Overview,
    /// What was watched in the month.
    pub entries: &'a [Entry],
    /// The month.
    pub month: i32,
    /// What day it is.
    pub today: NaiveDate,
}

/// The month, with a poster on each day that has a film.
pub fn part(shown: &Shown<'_>) -> Part {
    let first = first_day(shown.month);
    Part::new(html! {
        (head(shown, first))
        table.calendar {
            caption.hidden { (month_and_year(first)) }
            thead { tr { @for name in WEEKDAYS { th scope="col" { (name) } } } }
            tbody {
                @for week in weeks(first, last_day(shown.month)) {
                    tr { @for day in week { (cell(shown, day)) } }
                }
            }
        }
    })
}

/// The days of a month in weeks from Monday on; `None` for days of other months.
fn weeks(first: NaiveDate, last: NaiveDate) -> Vec<Vec<Option<NaiveDate>>> {
    let before = first.weekday().num_days_from_monday() as usize;
    let mut days: Vec<Option<NaiveDate>> = vec![None; before];
    days.extend((1..=last.day()).map(|day| first.with_day(day)));
    days.resize(days.len().next_multiple_of(7), None);
    days.chunks(7).map(<[_]>::to_vec).collect()
}

fn head(shown: &Shown<'_>, first: NaiveDate) -> Markup {
    let months = &shown.overview.months;
    let this = months.iter().find(|month| month.key == shown.month);
    let films = this.map_or(0, |month| month.tally.reviews);
    let path = paths::User::of(&shown.owner.username);
    html! {
        div.pager {
            (step(shown, shown.month - 1, "prev", "‹"))
            h2 { (month_and_year(first)) " " span.films { (plural(films, "film", "films")) } }
            (step(shown, shown.month + 1, "next", "›"))
        }
        form.jump action=(path) method="get" hx-get=(path) hx-trigger="change, submit" hx-target="#view"
            hx-swap="outerMorph" hx-push-url="true" {
            input type="hidden" name="view" value=(View::History.name());
            input type="hidden" name="as" value=(CALENDAR);
            label { span { "Jump to" }
                select name="month" {
                    @if this.is_none() { option value=(month_name(shown.month)) selected { (month_and_year(first)) } }
                    @for month in months.iter().rev() {
                        option value=(month_name(month.key)) selected[month.key == shown.month] {
                            (month_and_year(first_day(month.key)))
                        }
                    }
                }
            }
            button { "Show" }
            a.button.quiet href=(address(shown.owner, View::History.look())) { "As a list" }
        }
    }
}

/// To the month before or after, within the months of the diary.
fn step(shown: &Shown<'_>, month: i32, rel: &str, sign: &str) -> Markup {
    let look = paths::Look {
        form: CALENDAR.to_owned(),
        month: month_name(month),
        ..View::History.look()
    };
    let to = address(shown.owner, look);
    let months = &shown.overview.months;
    let is_within = match rel {
        "prev" => months.first().is_some_and(|first| month >= first.key),
        _ => months.last().is_some_and(|last| month <= last.key),
    };
    let name = month_and_year(first_day(month));
    html! {
        @if is_within {
            a.button.quiet href=(to) rel=(rel) aria-label=(name)
                hx-get=(to) hx-target="#view" hx-swap="outerMorph" hx-push-url="true" { (sign) }
        } @else {
            span.button.quiet aria-hidden="true" {}
        }
    }
}

fn cell(shown: &Shown<'_>, day: Option<NaiveDate>) -> Markup {
    let Some(day) = day else {
        return html! { td.outside {} };
    };
    let mut of_day = shown
        .entries
        .iter()
        .filter(|entry| entry.watched_on == Some(day));
    let first = of_day.next();
    let others = of_day.count();
    html! {
        td.today[day == shown.today] {
            span.number { (day.day()) }
            @if let Some(entry) = first { (films(shown, day, entry, others)) }
        }
    }
}

fn films(shown: &Shown<'_>, day: NaiveDate, first: &Entry, others: usize) -> Markup {
    let look = paths::Look {
        day: day.to_string(),
        ..View::History.look()
    };
    html! {
        a href=(address(shown.owner, look)) {
            (poster(first.movie_id, &first.title, &first.poster, Place::Day))
            span.hidden { (written(day)) ": " (first.title) }
            @if others > 0 { span.others { "+" (others) span.hidden { " more" } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::weeks;
    use crate::stats::{first_day, last_day};

    #[test]
    fn weeks_begin_on_monday_and_hold_every_day_once() {
        for month in 24000..24300 {
            let weeks = weeks(first_day(month), last_day(month));
            assert!(weeks.iter().all(|week| week.len() == 7));
            let days: Vec<NaiveDate> = weeks.into_iter().flatten().flatten().collect();
            assert_eq!(days.first(), Some(&first_day(month)));
            assert_eq!(days.last(), Some(&last_day(month)));
        }
    }
}
