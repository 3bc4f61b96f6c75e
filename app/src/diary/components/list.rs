//! Lists of reviews.

use axum_extra::routing::TypedPath;
use maud::{Markup, html};

use super::{Eye, entry};
use crate::diary::{Cursor, List};
use crate::paths;
use crate::web::Page;
use crate::web::ui::{self, plural};

/// The element that new reviews are put into.
pub const ENTRIES: &str = "entries";

/// What a page with a list shows.
#[derive(Debug)]
pub struct Shown<'a, P> {
    /// What the browser's tab says.
    pub title: String,
    /// What stands above the list.
    pub head: Markup,
    /// The entries.
    pub list: &'a List,
    /// Where the list is.
    pub path: &'a P,
    /// Whether it is the first page.
    pub is_first: bool,
    /// What to say of an empty list.
    pub when_empty: Markup,
}

/// A page with a list; what is older comes as its fragment. The entries are drawn once
/// for both.
pub fn page<P: TypedPath + Clone>(shown: Shown<'_, P>, eye: Eye<'_>) -> Page {
    let Shown { list, path, .. } = shown;
    let items = html! {
        @for item in &list.entries { (entry(item, eye, false)) }
        (way_on(list, path))
    };
    let main = html! {
        (shown.head)
        @if !shown.is_first { p { a href=(path) { "Back to the newest" } } }
        ol.entries id=(ENTRIES) { (items) }
        (ui::empty(&shown.when_empty))
    };
    Page::new(shown.title, main)
        .fragment(items)
        .announce(more(list))
}

/// The way on, where there is one.
pub fn way_on(list: &List, path: &(impl TypedPath + Clone)) -> Markup {
    html! { @if let Some(cursor) = list.older { (ui::way_on(&older(path, cursor), "Older")) } }
}

/// What a screen reader says when older entries came.
pub fn more(list: &List) -> String {
    plural(list.entries.len(), "more review", "more reviews")
}

/// The address of what comes after `cursor`.
fn older(path: &(impl TypedPath + Clone), cursor: Cursor) -> String {
    let query = paths::Older {
        older: cursor.to_string(),
    };
    paths::with(path.clone(), query)
}
