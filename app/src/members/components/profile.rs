//! What stands above every view of a diary.

use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

use super::{Part, address, month_in_history};
use crate::members::look::View;
use crate::members::queries::Owner;
use crate::paths;
use crate::stats::components::{average, stars_on_average, strip, tile};
use crate::stats::{Month, Months, Overview, Tally};
use crate::web::Page;
use crate::web::ui::plural;
use crate::web::ui::time::short_month_and_year;

/// What is shown.
#[derive(Debug)]
pub struct Shown<'a> {
    owner: &'a Owner,
    overview: &'a Overview,
    today: NaiveDate,
    view: View,
}

impl<'a> Shown<'a> {
    /// The diary of `owner`, looked at in one way.
    pub fn new(owner: &'a Owner, overview: &'a Overview, today: NaiveDate, view: View) -> Self {
        Self {
            owner,
            overview,
            today,
            view,
        }
    }
}

/// The page. htmx gets the view, or what its list goes on with.
pub fn page(shown: &Shown<'_>, part: Part) -> Page {
    let view = html! {
        section #view {
            (views(shown))
            @if shown.view == View::Recent { (this_year(shown)) }
            (part.whole)
        }
    };
    let main = html! {
        (head(shown))
        (tiles(shown))
        (view)
    };
    let title = format!("{}’s diary", shown.owner.display_name);
    Page::new(title, main)
        .fragment(part.more.unwrap_or(view))
        .announce(part.announce)
}

/// A member's initial in a disc.
pub fn initial(display_name: &str) -> Markup {
    let initial: String = display_name
        .chars()
        .take(1)
        .flat_map(char::to_uppercase)
        .collect();
    html! { span.initial aria-hidden="true" { (initial) } }
}

fn head(shown: &Shown<'_>) -> Markup {
    html! {
        header.member {
            (initial(&shown.owner.display_name))
            div {
                h1 { (shown.owner.display_name) }
                p.lead { "The diary of " (shown.owner.username) }
            }
        }
    }
}

fn tiles(shown: &Shown<'_>) -> Markup {
    let Overview { tally, .. } = shown.overview;
    let none = html! { "–" };
    let favourite = match &shown.overview.favourite {
        Some(director) => html! { a href=(paths::Person { id: director.id }) { (director.name) } },
        None => none.clone(),
    };
    let of_favourite = match &shown.overview.favourite {
        Some(director) => html! { (plural(director.tally.reviews, "film", "films")) },
        None => html! {},
    };
    let busiest = match shown.overview.busiest() {
        Some(month) => {
            html! { a href=(month_in_history(shown.owner, month.key)) { (short_month_and_year(month.first_day())) } }
        }
        None => none.clone(),
    };
    let of_busiest = match shown.overview.busiest() {
        Some(month) => html! { (plural(month.tally.reviews, "film", "films")) },
        None => html! {},
    };
    let mean = average(*tally).map_or(none, |average| html! { (average) });
    html! {
        dl.tiles.four {
            (tile("Movies", &html! { (shown.overview.movies) }, &html! { (plural(tally.reviews, "review", "reviews")) }))
            (tile("Average rating", &mean, &html! { @if tally.rated > 0 { (plural(tally.rated, "rating", "ratings")) } }))
            (tile("Favourite director", &favourite, &of_favourite))
            (tile("Busiest month", &busiest, &of_busiest))
        }
    }
}

/// The year so far, against the whole year before.
fn this_year(shown: &Shown<'_>) -> Markup {
    let year = shown.today.year();
    let months = shown.overview.over(Months::of_year(year));
    let sum = |months: &[Month]| {
        let tallies = months.iter().map(|month| month.tally);
        tallies.fold(Tally::default(), Tally::plus)
    };
    let (this, before) = (
        sum(&months),
        sum(&shown.overview.over(Months::of_year(year - 1))),
    );
    let rewatches: u32 = months.iter().map(|month| month.rewatches).sum();
    html! {
        @if this.reviews > 0 {
            section.this-year aria-labelledby="this-year" {
                h2 #this-year { (year) " so far" }
                p {
                    strong { (plural(this.reviews, "film", "films")) }
                    @if rewatches > 0 { ", " (plural(rewatches, "rewatch", "rewatches")) }
                    @if this.rated > 0 { " · " (stars_on_average(this)) }
                    @if before.reviews > 0 { " · " (before.reviews) " in all of " (year - 1) }
                }
                (strip("This year", &months, |month| month_in_history(shown.owner, month)))
            }
        }
    }
}

fn views(shown: &Shown<'_>) -> Markup {
    html! {
        nav.tabs aria-label="Views" {
            @for view in View::ALL {
                @let to = address(shown.owner, view.look());
                a href=(to) aria-current=[(view == shown.view).then_some("page")]
                    hx-get=(to) hx-target="#view" hx-swap="outerMorph" hx-push-url="true" { (view.title()) }
            }
        }
    }
}
