//! Bars that lie on their side: a table whose middle column is drawn.

use maud::{Markup, html};

use super::average;
use crate::stats::Tally;

/// One bar.
#[derive(Debug)]
pub struct Bar {
    /// What it is of.
    pub label: Markup,
    /// How many, and how they are rated.
    pub tally: Tally,
}

/// What the bars are long by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// How many there are; the longest has all the room.
    Count,
    /// The mean rating; five stars have all the room.
    Rating,
}

/// A table of bars. `of` says what is on the left.
pub fn bars(caption: &str, of: &str, bars: &[Bar], by: By) -> Markup {
    let most = bars.iter().map(|bar| bar.tally.reviews).max();
    let drawn = |tally: Tally| match by {
        By::Count => length(tally.reviews, most.unwrap_or_default()),
        By::Rating => length(tally.half_stars, tally.rated * FIVE_STARS),
    };
    let is_rated = bars.iter().any(|bar| bar.tally.rated > 0);
    html! {
        table.bars {
            caption { (caption) }
            thead.hidden-head {
                tr {
                    th scope="col" { (of) }
                    td {}
                    th scope="col" { "Films" }
                    @if is_rated { th scope="col" { "Average rating" } }
                }
            }
            tbody {
                @for bar in bars {
                    tr {
                        th scope="row" { (bar.label) }
                        td.drawn { (drawn(bar.tally)) }
                        td.value { (bar.tally.reviews) }
                        @if is_rated {
                            td.rating {
                                @if let Some(average) = average(bar.tally) { span.stars aria-hidden="true" { "★" } " " (average) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// In half stars.
const FIVE_STARS: u32 = 10;

/// A bar that is `value` long where `most` fills the room.
pub(super) fn length(value: u32, most: u32) -> Markup {
    let width = percent(value, most);
    html! {
        svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect width=(width) height="10" {}
        }
    }
}

/// In hundredths, with one digit after the point; whatever there is can be seen.
fn percent(value: u32, most: u32) -> String {
    match (value, most) {
        (0, _) | (_, 0) => "0".to_owned(),
        (value, most) => {
            let percent = f64::from(value) * 100.0 / f64::from(most);
            format!("{:.1}", percent.max(0.6))
        }
    }
}
