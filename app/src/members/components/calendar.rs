//! The history tab as a calendar of one month.

use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

use super::{TabContent, diary_url};
use crate::diary::Entry;
use crate::members::diary_view::{CALENDAR, DiaryTab, format_month};
use crate::members::queries::DiaryOwner;
use crate::paths;
use crate::posters::{PosterSlot, poster};
use crate::stats::{Overview, first_day_of_month, last_day_of_month};
use crate::web::ui::plural;
use crate::web::ui::time::{WEEKDAYS, format_date, month_and_year};

#[derive(Debug)]
pub struct CalendarView<'a> {
    pub owner: &'a DiaryOwner,
    pub overview: &'a Overview,
    pub entries: &'a [Entry],
    /// Months since January of year 0.
    pub month: i32,
    pub today: NaiveDate,
}

pub fn calendar_content(view: &CalendarView<'_>) -> TabContent {
    let first = first_day_of_month(view.month);
    TabContent::new(html! {
        (calendar_header(view, first))
        table.calendar {
            caption.hidden { (month_and_year(first)) }
            thead { tr { @for name in WEEKDAYS { th scope="col" { (name) } } } }
            tbody {
                @for week in weeks(first, last_day_of_month(view.month)) {
                    tr { @for day in week { (day_cell(view, day)) } }
                }
            }
        }
    })
}

/// The days of a month in weeks that start on Monday; `None` for days of other months.
fn weeks(first: NaiveDate, last: NaiveDate) -> Vec<Vec<Option<NaiveDate>>> {
    let before = first.weekday().num_days_from_monday() as usize;
    let mut days: Vec<Option<NaiveDate>> = vec![None; before];
    days.extend((1..=last.day()).map(|day| first.with_day(day)));
    days.resize(days.len().next_multiple_of(7), None);
    days.chunks(7).map(<[_]>::to_vec).collect()
}

/// The months before and after, and between them the month, as a field that jumps to another.
fn calendar_header(view: &CalendarView<'_>, first: NaiveDate) -> Markup {
    let months = &view.overview.months;
    let this = months.iter().find(|month| month.key == view.month);
    let viewings = this.map_or(0, |month| month.tally.reviews);
    let path = paths::Member::of(&view.owner.username);
    let list = diary_url(view.owner, DiaryTab::History.params());
    html! {
        div.pager {
            (month_link(view, view.month - 1, "prev", "‹"))
            form.jump action=(path) method="get" hx-get=(path) hx-trigger="change, submit" hx-target="#view"
                hx-swap="outerMorph" hx-push-url="true" {
                input type="hidden" name="view" value=(DiaryTab::History.name());
                input type="hidden" name="as" value=(CALENDAR);
                select name="month" aria-label="Month" {
                    @if this.is_none() { option value=(format_month(view.month)) selected { (month_and_year(first)) } }
                    @for month in months.iter().rev() {
                        option value=(format_month(month.key)) selected[month.key == view.month] {
                            (month_and_year(first_day_of_month(month.key)))
                        }
                    }
                }
                button { "Show" }
            }
            span.movies { (plural(viewings, "viewing", "viewings")) }
            a.button.quiet href=(list) hx-get=(list) hx-target="#view" hx-swap="outerMorph" hx-push-url="true" { "List" }
            (month_link(view, view.month + 1, "next", "›"))
        }
    }
}

/// A link to the month before or after; disabled outside the months of the diary.
fn month_link(view: &CalendarView<'_>, month: i32, rel: &str, sign: &str) -> Markup {
    let params = paths::DiaryParams {
        layout: CALENDAR.to_owned(),
        month: format_month(month),
        ..DiaryTab::History.params()
    };
    let to = diary_url(view.owner, params);
    let months = &view.overview.months;
    let is_within = match rel {
        "prev" => months.first().is_some_and(|first| month >= first.key),
        _ => months.last().is_some_and(|last| month <= last.key),
    };
    let name = month_and_year(first_day_of_month(month));
    html! {
        @if is_within {
            a.button.quiet href=(to) rel=(rel) aria-label=(name)
                hx-get=(to) hx-target="#view" hx-swap="outerMorph" hx-push-url="true" { (sign) }
        } @else {
            span.button.quiet aria-hidden="true" {}
        }
    }
}

fn day_cell(view: &CalendarView<'_>, day: Option<NaiveDate>) -> Markup {
    let Some(day) = day else {
        return html! { td.outside {} };
    };
    let mut of_day = view
        .entries
        .iter()
        .filter(|entry| entry.watched_on == Some(day));
    let first = of_day.next();
    let others = of_day.count();
    html! {
        td.today[day == view.today] {
            span.number { (day.day()) }
            @if let Some(entry) = first { (day_entries(view, day, entry, others)) }
        }
    }
}

fn day_entries(view: &CalendarView<'_>, day: NaiveDate, first: &Entry, others: usize) -> Markup {
    let params = paths::DiaryParams {
        day: day.to_string(),
        ..DiaryTab::History.params()
    };
    html! {
        a href=(diary_url(view.owner, params)) {
            (poster(first.movie_id, &first.title, &first.poster, PosterSlot::Day))
            span.hidden { (format_date(day)) ": " bdi { (first.title) } }
            @if others > 0 { span.others { "+" (others) span.hidden { " more" } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::weeks;
    use crate::stats::{first_day_of_month, last_day_of_month};

    #[test]
    fn weeks_begin_on_monday_and_hold_every_day_once() {
        for month in 24000..24300 {
            let weeks = weeks(first_day_of_month(month), last_day_of_month(month));
            assert!(weeks.iter().all(|week| week.len() == 7));
            let days: Vec<NaiveDate> = weeks.into_iter().flatten().flatten().collect();
            assert_eq!(days.first(), Some(&first_day_of_month(month)));
            assert_eq!(days.last(), Some(&last_day_of_month(month)));
        }
    }
}
