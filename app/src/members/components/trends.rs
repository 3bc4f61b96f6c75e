//! A diary in numbers.

use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

use super::{Part, address, month_in_history};
use crate::members::look::View;
use crate::members::queries::Owner;
use crate::paths;
use crate::stats::components::{
    Bar, By, Heat, average, bars, by_month, by_year, heat, histogram, strip, tile,
};
use crate::stats::{
    Day, Decade, Months, Named, Overview, Period, Share, Streak, Tally, Trends, first_day, last_day,
};
use crate::web::ui::time::{short_month, written};
use crate::web::ui::{empty, plural};

/// What is shown.
#[derive(Debug)]
pub struct Shown<'a> {
    /// Whose.
    pub owner: &'a Owner,
    /// The whole diary.
    pub overview: &'a Overview,
    /// Over which time.
    pub period: Period,
    /// Its months; `None` for all.
    pub months: Option<Months>,
    /// What day it is.
    pub today: NaiveDate,
    /// What the diary shows over that time.
    pub trends: &'a Trends,
    /// How often each rating was given then.
    pub shares: &'a [Share],
    /// The months of which every day is shown.
    pub of_days: Months,
    /// Their days with films.
    pub days: &'a [Day],
}

/// All charts.
pub fn part(shown: &Shown<'_>) -> Part {
    let trends = shown.trends;
    Part::new(html! {
        (periods(shown))
        @if trends.totals.tally.reviews == 0 {
            (empty(&html! { "No film in this time. " a href=(to(shown, Period::AllTime)) { "Look at all time" } "." }))
        } @else {
            (totals(shown))
            (days(shown))
            (months(shown))
            div.charts {
                (histogram("Ratings", shown.shares))
                (bars("Days of the week", "Day", &weekdays(trends), By::Count))
                (bars("Decades of release", "Decade", &decades(shown), By::Count))
                (ranking("Most seen directors", "Director", &trends.directors, By::Count))
                (ranking("Best rated directors", "Director", &trends.best_directors, By::Rating))
                (ranking("Most seen genres", "Genre", &trends.genres, By::Count))
                (ranking("Best rated genres", "Genre", &trends.best_genres, By::Rating))
            }
        }
    })
}

fn to(shown: &Shown<'_>, period: Period) -> String {
    let look = paths::Look {
        period: period.name(),
        ..View::Trends.look()
    };
    address(shown.owner, look)
}

fn periods(shown: &Shown<'_>) -> Markup {
    let years = shown.overview.years().into_iter().rev().map(Period::Year);
    let periods = [Period::AllTime, Period::LastTwelveMonths].into_iter();
    html! {
        nav.chips aria-label="Period" {
            @for period in periods.chain(years) {
                @let to = to(shown, period);
                a.chip href=(to) aria-current=[(period == shown.period).then_some("true")]
                    hx-get=(to) hx-target="#view" hx-swap="outerMorph" hx-push-url="true" { (period.title()) }
            }
        }
    }
}

fn totals(shown: &Shown<'_>) -> Markup {
    let totals = &shown.trends.totals;
    let hours = totals.minutes / 60;
    let unknown = match totals.of_unknown_length {
        0 => html! {},
        some => html! { "the length of " (plural(some, "viewing", "viewings")) " is not known" },
    };
    html! {
        dl.tiles {
            (tile("Films watched", &html! { (totals.tally.reviews) }, &html! { (plural(totals.movies, "different film", "different films")) }))
            (tile("Average rating", &or_dash(average(totals.tally)), &html! { (totals.tally.rated) " rated" }))
            (tile("Rewatches", &html! { (totals.rewatches) }, &share(totals.rewatches, totals.tally.reviews)))
            (tile("Hours watched", &html! { (hours) }, &unknown))
            @if let Some(streak) = shown.trends.streak {
                (tile("Longest streak", &html! { (plural(streak.days(), "day", "days")) }, &when(streak)))
            }
        }
    }
}

fn or_dash(text: Option<String>) -> Markup {
    html! { @match text { Some(text) => (text), None => "–" } }
}

fn share(part: u32, all: u32) -> Markup {
    let percent = (part * 100).checked_div(all).unwrap_or_default();
    html! { (percent) " % of all" }
}

/// From when to when; a year that both share is said once.
fn when(Streak { first, last }: Streak) -> Markup {
    html! {
        @if first != last {
            (first.day()) " " (short_month(first))
            @if first.year() != last.year() { " " (first.year()) }
            " – "
        }
        (written(last))
    }
}

/// Every day of a year, and the years to leaf through.
fn days(shown: &Shown<'_>) -> Markup {
    let Months { first, last } = shown.of_days;
    let of_day = paths::Look {
        day: "0".to_owned(),
        ..View::History.look()
    };
    // The day comes last in the address, so that a year of links is made of one.
    let to = address(shown.owner, of_day);
    let caption = match shown.period {
        Period::LastTwelveMonths => "Day by day".to_owned(),
        _ => format!("{} day by day", first.div_euclid(12)),
    };
    html! {
        section.days {
            (heat(&Heat {
                caption: &caption,
                first: first_day(first),
                last: last_day(last),
                today: shown.today,
                days: shown.days,
                to: to.trim_end_matches('0'),
            }))
            (strip("Month by month", &shown.overview.over(shown.of_days), |month| month_in_history(shown.owner, month)))
            @if shown.period != Period::LastTwelveMonths { (leaf_through(shown, first.div_euclid(12))) }
        }
    }
}

fn leaf_through(shown: &Shown<'_>, year: i32) -> Markup {
    let years = shown.overview.years();
    let other = |year: i32| years.contains(&year).then_some(year);
    let to = |year: i32| match shown.period {
        Period::Year(_) => to(shown, Period::Year(year)),
        _ => {
            let look = paths::Look {
                days: year.to_string(),
                ..View::Trends.look()
            };
            address(shown.owner, look)
        }
    };
    let step = |year: i32, rel: &str, before: &str, after: &str| {
        let to = to(year);
        html! {
            a.button.quiet href=(to) rel=(rel) hx-get=(to) hx-target="#view" hx-swap="outerMorph" hx-push-url="true" {
                (before) (year) (after)
            }
        }
    };
    html! {
        nav.pager aria-label="Years" {
            @if let Some(year) = other(year - 1) { (step(year, "prev", "‹ ", "")) } @else { span {} }
            @if let Some(year) = other(year + 1) { (step(year, "next", "", " ›")) } @else { span {} }
        }
    }
}

fn months(shown: &Shown<'_>) -> Markup {
    let link = |month| month_in_history(shown.owner, month);
    match shown.months {
        Some(months) => by_month(
            "Films and average rating by month",
            &shown.overview.over(months),
            link,
        ),
        None => by_year("Films by month", &shown.overview.months, link),
    }
}

fn weekdays(trends: &Trends) -> Vec<Bar> {
    let names = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    let bars = names.into_iter().zip(trends.weekdays);
    let bars = bars.map(|(name, reviews)| Bar {
        label: html! { (name) },
        tally: Tally {
            reviews,
            ..Tally::default()
        },
    });
    bars.collect()
}

fn decades(shown: &Shown<'_>) -> Vec<Bar> {
    let label = |decade: &Decade| {
        let look = paths::Look {
            decade: decade.first.to_string(),
            ..View::History.look()
        };
        html! { a href=(address(shown.owner, look)) { (decade.first) "s" } }
    };
    let bars = shown.trends.decades.iter().map(|decade| Bar {
        label: label(decade),
        tally: decade.tally,
    });
    bars.collect()
}

/// People or genres: a genre has a name in addresses.
fn ranking(caption: &str, of: &str, ranking: &[Named], by: By) -> Markup {
    let label = |named: &Named| match named.slug.as_str() {
        "" => html! { a href=(paths::Person { id: named.id }) { (named.name) } },
        slug => html! { a href=(paths::Genre { slug: slug.to_owned() }) { (named.name) } },
    };
    let bars: Vec<Bar> = ranking
        .iter()
        .map(|named| Bar {
            label: label(named),
            tally: named.tally,
        })
        .collect();
    html! { @if !bars.is_empty() { (self::bars(caption, of, &bars, by)) } }
}
