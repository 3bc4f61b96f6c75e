//! Metadata of a diary page for search engines and link previews.

use crate::members::diary_view::DiaryTab;
use crate::members::queries::DiaryOwner;
use crate::paths;
use crate::web::PageMeta;
use crate::web::page_meta::OpenGraphType;

/// `None` unless the diary is public. The canonical URL of a tab leaves out its filters.
pub fn diary_page_meta(owner: &DiaryOwner, tab: DiaryTab) -> Option<PageMeta> {
    let name = &owner.display_name;
    let description = match tab {
        DiaryTab::Recent => format!("Films watched by {name}, with ratings and reviews."),
        DiaryTab::Ratings => format!("Films watched by {name}, sorted by rating."),
        DiaryTab::History => format!("Films watched by {name}, month by month."),
        DiaryTab::Trends => format!(
            "{name}’s diary in numbers: days, months, ratings, decades, directors and genres."
        ),
    };
    let path = paths::Member::of(&owner.username);
    let path = match tab {
        DiaryTab::Recent => path.to_string(),
        DiaryTab::Ratings | DiaryTab::History | DiaryTab::Trends => paths::with(path, tab.params()),
    };
    let meta = PageMeta::new(OpenGraphType::Profile, path, &description).feed(
        format!("{name}’s diary"),
        paths::MemberFeed::of(&owner.username),
    );
    owner.is_public.then_some(meta)
}
