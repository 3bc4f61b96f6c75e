//! A year, day by day.

use chrono::{Datelike, Days, NaiveDate};
use maud::{Markup, html};

use super::months::level;
use crate::stats::Day;
use crate::web::ui::time::{WEEKDAYS, short_month};

/// What is drawn.
#[derive(Debug)]
pub struct Heat<'a> {
    /// What it is called.
    pub caption: &'a str,
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
    /// Days after this one have not come yet.
    pub today: NaiveDate,
    /// The days with films, in order.
    pub days: &'a [Day],
    /// Where a day leads, but for the day itself, which comes last.
    pub to: &'a str,
}

/// A table of weekdays by weeks. Every day that has come is a link. With JavaScript it is one
/// stop for the Tab key, and the arrow keys go from day to day.
pub fn heat(heat: &Heat<'_>) -> Markup {
    let monday = heat.first - Days::new(u64::from(heat.first.weekday().num_days_from_monday()));
    let last = heat.last.min(heat.today).max(heat.first);
    let weeks = (last - monday).num_days() / 7 + 1;
    let most = heat.days.iter().map(|day| day.reviews).max();
    let most = most.unwrap_or_default();
    // Escaped once, and not for each of 365 links.
    let to = html! { (heat.to) };
    html! {
        div.scrolling {
            table.heat data-days {
                caption { span { (heat.caption) } }
                thead { tr { td {} (months(heat, monday, weeks)) } }
                tbody {
                    @for (number, name) in WEEKDAYS.iter().enumerate() {
                        tr {
                            th scope="row" { (name) }
                            @for week in 0..weeks {
                                (cell(heat, &to, monday + Days::new(week.unsigned_abs() * 7 + number as u64), most))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The names of months over their first weeks.
fn months(heat: &Heat<'_>, monday: NaiveDate, weeks: i64) -> Markup {
    let of = |week: i64| {
        let sunday = monday + Days::new(week.unsigned_abs() * 7 + 6);
        sunday.min(heat.last)
    };
    let mut starts: Vec<i64> = (0..weeks)
        .filter(|week| *week == 0 || of(*week).month() != of(week - 1).month())
        .collect();
    // A few days at the start leave no room for a name.
    if starts.get(1).is_some_and(|second| *second < 2) {
        starts.remove(0);
    }
    let ends = starts.iter().skip(1).chain([&weeks]);
    let before = starts.first().copied().unwrap_or_default();
    html! {
        @if before > 0 { td colspan=(before) {} }
        @for (start, end) in starts.iter().zip(ends) {
            td.month colspan=(end - start) aria-hidden="true" { (short_month(of(*start))) }
        }
    }
}

fn cell(heat: &Heat<'_>, to: &Markup, day: NaiveDate, most: u32) -> Markup {
    let is_outside = day < heat.first || day > heat.last;
    let found = heat.days.binary_search_by_key(&day, |known| known.day);
    let films = found.map_or(0, |at| heat.days[at].reviews);
    html! {
        @if is_outside || day > heat.today {
            td {}
        } @else {
            td {
                a.{ "level-" (level(films, most)) } href={ (to) (day) }
                    aria-label={ (day.day()) " " (short_month(day)) " " (day.year()) ": " (films) @if films == 1 { " film" } @else { " films" } } {}
            }
        }
    }
}
