//! The form of a review: for a new one in the place of the box, for a changed one in
//! the place of its entry.

use entity::{Rating, Visibility};
use maud::{Markup, html};

use super::entry;
use super::film::by_hand;
use super::log_box::{LOG, from, name};
use crate::accounts::{visibility_choice, visibility_name};
use crate::catalog::Known;
use crate::config::SourceName;
use crate::diary::Entry;
use crate::diary::form::RawReview;
use crate::paths;
use crate::web::Fields;
use crate::web::form::is_ticked;
use crate::web::ui::field::{described_by, field_error};
use crate::web::ui::{Field, stars, time};

/// What a form shows.
#[derive(Debug)]
pub struct Shown<'a> {
    /// What was typed so far.
    pub raw: &'a RawReview,
    /// What is wrong with it.
    pub errors: &'a Fields,
    /// The mark of the member who fills it in.
    pub by: &'a str,
    /// The member's time zone, for a form that is sent after midnight.
    pub zone: &'a str,
    /// Whether it stands in the place of something on a page.
    pub in_place: bool,
    /// Whether nobody has sent it yet.
    pub is_fresh: bool,
}

impl Shown<'_> {
    /// Whether the fields that name a movie need no change.
    fn is_named(&self) -> bool {
        let names = ["title", "year", "director", "imdb_id", "tmdb_id"];
        !self.raw.year.is_empty() && names.iter().all(|field| self.errors.of(field).is_none())
    }

    /// Whether the cursor belongs into `field`: the first that is wrong, else, in a
    /// fresh form, where one begins.
    fn has_cursor(&self, field: &str, begins: bool) -> bool {
        match self.errors.first() {
            Some(first) => first == field,
            None => begins,
        }
    }
}

/// The form for a new review of `movie`, or of one typed by hand. `fitting` are the
/// movies to choose from when several fit what was typed.
pub fn new(shown: &Shown<'_>, movie: Option<&Known>, fitting: &[Known]) -> Markup {
    let swap = shown.in_place.then(|| format!("#{LOG}"));
    html! {
        section.log id=(LOG) aria-labelledby="form-title" {
            form.review method="post" action=(paths::Reviews) data-review data-zone=(shown.zone)
                hx-post=[shown.in_place.then(|| paths::Reviews.to_string())]
                hx-target=[swap.as_deref()] hx-swap=[swap.as_ref().map(|_| "outerHTML")]
                hx-sync=[swap.as_ref().map(|_| "this:drop")] {
                input type="hidden" name="by" value=(shown.by);
                input type="hidden" name="key" value=(shown.raw.key);
                @match movie {
                    Some(movie) => {
                        input type="hidden" name="movie" value=(movie.id);
                        h2 #form-title.chosen { (name(movie)) }
                    }
                    None => @match shown.raw.source().filter(|_| shown.is_named() && fitting.is_empty()) {
                        Some(source) => (chosen_outside(shown.raw, source)),
                        None => (by_hand(&shown.raw.film(), shown.errors, fitting, "form-title")),
                    },
                }
                (viewing(shown, "new-", movie.is_some() || shown.raw.source().is_some()))
                div.actions {
                    button.primary { "Log it" }
                    a.button.quiet href=(paths::Feed) hx-get=[shown.in_place.then(|| paths::NewReview.to_string())]
                        hx-target=[swap.as_deref()] hx-swap=[swap.as_ref().map(|_| "outerHTML")] { "Cancel" }
                }
            }
        }
    }
}

/// The form that changes `review`. `newer` is what it is now, when somebody else was
/// faster.
pub fn change(shown: &Shown<'_>, review: &Entry, newer: bool) -> Markup {
    let id = review.id;
    let path = paths::Review { id };
    let swap = shown.in_place.then(|| format!("#{}", entry::id(id)));
    html! {
        li.entry.editing id=(entry::id(id)) {
            form.review method="post" action=(path)
                hx-post=[shown.in_place.then(|| path.to_string())]
                hx-target=[swap.as_deref()] hx-swap=[swap.as_ref().map(|_| "outerHTML")]
                hx-sync=[swap.as_ref().map(|_| "this:drop")] {
                input type="hidden" name="version" value=(shown.raw.version);
                h2.chosen {
                    span.title { (review.title) } " " span.year { (review.year) }
                    " " a.button.quiet href=(paths::ReviewMovie { id }) { "Wrong film?" }
                }
                @if newer { (changed_meanwhile(review)) }
                (viewing(shown, &format!("r{id}-"), true))
                div.actions {
                    button.primary { "Save" }
                    a.button.quiet href=(path) hx-get=[shown.in_place.then(|| path.to_string())]
                        hx-target=[swap.as_deref()] hx-swap=[swap.as_ref().map(|_| "outerHTML")] { "Cancel" }
                }
            }
        }
    }
}

/// What is there now, for whoever is about to replace it.
fn changed_meanwhile(now: &Entry) -> Markup {
    html! {
        div.error role="alert" {
            p { "This review was changed meanwhile, in another window or on another device. "
                "What you typed is still here. Save again to replace what is there now:" }
            blockquote {
                p {
                    @match now.rating { Some(rating) => (stars(rating)), None => "No rating" }
                    @if now.liked { ", liked" }
                    @if now.rewatch { ", seen before" }
                    @if now.spoiler { ", gives the plot away" }
                    ", " (now.watched_on.map_or("day unknown".to_owned(), time::written))
                    ", for " (visibility_name(now.visibility).to_lowercase())
                }
                @if !now.tags.is_empty() { p { "Tags: " (now.tags.join(", ")) } }
                p.comment { (now.comment) }
            }
        }
    }
}

/// What was typed into a form whose review was deleted meanwhile.
pub fn deleted_meanwhile(review: i64, comment: &str) -> Markup {
    html! {
        li.entry.editing id=(entry::id(review)) {
            div.error role="alert" {
                p { "This review was deleted meanwhile. Bring it back under "
                    a href=(paths::DeletedReviews) { "Recently deleted" } ", then edit it again. These were your words:" }
            }
            textarea rows="5" readonly aria-label="Your words" { "\n" (comment) }
        }
    }
}

/// A movie that was chosen from the catalog's answers: it is sent along, not asked for.
fn chosen_outside(raw: &RawReview, source: SourceName) -> Markup {
    html! {
        @for (name, value) in [
            ("title", &raw.title), ("year", &raw.year), ("director", &raw.director), ("imdb_id", &raw.imdb_id),
            ("tmdb_id", &raw.tmdb_id), ("wikidata_id", &raw.wikidata_id), ("source", &raw.source),
        ] { input type="hidden" name=(name) value=(value); }
        h2 #form-title.chosen {
            span.title { (raw.title) } " " span.year { (raw.year) }
            @if !raw.director.is_empty() { " " span.by { (raw.director) } }
            " " (from(source))
        }
    }
}

/// What is said of a viewing; the same for a new review and a changed one.
fn viewing(shown: &Shown<'_>, within: &str, focus: bool) -> Markup {
    let Shown { raw, errors, .. } = shown;
    let visibility = Visibility::parse(&raw.visibility).unwrap_or(Visibility::Private);
    html! {
        @if let Some(told) = errors.of("") { p.error role="alert" { (told) } }
        (rating(shown, within, focus))
        (day(shown, within))
        div.ticks {
            (tick("liked", "♥ Liked", &raw.liked, within))
            (tick("rewatch", "Seen before", &raw.rewatch, within))
            (tick("spoiler", "Gives the plot away", &raw.spoiler, within))
        }
        @if raw.is_by_hand() && raw.version.is_empty() {
            p.hint { "“Seen before” is ticked by itself when you have logged this film already." }
        }
        (comment(shown, within))
        div.columns {
            (Field::text("tags", "Tags", &raw.tags).optional().within(within).cursor(shown.has_cursor("tags", false)).hint("With commas between them.").draw(errors))
            (visibility_choice("Who may see it", visibility, within))
        }
    }
}

/// Stars as radio buttons: arrow keys move between them, and none is a choice too.
fn rating(shown: &Shown<'_>, within: &str, begins: bool) -> Markup {
    let chosen = shown.raw.rating.as_str();
    let error = shown.errors.of("rating");
    let id = format!("{within}rating");
    let has_cursor = shown.has_cursor("rating", begins);
    let by_stars = Rating::all().skip(1).chain(Rating::all().take(1));
    let is_known = Rating::all().any(|rating| rating.to_string() == chosen);
    html! {
        fieldset.rating aria-describedby=[described_by(&id, error.is_some(), false)] {
            legend { "Rating" }
            div.choices {
                @for rating in by_stars {
                    @let value = rating.to_string();
                    label class=(side(rating)) {
                        input type="radio" name="rating" value=(value) checked[chosen == value] autofocus[has_cursor && chosen == value];
                        span { (value) @if value == "1" { " star" } @else { " stars" } }
                    }
                }
                label.none {
                    input type="radio" name="rating" value="" checked[!is_known] autofocus[has_cursor && !is_known];
                    span { "No rating" }
                }
            }
            (field_error(&id, error))
        }
    }
}

/// Which half of a star it is.
fn side(rating: Rating) -> &'static str {
    match rating.half_stars() {
        0 => "zero",
        odd if odd % 2 == 1 => "half",
        _ => "whole",
    }
}

fn day(shown: &Shown<'_>, within: &str) -> Markup {
    let error = shown.errors.of("watched_on");
    let id = format!("{within}watched_on");
    html! {
        div.field.day {
            label for=(id) { "Day" }
            div.row {
                input id=(id) name="watched_on" type="date" value=(shown.raw.watched_on)
                    data-today[shown.is_fresh] autofocus[shown.has_cursor("watched_on", false)]
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[described_by(&id, error.is_some(), false)];
                (tick("day_unknown", "I don’t remember", &shown.raw.day_unknown, within))
            }
            (field_error(&id, error))
        }
    }
}

fn comment(shown: &Shown<'_>, within: &str) -> Markup {
    let error = shown.errors.of("comment");
    let id = format!("{within}comment");
    html! {
        div.field {
            label for=(id) { "A few words " span.optional { "optional" } }
            textarea id=(id) name="comment" rows="3" autofocus[shown.has_cursor("comment", false)]
                aria-invalid=[error.map(|_| "true")]
                aria-describedby=[described_by(&id, error.is_some(), false)] {
                // HTML drops the first line end of a textarea.
                "\n" (shown.raw.comment)
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
