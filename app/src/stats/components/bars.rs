//! Bars that lie on their side: a table whose middle column is drawn.

use maud::{Markup, html};

use super::average;
use crate::stats::Tally;

/// One bar.
#[derive(Debug)]
pub struct Bar {
    /// What it is of.
    pub label: Markup,
    /// How long it is, and the mean rating beside it.
    pub tally: Tally,
}

/// A table of bars, the longest as wide as there is room. `of` says what is on the left.
pub fn bars(caption: &str, of: &str, bars: &[Bar]) -> Markup {
    let most = bars.iter().map(|bar| bar.tally.reviews).max();
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
                        td.drawn { (length(bar.tally.reviews, most.unwrap_or_default())) }
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
