//! The page to correct a movie, and undoing corrections.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::accounts::{Admin, Member, ReturnedForm, Viewer};
use crate::catalog::{KnownMovie, OnlineCatalog};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::DiaryWriter;
use crate::events::EventSender;
use crate::movies::commands;
use crate::movies::components::correction::{self, CorrectionView};
use crate::movies::form::RawCorrection;
use crate::movies::queries::find_correctable;
use crate::paths;
use crate::posters;
use crate::web::form::EmptyForm;
use crate::web::ui::title_with_year;
use crate::web::{Done, Error, FieldErrors, Form, Page};

/// `GET /movies/{id}/correction`: the form to correct a movie.
pub async fn show(
    paths::MovieCorrection { id }: paths::MovieCorrection,
    member: Member,
    State(db): State<Db>,
    State(online): State<Arc<OnlineCatalog>>,
    ReturnedForm(typed): ReturnedForm<RawCorrection>,
) -> Result<Page, Error> {
    let movie = find_correctable(&db, &member, id)
        .await?
        .ok_or(Error::NotFound)?;
    let raw = RawCorrection {
        by: member.account_mark(),
        ..typed.unwrap_or_else(|| RawCorrection::from_movie(&movie))
    };
    page(&db, &online, &movie, &raw, &FieldErrors::default()).await
}

/// `POST /movies/{id}/correction`: saves a correction.
pub async fn update(
    paths::MovieCorrection { id }: paths::MovieCorrection,
    viewer: Viewer,
    member: Member,
    State(writer): State<DiaryWriter>,
    State(events): State<EventSender>,
    State(online): State<Arc<OnlineCatalog>>,
    Form(raw): Form<RawCorrection>,
) -> Result<Response, Error> {
    let movie = find_correctable(&writer.db, &member, id)
        .await?
        .ok_or(Error::NotFound)?;
    let errors = match raw.validate(&movie, writer.clock.today(viewer.zone)) {
        Ok(input) => {
            let original = movie.clone();
            match commands::correct_movie(&writer, &events, &member, original, input).await {
                Ok(id) => return Ok(Done::redirect_to(paths::Movie { id }).into_response()),
                Err(error) => error.into_field_errors()?,
            }
        }
        Err(errors) => errors,
    };
    let page = page(&writer.db, &online, &movie, &raw, &errors).await?;
    Ok(page
        .status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response())
}

/// The whole page, with the poster's section as its fragment.
pub(super) async fn page(
    db: &Db,
    online: &OnlineCatalog,
    movie: &KnownMovie,
    raw: &RawCorrection,
    errors: &FieldErrors,
) -> Result<Page, Error> {
    let poster_info = posters::queries::poster_info(db.reader(), movie.id).await?;
    let view = CorrectionView {
        movie,
        raw,
        errors,
        poster_info: &poster_info,
        catalog_enabled: !online.is_off(),
    };
    let title = format!("Correct {}", title_with_year(&movie.title, movie.year));
    let page = Page::new(title, correction::page(&view));
    Ok(page.fragment(correction::poster_form(&view)))
}

/// `POST /movies/corrections/{id}/undoing`: an admin undoes a correction.
pub async fn undo(
    paths::CorrectionUndoing { id }: paths::CorrectionUndoing,
    Admin(admin): Admin,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(events): State<EventSender>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    let movie = commands::undo_correction(&db, &clock, &events, admin.id, id).await?;
    Ok(Done::redirect_to(paths::Movie { id: movie }))
}
