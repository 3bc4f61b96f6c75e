//! One review: logging it, showing, changing, deleting it, and bringing it back.

use axum::extract::State;
use axum::http::header::{IF_MATCH, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::{Tries, ended, unchanged};
use crate::AppState;
use crate::accounts::{Member, MemberId, Viewer};
use crate::api::body::{Id, IdempotencyKey, Json};
use crate::api::caller::Writer;
use crate::api::problem::{Problem, Refusal};
use crate::api::schema::{FilmMeant, Review, ReviewChange, ReviewToLog};
use crate::api::tag::{Tagged, expect, json};
use crate::db::Db;
use crate::diary::commands::{self, Logged, NotLogged, NotMoved};
use crate::diary::queries::{find, find_own, has_seen};
use crate::diary::{NewReview, RawReview, mint_key, ticked};
use crate::paths;
use crate::secret;
use crate::web::{Error, Fields};

/// Log a review
///
/// With an `idempotency-key`, a body that is sent twice is logged once: the second answer is 200,
/// with the review that the first request logged.
#[utoipa::path(
    post,
    path = "/api/reviews",
    tag = "Reviews",
    request_body = ReviewToLog,
    params(("idempotency-key" = Option<String>, Header, description = "A key of your own making: 16 to 64 letters, digits, `-` and `_`.", min_length = 16, max_length = 64, pattern = "^[A-Za-z0-9_-]{16,64}$")),
    responses(
        (status = 201, description = "The review is logged.", body = Review, headers(("location" = String, description = "The address of the review."))),
        (status = 200, description = "The review was logged before, with the same key.", body = Review),
        (status = 409, description = "The key was used for another review, or that review was deleted.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::api) async fn log(
    Writer(bearer): Writer,
    viewer: Viewer,
    State(state): State<AppState>,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<ReviewToLog>,
) -> Result<Response, Refusal> {
    let new = checked(&state, &viewer, &bearer.member, key, body).await?;
    let AppState {
        db,
        clock,
        events,
        outside,
        ..
    } = &state;
    let logged = commands::log(db, clock, events, outside, bearer.member.id, new).await;
    answer(&state, &viewer, logged.map_err(not_logged)?).await
}

/// What the form on the page would make of it. The key goes with the body as it came: today is
/// another day tomorrow, and who has logged a film has seen it before.
async fn checked(
    state: &AppState,
    viewer: &Viewer,
    member: &Member,
    key: Option<String>,
    body: ReviewToLog,
) -> Result<NewReview, Refusal> {
    let body_hash = secret::hash(&json(&body)?);
    let is_rewatch = match body.maybe_seen() {
        Some(movie) => has_seen(state.db.reader(), member.id, movie).await?,
        None => false,
    };
    let today = state.clock.today(viewer.zone);
    let fresh = RawReview {
        key: key.unwrap_or_else(mint_key),
        rewatch: ticked(is_rewatch),
        ..RawReview::today(today, member.diary_visibility)
    };
    let typed = body.typed(fresh).map_err(Refusal::Fields)?;
    let new = typed.check_new(today).map_err(Refusal::Fields)?;
    Ok(NewReview { body_hash, ..new })
}

fn not_logged(why: NotLogged) -> Refusal {
    match why {
        NotLogged::Ambiguous(fitting) => Refusal::Several(fitting),
        NotLogged::MovieGone => Refusal::Fields(no_film()),
        NotLogged::KeyReused => Refusal::Error(Error::Conflict(
            "This idempotency key came before with something else, and that was logged. Send \
             another key to log this as well."
                .to_owned(),
        )),
        NotLogged::MemberGone => Refusal::Error(Error::SignIn),
        NotLogged::Database(error) => Refusal::Error(error.into()),
    }
}

fn no_film() -> Fields {
    Fields::one("movie_id", "There is no such film here.")
}

async fn answer(state: &AppState, viewer: &Viewer, logged: Logged) -> Result<Response, Refusal> {
    let shown = match shown(state, viewer, logged.id).await {
        Err(Refusal::Error(Error::NotFound)) => {
            return Err(Refusal::Error(Error::Conflict(
                "This was logged before, by the same key, and deleted since.".to_owned(),
            )));
        }
        shown => shown?,
    };
    let status = match logged.is_new {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    let place = [(LOCATION, paths::ApiReview { id: logged.id }.to_string())];
    Ok((status, place, shown).into_response())
}

/// The review as `viewer` sees it; its version is what a change is made of.
async fn shown(state: &AppState, viewer: &Viewer, id: i64) -> Result<Tagged, Refusal> {
    let entry = find(&state.db, viewer, id).await?;
    let entry = entry.ok_or(Error::NotFound)?;
    Ok(Tagged::of(&Review::of(&entry, viewer), &entry.version)?)
}

/// Show a review
#[utoipa::path(
    get,
    path = "/api/reviews/{id}",
    tag = "Reviews",
    security((), ("token" = [])),
    params(("id" = i64, Path, description = "The id of the review.")),
    responses(
        (status = 200, description = "The review.", body = Review)
    )
)]
pub(in crate::api) async fn show(
    viewer: Viewer,
    State(state): State<AppState>,
    Id(id): Id,
) -> Result<Tagged, Refusal> {
    shown(&state, &viewer, id).await
}

/// Change a review
///
/// A merge patch. With `if-match`, only if it has not changed since.
#[utoipa::path(
    patch,
    path = "/api/reviews/{id}",
    tag = "Reviews",
    request_body = ReviewChange,
    params(
        ("id" = i64, Path, description = "The id of the review."),
        ("if-match" = Option<String>, Header, description = "The ETag of the review as it was read."),
    ),
    responses(
        (status = 200, description = "The review after the change.", body = Review)
    )
)]
pub(in crate::api) async fn change(
    Writer(bearer): Writer,
    viewer: Viewer,
    State(state): State<AppState>,
    Id(id): Id,
    headers: HeaderMap,
    Json(change): Json<ReviewChange>,
) -> Result<Tagged, Refusal> {
    let member = &bearer.member;
    let mut tries = Tries::of(&headers);
    loop {
        let tried = try_to_change(&state, &viewer, member, id, &headers, change.clone()).await;
        if !tries.go_on(&tried) {
            return tried;
        }
    }
}

async fn try_to_change(
    state: &AppState,
    viewer: &Viewer,
    member: &Member,
    id: i64,
    headers: &HeaderMap,
    change: ReviewChange,
) -> Result<Tagged, Refusal> {
    let AppState { db, clock, .. } = state;
    let entry = find_own(db, member.id, id).await?.ok_or(Error::NotFound)?;
    expect(headers, &entry.version)?;
    let diary = member.diary_visibility.name();
    let change = change
        .typed(RawReview::from_entry(&entry), diary)
        .and_then(|typed| typed.check_change(clock.today(viewer.zone)))
        .map_err(Refusal::Fields)?;
    let changed = commands::change(db, clock, member.id, id, change).await;
    changed.map_err(unchanged)?;
    shown(state, viewer, id).await
}

/// The version of one's own review that the headers fit; none where they fit any.
async fn expected(
    db: &Db,
    member: MemberId,
    id: i64,
    headers: &HeaderMap,
) -> Result<Option<i32>, Refusal> {
    if !headers.contains_key(IF_MATCH) {
        return Ok(None);
    }
    let entry = find_own(db, member, id).await?.ok_or(Error::NotFound)?;
    expect(headers, &entry.version)?;
    Ok(Some(entry.version))
}

/// Change the movie of a review
///
/// Everything else about the review stays.
#[utoipa::path(
    put,
    path = "/api/reviews/{id}/movie",
    tag = "Reviews",
    request_body = FilmMeant,
    params(
        ("id" = i64, Path, description = "The id of the review."),
        ("if-match" = Option<String>, Header, description = "The ETag of the review as it was read."),
    ),
    responses((status = 200, description = "The review after the change.", body = Review))
)]
pub(in crate::api) async fn choose_movie(
    Writer(bearer): Writer,
    viewer: Viewer,
    State(state): State<AppState>,
    Id(id): Id,
    headers: HeaderMap,
    Json(film): Json<FilmMeant>,
) -> Result<Tagged, Refusal> {
    let AppState {
        db,
        clock,
        events,
        outside,
        ..
    } = &state;
    let member = bearer.member.id;
    let version = expected(db, member, id, &headers).await?;
    let mut errors = Fields::default();
    let film = film.typed().map_err(Refusal::Fields)?;
    let claim = film.check(clock.today(viewer.zone), &mut errors);
    let claim = claim.ok_or(Refusal::Fields(errors))?;
    match commands::choose_movie(db, clock, events, outside, member, id, version, claim).await {
        Ok(_) => shown(&state, &viewer, id).await,
        Err(NotMoved::Ambiguous(fitting)) => Err(Refusal::Several(fitting)),
        Err(NotMoved::Stale) => Err(Refusal::Stale),
        Err(NotMoved::NoMovie) => Err(Refusal::Fields(no_film())),
        Err(NotMoved::Gone) => Err(Refusal::Error(Error::NotFound)),
        Err(NotMoved::Database(error)) => Err(Refusal::Error(error.into())),
    }
}

/// Delete a review
///
/// It can be restored for 24 hours.
#[utoipa::path(
    delete,
    path = "/api/reviews/{id}",
    tag = "Reviews",
    params(
        ("id" = i64, Path, description = "The id of the review."),
        ("if-match" = Option<String>, Header, description = "The ETag of the review as it was read."),
    ),
    responses((status = 204, description = "The review is deleted."))
)]
pub(in crate::api) async fn delete(
    Writer(bearer): Writer,
    State(state): State<AppState>,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let AppState { db, clock, .. } = &state;
    let member = bearer.member.id;
    let version = expected(db, member, id, &headers).await?;
    let deleted = commands::delete(db, clock, member, id, version).await;
    deleted.map_err(unchanged)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Restore a deleted review
///
/// Within 24 hours of deleting it. A review that is not deleted stays as it is.
#[utoipa::path(
    post,
    path = "/api/reviews/{id}/restore",
    tag = "Reviews",
    params(("id" = i64, Path, description = "The id of the review.")),
    responses((status = 200, description = "The review is restored.", body = Review))
)]
pub(in crate::api) async fn restore(
    Writer(bearer): Writer,
    viewer: Viewer,
    State(state): State<AppState>,
    Id(id): Id,
) -> Result<Tagged, Refusal> {
    ended(commands::restore(&state.db, &state.clock, bearer.member.id, id).await?)?;
    shown(&state, &viewer, id).await
}
