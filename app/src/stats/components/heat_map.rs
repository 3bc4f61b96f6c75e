//! A heat map of the days of a year.

use chrono::{Datelike, Days, NaiveDate};
use maud::{Markup, html};

use super::shade_level;
use crate::stats::DayCount;
use crate::web::ui::plural;
use crate::web::ui::time::{WEEKDAYS, short_month_name};

#[derive(Debug)]
pub struct HeatMap<'a> {
    pub caption: &'a str,
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// Later days are left empty.
    pub today: NaiveDate,
    /// Days with reviews, sorted.
    pub days: &'a [DayCount],
    /// The URL of a day without the date at its end.
    pub day_url_prefix: &'a str,
}

/// A table of weekdays by weeks, in which every day up to today is a link. With JavaScript, the
/// table is a single tab stop and the arrow keys move between days.
pub fn heat_map(heat: &HeatMap<'_>) -> Markup {
    let monday = heat.first - Days::new(u64::from(heat.first.weekday().num_days_from_monday()));
    let last = heat.last.min(heat.today).max(heat.first);
    let weeks = (last - monday).num_days() / 7 + 1;
    let most = heat.days.iter().map(|day| day.reviews).max();
    let most = most.unwrap_or_default();
    // Escaped once rather than for each of 365 links.
    let url_prefix = html! { (heat.day_url_prefix) };
    html! {
        div.scrolling {
            table.heat data-days {
                caption { span { (heat.caption) } }
                thead { tr { td {} (month_headings(heat, monday, weeks)) } }
                tbody {
                    @for (number, name) in WEEKDAYS.iter().enumerate() {
                        tr {
                            th scope="row" { (name) }
                            @for week in 0..weeks {
                                (heat_map_cell(heat, &url_prefix, monday + Days::new(week.unsigned_abs() * 7 + number as u64), most))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The names of the months, above the first week of each.
fn month_headings(heat: &HeatMap<'_>, monday: NaiveDate, weeks: i64) -> Markup {
    let of = |week: i64| {
        let sunday = monday + Days::new(week.unsigned_abs() * 7 + 6);
        sunday.min(heat.last)
    };
    let mut starts: Vec<i64> = (0..weeks)
        .filter(|week| *week == 0 || of(*week).month() != of(week - 1).month())
        .collect();
    // A month with only a few days at the start has no room for its name.
    if starts.get(1).is_some_and(|second| *second < 2) {
        starts.remove(0);
    }
    let ends = starts.iter().skip(1).chain([&weeks]);
    let before = starts.first().copied().unwrap_or_default();
    html! {
        @if before > 0 { td colspan=(before) {} }
        @for (start, end) in starts.iter().zip(ends) {
            td.month colspan=(end - start) aria-hidden="true" { (short_month_name(of(*start))) }
        }
    }
}

fn heat_map_cell(heat: &HeatMap<'_>, url_prefix: &Markup, day: NaiveDate, most: u32) -> Markup {
    let is_outside = day < heat.first || day > heat.last;
    let position = heat.days.binary_search_by_key(&day, |count| count.day);
    let movies = position.map_or(0, |at| heat.days[at].reviews);
    html! {
        @if is_outside || day > heat.today {
            td {}
        } @else {
            td {
                a.{ "level-" (shade_level(movies, most)) } href={ (url_prefix) (day) }
                    aria-label={ (day.day()) " " (short_month_name(day)) " " (day.year()) ": " (plural(movies, "viewing", "viewings")) } {}
            }
        }
    }
}
