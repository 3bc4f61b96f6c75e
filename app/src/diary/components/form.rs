//! The review form. The form for a new review replaces the log box, the one that edits a review
//! replaces its entry.

use entity::{Rating, Visibility};
use maud::{Markup, html};

use super::change_movie::typed_movie_fields;
use super::entry;
use super::movie_choice::{movie_name, source_badge};
use super::search_box::LOG_BOX_ID;
use crate::accounts::{visibility_choice, visibility_name};
use crate::catalog::KnownMovie;
use crate::config::SourceName;
use crate::diary::Entry;
use crate::diary::form::RawReview;
use crate::paths;
use crate::web::FieldErrors;
use crate::web::form::is_ticked;
use crate::web::ui::field::{described_by, field_error};
use crate::web::ui::{Field, carried_fields, movie_year, stars, time};

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
                        h2 #form-title.chosen { (movie_name(movie)) }
                    }
                    None => @match view.raw.source().filter(|_| view.has_valid_movie() && candidates.is_empty()) {
                        Some(source) => (catalog_movie_fields(view.raw, source)),
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
                h2.chosen {
                    span.title dir="auto" { (review.title) } " " (movie_year(review.year))
                    " " a.button.quiet href=(paths::ReviewMovie { id }) data-changes-movie { "Wrong film?" }
                }
                @if is_newer { (conflicting_version(review)) }
                (viewing_fields(view, &format!("r{id}-"), true))
                div.actions {
                    button.primary { "Save" }
                    a.button.quiet href=(path) hx-get=[view.in_place.then(|| path.to_string())]
                        hx-target=[swap.as_deref()] hx-swap=[swap.as_ref().map(|_| "outerHTML")] { "Cancel" }
                }
            }
        }
    }
}

/// Shown with a 409.
pub const REVIEW_CHANGED: &str =
    "This review has changed since you opened it, in another window or on another device.";

/// The version that saving would replace.
fn conflicting_version(saved: &Entry) -> Markup {
    html! {
        div.error role="alert" {
            p { (REVIEW_CHANGED) " What you typed is still here. Save again to replace this version:" }
            blockquote {
                p {
                    @match saved.rating { Some(rating) => (stars(rating)), None => "No rating" }
                    @if saved.liked { ", liked" }
                    @if saved.rewatch { ", seen before" }
                    @if saved.spoiler { ", gives the plot away" }
                    ", " (saved.watched_on.map_or("day unknown".to_owned(), time::format_date))
                    ", for " (visibility_name(saved.visibility).to_lowercase())
                }
                @if !saved.tags.is_empty() { p { "Tags: " bdi { (saved.tags.join(", ")) } } }
                p.comment dir="auto" { (saved.comment) }
            }
        }
    }
}

/// Replaces the form of a review that was deleted meanwhile, and shows the comment typed into it.
pub fn deleted_review_notice(review: i64, comment: &str) -> Markup {
    html! {
        li.entry.editing id=(entry::id(review)) {
            div.error role="alert" {
                p { "This review was deleted while you were editing it. Restore it under "
                    a href=(paths::DeletedReviews) { "Recently deleted" } ", then edit it again. This is what you wrote:" }
            }
            textarea dir="auto" rows="5" readonly aria-label="What you wrote" { "\n" (comment) }
        }
    }
}

/// A movie chosen from the catalog's search results, sent along in hidden fields.
fn catalog_movie_fields(raw: &RawReview, source: SourceName) -> Markup {
    html! {
        @for (name, value) in [
            ("title", &raw.title), ("year", &raw.year), ("director", &raw.director), ("imdb_id", &raw.imdb_id),
            ("tmdb_id", &raw.tmdb_id), ("wikidata_id", &raw.wikidata_id), ("source", &raw.source),
        ] { input type="hidden" name=(name) value=(value); }
        h2 #form-title.chosen {
            span.title dir="auto" { (raw.title) } @if !raw.year.is_empty() { " " span.year { (raw.year) } }
            @if !raw.director.is_empty() { " " span.by dir="auto" { (raw.director) } }
            @if source != SourceName::Local { " " (source_badge(source)) }
        }
    }
}

/// The fields of a viewing, the same for a new review and for an edit.
fn viewing_fields(view: &ReviewFormView<'_>, within: &str, focus: bool) -> Markup {
    let ReviewFormView { raw, errors, .. } = view;
    let visibility = Visibility::parse(&raw.visibility).unwrap_or(Visibility::Private);
    html! {
        @if let Some(message) = errors.get("") { p.error role="alert" { (message) } }
        (rating(view, within, focus))
        (day(view, within))
        @for (name, value) in [("confirmed_day", &raw.confirmed_day), ("rewatch_shown", &raw.rewatch_shown)] {
            @if !value.is_empty() { input type="hidden" name=(name) value=(value); }
        }
        div.ticks {
            (tick("liked", "♥ Liked", &raw.liked, within))
            (tick("rewatch", "Seen before", &raw.rewatch, within))
            (tick("spoiler", "Gives the plot away", &raw.spoiler, within))
        }
        @if raw.is_by_hand() && raw.version.is_empty() {
            p.hint { "“Seen before” is ticked automatically if you have logged this film for an earlier day." }
        }
        (comment(view, within))
        div.columns {
            (Field::text("tags", "Tags", &raw.tags).optional().id_prefix(within).autofocus(view.has_focus("tags", false)).hint("Separate tags with commas.").render(errors))
            (visibility_choice("Who can see it", visibility, within))
        }
    }
}

/// Stars as radio buttons, so that arrow keys move between them. "No rating" is one of them.
fn rating(view: &ReviewFormView<'_>, within: &str, begins: bool) -> Markup {
    let chosen = view.raw.rating.as_str();
    let error = view.errors.get("rating");
    let id = format!("{within}rating");
    let has_focus = view.has_focus("rating", begins);
    let by_stars = Rating::all().skip(1).chain(Rating::all().take(1));
    let is_rated = Rating::all().any(|rating| rating.to_string() == chosen);
    html! {
        fieldset.rating aria-describedby=[described_by(&id, error.is_some(), false)] {
            legend { "Rating" }
            div.choices {
                @for rating in by_stars {
                    @let value = rating.to_string();
                    label class=(star_half_class(rating)) {
                        input type="radio" name="rating" value=(value) checked[chosen == value] autofocus[has_focus && chosen == value];
                        span { (value) @if value == "1" { " star" } @else { " stars" } }
                    }
                }
                label.none {
                    input type="radio" name="rating" value="" checked[!is_rated] autofocus[has_focus && !is_rated];
                    span { "No rating" }
                }
            }
            (field_error(&id, error))
        }
    }
}

/// CSS class: which half of a star the button covers.
fn star_half_class(rating: Rating) -> &'static str {
    match rating.half_stars() {
        0 => "zero",
        odd if odd % 2 == 1 => "half",
        _ => "whole",
    }
}

fn day(view: &ReviewFormView<'_>, within: &str) -> Markup {
    let error = view.errors.get("watched_on");
    let id = format!("{within}watched_on");
    html! {
        div.field.day {
            label for=(id) { "Day" }
            div.row {
                input id=(id) name="watched_on" type="date" value=(view.raw.watched_on)
                    data-today[view.is_unsent && view.raw.version.is_empty()] autofocus[view.has_focus("watched_on", false)]
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[described_by(&id, error.is_some(), false)];
                (tick("day_unknown", "I don’t remember", &view.raw.day_unknown, within))
            }
            (field_error(&id, error))
        }
    }
}

fn comment(view: &ReviewFormView<'_>, within: &str) -> Markup {
    let error = view.errors.get("comment");
    let id = format!("{within}comment");
    html! {
        div.field {
            label for=(id) { "A few words " span.optional { "optional" } }
            textarea dir="auto" id=(id) name="comment" rows="3" autofocus[view.has_focus("comment", false)]
                aria-invalid=[error.map(|_| "true")]
                aria-describedby=[described_by(&id, error.is_some(), false)] {
                // The HTML parser drops the first newline of a textarea.
                "\n" (view.raw.comment)
            }
            (field_error(&id, error))
        }
    }
}

fn tick(field: &'static str, label: &str, raw: &str, within: &str) -> Markup {
    html! {
        label.tick for={ (within) (field) } {
            input id={ (within) (field) } type="checkbox" name=(field) value="on" checked[is_ticked(raw)];
            " " (label)
        }
    }
}
