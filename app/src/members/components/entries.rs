//! A page of diary entries, with links to the first and the next page.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::{TabContent, diary_url};
use crate::diary::components::list::{ENTRIES_ID, more_reviews, signed_out_notice};
use crate::diary::components::{RenderContext, entry};
use crate::diary::{Cursor, Entry, EntryPage, month_key};
use crate::members::queries::DiaryOwner;
use crate::paths;
use crate::posters::preview_image;
use crate::web::ui;

#[derive(Clone, Copy, Debug)]
pub struct EntriesView<'a> {
    pub owner: &'a DiaryOwner,
    pub list: &'a EntryPage,
    pub render_context: RenderContext<'a>,
    pub params: &'a paths::DiaryParams,
    /// The cursor of the previous page.
    pub after: Option<Cursor>,
}

impl EntriesView<'_> {
    /// `item(previous, entry)` for each entry, and the link to the next page.
    pub fn list_items(&self, item: impl Fn(Option<&Entry>, &Entry) -> Markup) -> Markup {
        let entries = &self.list.entries;
        let previous = std::iter::once(None).chain(entries.iter().map(Some));
        let was_signed_in = !self.params.signed_in.is_empty();
        html! {
            (signed_out_notice(self.render_context.viewer, was_signed_in))
            @for (previous, entry) in previous.zip(entries) { (item(previous, entry)) }
            @if let Some(cursor) = self.list.older {
                (ui::load_more_link(&self.older_url(cursor), "Older"))
            }
        }
    }

    fn older_url(&self, cursor: Cursor) -> String {
        let is_member = self.render_context.viewer.member.is_some();
        diary_url(self.owner, self.params.older_page(cursor, is_member))
    }

    /// The month key of the previous page's last entry, in lists sorted by day; 0 if its day is
    /// unknown.
    pub fn previous_month(&self) -> Option<i32> {
        match i32::try_from(self.after?.key).ok()? {
            0 => Some(0),
            key => NaiveDate::from_num_days_from_ce_opt(key).map(month_key),
        }
    }

    /// Puts `items` below `head`, in a list of this class.
    pub fn tab_content(
        &self,
        head: &Markup,
        (class, items): (&str, Markup),
        when_empty: &Markup,
    ) -> TabContent {
        let content = html! {
            (head)
            @if self.after.is_some() { p { a href=(diary_url(self.owner, self.params.first_page())) { "Back to the start" } } }
            ol class={ "entries " (class) } id=(ENTRIES_ID) { (items) }
            (ui::empty_state(when_empty))
        };
        TabContent {
            content,
            next_page: self.after.map(|_| items),
            announce: more_reviews(self.list),
            pictures: Vec::new(),
        }
    }
}

/// Content of the recent tab.
pub fn recent_content(entries: &EntriesView<'_>) -> TabContent {
    let when_empty = if entries.render_context.viewer.is(entries.owner.id) {
        html! {
            "Your diary is empty. " a href=(paths::NewReview) { "Log the last film you watched" } " to get started, or "
            a href=(paths::Imports) { "bring your diary from another service" } "."
        }
    } else {
        html! { "There are no reviews here that you can see yet." }
    };
    let items = entries.list_items(|_, item| entry(item, entries.render_context, false));
    let latest = entries.list.entries.iter();
    let pictures = latest.filter_map(|entry| preview_image(&entry.poster, &entry.title));
    TabContent {
        pictures: pictures.collect(),
        ..entries.tab_content(&html! {}, ("in-columns", items), &when_empty)
    }
}
