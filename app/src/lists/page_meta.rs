//! Metadata of a list's page for search engines, link previews and feed readers.

use entity::Visibility;

use super::queries::{ListContent, ListDetails};
use crate::paths;
use crate::posters::preview_image;
use crate::web::PageMeta;
use crate::web::page_meta::OpenGraphType;
use crate::web::ui::plural;

/// The most posters that a preview is offered.
const MAX_PICTURES: usize = 4;

/// `None` unless the list is public: metadata is the same for every viewer.
pub fn list_meta(list: &ListDetails, content: &ListContent) -> Option<PageMeta> {
    let entries = content.page.entries.entries.iter();
    let posters = entries.filter_map(|entry| preview_image(&entry.poster, &entry.title));
    let films = plural(content.page.totals.films, "film", "films");
    let description = format!(
        "{films}, put together by {}. {}",
        list.owner_name, list.description
    );
    let meta = PageMeta::new(
        OpenGraphType::Website,
        paths::List { id: list.id },
        &description,
    )
    .pictures(posters.take(MAX_PICTURES))
    .feed(list.title.as_str(), paths::ListFeed { id: list.id });
    (list.visibility == Visibility::Public).then_some(meta)
}
