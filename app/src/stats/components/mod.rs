//! Charts as HTML and SVG, rendered on the server. Every value is also there as text. Sizes and
//! colours are attributes and classes, since the CSP forbids inline styles.

pub mod bars;
pub mod heat_map;
pub mod histogram;
pub mod months;

pub use bars::{Bar, BarScale, bar_svg, bar_table};
pub use heat_map::{HeatMap, heat_map};
pub use histogram::histogram;
pub use months::{month_strip, month_table, year_table};

use maud::{Markup, html};

use super::Tally;

/// The mean rating in stars, such as `3.6`; `None` without ratings.
pub fn average_text(tally: Tally) -> Option<String> {
    tally.average().map(format_stars)
}

/// `3.3` for 3.25: rounds half up, where `{:.1}` alone would round to even.
pub fn format_stars(stars: f64) -> String {
    format!("{:.1}", (stars * 10.0).round() / 10.0)
}

/// `★ 3.6`, read out as "3.6 of 5 stars on average".
pub fn average_stars(tally: Tally) -> Markup {
    html! {
        @if let Some(average) = average_text(tally) {
            span.average {
                span.stars aria-hidden="true" { "★" } " " (average)
                span.hidden { " of 5 stars on average" }
            }
        }
    }
}

/// A headline figure with its label and a note.
pub fn tile(label: &str, value: &Markup, note: &Markup) -> Markup {
    html! {
        div.tile {
            dt { (label) }
            dd { span.figure { (value) } @if !note.0.is_empty() { span.note { (note) } } }
        }
    }
}

/// One of five shades: 0 for nothing, 4 for the most.
fn shade_level(value: u32, most: u32) -> u32 {
    match (value, most) {
        (0, _) => 0,
        (value, most) => (value * 4).div_ceil(most.max(4)).clamp(1, 4),
    }
}

#[cfg(test)]
mod tests;
