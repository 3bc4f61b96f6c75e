//! Atom documents (RFC 4287) with paging (RFC 5005).

use atom_syndication::{Category, Content, Entry as Item, Feed, Generator, Link, Person, Text};
use chrono::{DateTime, Utc};

use super::components::entry::{entry_content, entry_title};
use crate::accounts::{Site, Viewer};
use crate::diary::{Entry, ListScope};
use crate::paths;
use crate::web::{Error, Origin};

/// Which reviews a feed contains, and its names.
#[derive(Debug)]
pub struct FeedSubject {
    /// The part of the feed's tag URI that names it. It must never change.
    pub name: String,
    pub title: String,
    /// The address of the same content as a web page.
    pub page: String,
    /// Name and page of the author: a member, or the site where a feed has several authors.
    pub author: (String, String),
    pub scope: ListScope,
    /// Decides which reviews the feed includes.
    pub viewer: Viewer,
}

/// The metadata of one feed page.
#[derive(Debug)]
pub struct FeedMeta<'a> {
    pub site: &'a Site,
    pub site_name: &'a str,
    pub origin: &'a Origin,
    pub subject: &'a FeedSubject,
    pub first_url: String,
    pub self_url: String,
    pub next_url: Option<String>,
    /// When an entry last changed or was removed.
    pub changed_at: DateTime<Utc>,
}

/// Renders one page of a feed.
pub fn render_atom(meta: &FeedMeta<'_>, entries: &[Entry]) -> Result<String, Error> {
    let FeedSubject { title, author, .. } = meta.subject;
    let feed = Feed {
        id: meta.site.tag_uri(&meta.subject.name),
        title: Text::plain(format!("{title} · {}", meta.site_name)),
        updated: meta.changed_at.into(),
        authors: vec![atom_person(&author.0, &author.1)],
        links: feed_links(meta),
        generator: Some(generator()),
        entries: entries
            .iter()
            .map(|entry| atom_entry(meta, entry))
            .collect(),
        ..Feed::default()
    };
    write_feed(&feed)
}

pub(super) fn write_feed(feed: &Feed) -> Result<String, Error> {
    let xml = feed.write_to(Vec::new());
    let written = xml.map_err(|error| Error::Internal(format!("a feed: {error}")))?;
    Ok(strip_illegal_xml_chars(&String::from_utf8_lossy(&written)))
}

pub(super) fn generator() -> Generator {
    Generator {
        value: "Movies Diary".to_owned(),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        uri: None,
    }
}

fn feed_links(meta: &FeedMeta<'_>) -> Vec<Link> {
    let own = |rel: &str, href: &str| Link {
        mime_type: Some("application/atom+xml".to_owned()),
        ..atom_link(rel, href)
    };
    let links = [
        own("self", &meta.self_url),
        own("first", &meta.first_url),
        html_link(&meta.subject.page),
    ];
    let next = meta.next_url.as_ref().map(|next| own("next", next));
    links.into_iter().chain(next).collect()
}

fn atom_entry(meta: &FeedMeta<'_>, entry: &Entry) -> Item {
    let review_url = meta.origin.url_of(paths::Review { id: entry.id });
    let author_url = meta.origin.url_of(paths::Member::of(&entry.username));
    let tags = entry.tags.iter().map(|tag| Category {
        term: tag.clone(),
        ..Category::default()
    });
    Item {
        id: meta.site.tag_uri(format_args!("review:{}", entry.id)),
        title: Text::plain(entry_title(entry)),
        published: entry.known_log_time().map(Into::into),
        updated: entry.updated_at.into(),
        authors: vec![atom_person(&entry.display_name, &author_url)],
        categories: tags.collect(),
        links: vec![html_link(&review_url)],
        content: Some(Content {
            content_type: Some("html".to_owned()),
            value: Some(entry_content(entry, meta.origin).into_string()),
            ..Content::default()
        }),
        ..Item::default()
    }
}

pub(super) fn atom_person(name: &str, page: &str) -> Person {
    Person {
        name: name.to_owned(),
        uri: Some(page.to_owned()),
        ..Person::default()
    }
}

/// A link to the HTML page with the same content.
pub(super) fn html_link(href: &str) -> Link {
    Link {
        mime_type: Some("text/html".to_owned()),
        ..atom_link("alternate", href)
    }
}

pub(super) fn atom_link(rel: &str, href: &str) -> Link {
    Link {
        rel: rel.to_owned(),
        href: href.to_owned(),
        ..Link::default()
    }
}

/// Removes characters that XML 1.0 forbids. A single one would make the whole feed unreadable.
fn strip_illegal_xml_chars(document: &str) -> String {
    let is_legal = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    document.chars().filter(is_legal).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::strip_illegal_xml_chars;

    #[test]
    fn characters_illegal_in_xml_are_removed() {
        assert_eq!(
            strip_illegal_xml_chars("a\0\u{1}b\u{b}\u{1f}c\u{fffe}\u{ffff}d"),
            "abcd"
        );
        assert_eq!(
            strip_illegal_xml_chars("a\t\r\nb\u{85}\u{10ffff}"),
            "a\t\r\nb\u{85}\u{10ffff}"
        );
    }

    proptest! {
        #[test]
        fn the_result_is_well_formed_xml(text in any::<String>()) {
            let text: String = text.chars().filter(|c| !matches!(c, '<' | '&' | ']')).collect();
            let document = strip_illegal_xml_chars(&format!("<a>{text}\0</a>"));
            prop_assert!(roxmltree::Document::parse(&document).is_ok());
        }
    }
}
