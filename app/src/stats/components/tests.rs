//! How the charts look, as text: a change of one is seen and meant.

use chrono::{Datelike, Days, NaiveDate};
use entity::Rating;
use maud::{Markup, html};

use super::{Bar, By, Heat, bars, by_month, by_year, heat, histogram, strip};
use crate::stats::{Day, Month, Share, Tally};

/// One element a line.
fn lines(markup: &Markup) -> String {
    markup.0.replace("><", ">\n<")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn month(key: i32, reviews: u32, half_stars: u32) -> Month {
    Month {
        key,
        tally: Tally {
            reviews,
            rated: reviews.saturating_sub(1),
            half_stars,
        },
        rewatches: 0,
    }
}

#[test]
fn a_histogram() {
    let shares: Vec<Share> = Rating::all()
        .zip([0, 1, 0, 2, 4, 8, 16, 20, 11, 7, 3])
        .map(|(rating, reviews)| Share { rating, reviews })
        .collect();
    insta::assert_snapshot!(lines(&histogram("Ratings", &shares)));
}

#[test]
fn bars_by_count_and_by_rating() {
    let bar = |name: &str, reviews, rated, half_stars| Bar {
        label: html! { (name) },
        tally: Tally {
            reviews,
            rated,
            half_stars,
        },
    };
    let all = [
        bar("Agnès Varda", 12, 12, 108),
        bar("<b>Nobody</b>", 3, 2, 9),
        bar("Yasujirō Ozu", 1, 0, 0),
    ];
    insta::assert_snapshot!(lines(&bars("Most seen", "Director", &all, By::Count)));
    insta::assert_snapshot!(lines(&bars("Best rated", "Director", &all, By::Rating)));
}

#[test]
fn months_under_each_other_and_beside_each_other() {
    let months = [
        month(2023 * 12 + 11, 2, 8),
        month(2024 * 12, 0, 0),
        month(2024 * 12 + 1, 9, 60),
    ];
    let link = |month: i32| format!("?month={month}");
    insta::assert_snapshot!(lines(&by_month("By month", &months, link)));
    insta::assert_snapshot!(lines(&by_year("By year", &months, link)));
    insta::assert_snapshot!(lines(&strip("This year", &months, link)));
}

/// Four weeks, of which the last has not come yet.
#[test]
fn days() {
    let first = day("2024-02-01");
    let days = [("2024-02-02", 1), ("2024-02-14", 4), ("2024-02-15", 2)];
    let days = days.map(|(text, reviews)| Day {
        day: day(text),
        reviews,
    });
    let drawn = heat(&Heat {
        caption: "Day by day",
        first,
        last: first + Days::new(27),
        today: first + Days::new(20),
        days: &days,
        to: "?day=",
    });
    insta::assert_snapshot!(lines(&drawn));
}

/// Whatever the year, every day that has come is one link, and no other is there.
#[test]
fn every_day_that_has_come_is_one_link() {
    for year in 2015..2032 {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a day");
        let last = NaiveDate::from_ymd_opt(year, 12, 31).expect("a day");
        for today in [first, last, first + Days::new(200), last + Days::new(9)] {
            let drawn = heat(&Heat {
                caption: "A year",
                first,
                last,
                today,
                days: &[],
                to: "?day=",
            });
            let shown = first.iter_days().take_while(|day| *day <= last.min(today));
            let expected: Vec<String> = shown.map(|day| format!("href=\"?day={day}\"")).collect();
            for link in &expected {
                assert_eq!(drawn.0.matches(link.as_str()).count(), 1, "{link}");
            }
            assert_eq!(drawn.0.matches("href=").count(), expected.len());
            let names = drawn.0.matches("class=\"month\"").count();
            let come = last.min(today).month() as usize;
            assert!(
                names.abs_diff(come) <= 1,
                "{names} of {come} months of {year}"
            );
        }
    }
}
