//! Charts, drawn here and shown as they are: HTML and SVG with every value as text. Lengths
//! and colours are attributes and classes; there is no inline style.

pub mod bars;
pub mod heat;
pub mod histogram;
pub mod months;

pub use bars::{Bar, By, bars};
pub use heat::{Heat, heat};
pub use histogram::histogram;
pub use months::{by_month, by_year, strip};

use maud::{Markup, html};

use super::Tally;

/// `3.6`, the mean rating in stars; nothing without ratings.
pub fn average(tally: Tally) -> Option<String> {
    tally.average().map(to_a_tenth)
}

/// `3.3` for 3.25: half a tenth goes up, as people do it.
pub fn to_a_tenth(stars: f64) -> String {
    format!("{:.1}", (stars * 10.0).round() / 10.0)
}

/// `★ 3.6`, said as "3.6 of 5 stars on average".
pub fn stars_on_average(tally: Tally) -> Markup {
    html! {
        @if let Some(average) = average(tally) {
            span.average {
                span.stars aria-hidden="true" { "★" } " " (average)
                span.hidden { " of 5 stars on average" }
            }
        }
    }
}

/// One number that says a lot, and what it is.
pub fn tile(label: &str, value: &Markup, note: &Markup) -> Markup {
    html! {
        div.tile {
            dt { (label) }
            dd { span.figure { (value) } @if !note.0.is_empty() { span.note { (note) } } }
        }
    }
}

#[cfg(test)]
mod tests;
