//! Everyone's reviews, the last logged first.

use std::sync::Arc;

use axum::extract::{Query, State};
use maud::{Markup, html};

use crate::accounts::Viewer;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::diary::components::list::{Shown, page};
use crate::diary::components::{Eye, log_box::log_box};
use crate::diary::{Cursor, Lists, Scope, about};
use crate::paths;
use crate::revision;
use crate::web::{Error, Page};

/// `GET /`
pub async fn show(
    path: paths::Feed,
    viewer: Viewer,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(config): State<Arc<Config>>,
    State(lists): State<Arc<Lists>>,
    Query(query): Query<paths::Older>,
) -> Result<Page, Error> {
    let cursor = Cursor::read(&query.older)?;
    let revision = revision::of_site(db.reader(), viewer.sees()).await?;
    let revision = revision::number(revision);
    let list = lists
        .page(&db, &viewer, Scope::Feed, cursor, revision)
        .await?;
    let eye = Eye::new(&viewer, clock.now());
    let head = html! {
        h1.hidden { "Feed" }
        @if cursor.is_none() && viewer.member.is_some() { (log_box(false)) }
    };
    let shown = Shown {
        title: "Feed".to_owned(),
        head,
        list: &list,
        path: &path,
        is_first: cursor.is_none(),
        when_empty: when_empty(&viewer),
    };
    Ok(page(shown, eye).about(about::feed(&config.site_name, cursor)))
}

fn when_empty(viewer: &Viewer) -> Markup {
    match viewer.member {
        Some(_) => html! {
            "Nothing here yet. Type the title of the last film you saw: it will be the first page of this diary."
        },
        None => html! {
            "Nothing here yet that everybody may read. Members see more after "
            a href=(paths::Login) { "signing in" } "."
        },
    }
}
