//! The page of a member's lists.

use entity::Visibility;
use maud::{Markup, html};

use crate::accounts::visibility_name;
use crate::lists::queries::{DeletedList, Invitation, ListOwner, ListPage, ListSummary};
use crate::paths;
use crate::web::ui::{button_for, empty_state, load_more_link, plural};

#[derive(Debug)]
pub struct ListsPageView<'a> {
    pub owner: &'a ListOwner,
    pub page: &'a ListPage,
    /// What only the owner sees; `None` for others.
    pub own: Option<&'a OwnLists>,
}

/// What a member sees besides their lists.
#[derive(Clone, Debug, Default)]
pub struct OwnLists {
    pub invitations: Vec<Invitation>,
    /// The lists of others that they help with.
    pub joined: Vec<ListSummary>,
    /// Those that can still be restored.
    pub deleted: Vec<DeletedList>,
}

pub fn title(owner: &ListOwner) -> String {
    format!("{}’s lists", owner.display_name)
}

pub fn lists_page(view: &ListsPageView<'_>) -> Markup {
    html! {
        h1 { bdi { (view.owner.display_name) } "’s lists" }
        p.lead {
            a href=(paths::Member::of(&view.owner.username)) { "Diary" }
            @if view.own.is_some() { " · " a href=(paths::NewList) { "New list" } }
        }
        @if let Some(own) = view.own { (invitations(&own.invitations, &view.owner.username)) }
        @if view.page.lists.is_empty() { (empty_state(&empty_message(view))) } @else { ul.lists { (items(view)) } }
        @if let Some(own) = view.own {
            (joined(&own.joined))
            (deleted(&own.deleted))
        }
    }
}

/// The lists and the link to the next page.
pub fn items(view: &ListsPageView<'_>) -> Markup {
    let lists = &view.page.lists;
    let path = paths::MemberLists::of(&view.owner.username);
    html! {
        @for list in lists { (item(list, false)) }
        @if let Some(last) = lists.last().filter(|_| view.page.has_more) {
            (load_more_link(&paths::with(path, paths::AfterIdParams { after: Some(last.id) }), "More lists"))
        }
    }
}

fn empty_message(view: &ListsPageView<'_>) -> Markup {
    html! {
        @if view.own.is_some() {
            "No lists yet. Put films together by hand: favourites, a marathon, a director’s work. "
            a href=(paths::NewList) { "Make a list" }
        } @else {
            "No lists yet, or none that you can see."
        }
    }
}

fn item(list: &ListSummary, names_owner: bool) -> Markup {
    html! {
        li {
            a.title dir="auto" href=(paths::List { id: list.id }) { (list.title) }
            p.byline {
                @if names_owner { "by " bdi { (list.owner_name) } " · " }
                (plural(list.films, "film", "films"))
                @if list.visibility != Visibility::Public { " " span.badge { (visibility_name(list.visibility)) } }
            }
            @if let Some(line) = list.description.lines().next() { p.note dir="auto" { (line) } }
        }
    }
}

fn joined(lists: &[ListSummary]) -> Markup {
    html! {
        @if !lists.is_empty() {
            section aria-labelledby="joined-lists" {
                h2 #joined-lists { "Lists of others that you help with" }
                ul.lists { @for list in lists { (item(list, true)) } }
            }
        }
    }
}

fn invitations(invitations: &[Invitation], username: &str) -> Markup {
    html! {
        @for Invitation { list, title, owner_name, .. } in invitations {
            section.card.invitation {
                p { bdi { (owner_name) } " invites you to add films to “" bdi { (title) } "”." }
                div.actions {
                    (button_for(paths::ListAcceptance { id: *list }, "primary", "Join", title))
                    form method="post" action=(paths::ListPersonEnding { id: *list }) {
                        input type="hidden" name="username" value=(username);
                        button.quiet { "Decline" span.hidden { ": " bdi { (title) } } }
                    }
                }
            }
        }
    }
}

fn deleted(lists: &[DeletedList]) -> Markup {
    html! {
        @if !lists.is_empty() {
            section aria-labelledby="deleted-lists" {
                h2 #deleted-lists { "Recently deleted" }
                p.note { "You can restore a deleted list for a day. After that, it is gone for good." }
                ul.lists {
                    @for list in lists {
                        li.gone {
                            p dir="auto" { (list.title) }
                            (button_for(paths::ListRestoration { id: list.id }, "quiet", "Restore", &list.title))
                        }
                    }
                }
            }
        }
    }
}
