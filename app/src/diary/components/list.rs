//! Pages with a list of reviews.

use axum_extra::routing::TypedPath;
use maud::{Markup, html};

use super::{RenderContext, entry};
use crate::accounts::Viewer;
use crate::diary::{Cursor, EntryPage};
use crate::paths;
use crate::web::Page;
use crate::web::ui::{self, plural};

/// Id of the element that new reviews are inserted into.
pub const ENTRIES_ID: &str = "entries";

#[derive(Debug)]
pub struct EntryListView<'a, P> {
    /// Title of the browser tab.
    pub title: String,
    /// Stands above the list.
    pub head: Markup,
    pub list: &'a EntryPage,
    pub path: &'a P,
    pub query: &'a paths::OlderParams,
    /// Shown instead of an empty list.
    pub empty_message: Markup,
}

/// A page with a list. Its fragment has only the entries, for loading older ones.
pub fn list_page<P: TypedPath + Clone>(
    view: EntryListView<'_, P>,
    context: RenderContext<'_>,
) -> Page {
    let EntryListView { list, path, .. } = view;
    let is_first = view.query.older.is_empty();
    let was_signed_in = !view.query.signed_in.is_empty();
    let items = html! {
        (signed_out_notice(context.viewer, was_signed_in))
        @for item in &list.entries { (entry(item, context, false)) }
        (older_entries_link(list, path, context.viewer))
    };
    let main = html! {
        (view.head)
        @if !is_first { p { a href=(path) { "Back to the newest" } } }
        ol.entries id=(ENTRIES_ID) { (items) }
        (ui::empty_state(&view.empty_message))
    };
    Page::new(view.title, main)
        .fragment(items)
        .announce(more_reviews(list))
}

/// For a visitor whose previous page was a member’s: the session has ended between the two.
pub fn signed_out_notice(viewer: &Viewer, was_signed_in: bool) -> Markup {
    html! {
        @if was_signed_in && viewer.member.is_none() {
            li.notice role="status" {
                span { "You’re not signed in anymore, so only public reviews follow." }
                a href=(paths::Login) { "Sign in" }
            }
        }
    }
}

pub fn older_entries_link(
    list: &EntryPage,
    path: &(impl TypedPath + Clone),
    viewer: &Viewer,
) -> Markup {
    html! {
        @if let Some(cursor) = list.older {
            (ui::load_more_link(&older_entries_path(path, cursor, viewer), "Older"))
        }
    }
}

/// Announced by screen readers when older entries have loaded.
pub fn more_reviews(list: &EntryPage) -> String {
    plural(list.entries.len(), "more review", "more reviews")
}

fn older_entries_path(path: &(impl TypedPath + Clone), cursor: Cursor, viewer: &Viewer) -> String {
    let query = paths::OlderParams {
        older: cursor.to_string(),
        signed_in: paths::signed_in_value(viewer.member.is_some()),
    };
    paths::with(path.clone(), query)
}
