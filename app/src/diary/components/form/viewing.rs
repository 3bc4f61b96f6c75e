//! The fields of a viewing, the same for a new review and for an edit.

use entity::{Rating, Visibility};
use maud::{Markup, html};

use super::ReviewFormView;
use crate::accounts::visibility_choice;
use crate::diary::form::DayChoice;
use crate::web::form::is_ticked;
use crate::web::ui::Field;
use crate::web::ui::field::{described_by, field_error};

/// Stars, heart, day and words: what most reviews need.
pub(super) fn viewing_fields(view: &ReviewFormView<'_>, within: &str, focus: bool) -> Markup {
    let ReviewFormView { raw, errors, .. } = view;
    html! {
        @if let Some(message) = errors.get("") { p.error role="alert" { (message) } }
        (rating(view, within, focus))
        (day(view, within))
        @for (name, value) in [("confirmed_day", &raw.confirmed_day), ("rewatch_shown", &raw.rewatch_shown)] {
            @if !value.is_empty() { input type="hidden" name=(name) value=(value); }
        }
        (comment(view, within))
    }
}

/// Everything else. A script remembers whether it is open.
pub(super) fn more_fields(view: &ReviewFormView<'_>, within: &str) -> Markup {
    let ReviewFormView { raw, errors, .. } = view;
    let visibility = Visibility::parse(&raw.visibility).unwrap_or(Visibility::Private);
    let is_wrong = ["tags", "visibility"]
        .iter()
        .any(|field| errors.get(field).is_some());
    html! {
        details.more data-remembered="more" open[is_wrong] {
            summary { "More" }
            div.field {
                (Field::text("tags", "Tags", &raw.tags).optional().id_prefix(within).autofocus(view.has_focus("tags", false)).hint("Separate tags with commas.").render(errors))
                (tag_suggestions(view))
            }
            div.ticks {
                (tick("rewatch", "Seen before", &raw.rewatch, within))
                (tick("spoiler", "Gives the plot away", &raw.spoiler, within))
            }
            @if raw.is_by_hand() && raw.version.is_empty() {
                p.hint { "“Seen before” is ticked automatically if you have logged this film for an earlier day." }
            }
            (visibility_choice("Who can see it", visibility, within))
        }
    }
}

/// Buttons that a script makes work, and narrows down while somebody types a tag.
fn tag_suggestions(view: &ReviewFormView<'_>) -> Markup {
    html! {
        div.tag-suggestions data-tags {
            @for tag in view.tags { button.chip dir="auto" type="button" { (tag) } }
        }
    }
}

/// Stars as radio buttons, so that arrow keys move between them. "No rating" is one of them. The
/// heart stands beside them.
fn rating(view: &ReviewFormView<'_>, within: &str, begins: bool) -> Markup {
    let chosen = view.raw.rating.as_str();
    let error = view.errors.get("rating");
    let id = format!("{within}rating");
    let has_focus = view.has_focus("rating", begins);
    let by_stars = Rating::all().skip(1).chain(Rating::all().take(1));
    let is_rated = Rating::all().any(|rating| rating.to_string() == chosen);
    html! {
        fieldset.rating aria-describedby=[described_by(&id, error.is_some(), false)] {
            legend { "Rating and heart" }
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
                // The style sheet shows the number of the stars here.
                span.number aria-hidden="true" {}
                label.heart-choice for={ (within) "liked" } {
                    input id={ (within) "liked" } type="checkbox" name="liked" value="on" checked[is_ticked(&view.raw.liked)];
                    span { "♥ Liked" }
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

/// Today and yesterday are counted from the day in the field `today`, so that a form means the same
/// day whenever it is sent.
fn day(view: &ReviewFormView<'_>, within: &str) -> Markup {
    let error = view.errors.get("watched_on");
    let id = format!("{within}watched_on");
    let raw = view.raw;
    let chosen = raw.day_choice(view.today);
    let today = raw.day_of_form(view.today);
    let label = |choice| match choice {
        DayChoice::Today => "Today",
        DayChoice::Yesterday => "Yesterday",
        DayChoice::Other => "Other day",
        DayChoice::Unknown => "I don’t remember",
    };
    html! {
        fieldset.day aria-describedby=[described_by(&id, error.is_some(), false)] {
            legend.hidden { "Day" }
            input type="hidden" name="today" value=(today) data-today[view.is_unsent && raw.version.is_empty()];
            input type="hidden" name="day_shown" value=(chosen.name());
            input type="hidden" name="watched_on_shown" value=(raw.watched_on);
            div.choices {
                @for choice in DayChoice::ALL {
                    label.chip {
                        input type="radio" name="day" value=(choice.name()) checked[choice == chosen];
                        span { (label(choice)) }
                    }
                }
            }
            input id=(id) name="watched_on" type="date" aria-label="Day" value=(raw.watched_on)
                autofocus[view.has_focus("watched_on", false)]
                aria-invalid=[error.map(|_| "true")] aria-describedby=[described_by(&id, error.is_some(), false)];
            (field_error(&id, error))
        }
    }
}

fn comment(view: &ReviewFormView<'_>, within: &str) -> Markup {
    let error = view.errors.get("comment");
    let id = format!("{within}comment");
    html! {
        div.field {
            label.hidden for=(id) { "A few words " span.optional { "optional" } }
            textarea dir="auto" id=(id) name="comment" rows="2" placeholder="A few words" autofocus[view.has_focus("comment", false)]
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
