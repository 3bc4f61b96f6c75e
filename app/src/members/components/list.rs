//! HTML of the list of members.

use maud::{Markup, html};

use super::profile::avatar;
use crate::paths;
use crate::posters::{PosterSlot, poster};
use crate::stats::components::average_stars;
use crate::stats::{MemberListItem, MemberListPage, MemberOrder};
use crate::web::ui::{self, plural};

#[derive(Debug)]
pub struct MemberListView<'a> {
    pub page: &'a MemberListPage,
    pub order: MemberOrder,
}

pub fn page(view: &MemberListView<'_>) -> Markup {
    html! {
        h1 { "Members" }
        p.hint { "Private reviews are not counted." }
        nav.strip-of-chips aria-label="Sort by" {
            @for order in MemberOrder::ALL {
                @let to = member_list_url(order, String::new());
                a.chip href=(to) aria-current=[(order == view.order).then_some("true")]
                    hx-get=(to) hx-target="#members" hx-swap="innerHTML" hx-push-url="true" { (order_title(order)) }
            }
        }
        ul #members.members { (member_list_items(view)) }
        @if view.page.members.is_empty() {
            (ui::empty_state(&html! { "No members to show yet. Members appear here once they log a film that you can see." }))
        }
    }
}

fn member_list_url(order: MemberOrder, after: String) -> String {
    let sort = if order == MemberOrder::default() {
        String::new()
    } else {
        order.name().to_owned()
    };
    paths::with(paths::Members, paths::MemberListParams { sort, after })
}

fn order_title(order: MemberOrder) -> &'static str {
    match order {
        MemberOrder::Name => "By name",
        MemberOrder::Movies => "Most films",
        MemberOrder::Reviews => "Most viewings",
        MemberOrder::Average => "Highest average",
        MemberOrder::LastWatched => "Most recent",
    }
}

/// The list items and the link to the next page.
pub fn member_list_items(view: &MemberListView<'_>) -> Markup {
    html! {
        @for member in &view.page.members { (member_list_item(member)) }
        @if let Some(after) = &view.page.after {
            (ui::load_more_link(&member_list_url(view.order, after.clone()), "More members"))
        }
    }
}

fn member_list_item(member: &MemberListItem) -> Markup {
    let path = paths::Member::of(&member.username);
    html! {
        li.member {
            (avatar(member.member, &member.display_name))
            div.who {
                h2 { a dir="auto" href=(path) { (member.display_name) } }
                p.byline { "@" (member.username) }
            }
            ul.strip-of-posters aria-label="Watched last" {
                @for viewing in &member.last_viewings {
                    li { a href=(paths::Movie { id: viewing.movie }) title=(viewing.name()) {
                        (poster(viewing.movie, &viewing.title, &viewing.poster, PosterSlot::Strip))
                        span.hidden { bdi { (viewing.name()) } }
                    } }
                }
            }
            p.numbers {
                span { (plural(member.movies, "film", "films")) }
                " " span { (plural(member.tally.reviews, "viewing", "viewings")) }
                @if member.tally.rated > 0 { " " (average_stars(member.tally)) }
            }
        }
    }
}
