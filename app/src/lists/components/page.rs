//! The page of a list.

use chrono_tz::Tz;
use entity::Visibility;
use maud::{Markup, html};

use super::lines::{AddFilms, add_films};
use super::people::people_section;
use crate::accounts::{Member, visibility_name};
use crate::lists::queries::{ListContent, ListDetails, ListEntry};
use crate::paths;
use crate::posters::{PosterSlot, poster};
use crate::watchlist::components::address::{FilmListAddress, film_list_address};
use crate::watchlist::components::marks::film_marks;
use crate::web::FieldErrors;
use crate::web::ui::{Field, button, load_more_link, movie_year, plural, share_button};

#[derive(Debug)]
pub struct ListPageView<'a> {
    pub list: &'a ListDetails,
    pub content: &'a ListContent,
    /// `None` if it is a visitor.
    pub viewer: Option<&'a Member>,
    /// The viewer’s time zone.
    pub zone: Tz,
    pub add: &'a AddFilms,
    /// The secret address that was just created.
    pub new_address: Option<&'a str>,
    /// The username that cannot be invited, and why.
    pub refused: Option<(&'a str, &'a FieldErrors)>,
}

/// Id of the part that changes in place.
const LIST_ID: &str = "list";

pub fn list_page(view: &ListPageView<'_>) -> Markup {
    let list = view.list;
    html! {
        h1 { bdi { (list.title) } }
        p.lead {
            "A list by " a href=(paths::MemberLists::of(&list.owner_username)) { bdi { (list.owner_name) } }
            @if list.visibility != Visibility::Public { " " span.badge { (visibility_name(list.visibility)) } }
        }
        @if !list.description.is_empty() { div.comment { p dir="auto" { (list.description) } } }
        (content(view))
        @if let Some(member) = view.viewer {
            (people_section(list, &view.content.people, &member.username, view.refused))
        }
        (list_actions(view))
        @if list.role.is_owner() {
            (film_list_address(secret_address(view), view.zone, paths::ListAddress { id: list.id }, paths::ListAddressEnding { id: list.id }))
        }
        @if list.visibility == Visibility::Public {
            p.actions {
                (share_button(paths::List { id: list.id }, &list.title))
                a.button.quiet href=(paths::ListFeed { id: list.id }) { "Follow this list with a feed reader" }
            }
        }
    }
}

fn secret_address<'a>(view: &ListPageView<'a>) -> FilmListAddress<'a> {
    FilmListAddress {
        created_at: view.content.address_created_at,
        new: view.new_address,
        without_tmdb_id: view.content.page.totals.without_tmdb_id,
    }
}

fn list_actions(view: &ListPageView<'_>) -> Markup {
    let id = view.list.id;
    html! {
        @if view.viewer.is_some() {
            div.actions {
                @if view.list.role.is_owner() { a.button.quiet href=(paths::EditList { id }) { "Change title and visibility" } }
                (button(paths::ListCopying { id }, "quiet", "Copy this list"))
                @if view.list.role.is_owner() { (button(paths::ListDeletion { id }, "quiet", "Delete this list")) }
            }
        }
    }
}

/// The count, the box and the films; sent alone as the htmx fragment.
pub fn content(view: &ListPageView<'_>) -> Markup {
    html! {
        section id=(LIST_ID) {
            (totals(view))
            @if view.list.role.changes_films() { (add_films(view.list.id, view.add, LIST_ID)) }
            ul.found.movies { (items(view)) }
        }
    }
}

fn totals(view: &ListPageView<'_>) -> Markup {
    let totals = view.content.page.totals;
    html! {
        @match totals.seen.filter(|_| totals.films > 0) {
            Some(seen) => {
                p.byline { (seen) " of " (totals.films) " seen" }
                svg.seen-bar viewBox={ "0 0 " (totals.films) " 1" } preserveAspectRatio="none" aria-hidden="true" {
                    rect width=(seen) height="1" {}
                }
            },
            None => p.byline { (plural(totals.films, "film", "films")) },
        }
    }
}

/// The films and the link to the next page, rendered once for each cached page.
pub fn items<'a>(view: &ListPageView<'a>) -> &'a Markup {
    let rendered = &view.content.page.items;
    rendered.get_or_init(|| render_items(view))
}

fn render_items(view: &ListPageView<'_>) -> Markup {
    let page = &view.content.page.entries;
    let path = paths::List { id: view.list.id };
    html! {
        @for (index, entry) in page.entries.iter().enumerate() { (item(view, index, entry)) }
        @if let Some(last) = page.entries.last().filter(|_| page.has_more) {
            (load_more_link(&paths::with(path, paths::AfterIdParams { after: Some(last.movie) }), "More films"))
        }
        @if page.entries.is_empty() { li.asking { "Nothing here yet." } }
    }
}

fn item(view: &ListPageView<'_>, index: usize, entry: &ListEntry) -> Markup {
    let shown = html! {
        (poster(entry.movie, &entry.title, &entry.poster, PosterSlot::Card))
        span.named { span.title dir="auto" { (entry.title) } " " (movie_year(entry.year)) }
    };
    let is_changed = view.list.role.changes_films();
    let place = view.content.page.entries.first_place + index as u64;
    let position = paths::ListEntryPosition::of(view.list.id, entry.movie);
    html! {
        li id={ "film-" (entry.movie) } data-movie=(entry.movie)
            draggable=[is_changed.then_some("true")] data-position=[is_changed.then_some(position)] {
            @if view.list.ranked { p.place { (place) } }
            @if is_linked(view, entry) {
                a href=(paths::Movie { id: entry.movie }) { (shown) }
            } @else {
                div.unlinked { (shown) }
            }
            @if !entry.note.is_empty() { p.byline.film-note dir="auto" { (entry.note) } }
            (added_by(view, entry))
            (film_marks(&view.content.page.marks, entry.movie, &entry.title))
            @if is_changed { (controls(view, index, entry)) }
        }
    }
}

/// Visitors may see films here whose own page they may not see.
fn is_linked(view: &ListPageView<'_>, entry: &ListEntry) -> bool {
    let linked = view.content.page.linked.as_ref();
    linked.is_none_or(|linked| linked.contains(&entry.movie))
}

/// Only on lists with several members, where it is not the owner’s.
fn added_by(view: &ListPageView<'_>, entry: &ListEntry) -> Markup {
    let adder = entry.added_by.as_ref();
    let is_shared = !view.content.people.is_empty();
    let adder = adder.filter(|adder| is_shared || adder.username != view.list.owner_username);
    html! {
        @if let Some(adder) = adder {
            p.byline.by { "added by " a href=(paths::Member::of(&adder.username)) { bdi { (adder.display_name) } } }
        }
    }
}

fn controls(view: &ListPageView<'_>, index: usize, entry: &ListEntry) -> Markup {
    let (list, movie) = (view.list.id, entry.movie);
    let removal = paths::ListEntryEnding::of(list, movie);
    html! {
        (order_buttons(view, index, entry))
        details.more {
            summary { "Note, remove" span.hidden { ": " bdi { (entry.title) } } }
            form method="post" action=(paths::ListEntryNote::of(list, movie)) {
                (Field::text("note", "Note", &entry.note).optional().id_prefix(&format!("film-{movie}-")).render(&FieldErrors::default()))
                button { "Save" }
            }
            form method="post" action=(removal) hx-post=(removal) hx-target={ "#" (LIST_ID) } hx-swap="outerMorph" {
                button.quiet.danger { "Remove" span.hidden { ": " bdi { (entry.title) } } }
            }
        }
    }
}

/// Moves the film by one place. The last films of a page cannot move behind what is not shown.
fn order_buttons(view: &ListPageView<'_>, index: usize, entry: &ListEntry) -> Markup {
    let page = &view.content.page.entries;
    let movie_at = |index: usize| page.entries.get(index).map(|entry| entry.movie.to_string());
    let earlier = index.checked_sub(1).and_then(movie_at);
    let later = match index + 2 {
        next if next < page.entries.len() => movie_at(next),
        next if next == page.entries.len() && !page.has_more => Some(String::new()),
        _ => None,
    };
    html! {
        div.actions.order {
            @if let Some(before) = earlier { (move_button(view, entry, &before, "Move earlier", "‹")) }
            @if let Some(before) = later { (move_button(view, entry, &before, "Move later", "›")) }
        }
    }
}

fn move_button(
    view: &ListPageView<'_>,
    entry: &ListEntry,
    before: &str,
    label: &str,
    sign: &str,
) -> Markup {
    let path = paths::ListEntryPosition::of(view.list.id, entry.movie);
    let id = format!("{}-{}", label.replace(' ', "-").to_lowercase(), entry.movie);
    html! {
        form method="post" action=(path) hx-post=(path) hx-target={ "#" (LIST_ID) } hx-swap="outerMorph" {
            input type="hidden" name="before" value=(before);
            button.quiet id=(id) aria-label={ (label) ": " (entry.title) } { (sign) }
        }
    }
}
