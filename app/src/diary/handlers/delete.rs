//! Deleting a review, and bringing it back.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use maud::html;

use crate::accounts::{Member, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::commands::NotChanged;
use crate::diary::components::Eye;
use crate::diary::components::entry::{entry, gone};
use crate::diary::components::list::{more, way_on};
use crate::diary::{Cursor, commands, queries};
use crate::paths;
use crate::web::form::Nothing;
use crate::web::ui::empty;
use crate::web::{Done, Error, Form, Page};

/// `POST /reviews/{id}/deletion`
pub async fn create(
    paths::ReviewDeletion { id }: paths::ReviewDeletion,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Form<Nothing>,
) -> Result<Response, Error> {
    let before = queries::find_own(&db, member.id, id).await?;
    match commands::delete(&db, &clock, member.id, id, None).await {
        Ok(()) => {}
        Err(NotChanged::Database(error)) => return Err(error.into()),
        Err(NotChanged::Gone | NotChanged::Stale) => return Err(Error::NotFound),
    }
    let done = Done::at(paths::DeletedReviews);
    Ok(match before {
        Some(review) => done
            .fragment(gone(&review, true))
            .announce(format!("Deleted {}. You can undo it.", review.title)),
        None => done,
    }
    .into_response())
}

/// `POST /reviews/{id}/restoration`
pub async fn undo(
    paths::ReviewRestoration { id }: paths::ReviewRestoration,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Form<Nothing>,
) -> Result<Done, Error> {
    if !commands::restore(&db, &clock, member.id, id).await? {
        return Err(Error::NotFound);
    }
    let review = queries::find(&db, &viewer, id)
        .await?
        .ok_or(Error::NotFound)?;
    let eye = Eye::new(&viewer, clock.now());
    Ok(Done::at(paths::Review { id })
        .fragment(entry(&review, eye, true))
        .announce(format!("{} is back.", review.title)))
}

/// `GET /reviews/deleted`
pub async fn list(
    path: paths::DeletedReviews,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    Query(query): Query<paths::Older>,
) -> Result<Page, Error> {
    let since = clock.now() - commands::RESTORABLE;
    let cursor = Cursor::read(&query.older)?;
    let deleted = queries::deleted(&db, member.id, since, cursor).await?;
    let items = html! {
        @for review in &deleted.entries { (gone(review, false)) }
        (way_on(&deleted, &path))
    };
    let main = html! {
        h1 { "Recently deleted" }
        p.lead { "What you delete can be brought back for a day. Then it is gone for good." }
        ol.entries { (items) }
        (empty(&html! { "Nothing was deleted in the last 24 hours." }))
        p { a href=(paths::User::of(&member.username)) { "Back to your diary" } }
    };
    Ok(Page::new("Recently deleted", main)
        .fragment(items)
        .announce(more(&deleted)))
}
