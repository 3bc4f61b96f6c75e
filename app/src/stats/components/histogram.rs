//! How often each rating was given.

use maud::{Markup, html};

use crate::stats::Share;
use crate::web::ui::plural;

/// Eleven columns, from no star to five.
pub fn histogram(caption: &str, shares: &[Share]) -> Markup {
    let most = shares.iter().map(|share| share.reviews).max();
    let most = most.unwrap_or_default().max(1);
    html! {
        figure.histogram {
            figcaption { (caption) }
            (drawn(shares, most))
            // A table is never narrower than its words.
            div.hidden {
                table {
                    caption { (caption) }
                    thead { tr { th scope="col" { "Rating" } th scope="col" { "Films" } } }
                    tbody {
                        @for share in shares {
                            tr { th scope="row" { (share.rating) " of 5 stars" } td { (share.reviews) } }
                        }
                    }
                }
            }
        }
    }
}

/// How high the highest column is.
const HIGH: u32 = 60;

/// How far it is from one column to the next.
const STEP: usize = 30;

fn drawn(shares: &[Share], most: u32) -> Markup {
    let wide = shares.len() * STEP;
    html! {
        svg viewBox={ "0 0 " (wide) " 96" } aria-hidden="true" {
            @for (at, share) in shares.iter().enumerate() {
                @let high = (share.reviews * HIGH).div_ceil(most);
                @let middle = at * STEP + STEP / 2;
                g {
                    title { (share.rating) " stars: " (plural(share.reviews, "film", "films")) }
                    rect.column x=(at * STEP + 3) y=(16 + HIGH - high) width=(STEP - 6) height=(high) rx="2" {}
                    @if share.reviews > 0 { text.count x=(middle) y=(12 + HIGH - high) { (share.reviews) } }
                    text.label x=(middle) y="92" { (share.rating) }
                }
            }
            path.ground d={ "M0 " (16 + HIGH) "H" (wide) } {}
        }
    }
}
