//! Handler for the list of members.

use std::sync::Arc;

use axum::extract::{Query, State};

use crate::accounts::Viewer;
use crate::db::Db;
use crate::members::components::list;
use crate::paths;
use crate::stats::{MemberOrder, StatsCache};
use crate::web::ui::plural;
use crate::web::{Error, Page};

/// `GET /users`: the members with a diary.
pub async fn show(
    _: paths::Members,
    viewer: Viewer,
    State(db): State<Db>,
    State(stats): State<Arc<StatsCache>>,
    Query(paths::MemberListParams { sort, after }): Query<paths::MemberListParams>,
) -> Result<Page, Error> {
    let order = MemberOrder::parse(&sort);
    let members_page = stats.list_members(&db, &viewer, order, &after).await?;
    let view = list::MemberListView {
        page: &members_page,
        order,
    };
    let count = plural(members_page.members.len(), "member", "members");
    Ok(Page::new("Members", list::page(&view))
        .fragment(list::member_list_items(&view))
        .announce(count))
}
