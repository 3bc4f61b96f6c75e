//! The list of deleted reviews.

use axum::extract::{Query, State};
use maud::html;

use crate::accounts::{Member, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::components::entry::deleted_entry;
use crate::diary::components::list::{more_reviews, older_entries_link};
use crate::diary::{Cursor, commands, queries};
use crate::paths;
use crate::web::ui::empty_state;
use crate::web::{Error, Page};

/// `GET /reviews/deleted`: the member's own reviews that can still be restored.
pub async fn show(
    path: paths::DeletedReviews,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    Query(query): Query<paths::OlderParams>,
) -> Result<Page, Error> {
    let since = clock.now() - commands::RESTORE_WINDOW;
    let cursor = Cursor::parse_older(&query.older)?;
    let deleted = queries::list_deleted(&db, member.id, since, cursor).await?;
    let items = html! {
        @for review in &deleted.entries { (deleted_entry(review, false)) }
        (older_entries_link(&deleted, &path, &viewer))
    };
    let main = html! {
        h1 { "Recently deleted" }
        p.lead { "You can restore a deleted review for a day. After that, it is gone for good." }
        ol.entries { (items) }
        (empty_state(&html! { "You have not deleted anything in the last 24 hours." }))
        p { a href=(paths::Member::of(&member.username)) { "Back to your diary" } }
    };
    Ok(Page::new("Recently deleted", main)
        .fragment(items)
        .announce(more_reviews(&deleted)))
}
