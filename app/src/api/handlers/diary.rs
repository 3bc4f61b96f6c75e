//! Lists of reviews: diaries, the feed, the reviews of a movie, and deleted reviews.

use axum::extract::{FromRef, State};
use axum::response::Response;

use crate::AppState;
use crate::accounts::Viewer;
use crate::api::body::{PathUsername, StrictQuery};
use crate::api::caller::ReadAccess;
use crate::api::pagination::{PageQuery, RequestUri, list_response};
use crate::api::problem::{ApiError, Problem};
use crate::api::schema::{DiaryQuery, Review, ReviewQuery, Reviews};
use crate::diary::commands::RESTORE_WINDOW;
use crate::diary::queries::{PAGE_SIZE, list_deleted};
use crate::diary::{Cursor, DiaryPages, DiarySelection, EntryPage, ListScope};
use crate::members::find_diary_owner;
use crate::web::Error;
use crate::{movies, revision};

/// List your diary
///
/// By day watched, latest first, or by rating, best first. A review must match all filters.
#[utoipa::path(
    get,
    path = "/api/diary",
    tag = "Diary",
    params(DiaryQuery),
    responses((status = 200, description = "A page of the diary.", body = Reviews))
)]
pub async fn own_diary(
    ReadAccess(bearer): ReadAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    uri: RequestUri,
    StrictQuery(query): StrictQuery<DiaryQuery>,
) -> Result<Response, ApiError> {
    list_diary(&state, &viewer, &bearer.member.username, uri, query).await
}

/// List a member’s diary
///
/// Only reviews that you may see. The order and the filters are those of your own diary.
#[utoipa::path(
    get,
    path = "/api/users/{username}/diary",
    tag = "Members",
    security((), ("token" = [])),
    params(("username" = String, Path, description = "The username of the member."), DiaryQuery),
    responses((status = 200, description = "A page of the diary.", body = Reviews))
)]
pub async fn member_diary(
    PathUsername(username): PathUsername,
    viewer: Viewer,
    State(state): State<AppState>,
    uri: RequestUri,
    StrictQuery(query): StrictQuery<DiaryQuery>,
) -> Result<Response, ApiError> {
    list_diary(&state, &viewer, &username, uri, query).await
}

async fn list_diary(
    state: &AppState,
    viewer: &Viewer,
    username: &str,
    uri: RequestUri,
    query: DiaryQuery,
) -> Result<Response, ApiError> {
    let view = query.into_view()?;
    let owner = find_diary_owner(&state.db, viewer, username).await?;
    let owner = owner.ok_or(Error::NotFound)?;
    let selection = DiarySelection {
        viewer,
        member: owner.id,
        revision: owner.revision_number(),
        filter: &view.filter,
        order: view.order,
        cursor: view.start_cursor(),
        size: PAGE_SIZE,
    };
    let selected = DiaryPages::from_ref(state).reviews(&selection).await?;
    reviews_page(&selected.page, viewer, &uri)
}

/// List everybody’s reviews
///
/// Only reviews that you may see, latest logged first.
#[utoipa::path(
    get,
    path = "/api/feed",
    tag = "Diary",
    security((), ("token" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of the feed.", body = Reviews))
)]
pub async fn feed(
    viewer: Viewer,
    State(state): State<AppState>,
    uri: RequestUri,
    StrictQuery(PageQuery { cursor }): StrictQuery<PageQuery>,
) -> Result<Response, ApiError> {
    list_feed(&state, &viewer, &uri, &cursor).await
}

async fn list_feed(
    state: &AppState,
    viewer: &Viewer,
    uri: &RequestUri,
    cursor: &str,
) -> Result<Response, ApiError> {
    let cursor = Cursor::parse_older(cursor)?;
    let revision = revision::site_revision(state.db.reader(), viewer.revision_kind()).await?;
    let revision = revision::revision_number(revision);
    let list = state
        .entry_pages
        .page(&state.db, viewer, ListScope::Feed, cursor, revision)
        .await?;
    reviews_page(&list, viewer, uri)
}

/// List the reviews of one movie or of all movies
///
/// Only reviews that you may see, latest logged first.
#[utoipa::path(
    get,
    path = "/api/reviews",
    tag = "Reviews",
    security((), ("token" = [])),
    params(ReviewQuery),
    responses(
        (status = 200, description = "A page of reviews.", body = Reviews),
        (status = 404, description = "There is no such movie, or you may not see it.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn reviews(
    viewer: Viewer,
    State(state): State<AppState>,
    uri: RequestUri,
    StrictQuery(ReviewQuery { movie_id, cursor }): StrictQuery<ReviewQuery>,
) -> Result<Response, ApiError> {
    match movie_id {
        None => list_feed(&state, &viewer, &uri, &cursor).await,
        Some(movie) => list_movie_reviews(&state, &viewer, &uri, movie, &cursor).await,
    }
}

async fn list_movie_reviews(
    state: &AppState,
    viewer: &Viewer,
    uri: &RequestUri,
    movie: i64,
    cursor: &str,
) -> Result<Response, ApiError> {
    let AppState {
        db, entry_pages, ..
    } = state;
    let cursor = Cursor::parse_older(cursor)?;
    let place = movies::locate_movie(db, viewer, movie).await?;
    let place = place.ok_or(Error::NotFound)?;
    let movie = place.leads_to.unwrap_or(movie);
    if !movies::can_see_movie(db, viewer, movie).await? {
        return Err(ApiError::Web(Error::NotFound));
    }
    let (scope, revision) = (ListScope::Movie(movie), place.revision_number());
    let list = entry_pages
        .page(db, viewer, scope, cursor, revision)
        .await?;
    reviews_page(&list, viewer, uri)
}

/// List your deleted reviews
///
/// Only reviews deleted within the last 24 hours, which can still be restored.
#[utoipa::path(
    get,
    path = "/api/diary/deleted",
    tag = "Diary",
    params(PageQuery),
    responses((status = 200, description = "A page of reviews.", body = Reviews))
)]
pub async fn deleted_reviews(
    ReadAccess(bearer): ReadAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    uri: RequestUri,
    StrictQuery(PageQuery { cursor }): StrictQuery<PageQuery>,
) -> Result<Response, ApiError> {
    let since = state.clock.now() - RESTORE_WINDOW;
    let cursor = Cursor::parse_older(&cursor)?;
    let list = list_deleted(&state.db, bearer.member.id, since, cursor).await?;
    reviews_page(&list, &viewer, &uri)
}

fn reviews_page(list: &EntryPage, viewer: &Viewer, uri: &RequestUri) -> Result<Response, ApiError> {
    let entries = list.entries.iter();
    let page = Reviews {
        reviews: entries.map(|entry| Review::of(entry, viewer)).collect(),
        next: uri.next_page(list.older),
    };
    list_response(&page, page.next.as_deref())
}
