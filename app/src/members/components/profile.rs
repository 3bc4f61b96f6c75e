//! The diary page around its tabs: a line that opens to the numbers of the whole diary, and the tab
//! bar.

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
use crate::web::ui::time::short_month_and_year;
use crate::web::ui::{plural, plural_noun, share_button};

#[derive(Clone, Copy, Debug)]
pub struct ProfileView<'a> {
    pub owner: &'a DiaryOwner,
    pub overview: &'a Overview,
    /// How many films were watched this year.
    pub films_this_year: u32,
    pub today: NaiveDate,
    pub tab: DiaryTab,
    /// Whether it is the viewer’s own diary.
    pub is_own: bool,
    pub goals: &'a Markup,
}

/// The whole page, and the fragment for htmx: the tab, or the next page of its list.
pub fn page(profile: &ProfileView<'_>, content: TabContent) -> Page {
    let view = html! {
        section #view {
            (tab_bar(profile))
            (content.content)
        }
    };
    let main = html! {
        (profile_header(profile))
        (view)
    };
    Page::new(diary_title(profile), main)
        .fragment(content.next_page.unwrap_or(view))
        .announce(content.announce)
}

fn diary_title(profile: &ProfileView<'_>) -> String {
    format!("{}’s diary", profile.owner.display_name)
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
    let (tally, movies) = (profile.overview.tally, profile.overview.movies);
    let (this_year, films) = (profile.today.year(), profile.films_this_year);
    html! {
        details.member {
            summary {
                (avatar(profile.owner.id, &profile.owner.display_name))
                h1 { bdi { (profile.owner.display_name) } span.hidden { "’s diary" } }
                span.numbers {
                    span { (plural(movies, "film", "films")) }
                    @if tally.rated > 0 { " " (average_stars(tally)) }
                    @if films > 0 { " " span { (films) span.noun { " " (plural_noun(&films, "film", "films")) } " in " (this_year) } }
                }
            }
            div.about {
                (diary_links(profile))
                (tiles(profile))
                (this_year_so_far(profile))
                (profile.goals)
            }
        }
    }
}

fn diary_links(profile: &ProfileView<'_>) -> Markup {
    html! {
        div.actions {
            span.lead { "@" (profile.owner.username) }
            @if profile.is_own { a.button.quiet href=(paths::DeletedReviews) { "Recently deleted" } }
            @if profile.owner.is_public { (share_button(paths::Member::of(&profile.owner.username), &diary_title(profile))) }
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
        Some(director) => html! { (plural(director.tally.reviews, "viewing", "viewings")) },
        None => html! {},
    };
    let busiest = match profile.overview.busiest_month() {
        Some(month) => {
            html! { a href=(history_url(profile.owner, month.key)) { (short_month_and_year(month.first_day())) } }
        }
        None => none.clone(),
    };
    let of_busiest = match profile.overview.busiest_month() {
        Some(month) => html! { (plural(month.tally.reviews, "viewing", "viewings")) },
        None => html! {},
    };
    let mean = average_text(*tally).map_or(none, |average| html! { (average) });
    html! {
        dl.tiles.four {
            (tile(plural_noun(&profile.overview.movies, "Film", "Films"), &html! { (profile.overview.movies) }, &html! { "in " (plural(tally.reviews, "viewing", "viewings")) }))
            (tile("Average rating", &mean, &html! { @if tally.rated > 0 { (plural(tally.rated, "rating", "ratings")) } }))
            (tile("Favourite director", &favourite, &of_favourite))
            (tile("Busiest month", &busiest, &of_busiest))
        }
    }
}

fn viewings_in(profile: &ProfileView<'_>, year: i32) -> Tally {
    let months = profile.overview.months_in(MonthRange::of_year(year));
    let tallies = months.iter().map(|month| month.tally);
    tallies.fold(Tally::default(), |all, tally| all + tally)
}

/// This year so far, compared with all of last year.
fn this_year_so_far(profile: &ProfileView<'_>) -> Markup {
    let year = profile.today.year();
    let this = viewings_in(profile, year);
    let months = profile.overview.months_in(MonthRange::of_year(year));
    let before = viewings_in(profile, year - 1);
    let rewatches: u32 = months
        .iter()
        .map(|month: &MonthStats| month.rewatches)
        .sum();
    html! {
        @if this.reviews > 0 {
            section.this-year aria-labelledby="this-year" {
                h2 #this-year { (year) " so far" }
                p {
                    strong { (plural(this.reviews, "viewing", "viewings")) }
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
    let owner = profile.owner;
    html! {
        nav.tabs aria-label="Views" {
            @for tab in DiaryTab::ALL {
                @let to = diary_url(owner, tab.params());
                a href=(to) aria-current=[(tab == profile.tab).then_some("page")]
                    hx-get=(to) hx-target="#view" hx-swap="outerMorph" hx-push-url="true" { (tab.title()) }
            }
            @if owner.shows_watchlist { a href=(paths::Watchlist::of(&owner.username)) { "Watchlist" } }
            a href=(paths::MemberLists::of(&owner.username)) { "Lists" }
        }
    }
}
