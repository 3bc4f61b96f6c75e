//! Horizontal bar charts, as a table with the bars in its middle column.

use maud::{Markup, html};

use super::average_text;
use crate::stats::Tally;

#[derive(Debug)]
pub struct Bar {
    pub label: Markup,
    pub tally: Tally,
}

/// What the length of a bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarScale {
    /// The number of reviews; the longest bar has the full width.
    Count,
    /// The mean rating; five stars have the full width.
    Rating,
}

/// `of` is the heading of the first column.
pub fn bar_table(caption: &str, of: &str, bars: &[Bar], by: BarScale) -> Markup {
    let most = bars.iter().map(|bar| bar.tally.reviews).max();
    let drawn = |tally: Tally| match by {
        BarScale::Count => bar_svg(tally.reviews, most.unwrap_or_default()),
        BarScale::Rating => bar_svg(tally.half_stars, tally.rated * FIVE_STARS),
    };
    let is_rated = bars.iter().any(|bar| bar.tally.rated > 0);
    html! {
        table.bars {
            caption { (caption) }
            thead.hidden-head {
                tr {
                    th scope="col" { (of) }
                    td {}
                    th scope="col" { "Viewings" }
                    @if is_rated { th scope="col" { "Average rating" } }
                }
            }
            tbody {
                @for bar in bars {
                    tr {
                        th scope="row" { (bar.label) }
                        td.drawn.rated[by == BarScale::Rating] { (drawn(bar.tally)) }
                        td.value { (bar.tally.reviews) }
                        @if is_rated {
                            td.rating {
                                @if let Some(average) = average_text(bar.tally) { span.stars aria-hidden="true" { "★" } " " (average) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Measured in half stars.
const FIVE_STARS: u32 = 10;

/// A bar of length `value`, where `most` is the full width.
pub fn bar_svg(value: u32, most: u32) -> Markup {
    let width = bar_width(value, most);
    html! {
        svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect width=(width) height="10" {}
        }
    }
}

/// A percentage with one decimal. Values above zero stay visible.
fn bar_width(value: u32, most: u32) -> String {
    match (value, most) {
        (0, _) | (_, 0) => "0".to_owned(),
        (value, most) => {
            let percent = f64::from(value) * 100.0 / f64::from(most);
            format!("{:.1}", percent.max(0.6))
        }
    }
}
