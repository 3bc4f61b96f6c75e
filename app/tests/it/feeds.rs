//! Feeds, parsed as a feed reader parses them.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use entity::movie;
use movies_diary::secret::sha256_hex;
use roxmltree::{Document, Node};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};

use crate::support::pictures::png;
use crate::support::python::read_with_python;
use crate::support::{App, ReviewBuilder, TestClient, TestResponse};

const ATOM_NAMESPACE: &str = "http://www.w3.org/2005/Atom";

const ORIGIN: &str = "https://films.example";

#[derive(Debug)]
struct ParsedFeed {
    id: String,
    title: String,
    updated: DateTime<Utc>,
    links: Vec<(String, String)>,
    entries: Vec<ParsedEntry>,
}

#[derive(Debug)]
struct ParsedEntry {
    id: String,
    title: String,
    author: String,
    published: DateTime<Utc>,
    updated: DateTime<Utc>,
    link: String,
    content: String,
    tags: Vec<String>,
}

impl ParsedFeed {
    /// Parses the feed and checks it against RFC 4287.
    #[track_caller]
    fn parse(answer: &TestResponse) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(
            answer.header("content-type"),
            "application/atom+xml; charset=utf-8"
        );
        let document = Document::parse(&answer.body).expect("well-formed");
        let root = document.root_element();
        assert!(root.has_tag_name((ATOM_NAMESPACE, "feed")));
        let links: Vec<_> = children_named(root, "link")
            .map(|link| (attribute_of(link, "rel"), attribute_of(link, "href")))
            .collect();
        for rel in ["self", "first", "alternate"] {
            assert_eq!(
                links.iter().filter(|(known, _)| known == rel).count(),
                1,
                "{rel}"
            );
        }
        for (_, href) in &links {
            assert!(url::Url::parse(href).is_ok(), "{href} is no whole address");
        }
        let entries: Vec<_> = children_named(root, "entry")
            .map(ParsedEntry::parse)
            .collect();
        let ids: BTreeSet<_> = entries.iter().map(|item| &item.id).collect();
        assert_eq!(ids.len(), entries.len(), "an id stands twice");
        assert!(children_named(root, "rights").next().is_none());
        assert!(child_text(root, "generator").starts_with("Movies Diary"));
        assert!(!person_name(only_child(root, "author")).is_empty());
        let feed = Self {
            id: checked_tag_uri(child_text(root, "id")),
            title: child_text(root, "title"),
            updated: child_time(root, "updated"),
            links,
            entries,
        };
        assert!(
            feed.entries
                .iter()
                .all(|item| item.updated <= feed.updated + TimeDelta::seconds(1))
        );
        feed
    }

    fn link(&self, rel: &str) -> Option<String> {
        let mut links = self.links.iter();
        links
            .find(|(known, _)| known == rel)
            .map(|(_, href)| href.clone())
    }

    fn titles(&self) -> Vec<&str> {
        self.entries
            .iter()
            .map(|item| item.title.as_str())
            .collect()
    }
}

impl ParsedEntry {
    #[track_caller]
    fn parse(entry: Node<'_, '_>) -> Self {
        let link = only_child(entry, "link");
        assert_eq!(attribute_of(link, "rel"), "alternate");
        let content = only_child(entry, "content");
        assert_eq!(attribute_of(content, "type"), "html");
        let author = only_child(entry, "author");
        assert!(url::Url::parse(&child_text(author, "uri")).is_ok());
        Self {
            id: checked_tag_uri(child_text(entry, "id")),
            title: child_text(entry, "title"),
            author: person_name(author),
            published: child_time(entry, "published"),
            updated: child_time(entry, "updated"),
            link: attribute_of(link, "href"),
            content: content.text().unwrap_or_default().to_owned(),
            tags: children_named(entry, "category")
                .map(|tag| attribute_of(tag, "term"))
                .collect(),
        }
    }
}

fn children_named<'a>(
    node: Node<'a, 'a>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children()
        .filter(move |child| child.has_tag_name((ATOM_NAMESPACE, name)))
}

#[track_caller]
fn only_child<'a>(node: Node<'a, 'a>, name: &'static str) -> Node<'a, 'a> {
    let found: Vec<_> = children_named(node, name).collect();
    assert_eq!(found.len(), 1, "{name}");
    found[0]
}

#[track_caller]
fn child_text(node: Node<'_, '_>, name: &'static str) -> String {
    only_child(node, name).text().unwrap_or_default().to_owned()
}

fn person_name(person: Node<'_, '_>) -> String {
    child_text(person, "name")
}

fn attribute_of(node: Node<'_, '_>, name: &str) -> String {
    node.attribute(name).unwrap_or_default().to_owned()
}

#[track_caller]
fn child_time(node: Node<'_, '_>, name: &'static str) -> DateTime<Utc> {
    let time = DateTime::parse_from_rfc3339(&child_text(node, name));
    time.expect("a date of RFC 3339").to_utc()
}

/// Checks that it is a tag URI, which stays the same when the site moves.
#[track_caller]
fn checked_tag_uri(id: String) -> String {
    let rest = id.strip_prefix("tag:").expect("a tag URI");
    let (authority, rest) = rest.split_once(',').expect("an authority");
    let (day, name) = rest.split_once(':').expect("a day");
    assert!(!authority.is_empty() && !name.is_empty());
    assert!(day.parse::<chrono::NaiveDate>().is_ok(), "{id}");
    id
}

async fn fetch_feed(client: &TestClient, path: &str) -> ParsedFeed {
    ParsedFeed::parse(&client.get(path).await)
}

/// The path of an absolute URL of this site.
fn local_path(address: &str) -> &str {
    address
        .strip_prefix("http://diary.test")
        .or_else(|| address.strip_prefix(ORIGIN))
        .expect("an address of this site")
}

async fn edit_review(client: &TestClient, review: i64, name: &str, value: &str) {
    let page = client.get(format!("/reviews/{review}/edit")).await;
    let form = page.form("form.review").set(name, value);
    client.submit(&form).await.expect(StatusCode::SEE_OTHER);
}

async fn change_display_name(client: &TestClient, name: &str) {
    let form = client
        .get("/settings")
        .await
        .form("form[action='/settings/profile']");
    let answer = client.submit(&form.set("display_name", name)).await;
    answer.expect(StatusCode::SEE_OTHER);
}

async fn set_diary_visibility(client: &TestClient, visibility: &str) {
    let fields = [("visibility", visibility)];
    client
        .post("/settings/visibility", &fields)
        .await
        .expect(StatusCode::SEE_OTHER);
}

/// Creates a secret feed address and returns its path.
async fn create_secret_feed(client: &TestClient) -> String {
    let page = client
        .post_and_follow("/settings/feeds/key", &[])
        .await
        .expect(StatusCode::OK);
    let address = page.texts("#secret-address").remove(0);
    local_path(&address).to_owned()
}

#[tokio::test]
async fn entries_are_complete_and_urls_absolute() {
    let app = App::start_with(&[("BASE_URL", ORIGIN)]).await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("The Matrix", 1999)
        .with("rating", "3.5")
        .with("watched_on", "2024-03-07")
        .with("comment", "First line <b>\nsecond\n\nNew & paragraph")
        .with("tags", "Courtroom, one room");
    let id = review.log(&ada).await;
    let movie = ada.movie_of(id).await;
    ada.upload(format!("/movies/{movie}/poster"), &png(120, 180))
        .await;
    for address in [
        "/feed.atom",
        "/users/ada/feed.atom",
        &format!("/movies/{movie}/feed.atom"),
    ] {
        let feed = fetch_feed(&app.visitor(), address).await;
        assert_eq!(feed.link("self"), Some(format!("{ORIGIN}{address}")));
        assert_eq!(feed.link("first"), feed.link("self"));
        assert_eq!(feed.link("next"), None);
        let page = feed.link("alternate").expect("a page");
        app.visitor()
            .get(local_path(&page))
            .await
            .expect(StatusCode::OK);
        let item = &feed.entries[0];
        assert_eq!(item.title, "The Matrix (1999) ★★★½");
        assert_eq!(item.author, "ADA");
        assert_eq!(item.link, format!("{ORIGIN}/reviews/{id}"));
        assert!(item.id.ends_with(&format!(":review:{id}")));
        assert_eq!(item.published, item.updated);
        assert_eq!(item.tags, ["Courtroom", "one room"]);
        let end = "<p>★★★½ · Watched on 7 Mar 2024</p>\
             <p dir=\"auto\">First line &lt;b&gt;<br>second</p><p dir=\"auto\">New &amp; paragraph</p>";
        assert!(item.content.ends_with(end), "{}", item.content);
        let picture = item.content.split("<img src=\"").nth(1).expect("a poster");
        let picture = picture.split('"').next().expect("an address");
        let file = app
            .visitor()
            .get(local_path(picture))
            .await
            .expect(StatusCode::OK);
        assert_eq!(file.header("content-type"), "image/jpeg");
        assert!(item.content.contains("width=\"250\" height=\"375\""));
    }
    let titles = [
        ("/feed.atom", "Feed"),
        ("/users/ada/feed.atom", "ADA’s diary"),
    ];
    for (path, title) in titles {
        let feed = fetch_feed(&app.visitor(), path).await;
        assert_eq!(feed.title, format!("{title} · Movies Diary"));
    }
}

#[tokio::test]
async fn a_spoiler_is_behind_a_warning() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Heat", 1995)
        .with("comment", "He dies.")
        .with("spoiler", "on");
    review.log(&ada).await;
    let feed = fetch_feed(&app.visitor(), "/feed.atom").await;
    let content = &feed.entries[0].content;
    assert!(
        content.ends_with("<p>This review gives the plot away.</p><details><summary>Show it</summary><p dir=\"auto\">He dies.</p></details>"),
        "{content}"
    );
    assert_eq!(
        feed.link("self").as_deref(),
        Some("http://diary.test/feed.atom")
    );
}

#[tokio::test]
async fn an_empty_feed_is_a_feed() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for client in [app.visitor(), ada] {
        for path in ["/feed.atom", "/users/ada/feed.atom"] {
            assert!(fetch_feed(&client, path).await.entries.is_empty());
        }
    }
    for path in [
        "/movies/1/feed.atom",
        "/users/nobody/feed.atom",
        "/feeds/none",
        "/movies/x/feed.atom",
    ] {
        app.visitor().get(path).await.expect(StatusCode::NOT_FOUND);
    }
    app.visitor()
        .get("/feed.atom?older=x")
        .await
        .expect(StatusCode::BAD_REQUEST);
}

/// The last logged comes first, whatever the day watched, and nothing comes twice.
#[tokio::test]
async fn paging_a_feed_gives_each_public_review_once() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let eve = app.member("eve").await;
    let (mut public, mut of_ada) = (Vec::new(), Vec::new());
    for number in 0..56 {
        let client = if number % 4 == 0 { &eve } else { &ada };
        let visibility = ["public", "public", "members", "private"][number % 7 % 4];
        let day = format!("2024-03-{:02}", 1 + number * 7 % 28);
        let review = ReviewBuilder::of("Heat", 1995).with("visibility", visibility);
        let id = review.with("watched_on", &day).log(client).await;
        if visibility == "public" {
            public.insert(0, id);
            if number % 4 != 0 {
                of_ada.insert(0, id);
            }
        }
    }
    assert!(of_ada.len() > 20);
    for client in [app.visitor(), ada] {
        for (start, expected) in [
            ("/feed.atom", &public),
            ("/users/ada/feed.atom", &of_ada),
            ("/movies/1/feed.atom", &public),
        ] {
            let (mut walked, mut next, mut id) = (Vec::<i64>::new(), Some(start.to_owned()), None);
            while let Some(at) = next {
                let feed = fetch_feed(&client, &at).await;
                assert!(feed.entries.len() <= 20);
                assert_eq!(local_path(&feed.link("self").expect("itself")), at);
                assert_eq!(local_path(&feed.link("first").expect("the first")), start);
                assert_eq!(*id.get_or_insert(feed.id.clone()), feed.id);
                next = feed.link("next").map(|next| local_path(&next).to_owned());
                walked.extend(feed.entries.into_iter().map(|item| {
                    let id: Option<i64> =
                        item.link.rsplit('/').next().and_then(|id| id.parse().ok());
                    id.expect("an id")
                }));
            }
            assert_eq!(&walked, expected, "{start}");
        }
    }
}

#[tokio::test]
async fn an_edit_keeps_the_id_and_raises_updated() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let id = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let before = fetch_feed(&app.visitor(), "/feed.atom").await;
    app.state.clock.advance(TimeDelta::hours(1));
    edit_review(&ada, id, "comment", "At last.").await;
    let after = fetch_feed(&app.visitor(), "/feed.atom").await;
    let (old, new) = (&before.entries[0], &after.entries[0]);
    assert_eq!(old.id, new.id);
    assert_eq!(old.published, new.published);
    assert!(new.updated >= old.updated + TimeDelta::hours(1));
    assert!(after.updated >= before.updated + TimeDelta::hours(1));
    app.state.clock.advance(TimeDelta::hours(1));
    ada.post(format!("/reviews/{id}/deletion"), &[]).await;
    let gone = fetch_feed(&app.visitor(), "/feed.atom").await;
    assert!(gone.entries.is_empty());
    assert!(gone.updated >= after.updated + TimeDelta::hours(1));
}

#[tokio::test]
async fn ids_stay_when_the_site_moves() {
    let app = App::start_with(&[("BASE_URL", "https://old.example")]).await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let before = fetch_feed(&app.visitor(), "/feed.atom").await;
    let App {
        database, state, ..
    } = app;
    drop(state);
    let moved = App::start_on(database, &[("BASE_URL", ORIGIN)]).await;
    let after = fetch_feed(&moved.visitor(), "/feed.atom").await;
    assert_eq!(before.id, after.id);
    assert_eq!(before.entries[0].id, after.entries[0].id);
    assert!(after.id.starts_with("tag:old.example,"));
    assert!(after.entries[0].link.starts_with(ORIGIN));
}

/// Everything that can change a feed, and the response to a reader that has the previous state.
#[tokio::test]
async fn a_feed_is_304_until_it_changes() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let first = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let movie = ada.movie_of(first).await;
    let secret = create_secret_feed(&ada).await;
    let paths = [
        "/feed.atom".to_owned(),
        "/users/ada/feed.atom".to_owned(),
        format!("/movies/{movie}/feed.atom"),
        secret,
    ];
    let mut changes = 0;
    loop {
        app.state.clock.advance(TimeDelta::minutes(1));
        let mut known = Vec::new();
        for path in &paths {
            known.push(assert_not_modified(&app, path).await);
        }
        app.state.clock.advance(TimeDelta::minutes(1));
        match changes {
            0 => drop(ReviewBuilder::of("Heat", 1995).log(&ada).await),
            1 => edit_review(&ada, first, "comment", "Again.").await,
            2 => change_display_name(&ada, "Ada Lovelace").await,
            3 => {
                let fields = [("title", "Heat!"), ("year", "1996")];
                let path = format!("/movies/{movie}/correction");
                let answer = ada.post(path, &fields).await;
                answer.expect(StatusCode::SEE_OTHER);
            }
            4 => drop(
                ada.upload(format!("/movies/{movie}/poster"), &png(120, 180))
                    .await,
            ),
            5 => drop(ada.post(format!("/reviews/{first}/deletion"), &[]).await),
            6 => drop(ada.post(format!("/reviews/{first}/restoration"), &[]).await),
            _ => break,
        }
        changes += 1;
        for (path, (tag, date)) in paths.iter().zip(known) {
            let by_tag = app.visitor().header("if-none-match", &tag).get(path).await;
            let by_date = app
                .visitor()
                .header("if-modified-since", &date)
                .get(path)
                .await;
            assert_eq!(
                (by_tag.status, by_date.status),
                (200, 200),
                "{path} at {changes}"
            );
            assert_ne!(by_tag.header("etag"), tag, "{path} at {changes}");
        }
    }
    assert_eq!(changes, 7);
    // A private diary has no public feed, not even for a reader with a matching `ETag`.
    let tag = app.visitor().get(&paths[1]).await.header("etag").to_owned();
    set_diary_visibility(&ada, "private").await;
    for path in &paths[1..3] {
        let answer = app.visitor().header("if-none-match", &tag).get(path).await;
        answer.expect(StatusCode::NOT_FOUND);
        let star = app.visitor().header("if-none-match", "*").get(path).await;
        star.expect(StatusCode::NOT_FOUND);
    }
    assert!(
        fetch_feed(&app.visitor(), "/feed.atom")
            .await
            .entries
            .is_empty()
    );
    assert_eq!(fetch_feed(&app.visitor(), &paths[3]).await.entries.len(), 2);
}

/// Changes to reviews that are not public do not even change the validators.
#[tokio::test]
async fn a_review_that_is_not_public_leaves_no_trace_in_feeds_and_embeds() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let first = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let movie = ada.movie_of(first).await;
    let paths = [
        "/feed.atom".to_owned(),
        "/users/ada/feed.atom".to_owned(),
        format!("/movies/{movie}/feed.atom"),
        "/embed/ada".to_owned(),
    ];
    app.state.clock.advance(TimeDelta::minutes(1));
    let mut before = Vec::new();
    for path in &paths {
        before.push(app.visitor().get(path).await.expect(StatusCode::OK));
    }
    for visibility in ["private", "members"] {
        app.state.clock.advance(TimeDelta::minutes(1));
        let hidden = ReviewBuilder::of("Heat", 1995).with("visibility", visibility);
        let hidden = hidden.log(&ada).await;
        edit_review(&ada, hidden, "comment", "Nobody’s business.").await;
        ada.post(format!("/reviews/{hidden}/deletion"), &[]).await;
        ada.post(format!("/reviews/{hidden}/restoration"), &[])
            .await;
        for (path, before) in paths.iter().zip(&before) {
            let after = app.visitor().get(path).await.expect(StatusCode::OK);
            assert_eq!(after.body, before.body, "{path} after {visibility}");
            assert_eq!(after.header("etag"), before.header("etag"), "{path}");
        }
    }
    edit_review(&ada, first, "visibility", "private").await;
    for (path, before) in paths.iter().zip(&before) {
        let after = app.visitor().get(path).await;
        assert_ne!(after.body, before.body, "{path} shows that one has gone");
    }
}

/// A reader with the current state gets 304. Returns the validators.
async fn assert_not_modified(app: &App, path: &str) -> (String, String) {
    let answer = app.visitor().get(path).await.expect(StatusCode::OK);
    let tag = answer.header("etag").to_owned();
    let date = answer.header("last-modified").to_owned();
    let strong = tag.trim_start_matches("W/").to_owned();
    for (name, value) in [
        ("if-none-match", tag.as_str()),
        ("if-none-match", "*"),
        ("if-none-match", &format!("\"other\", {strong}")),
        ("if-modified-since", &date),
    ] {
        let known = app.visitor().header(name, value).get(path).await;
        assert_eq!(known.status, 304, "{path}: {name}: {value}");
        assert!(known.body.is_empty());
        assert_eq!(known.header("etag"), tag);
        assert_eq!(
            known.header("cache-control"),
            answer.header("cache-control")
        );
    }
    for (name, value) in [
        ("if-none-match", "\"other\""),
        ("if-modified-since", "Thu, 07 Mar 2024 12:00:00 GMT"),
        ("if-modified-since", "yesterday"),
    ] {
        let unknown = app.visitor().header(name, value).get(path).await;
        assert_eq!(unknown.status, 200, "{path}: {name}: {value}");
    }
    // Another page of the feed, and the feed under another host name, are different resources.
    let known = app.visitor().header("if-none-match", &tag);
    let other = known.get(format!("{path}?older=5.5")).await;
    assert_eq!(other.status, 200, "{path}");
    assert_eq!(
        known.header("host", "other.test").get(path).await.status,
        200
    );
    (tag, date)
}

#[tokio::test]
async fn a_feed_is_the_same_for_everybody() {
    let app = App::start().await;
    let ada = app.admin("ada").await;
    let id = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    for (title, visibility) in [("Ran", "members"), ("Alien", "private")] {
        ReviewBuilder::of(title, 1985)
            .with("visibility", visibility)
            .log(&ada)
            .await;
    }
    let movie = ada.movie_of(id).await;
    for path in [
        "/feed.atom".to_owned(),
        "/users/ada/feed.atom".to_owned(),
        format!("/movies/{movie}/feed.atom"),
    ] {
        let anonymous = app.visitor().get(&path).await;
        let own = ada.get(&path).await;
        assert_eq!(anonymous.body, own.body, "{path}");
        assert_eq!(ParsedFeed::parse(&own).titles(), ["Heat (1995)"]);
        assert!(!own.headers.contains_key("set-cookie"));
        assert_eq!(own.header("cache-control"), "public, no-cache");
        assert_eq!(own.header("access-control-allow-origin"), "*");
        assert_eq!(own.header("cross-origin-resource-policy"), "cross-origin");
    }
    let hidden = ada.movie_of(id + 1).await;
    let path = format!("/movies/{hidden}/feed.atom");
    ada.get(path).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_feed_of_a_merged_movie_redirects() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let from = ReviewBuilder::of("Haet", 1995).log(&ada).await;
    let from = ada.movie_of(from).await;
    let into = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let into = ada.movie_of(into).await;
    let writer = app.state.diary.clone();
    let merged = app.state.db.write(move |tx| {
        Box::pin(async move {
            movies_diary::diary::commands::merge_movies(tx, &writer, from, into).await
        })
    });
    assert!(merged.await.expect("merged"));
    let answer = app.visitor().get(format!("/movies/{from}/feed.atom")).await;
    let answer = answer.expect(StatusCode::PERMANENT_REDIRECT);
    let there = answer.header("location");
    assert_eq!(there, format!("/movies/{into}/feed.atom"));
    assert_eq!(fetch_feed(&app.visitor(), there).await.entries.len(), 2);
}

#[tokio::test]
async fn rss_addresses_redirect_to_atom() {
    let app = App::start().await;
    app.member("ada").await;
    for (rss, atom) in [
        ("/feed.rss", "/feed.atom"),
        ("/users/ada/feed.rss", "/users/ada/feed.atom"),
    ] {
        let answer = app
            .visitor()
            .get(rss)
            .await
            .expect(StatusCode::PERMANENT_REDIRECT);
        assert_eq!(answer.header("location"), atom);
        fetch_feed(&app.visitor(), atom).await;
    }
}

/// The database can contain text that no form accepts, and every form accepts markup.
#[tokio::test]
async fn no_text_makes_a_feed_ill_formed() {
    let app = App::start_with(&[("SITE_NAME", "A & <B> \"C\"")]).await;
    let ada = app.member("ada").await;
    let evil = "]]></content><script>alert(1)</script>&lt;&#0;\"'";
    change_display_name(&ada, &evil[..40]).await;
    let review = ReviewBuilder::of(evil, 1995)
        .with("comment", &format!("{evil}\u{2028}"))
        .with("tags", &evil[..30]);
    let id = review.log(&ada).await;
    let movie = ada.movie_of(id).await;
    // PostgreSQL stores no NUL; all other control characters are written past the forms.
    let controls: String = ('\u{1}'..' ')
        .chain(['\u{7f}', '\u{fffe}', '\u{ffff}'])
        .collect();
    let title = format!("Control{controls}led");
    let row = movie::ActiveModel {
        id: Set(movie),
        title: Set(title),
        ..Default::default()
    };
    let changed = app.state.db.write(move |tx| {
        Box::pin(async move {
            movie::Entity::update(row).exec(tx).await?;
            Ok::<_, DbErr>(())
        })
    });
    changed.await.expect("changed");
    for path in [
        "/feed.atom".to_owned(),
        "/users/ada/feed.atom".to_owned(),
        format!("/movies/{movie}/feed.atom"),
        create_secret_feed(&ada).await,
    ] {
        let feed = fetch_feed(&app.visitor(), &path).await;
        let item = &feed.entries[0];
        assert!(
            item.title.starts_with("Control") && item.title.contains("led (1995)"),
            "{:?}",
            item.title
        );
        assert!(
            item.author.starts_with("]]></content><script>"),
            "{}",
            item.author
        );
        assert!(
            item.content
                .contains("]]&gt;&lt;/content&gt;&lt;script&gt;"),
            "{}",
            item.content
        );
        assert!(!item.content.contains("<script"));
        assert_eq!(item.tags.len(), 1);
        assert!(feed.title.ends_with("A & <B> \"C\""));
    }
}

#[tokio::test]
async fn a_secret_feed_shows_the_whole_diary_until_revoked() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let eve = app.member("eve").await;
    let boss = app.admin("boss").await;
    ReviewBuilder::of("Ran", 1985).log(&eve).await;
    for visibility in ["public", "members", "private"] {
        let title = format!("The {visibility} one");
        ReviewBuilder::of(&title, 1995)
            .with("visibility", visibility)
            .log(&ada)
            .await;
    }
    set_diary_visibility(&ada, "private").await;
    let page = ada.get("/settings/feeds").await.expect(StatusCode::OK);
    assert!(!page.has("#secret-address") && !page.has("form[action$=ending]"));

    let secret = create_secret_feed(&ada).await;
    let code = secret.strip_prefix("/feeds/").expect("a code");
    assert!(code.len() >= 22, "{code}");
    // It is shown once more after a reload.
    assert!(ada.get("/settings/feeds").await.body.contains(code));
    let page = ada.get("/settings/feeds").await;
    assert!(!page.body.contains(code));
    let stored: Vec<(i64, String)> = stored_addresses(&app).await;
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].1, sha256_hex(code.as_bytes()));

    for client in [app.visitor(), eve.clone()] {
        let answer = client.get(&secret).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-robots-tag"), "noindex");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
        let feed = ParsedFeed::parse(&answer);
        assert_eq!(
            feed.titles(),
            [
                "The private one (1995)",
                "The members one (1995)",
                "The public one (1995)"
            ]
        );
        assert!(feed.entries[0].content.contains("Only for you"));
    }
    for wrong in [
        code.to_lowercase(),
        format!("{code}A"),
        stored[0].1.clone(),
        code[1..].to_owned(),
    ] {
        app.visitor()
            .get(format!("/feeds/{wrong}"))
            .await
            .expect(StatusCode::NOT_FOUND);
    }

    let other = create_secret_feed(&ada).await;
    app.visitor()
        .get(&secret)
        .await
        .expect(StatusCode::NOT_FOUND);
    app.visitor().get(&other).await.expect(StatusCode::OK);
    // It ends for good when the account is disabled.
    let id = stored[0].0;
    for action in ["disabling", "enabling"] {
        boss.post(format!("/admin/members/{id}/{action}"), &[])
            .await;
        assert_eq!(app.visitor().get(&other).await.status, 404, "{action}");
    }
    let ada = app.visitor();
    ada.sign_in("ada").await;
    let page = ada.get("/settings/feeds").await;
    assert!(!page.has("form[action$=ending]"), "there is none to end");
    let newer = create_secret_feed(&ada).await;
    app.visitor().get(&newer).await.expect(StatusCode::OK);
    ada.post("/settings/feeds/key/ending", &[])
        .await
        .expect(StatusCode::SEE_OTHER);
    for ended in [&other, &newer] {
        app.visitor().get(ended).await.expect(StatusCode::NOT_FOUND);
    }
    ada.post("/settings/feeds/key/ending", &[])
        .await
        .expect(StatusCode::SEE_OTHER);

    let last = create_secret_feed(&ada).await;
    let fields = [("password", crate::support::PASSWORD)];
    ada.post("/settings/deletion", &fields)
        .await
        .expect(StatusCode::SEE_OTHER);
    app.visitor().get(&last).await.expect(StatusCode::NOT_FOUND);
}

async fn stored_addresses(app: &App) -> Vec<(i64, String)> {
    let rows = entity::secret_address::Entity::find()
        .all(app.state.db.reader())
        .await;
    let rows = rows.expect("rows").into_iter();
    rows.map(|row| (row.member_id, row.code_hash)).collect()
}

/// A snapshot of a whole feed, so that a change of its format is noticed.
#[tokio::test]
async fn a_feed_looks_like_this() {
    let app = App::start_with(&[("BASE_URL", ORIGIN)]).await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Ran", 1985).log(&ada).await;
    let review = ReviewBuilder::of("Heat", 1995)
        .with("rating", "4")
        .with("liked", "on")
        .with("watched_on", "2024-03-07")
        .with(
            "comment",
            "Two of them, at one table.\n\nAnd the city <at night>.",
        )
        .with("tags", "crime");
    review.log(&ada).await;
    let answer = app.visitor().get("/users/ada/feed.atom").await;
    let mut body = answer.body.replace("><", ">\n<");
    let document = Document::parse(&answer.body).expect("well-formed");
    let times = document.descendants().filter(|node| {
        node.has_tag_name((ATOM_NAMESPACE, "updated"))
            || node.has_tag_name((ATOM_NAMESPACE, "published"))
    });
    for time in times {
        body = body.replace(time.text().expect("a time"), "TIME");
    }
    let today = app.state.clock.now().date_naive();
    let body = body
        .replace(&today.to_string(), "DAY")
        .replace(&today.format("%-d %b %Y").to_string(), "A DAY")
        .replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::assert_snapshot!(body);
}

/// Many feed readers are built on feedparser.
#[tokio::test]
async fn feedparser_accepts_every_feed() {
    let app = App::start_with(&[("BASE_URL", ORIGIN), ("SITE_NAME", "A & B")]).await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Heat & <Dust>", 1995)
        .with("rating", "4")
        .with("comment", "Two of them, at <one> table. ]]>")
        .with("tags", "crime");
    let id = review.log(&ada).await;
    let movie = ada.movie_of(id).await;
    ada.upload(format!("/movies/{movie}/poster"), &png(120, 180))
        .await;
    for path in [
        "/feed.atom".to_owned(),
        "/users/ada/feed.atom".to_owned(),
        format!("/movies/{movie}/feed.atom"),
        create_secret_feed(&ada).await,
    ] {
        let answer = app.visitor().get(&path).await;
        let Some(read) = parse_with_feedparser(&answer) else {
            return;
        };
        assert_eq!(read["bozo"], false, "{read}");
        assert_eq!(read["version"], "atom10");
        let title = read["title"].as_str().expect("a title");
        assert!(
            title.ends_with(" · A & B") || title.ends_with(" · A &amp; B"),
            "{title}"
        );
        let entry = &read["entry"];
        assert_eq!(entry["title"], "Heat & <Dust> (1995) ★★★★");
        assert_eq!(entry["link"], format!("{ORIGIN}/reviews/{id}"));
        assert_eq!(entry["author"], "ADA");
        assert_eq!(entry["tag"], "crime");
        let content = entry["content"].as_str().expect("content");
        assert!(
            content.contains("<img") && content.contains("&lt;one&gt;"),
            "{content}"
        );
    }
}

const FEEDPARSER_SCRIPT: &str = "
import feedparser, json, sys
read = feedparser.parse(sys.stdin.buffer.read(), response_headers={
    'content-type': sys.argv[1], 'content-location': sys.argv[2]})
entry = read.entries[0]
print(json.dumps({
    'bozo': bool(read.bozo), 'why': str(read.get('bozo_exception')), 'version': read.version,
    'title': read.feed.title, 'entry': {
        'title': entry.title, 'link': entry.link, 'author': entry.author,
        'tag': entry.tags[0].term, 'content': entry.content[0].value}}))
";

/// `None` where feedparser is not installed.
fn parse_with_feedparser(answer: &TestResponse) -> Option<serde_json::Value> {
    let args = [answer.header("content-type"), ORIGIN];
    read_with_python("feedparser", FEEDPARSER_SCRIPT, &args, &answer.bytes)
}
