//! What is measured.

use crate::Outcome;
use crate::client::Client;

/// Which page of a long list is measured beside the first.
const FAR: u32 = 100;

/// One page, as one kind of viewer asks for it.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// What it is called in the table.
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// What is answered.
    pub(crate) status: u16,
}

impl Page {
    pub(crate) fn new(name: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            path: path.into(),
            headers: Vec::new(),
            status: 200,
        }
    }

    fn asked_by(mut self, who: &Client) -> Self {
        if let Some(cookie) = &who.cookie {
            self.name.push_str(", member");
            self.headers.push(("cookie", cookie.clone()));
        }
        self
    }
}

/// Every page that is measured, in the order of the table.
pub(crate) async fn all(visitor: &Client, member: &Client, busiest: i64) -> Outcome<Vec<Page>> {
    let lists = ["/", "/users/bench", "/users/bench?view=history"];
    let mut pages = Vec::new();
    for list in lists {
        for who in [visitor, member] {
            pages.push(Page::new(format!("`{list}`"), list).asked_by(who));
            let (path, number) = who.further(list, FAR).await?;
            if number > 1 {
                let name = format!("`{list}`, page {number}");
                pages.push(Page::new(name, path).asked_by(who));
            }
        }
    }
    let movie = format!("/movies/{busiest}");
    for path in [
        "/users/bench?view=ratings",
        "/users/bench?view=trends",
        "/users",
        &movie,
        "/movies",
    ] {
        let name = match path == movie {
            true => "the movie with most reviews".to_owned(),
            false => format!("`{path}`"),
        };
        for who in [visitor, member] {
            pages.push(Page::new(name.clone(), path).asked_by(who));
        }
    }
    for who in [visitor, member] {
        pages.extend(unchanged(who, "/").await?);
    }
    pages.push(Page::new("`/feed.atom`", "/feed.atom"));
    pages.extend(unchanged(visitor, "/feed.atom").await?);
    Ok(pages)
}

/// The same again, by somebody who has it already; where it has a tag.
async fn unchanged(who: &Client, path: &str) -> Outcome<Option<Page>> {
    let tag = who.tag(path).await?;
    Ok(tag.map(|tag| {
        let mut page = Page::new(format!("`{path}`, 304"), path).asked_by(who);
        page.headers.push(("if-none-match", tag));
        page.status = 304;
        page
    }))
}
