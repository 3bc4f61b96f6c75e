//! The page of a member's lists.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

use crate::accounts::{Member, MemberId, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::commands::RESTORE_WINDOW;
use crate::lists::components::index::{self, ListsPageView, OwnLists};
use crate::lists::queries::{
    deleted_lists, find_list_owner, invitations_of, joined_lists, lists_of,
};
use crate::paths;
use crate::web::ui::plural;
use crate::web::{Done, Error, Page};

/// `GET /lists`: leads to the member’s own.
pub async fn own(_: paths::Lists, member: Member) -> Response {
    Done::redirect_to(paths::MemberLists::of(&member.username)).into_response()
}

/// `GET /users/{username}/lists`: the lists of a member.
pub async fn show(
    path: paths::MemberLists,
    viewer: Viewer,
    State(db): State<Db>,
    State(clock): State<Clock>,
    Query(params): Query<paths::AfterIdParams>,
) -> Result<Page, Error> {
    let owner = find_list_owner(&db, &viewer, &path.username).await?;
    let owner = owner.ok_or(Error::NotFound)?;
    let page = lists_of(&db, &viewer, owner.id, params.after).await?;
    let own = match viewer.is(owner.id) {
        true => Some(own_lists(&db, owner.id, clock.now()).await?),
        false => None,
    };
    let view = ListsPageView {
        owner: &owner,
        page: &page,
        own: own.as_ref(),
    };
    Ok(Page::new(index::title(&owner), index::lists_page(&view))
        .fragment(index::items(&view))
        .announce(plural(page.lists.len() as u64, "list", "lists")))
}

async fn own_lists(db: &Db, member: MemberId, now: DateTime<Utc>) -> Result<OwnLists, Error> {
    Ok(OwnLists {
        invitations: invitations_of(db, member).await?,
        joined: joined_lists(db, member).await?,
        deleted: deleted_lists(db, member, now - RESTORE_WINDOW).await?,
    })
}
