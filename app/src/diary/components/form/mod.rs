//! The review form. The form for a new review replaces the log box, the one that edits a review
//! replaces its entry.

mod notices;
mod viewing;

use chrono::NaiveDate;
use maud::{Markup, html};

use super::change_movie::typed_movie_fields;
use super::entry;
use super::movie_choice::{movie_name, source_badge};
use super::search_box::LOG_BOX_ID;
use crate::catalog::{KnownMovie, MovieId};
use crate::config::SourceName;
use crate::diary::Entry;
use crate::diary::form::RawReview;
use crate::diary::queries::OwnViewing;
use crate::paths;
use crate::posters::{Poster, PosterSlot, poster};
use crate::web::FieldErrors;
use crate::web::ui::{carried_fields, movie_year, plural, stars, time};

use notices::conflicting_version;
pub use notices::{REVIEW_CHANGED, deleted_review_notice};
use viewing::{more_fields, viewing_fields};

#[derive(Debug)]
pub struct ReviewFormView<'a> {
    pub raw: &'a RawReview,
    pub errors: &'a FieldErrors,
    /// Identifies the member who fills in the form.
    pub member_mark: &'a str,
    /// The member's time zone, for a form that is sent after midnight.
    pub zone: &'a str,
    /// Whether htmx swaps the form into an open page.
    pub in_place: bool,
    /// Whether the form has not been sent yet.
    pub is_unsent: bool,
    /// In that time zone.
    pub today: NaiveDate,
    /// Of the movie, if it has one.
    pub poster: &'a Poster,
    /// The member’s other viewings of the movie, the latest first.
    pub other_viewings: &'a [OwnViewing],
    /// Tags that the member may want to use.
    pub tags: &'a [String],
}

impl ReviewFormView<'_> {
    /// Whether the fields that describe the movie are valid.
    fn has_valid_movie(&self) -> bool {
        let names = ["title", "year", "director", "imdb_id", "tmdb_id"];
        !self.raw.title.is_empty() && names.iter().all(|field| self.errors.get(field).is_none())
    }

    /// Whether title and year were in the text of the search box, so that the rating comes next.
    fn is_movie_typed(&self) -> bool {
        self.is_unsent && !self.raw.title.is_empty() && !self.raw.year.is_empty()
    }

    /// Whether `field` gets the focus: the first invalid field, or else the one that `begins`.
    fn has_focus(&self, field: &str, begins: bool) -> bool {
        match self.errors.first() {
            Some(first) => first == field,
            None => begins,
        }
    }
}

/// The form for a new review of `movie`, or of one typed by hand. `candidates` are the movies to
/// choose from when several match what was typed.
pub fn new_review_form(
    view: &ReviewFormView<'_>,
    movie: Option<&KnownMovie>,
    candidates: &[KnownMovie],
) -> Markup {
    let swap = view.in_place.then(|| format!("#{LOG_BOX_ID}"));
    html! {
        section.log id=(LOG_BOX_ID) aria-labelledby="form-title" {
            form.review method="post" action=(paths::Reviews) data-review data-fresh[view.is_unsent] data-zone=(view.zone)
                hx-post=[view.in_place.then(|| paths::Reviews.to_string())]
                hx-target=[swap.as_deref()] hx-swap=[swap.as_ref().map(|_| "outerHTML")]
                hx-sync=[swap.as_ref().map(|_| "this:drop")] {
                (carried_fields(view.member_mark, &view.raw.page))
                input type="hidden" name="key" value=(view.raw.key);
                @match movie {
                    Some(movie) => {
                        input type="hidden" name="movie" value=(movie.id);
                        (film_head(view, (movie.id, &movie.title), &html! { h2 #form-title.chosen { (movie_name(movie)) } }))
                    }
                    None => @match view.raw.source().filter(|_| view.has_valid_movie() && candidates.is_empty()) {
                        Some(source) => (catalog_movie_fields(view, source)),
                        None => (typed_movie_fields(&view.raw.raw_movie(), view.errors, candidates, "form-title", true)),
                    },
                }
                (viewing_fields(view, "new-", movie.is_some() || view.raw.source().is_some() || view.is_movie_typed()))
                div.actions {
                    button.primary { "Log it" }
                    (save_instead(view))
                    a.button.quiet href=(paths::Feed) hx-get=[view.in_place.then(|| paths::NewReview.to_string())]
                        hx-target=[swap.as_deref()] hx-swap=[swap.as_ref().map(|_| "outerHTML")] { "Cancel" }
                }
                (more_fields(view, "new-"))
            }
        }
    }
}

/// Saves the film for later instead. A comment becomes the note.
fn save_instead(view: &ReviewFormView<'_>) -> Markup {
    let path = paths::WatchlistEntries;
    let in_place = view.in_place;
    html! {
        button formaction=(path) formnovalidate
            hx-post=[in_place.then_some(path)] hx-include=[in_place.then_some("closest form")] hx-swap=[in_place.then_some("none")] {
            "Save for later"
        }
    }
}

/// The form that edits `review`. `is_newer` means that `review` was saved elsewhere meanwhile; then
/// that version is shown above the fields.
pub fn edit_review_form(view: &ReviewFormView<'_>, review: &Entry, is_newer: bool) -> Markup {
    let id = review.id;
    let path = paths::Review { id };
    let swap = view.in_place.then(|| format!("#{}", entry::id(id)));
    html! {
        li.entry.editing id=(entry::id(id)) {
            form.review method="post" action=(path) data-fresh[view.is_unsent]
                hx-post=[view.in_place.then(|| path.to_string())]
                hx-target=[swap.as_deref()] hx-swap=[swap.as_ref().map(|_| "outerHTML")]
                hx-sync=[swap.as_ref().map(|_| "this:drop")] {
                (carried_fields(view.member_mark, &view.raw.page))
                input type="hidden" name="version" value=(view.raw.version);
                @let name = html! {
                    h2.chosen { span.title dir="auto" { (review.title) } " " (movie_year(review.year)) }
                    a.wrong-film href=(paths::ReviewMovie { id }) data-changes-movie { "Wrong film?" }
                };
                (film_head(view, (review.movie_id, &review.title), &name))
                @if is_newer { (conflicting_version(review)) }
                (viewing_fields(view, &format!("r{id}-"), true))
                div.actions {
                    button.primary { "Save" }
                    a.button.quiet href=(path) hx-get=[view.in_place.then(|| path.to_string())]
                        hx-target=[swap.as_deref()] hx-swap=[swap.as_ref().map(|_| "outerHTML")] { "Cancel" }
                }
                (more_fields(view, &format!("r{id}-")))
            }
        }
    }
}

/// A movie chosen from the catalog's search results, sent along in hidden fields.
fn catalog_movie_fields(view: &ReviewFormView<'_>, source: SourceName) -> Markup {
    let raw = view.raw;
    html! {
        @for (name, value) in [
            ("title", &raw.title), ("year", &raw.year), ("director", &raw.director), ("imdb_id", &raw.imdb_id),
            ("tmdb_id", &raw.tmdb_id), ("wikidata_id", &raw.wikidata_id), ("source", &raw.source),
        ] { input type="hidden" name=(name) value=(value); }
        @let name = html! {
            h2 #form-title.chosen {
                span.title dir="auto" { (raw.title) } @if !raw.year.is_empty() { " " span.year { (raw.year) } }
                @if !raw.director.is_empty() { " " span.by dir="auto" { (raw.director) } }
                @if source != SourceName::Local { " " (source_badge(source)) }
            }
        };
        (film_head(view, (0, &raw.title), &name))
    }
}

/// Poster and name of the film, and when the member saw it before.
fn film_head(view: &ReviewFormView<'_>, (movie, title): (MovieId, &str), name: &Markup) -> Markup {
    html! {
        div.film-head {
            (poster(movie, title, view.poster, PosterSlot::Entry))
            div {
                (name)
                @if !view.other_viewings.is_empty() { (earlier_viewings(view.other_viewings)) }
            }
        }
    }
}

/// More would push the stars out of sight.
const SHOWN_VIEWINGS: usize = 3;

fn earlier_viewings(viewings: &[OwnViewing]) -> Markup {
    let more = viewings.len().saturating_sub(SHOWN_VIEWINGS);
    html! {
        p.earlier {
            "You saw it "
            @for (number, viewing) in viewings.iter().take(SHOWN_VIEWINGS).enumerate() {
                @if number > 0 { ", " }
                a href=(paths::Review { id: viewing.id }) {
                    @match viewing.watched_on { Some(day) => (time::format_date(day)), None => "before" }
                }
                @if let Some(rating) = viewing.rating { " " (stars(rating)) }
            }
            @if more > 0 { " and " (plural(more, "more time", "more times")) }
        }
    }
}
