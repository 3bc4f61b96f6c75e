//! HTML of the list of members.

use maud::{Markup, html};

use super::profile::initial;
use crate::paths;
use crate::stats::components::average_stars;
use crate::stats::{LastViewing, MemberListItem, MemberListPage, MemberOrder};
use crate::web::ui;
use crate::web::ui::movie_year;
use crate::web::ui::time::format_date;

#[derive(Debug)]
pub struct MemberListView<'a> {
    pub page: &'a MemberListPage,
    pub order: MemberOrder,
}

pub fn page(view: &MemberListView<'_>) -> Markup {
    html! {
        h1 { "Members" }
        p.hint { "Private reviews are not counted." }
        nav.chips aria-label="Sort by" {
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
        MemberOrder::Reviews => "Most reviews",
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
    html! {
        li.member {
            (initial(&member.display_name))
            div {
                h2 { a dir="auto" href=(paths::Member::of(&member.username)) { (member.display_name) } " " span.by { (member.username) } }
                @if let Some(last) = &member.last_viewing { p.byline { "Last watched: " (last_viewing(last)) } }
            }
            dl.figures {
                div { dt { "Films" } dd { (member.movies) } }
                div { dt { "Reviews" } dd { (member.tally.reviews) } }
                div { dt { "Average" } dd { @if member.tally.rated > 0 { (average_stars(member.tally)) } @else { "–" } } }
            }
        }
    }
}

fn last_viewing(last: &LastViewing) -> Markup {
    html! {
        a dir="auto" href=(paths::Movie { id: last.movie }) { (last.title) } " " (movie_year(last.year))
        @if let Some(day) = last.day { ", " (format_date(day)) }
    }
}
