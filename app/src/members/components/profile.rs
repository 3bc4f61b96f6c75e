//! The diary page around its tabs: name, totals and tab bar.

use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

use super::{TabContent, diary_url, history_url};
use crate::accounts::MemberId;
use crate::members::diary_view::DiaryTab;
use crate::members::queries::DiaryOwner;
use crate::paths;
use crate::stats::components::{average_stars, average_text, month_strip, tile};
use crate::stats::{MonthRange, MonthStats, Overview, Tally};
use crate::web::Page;
use crate::web::ui::plural;
use crate::web::ui::time::short_month_and_year;

#[derive(Debug)]
pub struct ProfileView<'a> {
    owner: &'a DiaryOwner,
    overview: &'a Overview,
    today: NaiveDate,
    tab: DiaryTab,
    /// Whether it is the viewer’s own diary.
    is_own: bool,
}

impl<'a> ProfileView<'a> {
    pub fn new(
        owner: &'a DiaryOwner,
        overview: &'a Overview,
        today: NaiveDate,
        tab: DiaryTab,
        is_own: bool,
    ) -> Self {
        Self {
            owner,
            overview,
            today,
            tab,
            is_own,
        }
    }
}

/// The whole page, and the fragment for htmx: the tab, or the next page of its list.
pub fn page(profile: &ProfileView<'_>, content: TabContent) -> Page {
    let view = html! {
        section #view {
            (tab_bar(profile))
            @if profile.tab == DiaryTab::Recent { (this_year(profile)) }
            (content.content)
        }
    };
    let main = html! {
        (profile_header(profile))
        (tiles(profile))
        (view)
    };
    let title = format!("{}’s diary", profile.owner.display_name);
    Page::new(title, main)
        .fragment(content.next_page.unwrap_or(view))
        .announce(content.announce)
}

/// An avatar with the first letter of the name, in a colour that the member keeps.
pub fn avatar(member: MemberId, display_name: &str) -> Markup {
    let letter = display_name.chars().find(|c| c.is_alphanumeric());
    let initial: String = letter
        .or(display_name.chars().next())
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    html! {
        svg.avatar viewBox="0 0 40 40" aria-hidden="true" {
            circle cx="20" cy="20" r="20" fill={ "hsl(" (hue_of(member)) ", 48%, 30%)" } {}
            text x="20" y="20" { (initial) }
        }
    }
}

/// In degrees. The golden angle keeps members apart, however many there are.
fn hue_of(member: MemberId) -> i64 {
    (member.saturating_mul(137_508) / 1000).rem_euclid(360)
}

fn profile_header(profile: &ProfileView<'_>) -> Markup {
    html! {
        header.member {
            (avatar(profile.owner.id, &profile.owner.display_name))
            div {
                h1 { bdi { (profile.owner.display_name) } }
                p.lead {
                    "The diary of " (profile.owner.username)
                    @if profile.owner.shows_watchlist { " · " a href=(paths::Watchlist::of(&profile.owner.username)) { "Watchlist" } }
                    " · " a href=(paths::MemberLists::of(&profile.owner.username)) { "Lists" }
                    @if profile.is_own { " · " a href=(paths::DeletedReviews) { "Recently deleted" } }
                }
            }
        }
    }
}

fn tiles(profile: &ProfileView<'_>) -> Markup {
    let Overview { tally, .. } = profile.overview;
    let none = html! { "–" };
    let favourite = match &profile.overview.favourite_director {
        Some(director) => {
            html! { a dir="auto" href=(paths::Person { id: director.id }) { (director.name) } }
        }
        None => none.clone(),
    };
    let of_favourite = match &profile.overview.favourite_director {
        Some(director) => html! { (plural(director.tally.reviews, "film", "films")) },
        None => html! {},
    };
    let busiest = match profile.overview.busiest_month() {
        Some(month) => {
            html! { a href=(history_url(profile.owner, month.key)) { (short_month_and_year(month.first_day())) } }
        }
        None => none.clone(),
    };
    let of_busiest = match profile.overview.busiest_month() {
        Some(month) => html! { (plural(month.tally.reviews, "film", "films")) },
        None => html! {},
    };
    let mean = average_text(*tally).map_or(none, |average| html! { (average) });
    html! {
        dl.tiles.four {
            (tile("Films", &html! { (profile.overview.movies) }, &html! { (plural(tally.reviews, "review", "reviews")) }))
            (tile("Average rating", &mean, &html! { @if tally.rated > 0 { (plural(tally.rated, "rating", "ratings")) } }))
            (tile("Favourite director", &favourite, &of_favourite))
            (tile("Busiest month", &busiest, &of_busiest))
        }
    }
}

/// This year so far, compared with all of last year.
fn this_year(profile: &ProfileView<'_>) -> Markup {
    let year = profile.today.year();
    let months = profile.overview.months_in(MonthRange::of_year(year));
    let sum = |months: &[MonthStats]| {
        let tallies = months.iter().map(|month| month.tally);
        tallies.fold(Tally::default(), |all, tally| all + tally)
    };
    let (this, before) = (
        sum(&months),
        sum(&profile.overview.months_in(MonthRange::of_year(year - 1))),
    );
    let rewatches: u32 = months.iter().map(|month| month.rewatches).sum();
    html! {
        @if this.reviews > 0 {
            section.this-year aria-labelledby="this-year" {
                h2 #this-year { (year) " so far" }
                p {
                    strong { (plural(this.reviews, "film", "films")) }
                    @if rewatches > 0 { ", " (plural(rewatches, "rewatch", "rewatches")) }
                    @if this.rated > 0 { " · " (average_stars(this)) }
                    @if before.reviews > 0 { " · " (before.reviews) " in all of " (year - 1) }
                }
                (month_strip("This year", &months, |month| history_url(profile.owner, month)))
            }
        }
    }
}

fn tab_bar(profile: &ProfileView<'_>) -> Markup {
    html! {
        nav.tabs aria-label="Views" {
            @for tab in DiaryTab::ALL {
                @let to = diary_url(profile.owner, tab.params());
                a href=(to) aria-current=[(tab == profile.tab).then_some("page")]
                    hx-get=(to) hx-target="#view" hx-swap="outerMorph" hx-push-url="true" { (tab.title()) }
            }
        }
    }
}
