//! The Atom document of a list: the films that were added last.

use atom_syndication::{Content, Entry as Item, Feed, Link, Text};

use super::components::entry::list_entry_content;
use super::document::{atom_link, atom_person, generator, html_link, write_feed};
use super::request::FeedRequest;
use crate::lists::queries::{ListDetails, ListEntry};
use crate::paths;
use crate::web::Error;
use crate::web::ui::title_with_year;

pub fn render_list(
    request: &FeedRequest,
    list: &ListDetails,
    entries: &[ListEntry],
) -> Result<String, Error> {
    let origin = &request.origin;
    let page = origin.url_of(paths::List { id: list.id });
    let own = Link {
        mime_type: Some("application/atom+xml".to_owned()),
        ..atom_link("self", &origin.url_of(paths::ListFeed { id: list.id }))
    };
    let author_url = origin.url_of(paths::MemberLists::of(&list.owner_username));
    let subtitle = Some(&list.description).filter(|text| !text.is_empty());
    write_feed(&Feed {
        id: request.site.tag_uri(format_args!("list:{}", list.id)),
        title: Text::plain(format!("{} · {}", list.title, request.config.site_name)),
        subtitle: subtitle.map(|text| Text::plain(text.as_str())),
        updated: list.updated_at.into(),
        authors: vec![atom_person(&list.owner_name, &author_url)],
        links: vec![own, html_link(&page)],
        generator: Some(generator()),
        entries: entries
            .iter()
            .map(|entry| atom_item(request, list.id, &page, entry))
            .collect(),
        ..Feed::default()
    })
}

/// It links to the list: the film may have no page that everybody may see.
fn atom_item(request: &FeedRequest, list: i64, page: &str, entry: &ListEntry) -> Item {
    let link = format!("{page}#film-{}", entry.movie);
    let content = list_entry_content(entry, &link, &request.origin);
    let id = format_args!("list:{list}:{}", entry.movie).to_string();
    Item {
        id: request.site.tag_uri(&id),
        title: Text::plain(title_with_year(&entry.title, entry.year)),
        published: Some(entry.added_at.into()),
        updated: entry.added_at.into(),
        links: vec![html_link(&link)],
        content: Some(Content {
            content_type: Some("html".to_owned()),
            value: Some(content.into_string()),
            ..Content::default()
        }),
        ..Item::default()
    }
}
