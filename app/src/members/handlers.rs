//! What answers the addresses of members.

use axum::extract::{Query, State};
use maud::html;

use super::about;
use super::queries::owner;
use crate::accounts::Viewer;
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::components::Eye;
use crate::diary::components::list::{Shown, page};
use crate::diary::{Cursor, Scope, queries};
use crate::paths;
use crate::web::{Error, Page};

/// `GET /users/{username}`
pub async fn show(
    path: paths::User,
    viewer: Viewer,
    State(db): State<Db>,
    State(clock): State<Clock>,
    Query(query): Query<paths::Older>,
) -> Result<Page, Error> {
    let cursor = Cursor::read(&query.older)?;
    let owner = owner(&db, &viewer, &path.username)
        .await?
        .ok_or(Error::NotFound)?;
    let list = queries::list(&db, &viewer, Scope::Diary(owner.id), cursor).await?;
    let eye = Eye::new(&viewer, clock.now());
    let when_empty = match viewer.is(owner.id) {
        true => "Your diary is empty. Log the last film you saw from the feed.",
        false => "This diary has no page that you may read yet.",
    };
    let head = html! {
        header.member {
            h1 { (owner.display_name) }
            p.lead { "The diary of " (owner.username) ", by the day watched." }
        }
    };
    let shown = Shown {
        title: format!("{}’s diary", owner.display_name),
        head,
        list: &list,
        path: &path,
        is_first: cursor.is_none(),
        when_empty,
    };
    Ok(page(shown, eye).about(about::diary(&owner)))
}
