//! A diary by rating.

use entity::Rating;
use maud::{Markup, html};

use super::{Entries, Part, address};
use crate::diary::{Entry, Wanted};
use crate::members::look::{UNRATED, View};
use crate::paths;
use crate::stats::components::histogram;
use crate::stats::{Share, Tally};
use crate::web::ui::stars;

/// What is shown.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The entries.
    pub entries: Entries<'a>,
    /// The rating that is filtered by.
    pub wanted: Option<Wanted>,
    /// How often each was given.
    pub shares: &'a [Share],
    /// The diary in all.
    pub tally: Tally,
}

/// The best first, each rating under a heading of its own.
pub fn part(shown: &Shown<'_>) -> Part {
    let entries = &shown.entries;
    // Where the list goes on, its first rating has its heading already if the one before
    // ended with it; which that was stands in the cursor.
    let last = entries.after.map(|cursor| cursor.rating_and_day().0);
    let items = entries.items(|previous, entry| {
        let key = |entry: &Entry| entry.rating.map_or(-1, Rating::half_stars);
        let before = previous.map(key).or(last);
        html! { @if before != Some(key(entry)) { (heading(entry.rating)) } }
    });
    let when_empty = html! { "No review with this rating. Choose another above." };
    entries.part(&head(shown), items, &when_empty)
}

fn heading(rating: Option<Rating>) -> Markup {
    html! {
        li.heading {
            h2 { @match rating { Some(rating) => (stars(rating)), None => "Not rated" } }
        }
    }
}

fn head(shown: &Shown<'_>) -> Markup {
    let to = |rating: &str| {
        let look = paths::Look {
            rating: rating.to_owned(),
            ..View::Ratings.look()
        };
        address(shown.entries.owner, look)
    };
    let unrated = shown.tally.reviews.saturating_sub(shown.tally.rated);
    let given = shown.shares.iter().rev().filter(|share| share.reviews > 0);
    html! {
        (histogram("Ratings", shown.shares))
        nav.chips aria-label="Ratings" {
            (chip(&to(""), shown.wanted.is_none(), &html! { "All" }, shown.tally.reviews))
            @for share in given {
                (chip(&to(&share.rating.to_string()), shown.wanted == Some(Wanted::Stars(share.rating)),
                    &html! { "★ " (share.rating) }, share.reviews))
            }
            @if unrated > 0 {
                (chip(&to(UNRATED), shown.wanted == Some(Wanted::None), &html! { "Not rated" }, unrated))
            }
        }
    }
}

fn chip(to: &str, is_current: bool, label: &Markup, films: u32) -> Markup {
    html! {
        a.chip href=(to) aria-current=[is_current.then_some("true")]
            hx-get=(to) hx-target="#view" hx-swap="outerMorph" hx-push-url="true" {
            (label) " " span.films { (films) span.hidden { " films" } }
        }
    }
}
