//! `/api/lists`: lists of films.

use axum::extract::State;
use axum::http::header::{IF_MATCH, LINK, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::Attempts;
use crate::AppState;
use crate::accounts::Viewer;
use crate::api::body::{IdempotencyKey, Json, PathId, StrictQuery};
use crate::api::caller::{ReadAccess, WriteAccess};
use crate::api::etag::{JsonWithEtag, check_if_match};
use crate::api::pagination::{RequestUri, list_response};
use crate::api::problem::{ApiError, Problem};
use crate::api::schema::{
    ListBody, ListChange, ListInLists, ListQuery, ListToMake, ListedFilm, ListsPage,
};
use crate::diary::new_form_key;
use crate::lists::commands::{self, ListError};
use crate::lists::form::RawList;
use crate::lists::queries::{count_films, find_list, find_own_list, list_entries, lists_of};
use crate::paths;
use crate::web::Error;

/// List your lists
///
/// Your own lists, without their films, the newest first.
#[utoipa::path(
    get,
    path = "/api/lists",
    tag = "Lists",
    params(ListQuery),
    responses((status = 200, description = "A page of your lists.", body = ListsPage))
)]
pub async fn list(
    ReadAccess(bearer): ReadAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    uri: RequestUri,
    StrictQuery(query): StrictQuery<ListQuery>,
) -> Result<Response, ApiError> {
    let lists = lists_of(&state.db, &viewer, bearer.member.id, query.cursor).await?;
    let last = lists.lists.last().filter(|_| lists.has_more);
    let page = ListsPage {
        next: uri.next_page(last.map(|list| list.id)),
        lists: lists.lists.into_iter().map(ListInLists::from).collect(),
    };
    list_response(&page, page.next.as_deref())
}

/// Make a list
///
/// With an `idempotency-key`, a body that is sent twice makes only one list: the second response is
/// 200 with the list that the first request made.
#[utoipa::path(
    post,
    path = "/api/lists",
    tag = "Lists",
    request_body = ListToMake,
    params(("idempotency-key" = Option<String>, Header, description = "A key that you generate for each list: 16 to 64 letters, digits, `-` and `_`.", min_length = 16, max_length = 64, pattern = "^[A-Za-z0-9_-]{16,64}$")),
    responses(
        (status = 201, description = "The list was made.", body = ListBody, headers(("location" = String, description = "The address of the list."))),
        (status = 200, description = "The list had already been made with the same key.", body = ListBody),
        (status = 409, description = "The key was used for another list, or the list that it was used for was deleted.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn make(
    WriteAccess(bearer): WriteAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<ListToMake>,
) -> Result<Response, ApiError> {
    let fields = body.into_form().check().map_err(ApiError::InvalidFields)?;
    let AppState { db, clock, .. } = &state;
    let key = key.unwrap_or_else(new_form_key);
    let made = commands::create_list(db, clock, bearer.member.id, fields, key).await;
    let (id, is_new) = made.map_err(list_error)?;
    let status = match is_new {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    let response = match list_body(&state, &viewer, id, None).await {
        Err(ApiError::Web(Error::NotFound)) => {
            return Err(ApiError::Web(Error::Conflict(LIST_DELETED.to_owned())));
        }
        shown => shown?,
    };
    let location = [(LOCATION, paths::ApiList { id }.to_string())];
    Ok((status, location, response).into_response())
}

const LIST_DELETED: &str = "The list that was made with this idempotency key has been deleted.";

/// Show a list
///
/// With its films, page by page. A list that you may not see is not found.
#[utoipa::path(
    get,
    path = "/api/lists/{id}",
    tag = "Lists",
    security((), ("token" = [])),
    params(("id" = i64, Path, description = "The id of the list."), ListQuery),
    responses((status = 200, description = "The list.", body = ListBody))
)]
pub async fn show(
    viewer: Viewer,
    State(state): State<AppState>,
    PathId(id): PathId,
    StrictQuery(query): StrictQuery<ListQuery>,
) -> Result<Response, ApiError> {
    list_body(&state, &viewer, id, query.cursor).await
}

/// Change a list
///
/// Only your own. With `if-match`, the change fails if the title, the description, the visibility
/// or the numbering have changed in the meantime.
#[utoipa::path(
    patch,
    path = "/api/lists/{id}",
    tag = "Lists",
    request_body = ListChange,
    params(
        ("id" = i64, Path, description = "The id of the list."),
        ("if-match" = Option<String>, Header, description = "The ETag of the list as it was read."),
    ),
    responses((status = 200, description = "The list after the change.", body = ListBody))
)]
pub async fn change(
    _: WriteAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    PathId(id): PathId,
    headers: HeaderMap,
    Json(change): Json<ListChange>,
) -> Result<Response, ApiError> {
    let mut attempts = Attempts::allowed_by(&headers);
    loop {
        let result = try_to_change(&state, &viewer, id, &headers, change.clone()).await;
        if !attempts.should_retry(&result) {
            return result;
        }
    }
}

async fn try_to_change(
    state: &AppState,
    viewer: &Viewer,
    id: i64,
    headers: &HeaderMap,
    change: ListChange,
) -> Result<Response, ApiError> {
    let AppState { db, clock, .. } = state;
    let list = find_own_list(db, viewer, id).await?;
    let list = list.ok_or(Error::NotFound)?;
    check_if_match(headers, &list.version)?;
    let fields = change.apply_to_form(RawList::of(&list)).check();
    let fields = fields.map_err(ApiError::InvalidFields)?;
    let changed = commands::update_list(db, clock, list.owner, id, fields, list.version).await;
    changed.map_err(list_error)?;
    list_body(state, viewer, id, None).await
}

/// Delete a list
///
/// Only your own. It can be restored for 24 hours on the page of your lists.
#[utoipa::path(
    delete,
    path = "/api/lists/{id}",
    tag = "Lists",
    params(
        ("id" = i64, Path, description = "The id of the list."),
        ("if-match" = Option<String>, Header, description = "The ETag of the list as it was read."),
    ),
    responses((status = 204, description = "The list was deleted."))
)]
pub async fn delete(
    _: WriteAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    PathId(id): PathId,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let AppState { db, clock, .. } = &state;
    let list = find_own_list(db, &viewer, id).await?;
    let list = list.ok_or(Error::NotFound)?;
    check_if_match(&headers, &list.version)?;
    let version = headers.contains_key(IF_MATCH).then_some(list.version);
    let deleted = commands::delete_list(db, clock, list.owner, id, version).await;
    deleted.map_err(list_error)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The list with the films behind the movie `after`. Its version is the state in the ETag.
async fn list_body(
    state: &AppState,
    viewer: &Viewer,
    id: i64,
    after: Option<i64>,
) -> Result<Response, ApiError> {
    let list = find_list(&state.db, viewer, id).await?;
    let list = list.ok_or(Error::NotFound)?;
    let totals = count_films(&state.db, viewer, id).await?;
    let page = list_entries(&state.db, viewer, id, after).await?;
    let last = page.entries.last().filter(|_| page.has_more);
    let next = last.map(|last| {
        let params = [("cursor", last.movie)];
        paths::with(paths::ApiList { id }, params)
    });
    let link = next.as_ref().map(|next| format!("<{next}>; rel=\"next\""));
    let entries = page.entries.into_iter().zip(page.first_place..);
    let entries = entries.map(|(entry, place)| ListedFilm::new(entry, place));
    let version = list.version;
    let body = ListBody::new(list, totals, entries.collect(), next);
    let mut response = JsonWithEtag::strong(&body, &version)?.into_response();
    if let Some(link) = link.and_then(|link| HeaderValue::try_from(link).ok()) {
        response.headers_mut().insert(LINK, link);
    }
    Ok(response)
}

pub(super) fn list_error(error: ListError) -> ApiError {
    match error {
        ListError::Stale => ApiError::PreconditionFailed,
        other => ApiError::Web(other.into()),
    }
}
