//! Choosing another film for a review.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::accounts::{Member, Viewer};
use crate::catalog::{self, Added, Asked, Known, Outside};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::Entry;
use crate::diary::commands::{self, NotMoved};
use crate::diary::components::film::{Shown, wrong_film};
use crate::diary::form::RawFilm;
use crate::diary::queries;
use crate::events::Events;
use crate::paths;
use crate::web::{Done, Error, Fields, Form, Page};

/// `GET /reviews/{id}/movie`
pub async fn show(
    paths::ReviewMovie { id }: paths::ReviewMovie,
    member: Member,
    State(db): State<Db>,
    State(outside): State<Arc<Outside>>,
    Query(paths::Query { q }): Query<paths::Query>,
) -> Result<Page, Error> {
    let review = find(&db, &member, id).await?;
    let asked = Asked::parse(&q);
    let known = catalog::suggest(&db, &asked).await?;
    let added = catalog::find_outside(&db, &outside, &asked, false, &known).await?;
    Ok(page(&Shown {
        review: &review,
        typed: q.trim(),
        known: &known,
        added: &added,
        raw: &RawFilm::default(),
        errors: &Fields::default(),
        fitting: &[],
    }))
}

/// `POST /reviews/{id}/movie`
pub async fn update(
    paths::ReviewMovie { id }: paths::ReviewMovie,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(events): State<Events>,
    State(outside): State<Arc<Outside>>,
    Form(raw): Form<RawFilm>,
) -> Result<Response, Error> {
    let review = find(&db, &member, id).await?;
    let mut errors = Fields::default();
    let Some(film) = raw.check(clock.today(viewer.zone), &mut errors) else {
        return Ok(again(&review, &raw, &errors, &[]));
    };
    let member = member.id;
    match commands::choose_movie(&db, &clock, &events, &outside, member, id, None, film).await {
        Ok(_) => Ok(Done::at(paths::Review { id }).into_response()),
        Err(NotMoved::Ambiguous(fitting)) => Ok(again(&review, &raw, &errors, &fitting)),
        Err(NotMoved::Gone | NotMoved::NoMovie | NotMoved::Stale) => Err(Error::NotFound),
        Err(NotMoved::Database(error)) => Err(error.into()),
    }
}

async fn find(db: &Db, member: &Member, id: i64) -> Result<Entry, Error> {
    let own = queries::find_own(db, member.id, id).await?;
    own.ok_or(Error::NotFound)
}

/// The form that was typed, with what is wrong with it.
fn again(review: &Entry, raw: &RawFilm, errors: &Fields, fitting: &[Known]) -> Response {
    let shown = Shown {
        review,
        typed: "",
        known: &[],
        added: &Added::default(),
        raw,
        errors,
        fitting,
    };
    page(&shown)
        .status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response()
}

fn page(shown: &Shown<'_>) -> Page {
    Page::new("Which film did you see?", wrong_film(shown))
}
