//! Showing a review, and changing it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use crate::accounts::{Member, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::commands::{self, NotChanged};
use crate::diary::components::form::{self, Shown};
use crate::diary::components::{Eye, entry};
use crate::diary::form::RawReview;
use crate::diary::queries;
use crate::diary::{Entry, about};
use crate::paths;
use crate::web::{Done, Error, Fields, Form, Page};

/// `GET /reviews/{id}`
pub async fn show(
    paths::Review { id }: paths::Review,
    viewer: Viewer,
    State(db): State<Db>,
    State(clock): State<Clock>,
) -> Result<Page, Error> {
    let review = queries::find(&db, &viewer, id)
        .await?
        .ok_or(Error::NotFound)?;
    let eye = Eye::new(&viewer, clock.now());
    let title = format!(
        "{} ({}) by {}",
        review.title, review.year, review.display_name
    );
    let main = html! {
        h1.hidden { (title) }
        ol.entries.single { (entry(&review, eye, false)) }
    };
    Ok(Page::new(title, main)
        .fragment(entry(&review, eye, true))
        .about(about::review(&review)))
}

/// `GET /reviews/{id}/edit`
pub async fn form(
    paths::EditReview { id }: paths::EditReview,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
) -> Result<Page, Error> {
    let review = queries::find_own(&db, member.id, id)
        .await?
        .ok_or(Error::NotFound)?;
    let raw = RawReview::from_entry(&review);
    Ok(page(&viewer, &review, &raw, &Fields::default(), false))
}

/// `POST /reviews/{id}`
pub async fn update(
    paths::Review { id }: paths::Review,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    Form(raw): Form<RawReview>,
) -> Result<Response, Error> {
    let Some(review) = queries::find_own(&db, member.id, id).await? else {
        return gone(&db, &clock, &member, id, &raw).await;
    };
    let change = match raw.check_change(clock.today(viewer.zone)) {
        Ok(change) => change,
        Err(errors) => {
            let page = page(&viewer, &review, &raw, &errors, false);
            return Ok(page
                .status(StatusCode::UNPROCESSABLE_ENTITY)
                .into_response());
        }
    };
    match commands::change(&db, &clock, member.id, id, change).await {
        Ok(()) => saved(&db, &clock, &viewer, id).await,
        Err(NotChanged::Stale) => stale(&db, &viewer, &member, id, raw).await,
        Err(NotChanged::Gone) => gone(&db, &clock, &member, id, &raw).await,
        Err(NotChanged::Database(error)) => Err(error.into()),
    }
}

async fn saved(db: &Db, clock: &Clock, viewer: &Viewer, id: i64) -> Result<Response, Error> {
    let review = queries::find(db, viewer, id)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(Done::at(paths::Review { id })
        .fragment(entry(&review, Eye::new(viewer, clock.now()), true))
        .announce(format!("Saved {}.", review.title))
        .into_response())
}

/// What was typed, where the review was deleted meanwhile.
async fn gone(
    db: &Db,
    clock: &Clock,
    member: &Member,
    id: i64,
    raw: &RawReview,
) -> Result<Response, Error> {
    let since = clock.now() - commands::RESTORABLE;
    queries::find_deleted(db, member.id, since, id)
        .await?
        .ok_or(Error::NotFound)?;
    let told = form::deleted_meanwhile(id, &raw.comment);
    let main = html! { ol.entries.single { (told) } };
    let page = Page::new("Deleted meanwhile", main).fragment(told);
    Ok(page.status(StatusCode::CONFLICT).into_response())
}

/// The form again, with what was typed, over the version that is there now.
async fn stale(
    db: &Db,
    viewer: &Viewer,
    member: &Member,
    id: i64,
    raw: RawReview,
) -> Result<Response, Error> {
    let review = queries::find_own(db, member.id, id)
        .await?
        .ok_or(Error::NotFound)?;
    let raw = RawReview {
        version: review.version.to_string(),
        ..raw
    };
    let page = page(viewer, &review, &raw, &Fields::default(), true);
    Ok(page.status(StatusCode::CONFLICT).into_response())
}

fn page(viewer: &Viewer, review: &Entry, raw: &RawReview, errors: &Fields, newer: bool) -> Page {
    let draw = |in_place| -> Markup {
        let shown = Shown {
            by: "",
            raw,
            errors,
            zone: viewer.zone.name(),
            in_place,
            is_fresh: false,
        };
        form::change(&shown, review, newer)
    };
    let title = format!("Edit {} ({})", review.title, review.year);
    let main = html! {
        h1.hidden { (title) }
        ol.entries.single { (draw(false)) }
    };
    Page::new(title, main).fragment(draw(true))
}
