//! Months: twelve of them one under the other, many in a table of years, and a strip.

use chrono::Datelike;
use maud::{Markup, html};

use super::bars::length;
use super::{average, stars_on_average};
use crate::stats::{Month, Tally};
use crate::web::ui::time::short_month_and_year;

/// Months one under the other: how many films, and how they were rated.
pub fn by_month(caption: &str, months: &[Month], link: impl Fn(i32) -> String) -> Markup {
    let most = months.iter().map(|month| month.tally.reviews).max();
    html! {
        table.bars.months {
            caption { (caption) }
            thead.hidden-head {
                tr {
                    th scope="col" { "Month" }
                    td {}
                    th scope="col" { "Films" }
                    td {}
                    th scope="col" { "Average rating" }
                }
            }
            tbody {
                @for month in months {
                    tr {
                        th scope="row" { (name(month, &link)) }
                        td.drawn { (length(month.tally.reviews, most.unwrap_or_default())) }
                        td.value { (month.tally.reviews) }
                        td.drawn.stars { (length(month.tally.half_stars, month.tally.rated * 10)) }
                        td.rating { @if let Some(average) = average(month.tally) { (average) } }
                    }
                }
            }
        }
    }
}

fn name(month: &Month, link: impl Fn(i32) -> String) -> Markup {
    let name = short_month_and_year(month.first_day());
    html! {
        @if month.tally.reviews > 0 { a href=(link(month.key)) { (name) } } @else { (name) }
    }
}

/// Years one under the other, their months side by side.
pub fn by_year(caption: &str, months: &[Month], link: impl Fn(i32) -> String) -> Markup {
    let most = months.iter().map(|month| month.tally.reviews).max();
    let years: Vec<i32> = match (months.first(), months.last()) {
        (Some(first), Some(last)) => (first.year()..=last.year()).rev().collect(),
        _ => Vec::new(),
    };
    html! {
        div.scrolling {
            table.years {
                caption { (caption) }
                thead {
                    tr {
                        th scope="col" { "Year" }
                        @for name in NAMES { th scope="col" { (name) } }
                        th scope="col" { "Films" }
                        th scope="col" { "Average" }
                    }
                }
                tbody { @for year in years { (of_year(year, months, most.unwrap_or_default(), &link)) } }
            }
        }
    }
}

const NAMES: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn of_year(year: i32, months: &[Month], most: u32, link: impl Fn(i32) -> String) -> Markup {
    let of_year = |month: &&Month| month.key.div_euclid(12) == year;
    let months: Vec<&Month> = months.iter().filter(of_year).collect();
    let all = months
        .iter()
        .fold(Tally::default(), |all, month| all.plus(month.tally));
    let cell = |number: i32| {
        let month = months.iter().find(|month| month.key == year * 12 + number);
        html! {
            @match month {
                Some(month) => td.{ "level-" (level(month.tally.reviews, most)) } {
                    a href=(link(month.key)) { (month.tally.reviews) }
                },
                None => td.level-0 {},
            }
        }
    };
    html! {
        tr {
            th scope="row" { (year) }
            @for number in 0..12 { (cell(number)) }
            td.value { (all.reviews) }
            td.rating { (stars_on_average(all)) }
        }
    }
}

/// A strip of months, darker where more was seen.
pub fn strip(label: &str, months: &[Month], link: impl Fn(i32) -> String) -> Markup {
    let most = months.iter().map(|month| month.tally.reviews).max();
    html! {
        ol.strip aria-label=(label) {
            @for month in months {
                @let films = month.tally.reviews;
                @let day = month.first_day();
                li.{ "level-" (level(films, most.unwrap_or_default())) } {
                    @let shown = html! {
                        span.month { (NAMES[day.month0() as usize]) } " "
                        span.films { (films) span.hidden { " films in " (day.year()) } }
                    };
                    @if films > 0 { a href=(link(month.key)) { (shown) } } @else { (shown) }
                }
            }
        }
    }
}

/// How dark something is, in five steps: 0 for nothing, 4 for as much as ever.
pub(super) fn level(value: u32, most: u32) -> u32 {
    match (value, most) {
        (0, _) => 0,
        (value, most) => (value * 4).div_ceil(most.max(4)).clamp(1, 4),
    }
}

#[cfg(test)]
mod tests {
    use super::level;

    #[test]
    fn nothing_is_pale_and_the_most_is_dark() {
        assert_eq!(level(0, 0), 0);
        assert_eq!(level(0, 9), 0);
        // One film in a quiet year is no record.
        assert_eq!(level(1, 1), 1);
        assert_eq!(level(1, 100), 1);
        assert_eq!(level(51, 100), 3);
        assert_eq!(level(100, 100), 4);
    }
}
