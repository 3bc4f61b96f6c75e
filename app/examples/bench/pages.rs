//! The pages that are measured.

use crate::BenchResult;
use crate::client::Client;

/// The page of a long list that is measured beside the first.
const FAR_PAGE: u32 = 100;

/// One page, as requested by one kind of viewer.
#[derive(Clone, Debug)]
pub(crate) struct BenchPage {
    /// The name in the table.
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The expected status code.
    pub(crate) status: u16,
}

impl BenchPage {
    pub(crate) fn new(name: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            path: path.into(),
            headers: Vec::new(),
            status: 200,
        }
    }

    fn viewed_by(mut self, who: &Client) -> Self {
        if let Some(cookie) = &who.cookie {
            self.name.push_str(", member");
            self.headers.push(("cookie", cookie.clone()));
        }
        self
    }
}

/// All measured pages, in the order of the table.
pub(crate) async fn bench_pages(
    visitor: &Client,
    member: &Client,
    busiest: i64,
) -> BenchResult<Vec<BenchPage>> {
    let lists = [
        "/",
        "/users/bench",
        "/users/bench?view=history",
        "/users/bench/watchlist",
        "/lists/1",
    ];
    let mut pages = Vec::new();
    for list in lists {
        for viewer in [visitor, member] {
            pages.push(BenchPage::new(format!("`{list}`"), list).viewed_by(viewer));
            let (path, number) = viewer.nth_page(list, FAR_PAGE).await?;
            if number > 1 {
                let name = format!("`{list}`, page {number}");
                pages.push(BenchPage::new(name, path).viewed_by(viewer));
            }
        }
    }
    let movie = format!("/movies/{busiest}");
    for path in [
        "/users/bench?view=films",
        "/users/bench?view=ratings",
        "/users/bench?view=history&genre=drama&decade=1990&rating_from=4",
        "/users/bench?view=history&q=ticket",
        "/users/bench?view=trends",
        "/users",
        &movie,
        "/movies",
    ] {
        let name = if path == movie {
            "the most reviewed movie".to_owned()
        } else {
            format!("`{path}`")
        };
        for who in [visitor, member] {
            pages.push(BenchPage::new(name.clone(), path).viewed_by(who));
        }
    }
    for who in [visitor, member] {
        pages.extend(not_modified_page(who, "/").await?);
    }
    pages.push(BenchPage::new("`/feed.atom`", "/feed.atom"));
    pages.extend(not_modified_page(visitor, "/feed.atom").await?);
    Ok(pages)
}

/// A conditional request for the page; `None` if it has no `ETag`.
async fn not_modified_page(viewer: &Client, path: &str) -> BenchResult<Option<BenchPage>> {
    let tag = viewer.etag(path).await?;
    Ok(tag.map(|tag| {
        let mut page = BenchPage::new(format!("`{path}`, 304"), path).viewed_by(viewer);
        page.headers.push(("if-none-match", tag));
        page.status = 304;
        page
    }))
}
