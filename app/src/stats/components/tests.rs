//! Tests of the charts. Snapshots show changes to their markup in review.

use chrono::{Datelike, Days, NaiveDate};
use entity::Rating;
use maud::{Markup, html};

use super::{
    Bar, BarScale, HeatMap, bar_table, heat_map, histogram, month_strip, month_table, shade_level,
    year_table,
};
use crate::stats::{DayCount, MonthStats, RatingCount, Tally};

/// Puts each element on its own line.
fn one_element_per_line(markup: &Markup) -> String {
    markup.0.replace("><", ">\n<")
}

fn parse_date(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn month_stats(key: i32, reviews: u32, half_stars: u32) -> MonthStats {
    MonthStats {
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
    let shares: Vec<RatingCount> = Rating::all()
        .zip([0, 1, 0, 2, 4, 8, 16, 20, 11, 7, 3])
        .map(|(rating, reviews)| RatingCount { rating, reviews })
        .collect();
    insta::assert_snapshot!(one_element_per_line(&histogram("Ratings", &shares)));
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
    insta::assert_snapshot!(one_element_per_line(&bar_table(
        "Most seen",
        "Director",
        &all,
        BarScale::Count
    )));
    insta::assert_snapshot!(one_element_per_line(&bar_table(
        "Best rated",
        "Director",
        &all,
        BarScale::Rating
    )));
}

#[test]
fn months_under_each_other_and_beside_each_other() {
    let months = [
        month_stats(2023 * 12 + 11, 2, 8),
        month_stats(2024 * 12, 0, 0),
        month_stats(2024 * 12 + 1, 9, 60),
    ];
    let link = |month: i32| format!("?month={month}");
    insta::assert_snapshot!(one_element_per_line(&month_table(
        "By month", &months, link
    )));
    insta::assert_snapshot!(one_element_per_line(&year_table("By year", &months, link)));
    insta::assert_snapshot!(one_element_per_line(&month_strip(
        "This year",
        &months,
        link
    )));
}

/// Four weeks; the last one is in the future.
#[test]
fn days() {
    let first = parse_date("2024-02-01");
    let days = [("2024-02-02", 1), ("2024-02-14", 4), ("2024-02-15", 2)];
    let days = days.map(|(text, reviews)| DayCount {
        day: parse_date(text),
        reviews,
    });
    let drawn = heat_map(&HeatMap {
        caption: "Day by day",
        first,
        last: first + Days::new(27),
        today: first + Days::new(20),
        days: &days,
        day_url_prefix: "?day=",
    });
    insta::assert_snapshot!(one_element_per_line(&drawn));
}

/// Each day up to today is linked exactly once, and later days are not.
#[test]
fn every_day_up_to_today_is_one_link() {
    for year in 2015..2032 {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a day");
        let last = NaiveDate::from_ymd_opt(year, 12, 31).expect("a day");
        for today in [first, last, first + Days::new(200), last + Days::new(9)] {
            let drawn = heat_map(&HeatMap {
                caption: "A year",
                first,
                last,
                today,
                days: &[],
                day_url_prefix: "?day=",
            });
            let linked_days = first.iter_days().take_while(|day| *day <= last.min(today));
            let expected: Vec<String> = linked_days
                .map(|day| format!("href=\"?day={day}\""))
                .collect();
            for link in &expected {
                assert_eq!(drawn.0.matches(link.as_str()).count(), 1, "{link}");
            }
            assert_eq!(drawn.0.matches("href=").count(), expected.len());
            let names = drawn.0.matches("class=\"month\"").count();
            let months_so_far = last.min(today).month() as usize;
            assert!(
                names.abs_diff(months_so_far) <= 1,
                "{names} of {months_so_far} months of {year}"
            );
        }
    }
}

#[test]
fn nothing_is_pale_and_the_most_is_dark() {
    assert_eq!(shade_level(0, 0), 0);
    assert_eq!(shade_level(0, 9), 0);
    // A single movie is pale, even if it is the most.
    assert_eq!(shade_level(1, 1), 1);
    assert_eq!(shade_level(1, 100), 1);
    assert_eq!(shade_level(51, 100), 3);
    assert_eq!(shade_level(100, 100), 4);
}
