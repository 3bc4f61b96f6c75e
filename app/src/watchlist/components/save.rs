//! The button that saves a film for later, and the form for a film that is not here yet.

use maud::{Markup, html};

use crate::catalog::{KnownMovie, MovieId};
use crate::diary::RawReview;
use crate::diary::components::change_movie::typed_movie_fields;
use crate::paths;
use crate::web::FieldErrors;
use crate::web::ui::{Field, carried_fields};

pub const SAVE_FOR_LATER: &str = "Save for later";

/// Saves the film, or takes it off the watchlist again.
pub fn save_button(movie: MovieId, title: &str, is_saved: bool) -> Markup {
    let path = match is_saved {
        true => paths::WatchlistingEnding { id: movie }.to_string(),
        false => paths::Watchlisting { id: movie }.to_string(),
    };
    html! {
        form.save-for-later method="post" action=(path) hx-post=(path) hx-target="this" hx-swap="outerHTML" {
            button.quiet aria-pressed=(is_saved) {
                @if is_saved { "Saved for later" } @else { (SAVE_FOR_LATER) }
                span.hidden { ": " bdi { (title) } }
            }
        }
    }
}

/// The form for a film that several films match, or that something is wrong with.
pub fn save_form(
    member_mark: &str,
    raw: &RawReview,
    errors: &FieldErrors,
    candidates: &[KnownMovie],
) -> Markup {
    let movie = raw.raw_movie();
    html! {
        section.log aria-labelledby="form-title" {
            form.review method="post" action=(paths::WatchlistEntries) {
                (carried_fields(member_mark, paths::NewReview))
                (typed_movie_fields(&movie, errors, candidates, "form-title", true))
                (Field::text("comment", "Note", &raw.comment).optional().render(errors))
                div.actions {
                    button.primary { (SAVE_FOR_LATER) }
                    a.button.quiet href=(paths::Feed) { "Cancel" }
                }
            }
        }
    }
}
