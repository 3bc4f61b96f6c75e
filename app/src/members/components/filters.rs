//! The filter form of the history tab. It uses GET, so that filtered lists have an address.

use maud::{Markup, html};

use super::diary_url;
use crate::members::diary_view::{CALENDAR, DiaryTab, UNRATED, format_month};
use crate::members::queries::DiaryOwner;
use crate::paths;
use crate::stats::{self, Overview, first_day_of_month};
use crate::web::form::parse_day;
use crate::web::ui::time::{format_date, month_and_year};

#[derive(Debug)]
pub struct FilterFormView<'a> {
    pub overview: &'a Overview,
    pub choices: &'a stats::FilterChoices,
}

/// Value and label of an `<option>`.
type SelectOption = (String, String);

pub fn filter_form(
    owner: &DiaryOwner,
    params: &paths::DiaryParams,
    form: &FilterFormView<'_>,
) -> Markup {
    let path = paths::Member::of(&owner.username);
    html! {
        form.filters action=(path) method="get" role="search" aria-label="Filter the history" data-sparse
            hx-get=(path) hx-trigger="change, submit, input delay:300ms" hx-sync="this:replace"
            hx-target="#view" hx-swap="outerMorph" hx-push-url="true" {
            input type="hidden" name="view" value=(DiaryTab::History.name());
            label { span { "Search" }
                input #filter-q dir="auto" type="search" name="q" value=(params.q) maxlength="200" autocomplete="off"
                    placeholder="Title, director or tag";
            }
            details.more open[has_selected_filter(params)] {
                summary { "More filters" }
                div.narrowing {
                    (select_field("month", "Starting from", "Latest month", &params.month, &month_options(form)))
                    (select_field("year", "Watched in", "Any year", &params.year, &year_options(form)))
                    (select_field("decade", "Released in", "Any decade", &params.decade, &decade_options(form)))
                    (select_field("rating", "Rating", "Any rating", &params.rating, &rating_options()))
                    (select_field("genre", "Genre", "Any genre", &params.genre, &genre_options(form)))
                    (select_field("director", "Director", "Any director", &params.director, &director_options(form)))
                    (select_field("rewatch", "Viewings", "All viewings", &params.rewatch, &viewing_options()))
                }
            }
            @if !params.day.is_empty() { input type="hidden" name="day" value=(params.day); }
            div.actions {
                button { "Show" }
                a.button.quiet href=(diary_url(owner, DiaryTab::History.params())) { "Clear" }
                a.button.quiet href=(diary_url(owner, calendar_params())) { "Calendar view" }
            }
        }
        @if let Some(day) = parse_day(&params.day) {
            p.byline { "Only films watched on " strong { (format_date(day)) } "." }
        }
    }
}

/// Whether a select box has a value.
fn has_selected_filter(params: &paths::DiaryParams) -> bool {
    let chosen = [
        &params.month,
        &params.year,
        &params.decade,
        &params.rating,
        &params.genre,
        &params.director,
        &params.rewatch,
    ];
    chosen.iter().any(|choice| !choice.is_empty())
}

fn calendar_params() -> paths::DiaryParams {
    paths::DiaryParams {
        layout: CALENDAR.to_owned(),
        ..DiaryTab::History.params()
    }
}

/// A select box. A chosen value that is not among `choices` stays selected as "Other": looking up
/// its name could reveal something that the viewer may not see.
fn select_field(
    name: &str,
    label: &str,
    any: &str,
    chosen: &str,
    choices: &[SelectOption],
) -> Markup {
    let is_listed = choices.iter().any(|(value, _)| value == chosen);
    html! {
        label { span { (label) }
            select id={ "filter-" (name) } name=(name) {
                option value="" { (any) }
                @if !chosen.is_empty() && !is_listed { option value=(chosen) selected { "Other" } }
                @for (value, text) in choices { option value=(value) selected[value == chosen] { (text) } }
            }
        }
    }
}

fn month_options(form: &FilterFormView<'_>) -> Vec<SelectOption> {
    let months = form.overview.months.iter().rev();
    let label = |key| month_and_year(first_day_of_month(key));
    months
        .map(|month| (format_month(month.key), label(month.key)))
        .collect()
}

fn year_options(form: &FilterFormView<'_>) -> Vec<SelectOption> {
    let years = form.overview.years().into_iter().rev();
    years
        .map(|year| (year.to_string(), year.to_string()))
        .collect()
}

fn decade_options(form: &FilterFormView<'_>) -> Vec<SelectOption> {
    let decades = form.choices.decades.iter().rev();
    decades
        .map(|decade| (decade.first.to_string(), format!("{}s", decade.first)))
        .collect()
}

fn rating_options() -> Vec<SelectOption> {
    let ratings: Vec<_> = entity::Rating::all().collect();
    let stars = ratings.into_iter().rev();
    stars
        .map(|rating| (rating.to_string(), format!("★ {rating}")))
        .chain([(UNRATED.to_owned(), "Not rated".to_owned())])
        .collect()
}

fn genre_options(form: &FilterFormView<'_>) -> Vec<SelectOption> {
    let mut genres: Vec<SelectOption> = form
        .choices
        .genres
        .iter()
        .map(|genre| (genre.slug.clone(), genre.name.clone()))
        .collect();
    genres.sort_by(|a, b| a.1.cmp(&b.1));
    genres
}

fn director_options(form: &FilterFormView<'_>) -> Vec<SelectOption> {
    let most = form.choices.directors.iter();
    let mut directors: Vec<SelectOption> = most
        .map(|director| (director.id.to_string(), director.name.clone()))
        .collect();
    directors.sort_by(|a, b| a.1.cmp(&b.1));
    directors
}

fn viewing_options() -> Vec<SelectOption> {
    [("yes", "Rewatches"), ("no", "First viewings")]
        .map(|(value, label)| (value.to_owned(), label.to_owned()))
        .to_vec()
}
