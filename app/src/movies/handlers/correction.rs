//! Correcting a movie.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::accounts::{Admin, Member, Viewer};
use crate::catalog::{Known, Outside};
use crate::clock::Clock;
use crate::db::Db;
use crate::events::Events;
use crate::movies::commands;
use crate::movies::components::correction::{self, Shown};
use crate::movies::form::RawCorrection;
use crate::movies::queries::find_to_correct;
use crate::paths;
use crate::posters;
use crate::web::form::Nothing;
use crate::web::{Done, Error, Fields, Form, Page};

/// `GET /movies/{id}/correction`
pub async fn show(
    paths::MovieCorrection { id }: paths::MovieCorrection,
    member: Member,
    State(db): State<Db>,
    State(outside): State<Arc<Outside>>,
) -> Result<Page, Error> {
    let movie = find_to_correct(&db, &member, id).await?;
    let raw = RawCorrection::of(&movie);
    page(&db, &outside, &movie, &raw, &Fields::default()).await
}

/// `POST /movies/{id}/correction`
pub async fn update(
    paths::MovieCorrection { id }: paths::MovieCorrection,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(events): State<Events>,
    State(outside): State<Arc<Outside>>,
    Form(raw): Form<RawCorrection>,
) -> Result<Response, Error> {
    let movie = find_to_correct(&db, &member, id).await?;
    let errors = match raw.check(&movie, clock.today(viewer.zone)) {
        Ok(said) => {
            let seen = movie.clone();
            match commands::correct(&db, &clock, &events, &member, seen, said).await {
                Ok(id) => return Ok(Done::at(paths::Movie { id }).into_response()),
                Err(why) => why.told()?,
            }
        }
        Err(errors) => errors,
    };
    let page = page(&db, &outside, &movie, &raw, &errors).await?;
    Ok(page
        .status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response())
}

/// The page; as a fragment, its part with the poster.
pub(super) async fn page(
    db: &Db,
    outside: &Outside,
    movie: &Known,
    raw: &RawCorrection,
    errors: &Fields,
) -> Result<Page, Error> {
    let about = posters::queries::about(db.reader(), movie.id).await?;
    let shown = Shown {
        movie,
        raw,
        errors,
        about: &about,
        asks_catalog: !outside.is_off(),
    };
    let title = format!("Correct {} ({})", movie.title, movie.year);
    let page = Page::new(title, correction::page(&shown));
    Ok(page.fragment(correction::poster_form(&shown)))
}

/// `POST /movies/corrections/{id}/undoing`
pub async fn undo(
    paths::CorrectionUndoing { id }: paths::CorrectionUndoing,
    Admin(admin): Admin,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(events): State<Events>,
    _: Form<Nothing>,
) -> Result<Done, Error> {
    let movie = commands::undo_correction(&db, &clock, &events, admin.id, id).await?;
    Ok(Done::at(paths::Movie { id: movie }))
}
