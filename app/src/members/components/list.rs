//! The list of members.

use maud::{Markup, html};

use super::profile::initial;
use crate::paths;
use crate::stats::components::stars_on_average;
use crate::stats::{Order, Seen, Standing, Standings};
use crate::web::ui;
use crate::web::ui::time::written;

/// What is shown.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The members.
    pub standings: &'a Standings,
    /// What orders them.
    pub order: Order,
}

/// The page of all members with a diary.
pub fn page(shown: &Shown<'_>) -> Markup {
    html! {
        h1 { "Members" }
        p.hint { "Private reviews are not counted." }
        nav.chips aria-label="Order" {
            @for order in Order::ALL {
                @let to = address(order, String::new());
                a.chip href=(to) aria-current=[(order == shown.order).then_some("true")]
                    hx-get=(to) hx-target="#members" hx-swap="innerHTML" hx-push-url="true" { (title(order)) }
            }
        }
        ul #members.members { (items(shown)) }
        @if shown.standings.members.is_empty() {
            (ui::empty(&html! { "Nobody has logged a film that you may see. Members appear here with their first one." }))
        }
    }
}

fn address(order: Order, after: String) -> String {
    let sort = match order == Order::default() {
        true => String::new(),
        false => order.name().to_owned(),
    };
    paths::with(paths::Users, paths::MemberList { sort, after })
}

fn title(order: Order) -> &'static str {
    match order {
        Order::Name => "By name",
        Order::Movies => "Most movies",
        Order::Reviews => "Most reviews",
        Order::Average => "Most stars",
        Order::LastSeen => "Seen last",
    }
}

/// The members, and the way on.
pub fn items(shown: &Shown<'_>) -> Markup {
    html! {
        @for member in &shown.standings.members { (item(member)) }
        @if let Some(after) = &shown.standings.after {
            (ui::way_on(&address(shown.order, after.clone()), "More members"))
        }
    }
}

fn item(member: &Standing) -> Markup {
    html! {
        li.member {
            (initial(&member.display_name))
            div {
                h2 { a href=(paths::User::of(&member.username)) { (member.display_name) } " " span.by { (member.username) } }
                @if let Some(last) = &member.last { p.byline { "Last seen: " (seen(last)) } }
            }
            dl.figures {
                div { dt { "Movies" } dd { (member.movies) } }
                div { dt { "Reviews" } dd { (member.tally.reviews) } }
                div { dt { "Average" } dd { @if member.tally.rated > 0 { (stars_on_average(member.tally)) } @else { "–" } } }
            }
        }
    }
}

fn seen(last: &Seen) -> Markup {
    html! {
        a href=(paths::Movie { id: last.movie }) { (last.title) } " " span.year { (last.year) }
        @if let Some(day) = last.day { ", " (written(day)) }
    }
}
