//! Charts of months: a table of months, a table of years, and a strip.

use chrono::Datelike;
use maud::{Markup, html};

use super::bars::bar_svg;
use super::{average_stars, average_text, shade_level};
use crate::stats::{MonthStats, Tally};
use crate::web::ui::plural_noun;
use crate::web::ui::time::short_month_and_year;

/// One row per month with its number of movies and average rating.
pub fn month_table(caption: &str, months: &[MonthStats], link: impl Fn(i32) -> String) -> Markup {
    let most = months.iter().map(|month| month.tally.reviews).max();
    html! {
        table.bars.months {
            caption { (caption) }
            thead.hidden-head {
                tr {
                    th scope="col" { "Month" }
                    td {}
                    th scope="col" { "Viewings" }
                    td {}
                    th scope="col" { "Average rating" }
                }
            }
            tbody {
                @for month in months {
                    tr {
                        th scope="row" { (month_label(month, &link)) }
                        td.drawn { (bar_svg(month.tally.reviews, most.unwrap_or_default())) }
                        td.value { (month.tally.reviews) }
                        td.drawn.stars { (bar_svg(month.tally.half_stars, month.tally.rated * 10)) }
                        td.rating { @if let Some(average) = average_text(month.tally) { (average) } }
                    }
                }
            }
        }
    }
}

fn month_label(month: &MonthStats, link: impl Fn(i32) -> String) -> Markup {
    let name = short_month_and_year(month.first_day());
    html! {
        @if month.tally.reviews > 0 { a href=(link(month.key)) { (name) } } @else { (name) }
    }
}

/// One row per year with reviews, the latest first, and one column per month.
pub fn year_table(caption: &str, months: &[MonthStats], link: impl Fn(i32) -> String) -> Markup {
    let most = months.iter().map(|month| month.tally.reviews).max();
    let mut years: Vec<i32> = months.iter().rev().map(MonthStats::year).collect();
    years.dedup();
    html! {
        div.year-months {
            table.years {
                caption { (caption) }
                thead {
                    tr {
                        th scope="col" { "Year" }
                        @for name in MONTH_NAMES { th scope="col" { (name[..1]) span.rest { (name[1..]) } } }
                        th.whole-year scope="col" { "Viewings" }
                        th.whole-year scope="col" { "Average" }
                    }
                }
                tbody { @for year in years { (year_row(year, months, most.unwrap_or_default(), &link)) } }
            }
        }
    }
}

const MONTH_NAMES: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn year_row(year: i32, months: &[MonthStats], most: u32, link: impl Fn(i32) -> String) -> Markup {
    let of_year = |month: &&MonthStats| month.key.div_euclid(12) == year;
    let months: Vec<&MonthStats> = months.iter().filter(of_year).collect();
    let all = months
        .iter()
        .fold(Tally::default(), |all, month| all + month.tally);
    let cell = |number: i32| {
        let month = months.iter().find(|month| month.key == year * 12 + number);
        html! {
            @match month {
                Some(month) => td.{ "level-" (shade_level(month.tally.reviews, most)) } {
                    a href=(link(month.key)) { (month.tally.reviews) }
                },
                None => td.level-0 {},
            }
        }
    };
    html! {
        tr {
            th scope="row" { (year) " " span.sum aria-hidden="true" { (all.reviews) } }
            @for number in 0..12 { (cell(number)) }
            td.value.whole-year { (all.reviews) }
            td.rating.whole-year { (average_stars(all)) }
        }
    }
}

/// A row of months, shaded by the number of movies.
pub fn month_strip(label: &str, months: &[MonthStats], link: impl Fn(i32) -> String) -> Markup {
    let most = months.iter().map(|month| month.tally.reviews).max();
    html! {
        ol.strip aria-label=(label) {
            @for month in months {
                @let movies = month.tally.reviews;
                @let day = month.first_day();
                li.{ "level-" (shade_level(movies, most.unwrap_or_default())) } {
                    @let content = html! {
                        span.month { (MONTH_NAMES[day.month0() as usize]) } " "
                        span.movies { (movies) span.hidden { " " (plural_noun(&movies, "viewing", "viewings")) " in " (day.year()) } }
                    };
                    @if movies > 0 { a href=(link(month.key)) { (content) } } @else { (content) }
                }
            }
        }
    }
}
