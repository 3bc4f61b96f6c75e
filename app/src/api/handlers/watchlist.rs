//! `/api/watchlist`: the films that the member wants to see.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::no_content_if;
use super::reviews::unknown_movie;
use crate::AppState;
use crate::accounts::Viewer;
use crate::api::body::{IdempotencyKey, Json, OptionalJson, PathId, StrictQuery};
use crate::api::caller::{ReadAccess, WriteAccess};
use crate::api::etag::JsonWithEtag;
use crate::api::pagination::{RequestUri, list_response};
use crate::api::problem::ApiError;
use crate::api::schema::{FilmToSave, SavedFilm, SavedFilms, WatchlistNote, WatchlistQuery};
use crate::catalog::MovieRef;
use crate::watchlist::commands::{self, NewEntry, SaveError};
use crate::watchlist::form::check_note;
use crate::watchlist::queries::{find_entry, list_entries};
use crate::web::{Error, FieldErrors};

/// List your watchlist
///
/// The films that you have saved for later.
#[utoipa::path(
    get,
    path = "/api/watchlist",
    tag = "Watchlist",
    params(WatchlistQuery),
    responses((status = 200, description = "A page of the watchlist.", body = SavedFilms))
)]
pub async fn list(
    ReadAccess(bearer): ReadAccess,
    State(state): State<AppState>,
    uri: RequestUri,
    StrictQuery(query): StrictQuery<WatchlistQuery>,
) -> Result<Response, ApiError> {
    let (db, member) = (&state.db, bearer.member.id);
    let filter = query.filter()?;
    let list = list_entries(db, member, query.sort.into(), &filter, query.cursor).await?;
    let last = list.entries.last().filter(|_| list.has_more);
    let page = SavedFilms {
        next: uri.next_page(last.map(|entry| entry.movie)),
        entries: list.entries.into_iter().map(SavedFilm::from).collect(),
    };
    list_response(&page, page.next.as_deref())
}

/// Save a film for later
///
/// Given as in a review: by `movie_id`, by `title` and `year`, or by an id. A film that is on the
/// watchlist already stays where it is, so it does no harm to send a request again.
#[utoipa::path(
    post,
    path = "/api/watchlist",
    tag = "Watchlist",
    request_body = FilmToSave,
    params(("idempotency-key" = Option<String>, Header, description = "Accepted as everywhere; not needed here.")),
    responses(
        (status = 201, description = "The film was saved.", body = SavedFilm),
        (status = 200, description = "The film was on the watchlist already.", body = SavedFilm),
    )
)]
pub async fn save(
    WriteAccess(bearer): WriteAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    IdempotencyKey(_key): IdempotencyKey,
    Json(body): Json<FilmToSave>,
) -> Result<Response, ApiError> {
    let today = state.clock.today(viewer.zone);
    let (movie, note) = body.into_form().map_err(ApiError::InvalidFields)?;
    let mut errors = FieldErrors::default();
    let movie_ref = movie.check(today, &mut errors);
    match (movie_ref, checked_note(note, &mut errors)) {
        (Some(movie_ref), Ok(note)) => {
            let new = NewEntry {
                movie_ref,
                note,
                today,
            };
            store(&state, bearer.member.id, new).await
        }
        _ => Err(ApiError::InvalidFields(errors)),
    }
}

/// Put a film on your watchlist
///
/// A film of this site, given by its id. The body may be left out.
#[utoipa::path(
    put,
    path = "/api/watchlist/{movie_id}",
    tag = "Watchlist",
    request_body = Option<WatchlistNote>,
    params(("movie_id" = i64, Path, description = "The id of the movie.")),
    responses(
        (status = 201, description = "The film was saved.", body = SavedFilm),
        (status = 200, description = "The film was on the watchlist already.", body = SavedFilm),
    )
)]
pub async fn replace(
    WriteAccess(bearer): WriteAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    PathId(movie): PathId,
    OptionalJson(body): OptionalJson<WatchlistNote>,
) -> Result<Response, ApiError> {
    let mut errors = FieldErrors::default();
    let note = checked_note(body.unwrap_or_default().note, &mut errors);
    let new = NewEntry {
        movie_ref: MovieRef::Existing(movie),
        note: note.map_err(|()| ApiError::InvalidFields(errors))?,
        today: state.clock.today(viewer.zone),
    };
    match store(&state, bearer.member.id, new).await {
        Err(ApiError::InvalidFields(_)) => Err(ApiError::Web(Error::NotFound)),
        stored => stored,
    }
}

/// Take a film off your watchlist
#[utoipa::path(
    delete,
    path = "/api/watchlist/{movie_id}",
    tag = "Watchlist",
    params(("movie_id" = i64, Path, description = "The id of the movie.")),
    responses((status = 204, description = "The film is off the watchlist."))
)]
pub async fn remove(
    WriteAccess(bearer): WriteAccess,
    State(state): State<AppState>,
    PathId(movie): PathId,
) -> Result<StatusCode, ApiError> {
    no_content_if(commands::remove_movie(&state.db, bearer.member.id, movie).await?)
}

/// The error is in `errors`.
fn checked_note(note: Option<String>, errors: &mut FieldErrors) -> Result<Option<String>, ()> {
    match note {
        Some(note) => check_note("note", &note, errors).map(Some).ok_or(()),
        None => Ok(None),
    }
}

async fn store(state: &AppState, member: i64, new: NewEntry) -> Result<Response, ApiError> {
    let AppState {
        diary,
        events,
        online_catalog,
        ..
    } = state;
    let saved = commands::save_movie(diary, events, online_catalog, member, new).await;
    let (movie, is_new) = saved.map_err(save_error)?;
    let entry = find_entry(&state.db, member, movie).await?;
    let entry = entry.ok_or(Error::NotFound)?;
    let status = match is_new {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    Ok((status, JsonWithEtag::weak(&SavedFilm::from(entry))?).into_response())
}

fn save_error(error: SaveError) -> ApiError {
    match error {
        SaveError::Ambiguous(movies) => ApiError::AmbiguousMovie(movies),
        SaveError::MovieGone => ApiError::InvalidFields(unknown_movie()),
        SaveError::MemberGone => ApiError::Web(Error::SignInRequired),
        SaveError::Database(error) => ApiError::Web(error.into()),
    }
}
