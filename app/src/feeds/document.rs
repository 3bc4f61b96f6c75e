//! A feed as Atom (RFC 4287), in pages (RFC 5005).

use atom_syndication::{Category, Content, Entry as Item, Feed, Generator, Link, Person, Text};
use chrono::{DateTime, Utc};

use super::asked::Subject;
use super::components::entry::{content, title};
use crate::accounts::Site;
use crate::diary::Entry;
use crate::paths;
use crate::web::{Error, Origin};

/// What stands around the entries.
#[derive(Debug)]
pub struct Frame<'a> {
    /// Names everything.
    pub site: &'a Site,
    /// What the site is called.
    pub site_name: &'a str,
    /// Stands before every address.
    pub origin: &'a Origin,
    /// What the feed is of.
    pub subject: &'a Subject,
    /// The address of its first page,
    pub first: String,
    /// of this one,
    pub here: String,
    /// and of the next, if there is one.
    pub next: Option<String>,
    /// When something in it last changed, or went.
    pub changed_at: DateTime<Utc>,
}

/// The page of a feed that has `entries`.
pub fn atom(frame: &Frame<'_>, entries: &[Entry]) -> Result<String, Error> {
    let Subject { title, author, .. } = frame.subject;
    let feed = Feed {
        id: frame.site.tag(&frame.subject.name),
        title: Text::plain(format!("{title} · {}", frame.site_name)),
        updated: frame.changed_at.into(),
        authors: vec![person(&author.0, &author.1)],
        links: links(frame),
        generator: Some(Generator {
            value: "Movies Diary".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            uri: None,
        }),
        entries: entries.iter().map(|entry| item(frame, entry)).collect(),
        ..Feed::default()
    };
    let written = feed.write_to(Vec::new());
    let written = written.map_err(|error| Error::Internal(format!("a feed: {error}")))?;
    Ok(legal(&String::from_utf8_lossy(&written)))
}

fn links(frame: &Frame<'_>) -> Vec<Link> {
    let own = |rel: &str, href: &str| Link {
        mime_type: Some("application/atom+xml".to_owned()),
        ..link(rel, href)
    };
    let here = [
        own("self", &frame.here),
        own("first", &frame.first),
        page(&frame.subject.page),
    ];
    let next = frame.next.as_ref().map(|next| own("next", next));
    here.into_iter().chain(next).collect()
}

fn item(frame: &Frame<'_>, entry: &Entry) -> Item {
    let review = frame.origin.at(paths::Review { id: entry.id });
    let writer = frame.origin.at(paths::User::of(&entry.username));
    let tags = entry.tags.iter().map(|tag| Category {
        term: tag.clone(),
        ..Category::default()
    });
    Item {
        id: frame.site.tag(format_args!("review:{}", entry.id)),
        title: Text::plain(title(entry)),
        published: Some(entry.logged_at.into()),
        updated: entry.updated_at.into(),
        authors: vec![person(&entry.display_name, &writer)],
        categories: tags.collect(),
        links: vec![page(&review)],
        content: Some(Content {
            content_type: Some("html".to_owned()),
            value: Some(content(entry, frame.origin).into_string()),
            ..Content::default()
        }),
        ..Item::default()
    }
}

fn person(name: &str, page: &str) -> Person {
    Person {
        name: name.to_owned(),
        uri: Some(page.to_owned()),
        ..Person::default()
    }
}

/// A link to what people read.
fn page(href: &str) -> Link {
    Link {
        mime_type: Some("text/html".to_owned()),
        ..link("alternate", href)
    }
}

fn link(rel: &str, href: &str) -> Link {
    Link {
        rel: rel.to_owned(),
        href: href.to_owned(),
        ..Link::default()
    }
}

/// `document` without the characters that XML 1.0 does not know: one of them, anywhere,
/// and no reader reads any of it.
fn legal(document: &str) -> String {
    let is_legal = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    document.chars().filter(is_legal).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::legal;

    #[test]
    fn what_xml_does_not_know_is_left_out() {
        assert_eq!(legal("a\0\u{1}b\u{b}\u{1f}c\u{fffe}\u{ffff}d"), "abcd");
        assert_eq!(
            legal("a\t\r\nb\u{85}\u{10ffff}"),
            "a\t\r\nb\u{85}\u{10ffff}"
        );
    }

    proptest! {
        #[test]
        fn whatever_is_left_is_read(text in any::<String>()) {
            let text: String = text.chars().filter(|c| !matches!(c, '<' | '&' | ']')).collect();
            let document = legal(&format!("<a>{text}\0</a>"));
            prop_assert!(roxmltree::Document::parse(&document).is_ok());
        }
    }
}
