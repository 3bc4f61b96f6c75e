//! What the films of a grid are to the viewer: seen, or saved for later.

use maud::{Markup, html};

use super::save::save_button;
use crate::catalog::MovieId;
use crate::watchlist::queries::MovieMarks;
use crate::web::ui::stars;

/// Below a poster. Empty for visitors.
pub fn film_marks(marks: &MovieMarks, movie: MovieId, title: &str) -> Markup {
    let Some(marks) = marks else {
        return html! {};
    };
    let mark = marks.get(&movie).copied().unwrap_or_default();
    html! {
        div.film-marks {
            @if mark.is_seen {
                span.seen { "Seen" @if let Some(rating) = mark.rating { " " (stars(rating)) } }
            }
            (save_button(movie, title, mark.is_on_watchlist))
        }
    }
}
