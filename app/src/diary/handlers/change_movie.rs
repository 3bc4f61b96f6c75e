//! Changing the movie of a review.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::accounts::{Member, ReturnedForm, Viewer};
use crate::catalog::{
    CatalogQuery, Catalogs, FoundFilms, KnownMovie, OnlineCatalog, OnlineMatches,
};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::DiaryWriter;
use crate::diary::Entry;
use crate::diary::commands::{self, ChangeMovieError};
use crate::diary::components::change_movie::{ChangeMovieView, change_movie_page};
use crate::diary::components::form::REVIEW_CHANGED;
use crate::diary::form::RawMovie;
use crate::diary::queries;
use crate::events::EventSender;
use crate::paths;
use crate::web::{Done, Error, FieldErrors, Form, Page};

/// `GET /reviews/{id}/movie`: the search for the right movie.
pub async fn show(
    paths::ReviewMovie { id }: paths::ReviewMovie,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(catalogs): State<Catalogs>,
    Query(paths::ChangeMovieParams { q, by_hand }): Query<paths::ChangeMovieParams>,
    ReturnedForm(typed): ReturnedForm<RawMovie>,
) -> Result<Page, Error> {
    let review = find_own_review(&db, &member, id).await?;
    let is_by_hand = !by_hand.is_empty() || typed.is_some();
    let from_box = || RawMovie::from_typed(&q, clock.today(viewer.zone));
    let raw = RawMovie {
        by: member.account_mark(),
        ..typed.unwrap_or_else(from_box)
    };
    let query = CatalogQuery::parse(&q);
    let (found, online_matches) = catalogs.find(&db, &query).await?;
    Ok(page(&ChangeMovieView {
        review: &review,
        search_text: q.trim(),
        query: &query,
        found: &found,
        online_matches: &online_matches,
        raw: &raw,
        is_by_hand,
        errors: &FieldErrors::default(),
        candidates: &[],
    }))
}

/// `POST /reviews/{id}/movie`: moves the review to the chosen movie.
pub async fn update(
    paths::ReviewMovie { id }: paths::ReviewMovie,
    viewer: Viewer,
    member: Member,
    State(writer): State<DiaryWriter>,
    State(events): State<EventSender>,
    State(online): State<Arc<OnlineCatalog>>,
    Form(raw): Form<RawMovie>,
) -> Result<Response, Error> {
    let review = find_own_review(&writer.db, &member, id).await?;
    let mut errors = FieldErrors::default();
    let Some(choice) = raw.check(writer.clock.today(viewer.zone), &mut errors) else {
        return Ok(movie_form_with_errors(&review, &raw, &errors, &[]));
    };
    match commands::change_movie(&writer, &events, &online, member.id, id, None, choice).await {
        Ok(_) => Ok(Done::redirect_to(paths::Review { id }).into_response()),
        Err(ChangeMovieError::Ambiguous(candidates)) => {
            Ok(movie_form_with_errors(&review, &raw, &errors, &candidates))
        }
        Err(ChangeMovieError::Stale) => change_conflict(&writer.db, &member, id, &raw).await,
        Err(ChangeMovieError::Gone | ChangeMovieError::MovieGone) => Err(Error::NotFound),
        Err(ChangeMovieError::Database(error)) => Err(error.into()),
    }
}

async fn find_own_review(db: &Db, member: &Member, id: i64) -> Result<Entry, Error> {
    let own = queries::find_own(db, member.id, id).await?;
    own.ok_or(Error::NotFound)
}

/// The form again, for the review as it is saved now.
async fn change_conflict(
    db: &Db,
    member: &Member,
    id: i64,
    raw: &RawMovie,
) -> Result<Response, Error> {
    let review = find_own_review(db, member, id).await?;
    let errors = FieldErrors::single("", REVIEW_CHANGED);
    let page = change_movie_page_of(&review, raw, &errors, &[]);
    Ok(page.status(StatusCode::CONFLICT).into_response())
}

/// The form again, with its errors.
fn movie_form_with_errors(
    review: &Entry,
    raw: &RawMovie,
    errors: &FieldErrors,
    candidates: &[KnownMovie],
) -> Response {
    change_movie_page_of(review, raw, errors, candidates)
        .status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response()
}

fn change_movie_page_of(
    review: &Entry,
    raw: &RawMovie,
    errors: &FieldErrors,
    candidates: &[KnownMovie],
) -> Page {
    page(&ChangeMovieView {
        review,
        search_text: "",
        query: &CatalogQuery::default(),
        found: &FoundFilms::default(),
        online_matches: &OnlineMatches::default(),
        raw,
        is_by_hand: true,
        errors,
        candidates,
    })
}

fn page(view: &ChangeMovieView<'_>) -> Page {
    Page::new("Which film did you see?", change_movie_page(view))
}
