//! `/api/lists/{id}/entries`: the films of a list.

use axum::extract::State;
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::lists::list_error;
use super::no_content_if;
use super::reviews::unknown_movie;
use crate::AppState;
use crate::accounts::Viewer;
use crate::api::body::{IdempotencyKey, Json, PathId, PathIds};
use crate::api::caller::WriteAccess;
use crate::api::etag::{JsonWithEtag, check_if_match};
use crate::api::problem::ApiError;
use crate::api::schema::{FilmToList, ListEntryChange, ListedFilm};
use crate::lists::commands::{self, AddError, EntryChange, NewListEntry, Target};
use crate::lists::queries::{find_entry, find_list, place_of};
use crate::watchlist::form::check_note;
use crate::web::{Error, FieldErrors};

/// Put a film on a list
///
/// Given as in a review: by `movie_id`, by `title` and `year`, or by an id. A film that is on the
/// list already stays where it is unless `position` is sent, so it does no harm to send a request
/// again. Members whom the owner has invited can do this, too.
#[utoipa::path(
    post,
    path = "/api/lists/{id}/entries",
    tag = "Lists",
    request_body = FilmToList,
    params(
        ("id" = i64, Path, description = "The id of the list."),
        ("idempotency-key" = Option<String>, Header, description = "Accepted as everywhere; not needed here."),
    ),
    responses(
        (status = 201, description = "The film was added.", body = ListedFilm),
        (status = 200, description = "The film was on the list already.", body = ListedFilm),
    )
)]
pub async fn add(
    WriteAccess(bearer): WriteAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    PathId(list): PathId,
    IdempotencyKey(_key): IdempotencyKey,
    Json(body): Json<FilmToList>,
) -> Result<Response, ApiError> {
    require_change(&state, &viewer, list).await?;
    let new = check_body(&state, &viewer, body)?;
    let AppState {
        diary,
        events,
        online_catalog,
        ..
    } = &state;
    let member = bearer.member.id;
    let added = commands::add_movie(diary, events, online_catalog, member, list, new).await;
    let (movie, is_new) = added.map_err(add_error)?;
    let status = match is_new {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    let entry = entry_body(&state, &viewer, list, movie).await?;
    Ok((status, entry).into_response())
}

/// A list that the caller may not change is not found, whatever the body says.
async fn require_change(state: &AppState, viewer: &Viewer, list: i64) -> Result<(), ApiError> {
    let list = find_list(&state.db, viewer, list).await?;
    let list = list.filter(|list| list.role.changes_films());
    list.map(drop).ok_or(ApiError::Web(Error::NotFound))
}

fn check_body(
    state: &AppState,
    viewer: &Viewer,
    mut body: FilmToList,
) -> Result<NewListEntry, ApiError> {
    let (note, position) = (body.note.take(), body.position.take());
    let movie = body.movie().map_err(ApiError::InvalidFields)?;
    let mut errors = FieldErrors::default();
    let movie_ref = movie.check(state.clock.today(viewer.zone), &mut errors);
    let note = note.map(|note| check_note("note", &note, &mut errors));
    let target = check_position(position, &mut errors);
    match movie_ref {
        Some(movie_ref) if errors.is_empty() => Ok(NewListEntry {
            movie_ref,
            note: note.flatten(),
            target,
        }),
        _ => Err(ApiError::InvalidFields(errors)),
    }
}

fn check_position(position: Option<u32>, errors: &mut FieldErrors) -> Option<Target> {
    let place = usize::try_from(position?).unwrap_or(usize::MAX);
    if place == 0 {
        errors.add("position", "Places are counted from 1.");
    }
    Some(Target::Place(place))
}

fn add_error(error: AddError) -> ApiError {
    match error {
        AddError::Ambiguous(movies) => ApiError::AmbiguousMovie(movies),
        AddError::MovieGone => ApiError::InvalidFields(unknown_movie()),
        AddError::List(error) => list_error(error),
    }
}

/// Change the note or the place of a film on a list
///
/// With `if-match`, the change fails if the note has changed in the meantime.
#[utoipa::path(
    patch,
    path = "/api/lists/{id}/entries/{entry}",
    tag = "Lists",
    request_body = ListEntryChange,
    params(
        ("id" = i64, Path, description = "The id of the list."),
        ("entry" = i64, Path, description = "The id of the movie."),
        ("if-match" = Option<String>, Header, description = "The ETag of the film as it was answered."),
    ),
    responses((status = 200, description = "The film after the change.", body = ListedFilm))
)]
pub async fn change(
    WriteAccess(bearer): WriteAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    PathIds(id, entry): PathIds,
    headers: HeaderMap,
    Json(body): Json<ListEntryChange>,
) -> Result<JsonWithEtag, ApiError> {
    let mut errors = FieldErrors::default();
    let note = body.note.map(Option::unwrap_or_default);
    let note = note.and_then(|note| check_note("note", &note, &mut errors));
    let target = check_position(body.position, &mut errors);
    require_change(&state, &viewer, id).await?;
    if !errors.is_empty() {
        return Err(ApiError::InvalidFields(errors));
    }
    let AppState { db, clock, .. } = &state;
    let member = bearer.member.id;
    let change = EntryChange {
        note,
        target,
        expected_note: expected_note(&state, &viewer, (id, entry), &headers).await?,
    };
    let changed = commands::change_entry(db, clock, member, id, entry, change).await;
    match changed.map_err(list_error)? {
        true => entry_body(&state, &viewer, id, entry).await,
        false => Err(ApiError::Web(Error::NotFound)),
    }
}

/// With `if-match`, the note that the film has now. Fails if the caller has read another one.
async fn expected_note(
    state: &AppState,
    viewer: &Viewer,
    (list, movie): (i64, i64),
    headers: &HeaderMap,
) -> Result<Option<String>, ApiError> {
    if !headers.contains_key(IF_MATCH) {
        return Ok(None);
    }
    let entry = find_entry(&state.db, viewer, list, movie).await?;
    let note = entry.ok_or(Error::NotFound)?.note;
    check_if_match(headers, &note)?;
    Ok(Some(note))
}

/// Take a film off a list
#[utoipa::path(
    delete,
    path = "/api/lists/{id}/entries/{entry}",
    tag = "Lists",
    params(
        ("id" = i64, Path, description = "The id of the list."),
        ("entry" = i64, Path, description = "The id of the movie."),
    ),
    responses((status = 204, description = "The film is off the list."))
)]
pub async fn remove(
    WriteAccess(bearer): WriteAccess,
    State(state): State<AppState>,
    PathIds(id, entry): PathIds,
) -> Result<StatusCode, ApiError> {
    let AppState { db, clock, .. } = &state;
    let removed = commands::remove_movie(db, clock, bearer.member.id, id, entry).await;
    no_content_if(removed.map_err(list_error)?)
}

async fn entry_body(
    state: &AppState,
    viewer: &Viewer,
    list: i64,
    movie: i64,
) -> Result<JsonWithEtag, ApiError> {
    let entry = find_entry(&state.db, viewer, list, movie).await?;
    let place = place_of(&state.db, list, movie).await?;
    let (entry, place) = entry.zip(place).ok_or(Error::NotFound)?;
    let note = entry.note.clone();
    Ok(JsonWithEtag::strong(&ListedFilm::new(entry, place), &note)?)
}
