//! Chips above the films and the history of a diary: filters in use, which one tap removes, and
//! filters that one tap adds.

use entity::Rating;
use maud::{Markup, html};

use super::filter_view::{FilterView, calendar_url};
use super::{diary_url, view_chip};
use crate::diary::RatingFilter;
use crate::members::diary_view::{DiaryTab, UNRATED, YES};
use crate::paths::DiaryParams;
use crate::stats::first_day_of_month;
use crate::web::form::parse_day;
use crate::web::ui::time::{format_date, month_and_year};

const MAX_GENRES: usize = 24;
const MAX_TAGS: usize = 6;

/// The lowest rating of the chip for good films.
const GOOD: &str = "4";

/// A label, and the parameters with one change.
struct Chip {
    label: String,
    params: DiaryParams,
}

impl FilterView<'_> {
    fn chip(&self, label: impl Into<String>, change: impl FnOnce(&mut DiaryParams)) -> Chip {
        let mut params = self.params.first_page();
        change(&mut params);
        Chip {
            label: label.into(),
            params,
        }
    }
}

/// The filters in use.
pub fn filter_chips(of: &FilterView<'_>) -> Markup {
    let used = used_filters(of);
    html! {
        @if !used.is_empty() {
            ul.chips.used aria-label="Filters in use" {
                @for chip in &used {
                    @let to = diary_url(of.owner, chip.params.clone());
                    li { (view_chip(&to, false, &html! {
                        span.hidden { "Remove: " } bdi { (chip.label) } span.cross aria-hidden="true" { "×" }
                    })) }
                }
                @if used.len() > 1 {
                    @let to = diary_url(of.owner, of.view.tab.params());
                    li { a.chip.quiet href=(to) hx-get=(to) hx-target="#view" hx-swap="outerMorph" hx-push-url="true" { "Clear all" } }
                }
            }
        }
    }
}

fn used_filters(of: &FilterView<'_>) -> Vec<Chip> {
    let (filter, params) = (&of.view.filter, of.params);
    let genre = filter.genre.as_ref().map(|slug| {
        let known = of.choices.genres.iter().find(|genre| genre.slug == *slug);
        known.map_or_else(|| "Other genre".to_owned(), |genre| genre.name.clone())
    });
    let director = filter.director.map(|id| {
        let known = of.choices.directors.iter().find(|one| one.id == id);
        known.map_or_else(|| "Other director".to_owned(), |one| one.name.clone())
    });
    let month = of.view.month.filter(|_| of.view.tab == DiaryTab::History);
    let month = month.map(|key| format!("Up to {}", month_and_year(first_day_of_month(key))));
    let day = parse_day(&params.day).map(format_date);
    let year = filter.days.filter(|_| day.is_none());
    let year = year.map(|_| format!("Watched in {}", params.year));
    let rewatch = filter.rewatch.map(|rewatch| {
        if rewatch {
            "Rewatches"
        } else {
            "First viewings"
        }
    });
    let chips = [
        filter
            .text
            .as_ref()
            .map(|text| of.chip(format!("“{text}”"), |params| params.q.clear())),
        genre.map(|name| of.chip(name, |params| params.genre.clear())),
        filter
            .decade
            .map(|first| of.chip(format!("{first}s"), |params| params.decade.clear())),
        filter
            .rating
            .map(|rating| of.chip(rating_label(rating), clear_rating)),
        filter
            .liked
            .then(|| of.chip("♥ Liked", |params| params.liked.clear())),
        director.map(|name| of.chip(name, |params| params.director.clear())),
        filter
            .tag
            .as_ref()
            .map(|tag| of.chip(format!("#{tag}"), |params| params.tag.clear())),
        day.map(|day| of.chip(day, |params| params.day.clear())),
        year.map(|label| of.chip(label, |params| params.year.clear())),
        month.map(|label| of.chip(label, |params| params.month.clear())),
        rewatch.map(|label| of.chip(label, |params| params.rewatch.clear())),
    ];
    chips.into_iter().flatten().collect()
}

fn clear_rating(params: &mut DiaryParams) {
    params.rating.clear();
    params.rating_from.clear();
    params.rating_to.clear();
}

fn rating_label(rating: RatingFilter) -> String {
    let highest = Rating::all().last();
    match rating {
        RatingFilter::Unrated => "Not rated".to_owned(),
        RatingFilter::Between(from, to) if from == to => format!("★ {from}"),
        RatingFilter::Between(from, to) if Some(to) == highest => format!("★ {from} and more"),
        RatingFilter::Between(from, to) => format!("★ {from} to {to}"),
    }
}

/// Filters that are not in use. They take no more than one line, which scrolls.
pub fn suggestion_chips(of: &FilterView<'_>) -> Markup {
    html! {
        nav.strip-of-chips aria-label="Add a filter" {
            @if of.view.tab == DiaryTab::History { a.chip href=(calendar_url(of.owner)) { "Calendar" } }
            @for chip in suggestions(of) {
                @let to = diary_url(of.owner, chip.params.clone());
                (view_chip(&to, false, &html! { bdi { (chip.label) } }))
            }
        }
    }
}

fn suggestions(of: &FilterView<'_>) -> Vec<Chip> {
    let filter = &of.view.filter;
    let mut chips = Vec::new();
    if filter.rating.is_none() {
        chips.push(of.chip(format!("★ {GOOD} and more"), |params| {
            GOOD.clone_into(&mut params.rating_from);
        }));
    }
    if !filter.liked {
        chips.push(of.chip("♥ Liked", |params| YES.clone_into(&mut params.liked)));
    }
    if filter.genre.is_none() {
        let genres = of.choices.genres.iter().take(MAX_GENRES);
        chips.extend(genres.map(|genre| {
            of.chip(genre.name.clone(), |params| {
                params.genre.clone_from(&genre.slug);
            })
        }));
    }
    if filter.decade.is_none() {
        let decades = of.choices.decades.iter().rev();
        chips.extend(decades.map(|decade| {
            of.chip(format!("{}s", decade.first), |params| {
                params.decade = decade.first.to_string();
            })
        }));
    }
    if filter.tag.is_none() {
        let tags = of.choices.tags.iter().take(MAX_TAGS);
        chips.extend(tags.map(|tag| {
            of.chip(format!("#{}", tag.tag), |params| {
                params.tag.clone_from(&tag.tag);
            })
        }));
    }
    if filter.rewatch.is_none() {
        chips.push(of.chip("Rewatches", |params| YES.clone_into(&mut params.rewatch)));
    }
    if filter.rating.is_none() {
        chips.push(of.chip("Not rated", |params| UNRATED.clone_into(&mut params.rating)));
    }
    chips
}
