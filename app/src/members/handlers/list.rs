//! The list of members.

use axum::extract::{Query, State};

use crate::accounts::Viewer;
use crate::db::Db;
use crate::members::components::list;
use crate::paths;
use crate::stats::{Order, members};
use crate::web::ui::plural;
use crate::web::{Error, Page};

/// `GET /users`
pub async fn show(
    _: paths::Users,
    viewer: Viewer,
    State(db): State<Db>,
    Query(paths::MemberList { sort, after }): Query<paths::MemberList>,
) -> Result<Page, Error> {
    let order = Order::parse(&sort);
    let standings = members(&db, &viewer, order, &after).await?;
    let shown = list::Shown {
        standings: &standings,
        order,
    };
    let words = plural(standings.members.len(), "member", "members");
    Ok(Page::new("Members", list::page(&shown))
        .fragment(list::items(&shown))
        .announce(words))
}
