//! A review as feed content, which must read well without style sheets and scripts.

use entity::Audience;
use maud::{Markup, html};

use crate::diary::Entry;
use crate::lists::queries::ListEntry;
use crate::paths;
use crate::posters::preview_image;
use crate::web::Origin;
use crate::web::page_meta::MetaPicture;
use crate::web::ui::{linked_text, paragraphs, text_stars, time, title_with_year};

/// For example `Heat (1995) ★★★½`.
pub fn entry_title(entry: &Entry) -> String {
    let movie = title_with_year(&entry.title, entry.year);
    match entry.rating {
        Some(rating) => format!("{movie} {}", text_stars(rating)),
        None => movie,
    }
}

/// The whole review as HTML. All addresses in it are absolute.
pub fn entry_content(entry: &Entry, origin: &Origin) -> Markup {
    let review = origin.url_of(paths::Review { id: entry.id });
    html! {
        @if let Some(picture) = preview_image(&entry.poster, &entry.title) {
            p { a href=(review) { (poster(&picture, origin)) } }
        }
        @if let Some(facts) = fact_line(entry) { p { (facts) } }
        (comment(entry))
    }
}

/// A film of a list as HTML. All addresses in it are absolute.
pub fn list_entry_content(entry: &ListEntry, link: &str, origin: &Origin) -> Markup {
    html! {
        @if let Some(picture) = preview_image(&entry.poster, &entry.title) {
            p { a href=(link) { (poster(&picture, origin)) } }
        }
        @if !entry.note.is_empty() { p dir="auto" { (linked_text(&entry.note)) } }
    }
}

/// At half its pixel size, so that it is sharp on high-density screens.
fn poster(picture: &MetaPicture, origin: &Origin) -> Markup {
    html! {
        img src=(origin.url_of(&picture.path)) alt=(picture.alt)
            width=(picture.width / 2) height=(picture.height / 2);
    }
}

fn fact_line(entry: &Entry) -> Option<String> {
    let audience = match entry.audience {
        Audience::Public => None,
        Audience::Members => Some("For members of this site"),
        Audience::Owner | Audience::Nobody => Some("Only for you"),
    };
    let watched = entry.watched_on.map(time::format_date);
    let facts = [
        entry.rating.map(text_stars),
        entry.liked.then(|| "♥".to_owned()),
        watched.map(|day| format!("Watched on {day}")),
        entry.rewatch.then(|| "Seen before".to_owned()),
        audience.map(str::to_owned),
    ];
    let facts: Vec<_> = facts.into_iter().flatten().collect();
    (!facts.is_empty()).then(|| facts.join(" · "))
}

fn comment(entry: &Entry) -> Markup {
    html! {
        @if entry.comment.is_empty() {
        } @else if entry.spoiler {
            p { "This review gives the plot away." }
            details { summary { "Show it" } (paragraphs(&entry.comment)) }
        } @else {
            (paragraphs(&entry.comment))
        }
    }
}
