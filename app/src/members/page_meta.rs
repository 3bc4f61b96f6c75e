//! Metadata of a diary page for search engines and link previews.

use crate::members::components::profile::ProfileView;
use crate::members::diary_view::DiaryTab;
use crate::paths;
use crate::stats::components::average_text;
use crate::web::PageMeta;
use crate::web::page_meta::{MetaPicture, OpenGraphType};
use crate::web::ui::plural;

const PICTURES: usize = 4;

/// `None` unless the diary is public. The canonical URL of a tab leaves out its filters. A signed-in
/// viewer may see more than what is public, so only pages of visitors have numbers and `pictures`.
pub fn diary_page_meta(
    profile: &ProfileView<'_>,
    is_visitor: bool,
    pictures: Vec<MetaPicture>,
) -> Option<PageMeta> {
    let (owner, tab) = (profile.owner, profile.tab);
    if !owner.is_public {
        return None;
    }
    let name = &owner.display_name;
    let numbers = if is_visitor {
        numbers(profile)
    } else {
        String::new()
    };
    let description = match tab {
        DiaryTab::Recent => format!("{numbers} Films watched by {name}, with ratings and reviews."),
        DiaryTab::Films => format!("{numbers} The films that {name} has watched, with ratings."),
        DiaryTab::Ratings => format!("{numbers} Films watched by {name}, sorted by rating."),
        DiaryTab::History => format!("{numbers} Films watched by {name}, month by month."),
        DiaryTab::Trends => format!(
            "{numbers} {name}’s diary in numbers: days, months, ratings, decades, directors and \
             genres."
        ),
    };
    let path = paths::Member::of(&owner.username);
    let path = match tab {
        DiaryTab::Recent => path.to_string(),
        DiaryTab::Films | DiaryTab::Ratings | DiaryTab::History | DiaryTab::Trends => {
            paths::with(path, tab.params())
        }
    };
    let pictures = pictures.into_iter().filter(|_| is_visitor);
    let meta = PageMeta::new(OpenGraphType::Profile, path, &description)
        .pictures(pictures.take(PICTURES))
        .feed(
            format!("{name}’s diary"),
            paths::MemberFeed::of(&owner.username),
        );
    Some(meta)
}

/// `212 films, ★ 3.6 on average.`
fn numbers(profile: &ProfileView<'_>) -> String {
    let films = plural(profile.overview.movies, "film", "films");
    match average_text(profile.overview.tally) {
        Some(average) => format!("{films}, ★ {average} on average."),
        None => format!("{films}."),
    }
}
