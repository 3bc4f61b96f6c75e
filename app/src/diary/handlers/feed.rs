//! The feed: everyone's reviews, the most recently logged first.

use std::sync::Arc;

use axum::extract::{Query, State};
use maud::{Markup, html};

use crate::accounts::Viewer;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::diary::commands::LoggedReview;
use crate::diary::components::list::{EntryListView, list_page};
use crate::diary::components::{RenderContext, entry, follow_notices, log_box::log_box};
use crate::diary::{Cursor, DiaryWriter, EntryPageCache, FollowNotice, ListScope, page_meta};
use crate::paths;
use crate::revision;
use crate::web::{Error, Page};

/// `GET /`: the feed, with the log box for members.
pub async fn show(
    path: paths::Feed,
    viewer: Viewer,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(config): State<Arc<Config>>,
    State(lists): State<Arc<EntryPageCache>>,
    State(writer): State<DiaryWriter>,
    Query(query): Query<paths::OlderParams>,
    Query(params): Query<paths::LoggedParams>,
) -> Result<Page, Error> {
    let cursor = Cursor::parse_older(&query.older)?;
    let revision = revision::site_revision(db.reader(), viewer.revision_kind()).await?;
    let revision = revision::revision_number(revision);
    let list = lists
        .page(&db, &viewer, ListScope::Feed, cursor, revision)
        .await?;
    let context = RenderContext::new(&viewer, clock.now());
    let notices = notices_after_logging(&writer, &viewer, params).await?;
    let head = html! {
        h1.hidden { "Feed" }
        (follow_notices(&notices))
        @if cursor.is_none() && viewer.member.is_some() { (log_box(false)) }
    };
    let view = EntryListView {
        title: "Feed".to_owned(),
        head,
        list: &list,
        path: &path,
        query: &query,
        empty_message: empty_message(&viewer),
    };
    Ok(list_page(view, context).meta(page_meta::feed_meta(&config.site_name, cursor)))
}

/// Scripts show them when the review is logged.
async fn notices_after_logging(
    writer: &DiaryWriter,
    viewer: &Viewer,
    params: paths::LoggedParams,
) -> Result<Vec<FollowNotice>, Error> {
    match viewer.id().zip(params.logged) {
        Some((member, review)) => Ok(writer.notices_of(member, review).await?),
        None => Ok(Vec::new()),
    }
}

/// The place in the feed of a review that was just logged.
pub(super) fn path_after_logging(logged: &LoggedReview) -> String {
    let params = paths::LoggedParams {
        logged: Some(logged.id),
    };
    let feed = match logged.notices.is_empty() {
        true => paths::Feed.to_string(),
        false => paths::with(paths::Feed, params),
    };
    format!("{feed}#{}", entry::id(logged.id))
}

fn empty_message(viewer: &Viewer) -> Markup {
    match viewer.member {
        Some(_) => html! {
            "Nothing here yet. Start your diary by typing the title of the last film you saw, or "
            a href=(paths::Imports) { "bring your diary from another service" } "."
        },
        None => html! {
            "There are no public reviews yet. Members can see more after "
            a href=(paths::Login) { "signing in" } "."
        },
    }
}
