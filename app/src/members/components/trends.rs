//! The trends tab: charts and rankings over a period.

use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

use super::{TabContent, diary_url, history_url, view_chip};
use crate::members::diary_view::DiaryTab;
use crate::members::queries::DiaryOwner;
use crate::paths;
use crate::stats::components::{
    Bar, BarScale, HeatMap, average_text, bar_table, heat_map, histogram, month_strip, month_table,
    tile, year_table,
};
use crate::stats::{
    DayCount, DecadeStats, MonthRange, NamedTally, Overview, Period, RatingCount, Tally, Trends,
    WatchStreak, first_day_of_month, last_day_of_month,
};
use crate::web::ui::time::{format_date, short_month_name};
use crate::web::ui::{empty_state, plural};

#[derive(Debug)]
pub struct TrendsView<'a> {
    pub owner: &'a DiaryOwner,
    pub overview: &'a Overview,
    /// The goal of a year; empty for other periods.
    pub goal: &'a Markup,
    pub period: Period,
    /// The months of `period`; `None` for all time.
    pub months: Option<MonthRange>,
    pub today: NaiveDate,
    pub trends: &'a Trends,
    pub rating_counts: &'a [RatingCount],
    /// The months of the heat map: those of `period`, or one year of all time.
    pub heat_map_months: MonthRange,
    pub days: &'a [DayCount],
}

pub fn trends_content(view: &TrendsView<'_>) -> TabContent {
    let trends = view.trends;
    TabContent::new(html! {
        (period_chips(view))
        (view.goal)
        @if trends.totals.tally.reviews == 0 {
            (empty_state(&html! { "No films in this period. " a href=(period_url(view, Period::AllTime)) { "Show all time" } "." }))
        } @else {
            (totals_tiles(view))
            (heat_map_section(view))
            (months_chart(view))
            div.charts {
                (histogram("Ratings", view.rating_counts))
                (bar_table("Days of the week", "Day", &weekday_bars(trends), BarScale::Count))
                (bar_table("Decades of release", "Decade", &decade_bars(view), BarScale::Count))
                (ranking_bars("Most seen directors", "Director", &trends.directors, BarScale::Count))
                (ranking_bars("Best rated directors", "Director", &trends.best_directors, BarScale::Rating))
                (ranking_bars("Most seen genres", "Genre", &trends.genres, BarScale::Count))
                (ranking_bars("Best rated genres", "Genre", &trends.best_genres, BarScale::Rating))
            }
        }
    })
}

fn period_url(view: &TrendsView<'_>, period: Period) -> String {
    let params = paths::DiaryParams {
        period: period.name(),
        ..DiaryTab::Trends.params()
    };
    diary_url(view.owner, params)
}

fn period_chips(view: &TrendsView<'_>) -> Markup {
    let years = view.overview.years().into_iter().rev().map(Period::Year);
    let periods = [Period::AllTime, Period::LastTwelveMonths].into_iter();
    html! {
        nav.strip-of-chips aria-label="Period" {
            @for period in periods.chain(years) {
                @let to = period_url(view, period);
                (view_chip(&to, period == view.period, &html! { (period.title()) }))
            }
        }
    }
}

fn totals_tiles(view: &TrendsView<'_>) -> Markup {
    let totals = &view.trends.totals;
    let hours = totals.minutes / 60;
    let unknown = match totals.of_unknown_length {
        0 => html! {},
        some => html! { "length unknown for " (plural(some, "viewing", "viewings")) },
    };
    html! {
        dl.tiles {
            (tile("Films", &html! { (totals.movies) }, &html! { "in " (plural(totals.tally.reviews, "viewing", "viewings")) }))
            (tile("Average rating", &or_dash(average_text(totals.tally)), &html! { (plural(totals.tally.rated, "rating", "ratings")) }))
            (tile("Rewatches", &html! { (totals.rewatches) }, &percentage_of(totals.rewatches, totals.tally.reviews)))
            (tile("Hours watched", &html! { (hours) }, &unknown))
            @if let Some(streak) = view.trends.streak {
                (tile("Longest streak", &html! { (plural(streak.days(), "day", "days")) }, &date_range(streak)))
            }
        }
    }
}

fn or_dash(text: Option<String>) -> Markup {
    html! { @match text { Some(text) => (text), None => "–" } }
}

fn percentage_of(part: u32, all: u32) -> Markup {
    let percent = (part * 100).checked_div(all).unwrap_or_default();
    html! { (percent) "% of viewings" }
}

/// `3 Oct – 9 Oct 2025`. The first year is left out if both are the same.
fn date_range(WatchStreak { first, last }: WatchStreak) -> Markup {
    html! {
        @if first != last {
            (first.day()) " " (short_month_name(first))
            @if first.year() != last.year() { " " (first.year()) }
            " – "
        }
        (format_date(last))
    }
}

/// The heat map of a year, and links to the years before and after.
fn heat_map_section(view: &TrendsView<'_>) -> Markup {
    let MonthRange { first, last } = view.heat_map_months;
    let params = paths::DiaryParams {
        day: "0".to_owned(),
        ..DiaryTab::History.params()
    };
    // A placeholder for the day, which comes last, so that the URL prefix is built only once.
    let to = diary_url(view.owner, params);
    let caption = match view.period {
        Period::LastTwelveMonths => "Day by day".to_owned(),
        _ => format!("{} day by day", first.div_euclid(12)),
    };
    html! {
        section.days {
            (heat_map(&HeatMap {
                caption: &caption,
                first: first_day_of_month(first),
                last: last_day_of_month(last),
                today: view.today,
                days: view.days,
                day_url_prefix: to.trim_end_matches('0'),
            }))
            (month_strip("Month by month", &view.overview.months_in(view.heat_map_months), |month| history_url(view.owner, month)))
            @if view.period != Period::LastTwelveMonths { (year_pager(view, first.div_euclid(12))) }
        }
    }
}

fn year_pager(view: &TrendsView<'_>, year: i32) -> Markup {
    let years = view.overview.years();
    let before = years.iter().copied().rfind(|other| *other < year);
    let after = years.iter().copied().find(|other| *other > year);
    let to = |year: i32| match view.period {
        Period::Year(_) => period_url(view, Period::Year(year)),
        _ => {
            let params = paths::DiaryParams {
                days: year.to_string(),
                ..DiaryTab::Trends.params()
            };
            diary_url(view.owner, params)
        }
    };
    let step = |year: i32, rel: &str, left: &str, right: &str| {
        let to = to(year);
        html! {
            a.button.quiet href=(to) rel=(rel) hx-get=(to) hx-target="#view" hx-swap="outerMorph" hx-push-url="true" {
                (left) (year) (right)
            }
        }
    };
    html! {
        nav.pager aria-label="Years" {
            @if let Some(year) = before { (step(year, "prev", "‹ ", "")) } @else { span {} }
            @if let Some(year) = after { (step(year, "next", "", " ›")) } @else { span {} }
        }
    }
}

fn months_chart(view: &TrendsView<'_>) -> Markup {
    let link = |month| history_url(view.owner, month);
    match view.months {
        Some(months) => month_table(
            "Viewings and average rating by month",
            &view.overview.months_in(months),
            link,
        ),
        None => year_table("Viewings by month", &view.overview.months, link),
    }
}

fn weekday_bars(trends: &Trends) -> Vec<Bar> {
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

fn decade_bars(view: &TrendsView<'_>) -> Vec<Bar> {
    let label = |decade: &DecadeStats| {
        let params = paths::DiaryParams {
            decade: decade.first.to_string(),
            ..DiaryTab::History.params()
        };
        html! { a href=(diary_url(view.owner, params)) { (decade.first) "s" } }
    };
    let bars = view.trends.decades.iter().map(|decade| Bar {
        label: label(decade),
        tally: decade.tally,
    });
    bars.collect()
}

/// Bars of directors or genres. Only genres have a slug.
fn ranking_bars(caption: &str, of: &str, ranking: &[NamedTally], by: BarScale) -> Markup {
    let label = |item: &NamedTally| match item.slug.as_str() {
        "" => html! { a dir="auto" href=(paths::Person { id: item.id }) { (item.name) } },
        slug => {
            html! { a dir="auto" href=(paths::Genre { slug: slug.to_owned() }) { (item.name) } }
        }
    };
    let bars: Vec<Bar> = ranking
        .iter()
        .map(|named| Bar {
            label: label(named),
            tally: named.tally,
        })
        .collect();
    html! { @if !bars.is_empty() { (bar_table(caption, of, &bars, by)) } }
}
