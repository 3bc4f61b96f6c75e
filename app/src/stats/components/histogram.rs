//! A histogram of ratings.

use maud::{Markup, html};

use crate::stats::RatingCount;
use crate::web::ui::plural;

/// One column per rating, from no stars to five.
pub fn histogram(caption: &str, counts: &[RatingCount]) -> Markup {
    let most = counts.iter().map(|count| count.reviews).max();
    let most = most.unwrap_or_default().max(1);
    html! {
        figure.histogram {
            figcaption { (caption) }
            (histogram_svg(counts, most))
            // Hidden by a wrapper: a table itself cannot be narrower than its text.
            div.hidden {
                table {
                    caption { (caption) }
                    thead { tr { th scope="col" { "Rating" } th scope="col" { "Viewings" } } }
                    tbody {
                        @for share in counts {
                            tr { th scope="row" { (share.rating) " of 5 stars" } td { (share.reviews) } }
                        }
                    }
                }
            }
        }
    }
}

/// Height of the tallest column, in SVG units.
const MAX_COLUMN_HEIGHT: u32 = 60;

/// Distance between columns, in SVG units.
const COLUMN_STEP: usize = 30;

fn histogram_svg(counts: &[RatingCount], most: u32) -> Markup {
    let width = counts.len() * COLUMN_STEP;
    html! {
        svg viewBox={ "0 0 " (width) " 96" } aria-hidden="true" {
            @for (at, count) in counts.iter().enumerate() {
                @let height = (count.reviews * MAX_COLUMN_HEIGHT).div_ceil(most);
                @let middle = at * COLUMN_STEP + COLUMN_STEP / 2;
                g {
                    title { (count.rating) " stars: " (plural(count.reviews, "viewing", "viewings")) }
                    rect.column x=(at * COLUMN_STEP + 3) y=(16 + MAX_COLUMN_HEIGHT - height) width=(COLUMN_STEP - 6) height=(height) rx="2" {}
                    @if count.reviews > 0 { text.count x=(middle) y=(12 + MAX_COLUMN_HEIGHT - height) { (count.reviews) } }
                    text.label x=(middle) y="92" { (count.rating) }
                }
            }
            path.ground d={ "M0 " (16 + MAX_COLUMN_HEIGHT) "H" (width) } {}
        }
    }
}
