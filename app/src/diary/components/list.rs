//! Lists of reviews.

use axum_extra::routing::TypedPath;
use maud::{Markup, html};

use super::{Eye, entry};
use crate::diary::{Cursor, List};
use crate::paths;
use crate::web::ui::{self, plural};

/// The element that new reviews are put into.
pub const ENTRIES: &str = "entries";

/// A list with what to say when it is empty.
pub fn list(
    list: &List,
    path: &(impl TypedPath + Clone),
    eye: Eye<'_>,
    when_empty: &str,
) -> Markup {
    html! {
        ol.entries id=(ENTRIES) { (items(list, path, eye)) }
        p.empty { (when_empty) }
    }
}

/// The entries, and the way on: what an older page is made of.
pub fn items(list: &List, path: &(impl TypedPath + Clone), eye: Eye<'_>) -> Markup {
    html! {
        @for item in &list.entries { (entry(item, eye, false)) }
        (way_on(list, path))
    }
}

/// The way on, where there is one.
pub fn way_on(list: &List, path: &(impl TypedPath + Clone)) -> Markup {
    html! { @if let Some(cursor) = list.older { (ui::older(&older(path, cursor))) } }
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
