//! Entries of a diary, and where they go on.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::{Part, address};
use crate::diary::components::list::{ENTRIES, more};
use crate::diary::components::{Eye, entry};
use crate::diary::{Cursor, Entry, List, month_key};
use crate::members::queries::Owner;
use crate::paths;
use crate::web::ui;

/// One page of entries.
#[derive(Clone, Copy, Debug)]
pub struct Entries<'a> {
    /// Whose.
    pub owner: &'a Owner,
    /// The entries.
    pub list: &'a List,
    /// By whose eyes.
    pub eye: Eye<'a>,
    /// How the diary is looked at.
    pub look: &'a paths::Look,
    /// The entry that they come after.
    pub after: Option<Cursor>,
}

impl Entries<'_> {
    /// The entries, each with what `before` puts before it, and the way on.
    pub fn items(&self, before: impl Fn(Option<&Entry>, &Entry) -> Markup) -> Markup {
        let entries = &self.list.entries;
        let previous = std::iter::once(None).chain(entries.iter().map(Some));
        html! {
            @for (previous, item) in previous.zip(entries) {
                (before(previous, item))
                (entry(item, self.eye, false))
            }
            @if let Some(cursor) = self.list.older {
                (ui::way_on(&self.older(cursor), "Older"))
            }
        }
    }

    fn older(&self, cursor: Cursor) -> String {
        let look = paths::Look {
            older: cursor.to_string(),
            ..self.look.clone()
        };
        address(self.owner, look)
    }

    /// The month of the entry that they come after, where the list goes by the day; 0 for an
    /// unknown day.
    pub fn month_before(&self) -> Option<i32> {
        match i32::try_from(self.after?.key).ok()? {
            0 => Some(0),
            key => NaiveDate::from_num_days_from_ce_opt(key).map(month_key),
        }
    }

    /// A view of these items.
    pub fn part(&self, head: &Markup, items: Markup, when_empty: &Markup) -> Part {
        let newest = paths::Look {
            older: String::new(),
            ..self.look.clone()
        };
        let whole = html! {
            (head)
            @if self.after.is_some() { p { a href=(address(self.owner, newest)) { "Back to the first" } } }
            ol.entries id=(ENTRIES) { (items) }
            (ui::empty(when_empty))
        };
        Part {
            whole,
            more: self.after.map(|_| items),
            announce: more(self.list),
        }
    }
}

/// The latest entries.
pub fn recent(entries: &Entries<'_>) -> Part {
    let when_empty = match entries.eye.viewer.is(entries.owner.id) {
        true => html! {
            "Your diary is empty. " a href=(paths::NewReview) { "Log the last film you saw" } ": it will be the first page."
        },
        false => html! { "This diary has no page that you may read yet." },
    };
    entries.part(&html! {}, entries.items(|_, _| html! {}), &when_empty)
}
