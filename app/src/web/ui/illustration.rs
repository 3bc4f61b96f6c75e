//! Illustrations for error pages and empty lists.

use maud::{Markup, html};

/// One person in an empty cinema. The screen shows only `screen_text`, such as a status code.
pub fn cinema_illustration(screen_text: &str) -> Markup {
    html! {
        svg.scene viewBox="0 0 240 120" aria-hidden="true" {
            rect.hall width="240" height="120" rx="8" {}
            path.beam d="M120 120 44 12h152z" {}
            rect.screen x="44" y="12" width="152" height="66" rx="2" {}
            text x="120" y="56" { (screen_text) }
            circle.head cx="146" cy="90" r="6" {}
            (seats(95, 30, 10))
            (seats(108, 20, 11))
        }
    }
}

/// A row of seats, seen from behind.
fn seats(top: u32, first: u32, count: u32) -> Markup {
    html! {
        path.seats d={
            @for seat in 0..count { "M" (first + seat * 20 - 8) " 120V" (top + 6) "a8 8 0 0 1 16 0V120z" }
        } {}
    }
}

/// A blank page with a star, above a `message` on why a list is empty and what to do next.
pub fn empty_state(message: &Markup) -> Markup {
    html! {
        div.empty {
            svg viewBox="0 0 40 44" width="40" height="44" fill="none" stroke="currentColor" stroke-width="1.5"
                stroke-linejoin="round" aria-hidden="true" {
                path d="M5 5h30v25l-9 9H5zM35 30h-9v9M5 12h30" {}
                path.star d="m19 16 2 4.4 4.8.5-3.6 3.3 1 4.7-4.2-2.4-4.2 2.4 1-4.7-3.6-3.3 4.8-.5z" {}
            }
            p { (message) }
        }
    }
}
