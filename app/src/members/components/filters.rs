//! What narrows down the films and the history of a diary: chips for filters in use, a search field,
//! chips that take one tap, and a form with everything. All of it is links and a GET form, so that
//! filtered lists have an address.

use maud::{Markup, html};

use super::chips::{filter_chips, suggestion_chips};
use super::diary_url;
use super::filter_view::{FilterView, calendar_url};
use crate::diary::{DiaryOrder, RatingFilter};
use crate::members::diary_view::{DiaryTab, DiaryView, UNRATED, YES, format_month};
use crate::paths;
use crate::stats::first_day_of_month;
use crate::web::ui::time::month_and_year;

/// Value and label of an `<option>`.
type SelectOption = (String, String);

pub fn filters(of: &FilterView<'_>) -> Markup {
    let path = paths::Member::of(&of.owner.username);
    html! {
        (filter_chips(of))
        form.diary-search #filters action=(path) method="get" role="search" aria-label="Search this diary" data-sparse
            hx-get=(path) hx-trigger="change, submit, input delay:300ms" hx-sync="this:replace"
            hx-target="#view" hx-swap="outerMorph" hx-push-url="true" {
            input type="hidden" name="view" value=(of.view.tab.name());
            @if !of.params.day.is_empty() { input type="hidden" name="day" value=(of.params.day); }
            input #filter-q dir="auto" type="search" name="q" value=(of.params.q) maxlength="200" autocomplete="off"
                aria-label="Search" placeholder="Title, name, tag or words" enterkeyhint="search";
            details.panel {
                summary.button { "Filters" }
                (all_filters(of))
            }
        }
        (suggestion_chips(of))
    }
}

/// How much is listed, and its order. The field belongs to the form of the filters.
pub fn totals_and_order(of: &FilterView<'_>, totals: &Markup) -> Markup {
    let path = paths::Member::of(&of.owner.username);
    html! {
        div.totals {
            p { (totals) }
            select name="sort" form="filters" aria-label="Sort by" hx-get=(path) hx-trigger="change"
                hx-include="#filters" hx-target="#view" hx-swap="outerMorph" hx-push-url="true" { (order_options(of.view.order)) }
        }
    }
}

fn order_options(chosen: DiaryOrder) -> Markup {
    html! {
            @for order in DiaryOrder::ALL {
                @let value = if order == DiaryOrder::default() { "" } else { order.name() };
                option value=(value) selected[order == chosen] { (order_label(order)) }
            }
    }
}

fn order_label(order: DiaryOrder) -> &'static str {
    match order {
        DiaryOrder::Day => "Day watched",
        DiaryOrder::Rating => "Rating",
        DiaryOrder::Title => "Title",
        DiaryOrder::Release => "Release",
        DiaryOrder::Length => "Length",
    }
}

fn all_filters(of: &FilterView<'_>) -> Markup {
    let params = of.params;
    let (from, to) = rating_range(of.view);
    html! {
        div.sheet {
            div.fields {
                (select_field("genre", "Genre", "Any genre", &params.genre, &genre_options(of)))
                (select_field("decade", "Released in", "Any decade", &params.decade, &decade_options(of)))
                (select_field("rating_from", "Rated from", "Any rating", &from, &rating_options()))
                (select_field("rating_to", "Rated up to", "Any rating", &to, &rating_options()))
                (select_field("director", "Director", "Any director", &params.director, &director_options(of)))
                (select_field("tag", "Tag", "Any tag", &params.tag, &tag_options(of)))
                (select_field("year", "Watched in", "Any year", &params.year, &year_options(of)))
                @if of.view.tab == DiaryTab::History {
                    (select_field("month", "Starting from", "Latest month", &params.month, &month_options(of)))
                }
                (select_field("rewatch", "Viewings", "All viewings", &params.rewatch, &viewing_options()))
            }
            div.ticks {
                (tick("liked", YES, "♥ Liked", of.view.filter.liked))
                (tick("rating", UNRATED, "Not rated", of.view.filter.rating == Some(RatingFilter::Unrated)))
            }
            div.actions {
                button { "Show" }
                a.button.quiet href=(diary_url(of.owner, of.view.tab.params())) { "Clear" }
                @if of.view.tab == DiaryTab::History { a.button.quiet href=(calendar_url(of.owner)) { "Calendar view" } }
            }
        }
    }
}

/// The values of the two fields. A single rating is a range, too.
fn rating_range(view: &DiaryView) -> (String, String) {
    match view.filter.rating {
        Some(RatingFilter::Between(from, to)) => {
            let mut ratings = entity::Rating::all();
            let (lowest, highest) = (ratings.next(), ratings.last());
            let value = |rating, end| match Some(rating) == end {
                true => String::new(),
                false => entity::Rating::to_string(&rating),
            };
            match from == to {
                true => (from.to_string(), to.to_string()),
                false => (value(from, lowest), value(to, highest)),
            }
        }
        Some(RatingFilter::Unrated) | None => (String::new(), String::new()),
    }
}

fn tick(name: &str, value: &str, label: &str, is_ticked: bool) -> Markup {
    html! { label.tick { input type="checkbox" name=(name) value=(value) checked[is_ticked]; " " (label) } }
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

fn month_options(of: &FilterView<'_>) -> Vec<SelectOption> {
    let months = of.overview.months.iter().rev();
    let label = |key| month_and_year(first_day_of_month(key));
    months
        .map(|month| (format_month(month.key), label(month.key)))
        .collect()
}

fn year_options(of: &FilterView<'_>) -> Vec<SelectOption> {
    let years = of.overview.years().into_iter().rev();
    years
        .map(|year| (year.to_string(), year.to_string()))
        .collect()
}

fn decade_options(of: &FilterView<'_>) -> Vec<SelectOption> {
    let decades = of.choices.decades.iter().rev();
    decades
        .map(|decade| (decade.first.to_string(), format!("{}s", decade.first)))
        .collect()
}

fn rating_options() -> Vec<SelectOption> {
    let ratings: Vec<_> = entity::Rating::all().collect();
    let stars = ratings.into_iter().rev();
    stars
        .map(|rating| (rating.to_string(), format!("★ {rating}")))
        .collect()
}

fn genre_options(of: &FilterView<'_>) -> Vec<SelectOption> {
    let genres = of.choices.genres.iter();
    sorted_by_label(genres.map(|genre| (genre.slug.clone(), genre.name.clone())))
}

fn director_options(of: &FilterView<'_>) -> Vec<SelectOption> {
    let most = of.choices.directors.iter();
    sorted_by_label(most.map(|director| (director.id.to_string(), director.name.clone())))
}

fn tag_options(of: &FilterView<'_>) -> Vec<SelectOption> {
    let tags = of.choices.tags.iter();
    sorted_by_label(tags.map(|of| (of.tag.clone(), of.tag.clone())))
}

fn sorted_by_label(options: impl Iterator<Item = SelectOption>) -> Vec<SelectOption> {
    let mut options: Vec<_> = options.collect();
    options.sort_by(|a, b| a.1.cmp(&b.1));
    options
}

fn viewing_options() -> Vec<SelectOption> {
    [(YES, "Rewatches"), ("no", "First viewings")]
        .map(|(value, label)| (value.to_owned(), label.to_owned()))
        .to_vec()
}
