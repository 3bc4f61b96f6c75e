//! The ratings tab: a shelf of posters for each rating.

use entity::Rating;
use maud::{Markup, html};

use super::films::wall_poster;
use super::{EntriesView, TabContent, diary_url, view_chip};
use crate::diary::components::entry;
use crate::diary::{Entry, RatingFilter};
use crate::members::diary_view::{DiaryTab, UNRATED};
use crate::paths;
use crate::stats::components::histogram;
use crate::stats::{RatingCount, Tally};
use crate::web::ui::{plural, plural_noun, stars};

#[derive(Debug)]
pub struct RatingsView<'a> {
    pub entries: EntriesView<'a>,
    /// The selected rating; `None` for all.
    pub selected_rating: Option<RatingFilter>,
    pub rating_counts: &'a [RatingCount],
    /// Totals of the whole diary.
    pub tally: Tally,
}

/// The best ratings first, with a heading for each rating.
pub fn ratings_content(view: &RatingsView<'_>) -> TabContent {
    let entries = &view.entries;
    // On later pages, the first rating already has its heading if the previous page ended with
    // the same rating. The cursor tells.
    let last = entries.after.map(|cursor| cursor.rating_and_day().0);
    let items = entries.list_items(|previous, entry| {
        let key = |entry: &Entry| entry.rating.map_or(-1, Rating::half_stars);
        let before = previous.map(key).or(last);
        html! {
            @if before != Some(key(entry)) { (rating_heading(view, entry.rating)) }
            (rated_film(entry))
        }
    });
    let when_empty = html! { "No review with this rating. Choose another above." };
    let content = entries.tab_content(&rating_chips(view), ("shelves", items), &when_empty);
    TabContent {
        content: html! { (content.content) (histogram("Ratings", view.rating_counts)) },
        ..content
    }
}

fn rating_heading(view: &RatingsView<'_>, rating: Option<Rating>) -> Markup {
    let count = match rating {
        Some(rating) => {
            let of_rating = view.rating_counts.iter().find(|of| of.rating == rating);
            of_rating.map_or(0, |of| of.reviews)
        }
        None => view.tally.reviews.saturating_sub(view.tally.rated),
    };
    html! {
        li.heading {
            h2 { @match rating { Some(rating) => (stars(rating)), None => "Not rated" } }
            span.movies { (plural(count, "viewing", "viewings")) }
        }
    }
}

/// A viewing as its poster, which leads to the review.
fn rated_film(entry: &Entry) -> Markup {
    html! {
        li.film id=(entry::id(entry.id)) {
            (wall_poster(paths::Review { id: entry.id }, (entry.movie_id, &entry.title, entry.year), &entry.poster))
        }
    }
}

fn rating_chips(view: &RatingsView<'_>) -> Markup {
    let to = |rating: &str| {
        let params = paths::DiaryParams {
            rating: rating.to_owned(),
            ..DiaryTab::Ratings.params()
        };
        diary_url(view.entries.owner, params)
    };
    let unrated = view.tally.reviews.saturating_sub(view.tally.rated);
    let given = view
        .rating_counts
        .iter()
        .rev()
        .filter(|share| share.reviews > 0);
    html! {
        nav.strip-of-chips aria-label="Ratings" {
            (rating_chip(&to(""), view.selected_rating.is_none(), &html! { "All" }, view.tally.reviews))
            @for share in given {
                (rating_chip(&to(&share.rating.to_string()), view.selected_rating == Some(RatingFilter::exactly(share.rating)),
                    &html! { "★ " (share.rating) }, share.reviews))
            }
            @if unrated > 0 {
                (rating_chip(&to(UNRATED), view.selected_rating == Some(RatingFilter::Unrated), &html! { "Not rated" }, unrated))
            }
        }
    }
}

fn rating_chip(to: &str, is_current: bool, label: &Markup, viewings: u32) -> Markup {
    html! {
        (view_chip(to, is_current, &html! {
            (label) " " span.movies { (viewings) span.hidden { " " (plural_noun(&viewings, "viewing", "viewings")) } }
        }))
    }
}
