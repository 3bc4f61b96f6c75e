//! The form that filters a history. It is a form of a GET: its answer has an address.

use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

use super::address;
use crate::members::look::{CALENDAR, UNRATED, View, month_name};
use crate::members::queries::Owner;
use crate::paths;
use crate::stats::{self, Overview, first_day};
use crate::web::ui::time::month_and_year;

/// What can be filtered by.
#[derive(Debug)]
pub struct Choices<'a> {
    /// The whole diary.
    pub overview: &'a Overview,
    /// Its genres and directors.
    pub of_diary: &'a stats::Choices,
    /// What day it is.
    pub today: NaiveDate,
}

/// One thing to choose from, and what it stands for in the address.
type Choice = (String, String);

/// The form, and the other way to look at a history.
pub fn filters(owner: &Owner, look: &paths::Look, choices: &Choices<'_>) -> Markup {
    let path = paths::User::of(&owner.username);
    html! {
        form.filters action=(path) method="get" role="search" aria-label="Filter the history" data-sparse
            hx-get=(path) hx-trigger="change, submit, input delay:300ms" hx-sync="this:replace"
            hx-target="#view" hx-swap="outerMorph" hx-push-url="true" {
            input type="hidden" name="view" value=(View::History.name());
            label { span { "Words" }
                input #filter-q type="search" name="q" value=(look.q) maxlength="200" autocomplete="off"
                    placeholder="A title, a director, or a tag";
            }
            details.more open[is_narrowed(look)] {
                summary { "Narrow it down" }
                div.narrowing {
                    (select("month", "From", "The latest", &look.month, &months(choices)))
                    (select("year", "Watched in", "Any year", &look.year, &years(choices)))
                    (select("decade", "Released in", "Any decade", &look.decade, &decades(choices.today)))
                    (select("rating", "Rating", "Any rating", &look.rating, &ratings()))
                    (select("genre", "Genre", "Any genre", &look.genre, &genres(choices)))
                    (select("director", "Director", "Any director", &look.director, &directors(choices)))
                    (select("rewatch", "Seen before", "Either", &look.rewatch, &rewatches()))
                }
            }
            @if !look.day.is_empty() { input type="hidden" name="day" value=(look.day); }
            div.actions {
                button { "Show" }
                a.button.quiet href=(address(owner, View::History.look())) { "Clear" }
                a.button.quiet href=(address(owner, calendar())) { "As a calendar" }
            }
        }
        @if let Ok(day) = look.day.parse::<NaiveDate>() {
            p.byline { "Only what was watched on " strong { (crate::web::ui::time::written(day)) } "." }
        }
    }
}

/// Whether something is chosen.
fn is_narrowed(look: &paths::Look) -> bool {
    let chosen = [
        &look.month,
        &look.year,
        &look.decade,
        &look.rating,
        &look.genre,
        &look.director,
        &look.rewatch,
    ];
    chosen.iter().any(|choice| !choice.is_empty())
}

fn calendar() -> paths::Look {
    paths::Look {
        form: CALENDAR.to_owned(),
        ..View::History.look()
    }
}

/// A list to choose from. What is chosen and not in it stays chosen, and has no name: it may
/// be of something that the viewer knows nothing of.
fn select(name: &str, label: &str, any: &str, chosen: &str, choices: &[Choice]) -> Markup {
    let is_listed = choices.iter().any(|(value, _)| value == chosen);
    html! {
        label { span { (label) }
            select id={ "filter-" (name) } name=(name) {
                option value="" { (any) }
                @if !chosen.is_empty() && !is_listed { option value=(chosen) selected { "Another one" } }
                @for (value, told) in choices { option value=(value) selected[value == chosen] { (told) } }
            }
        }
    }
}

fn months(choices: &Choices<'_>) -> Vec<Choice> {
    let months = choices.overview.months.iter().rev();
    let told = |key| month_and_year(first_day(key));
    months
        .map(|month| (month_name(month.key), told(month.key)))
        .collect()
}

fn years(choices: &Choices<'_>) -> Vec<Choice> {
    let years = choices.overview.years().into_iter().rev();
    years
        .map(|year| (year.to_string(), year.to_string()))
        .collect()
}

/// From this one to that of the first films.
fn decades(today: NaiveDate) -> Vec<Choice> {
    let decades = (188..=today.year() / 10).rev();
    decades
        .map(|decade| (format!("{decade}0"), format!("{decade}0s")))
        .collect()
}

fn ratings() -> Vec<Choice> {
    let ratings: Vec<_> = entity::Rating::all().collect();
    let stars = ratings.into_iter().rev();
    stars
        .map(|rating| (rating.to_string(), format!("★ {rating}")))
        .chain([(UNRATED.to_owned(), "Not rated".to_owned())])
        .collect()
}

fn genres(choices: &Choices<'_>) -> Vec<Choice> {
    let mut genres: Vec<Choice> = choices
        .of_diary
        .genres
        .iter()
        .map(|genre| (genre.slug.clone(), genre.name.clone()))
        .collect();
    genres.sort_by(|one, other| one.1.cmp(&other.1));
    genres
}

fn directors(choices: &Choices<'_>) -> Vec<Choice> {
    let most = choices.of_diary.directors.iter();
    let mut directors: Vec<Choice> = most
        .map(|director| (director.id.to_string(), director.name.clone()))
        .collect();
    directors.sort_by(|one, other| one.1.cmp(&other.1));
    directors
}

fn rewatches() -> Vec<Choice> {
    [("yes", "Yes"), ("no", "For the first time")]
        .map(|(value, told)| (value.to_owned(), told.to_owned()))
        .to_vec()
}
