//! Lists of reviews.

use axum::extract::State;
use axum::response::Response;

use crate::AppState;
use crate::accounts::Viewer;
use crate::api::body::{Name, Query};
use crate::api::caller::Reader;
use crate::api::list::{After, Here, listed};
use crate::api::problem::{Problem, Refusal};
use crate::api::schema::{DiaryOrder, DiaryQuery, Review, ReviewQuery, Reviews};
use crate::diary::commands::RESTORABLE;
use crate::diary::queries::deleted;
use crate::diary::{Cursor, List, Scope};
use crate::members::owner;
use crate::web::Error;
use crate::{movies, revision};

/// List your diary
///
/// By the day watched, latest first, or by rating, best first. Filters are combined: a review must
/// fit all of them.
#[utoipa::path(
    get,
    path = "/api/diary",
    tag = "Diary",
    params(DiaryQuery),
    responses((status = 200, description = "A page of the diary.", body = Reviews))
)]
pub(in crate::api) async fn mine(
    Reader(bearer): Reader,
    viewer: Viewer,
    State(state): State<AppState>,
    here: Here,
    Query(query): Query<DiaryQuery>,
) -> Result<Response, Refusal> {
    diary(&state, &viewer, &bearer.member.username, here, query).await
}

/// List a member’s diary
///
/// Those reviews that you may see, in the order and with the filters of your own diary.
#[utoipa::path(
    get,
    path = "/api/users/{username}/diary",
    tag = "Members",
    security((), ("token" = [])),
    params(("username" = String, Path, description = "The username of the member."), DiaryQuery),
    responses((status = 200, description = "A page of the diary.", body = Reviews))
)]
pub(in crate::api) async fn of_member(
    Name(username): Name,
    viewer: Viewer,
    State(state): State<AppState>,
    here: Here,
    Query(query): Query<DiaryQuery>,
) -> Result<Response, Refusal> {
    diary(&state, &viewer, &username, here, query).await
}

async fn diary(
    state: &AppState,
    viewer: &Viewer,
    username: &str,
    here: Here,
    query: DiaryQuery,
) -> Result<Response, Refusal> {
    let order = query.order;
    let looked = query.looked()?;
    let owner = owner(&state.db, viewer, username).await?;
    let owner = owner.ok_or(Error::NotFound)?;
    let scope = match order {
        DiaryOrder::Day => Scope::Diary(owner.id),
        DiaryOrder::Rating => Scope::Ratings(owner.id),
    };
    let (start, revision) = (looked.start(), owner.revision());
    let AppState { db, lists, .. } = state;
    let list = lists.filtered(db, viewer, scope, &looked.filter, start, revision);
    page(&*list.await?, viewer, &here)
}

/// List everybody’s reviews
///
/// Those that you may see, last logged first.
#[utoipa::path(
    get,
    path = "/api/feed",
    tag = "Diary",
    security((), ("token" = [])),
    params(After),
    responses((status = 200, description = "A page of the feed.", body = Reviews))
)]
pub(in crate::api) async fn feed(
    viewer: Viewer,
    State(state): State<AppState>,
    here: Here,
    Query(After { cursor }): Query<After>,
) -> Result<Response, Refusal> {
    everybodys(&state, &viewer, &here, &cursor).await
}

async fn everybodys(
    state: &AppState,
    viewer: &Viewer,
    here: &Here,
    cursor: &str,
) -> Result<Response, Refusal> {
    let cursor = Cursor::read(cursor)?;
    let revision = revision::of_site(state.db.reader(), viewer.sees()).await?;
    let revision = revision::number(revision);
    let list = state
        .lists
        .page(&state.db, viewer, Scope::Feed, cursor, revision)
        .await?;
    page(&list, viewer, here)
}

/// List reviews, of one movie or of all
///
/// Those that you may see, last logged first.
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
pub(in crate::api) async fn reviews(
    viewer: Viewer,
    State(state): State<AppState>,
    here: Here,
    Query(ReviewQuery { movie_id, cursor }): Query<ReviewQuery>,
) -> Result<Response, Refusal> {
    match movie_id {
        None => everybodys(&state, &viewer, &here, &cursor).await,
        Some(movie) => of_movie(&state, &viewer, &here, movie, &cursor).await,
    }
}

async fn of_movie(
    state: &AppState,
    viewer: &Viewer,
    here: &Here,
    movie: i64,
    cursor: &str,
) -> Result<Response, Refusal> {
    let AppState { db, lists, .. } = state;
    let cursor = Cursor::read(cursor)?;
    let place = movies::place(db, viewer, movie).await?;
    let place = place.ok_or(Error::NotFound)?;
    let movie = place.leads_to.unwrap_or(movie);
    if !movies::may_know(db, viewer, movie).await? {
        return Err(Refusal::Error(Error::NotFound));
    }
    let (scope, revision) = (Scope::Movie(movie), place.revision());
    let list = lists.page(db, viewer, scope, cursor, revision).await?;
    page(&list, viewer, here)
}

/// List the reviews that you deleted
///
/// Those of the last 24 hours, which can still be restored.
#[utoipa::path(
    get,
    path = "/api/diary/deleted",
    tag = "Diary",
    params(After),
    responses((status = 200, description = "A page of reviews.", body = Reviews))
)]
pub(in crate::api) async fn gone(
    Reader(bearer): Reader,
    viewer: Viewer,
    State(state): State<AppState>,
    here: Here,
    Query(After { cursor }): Query<After>,
) -> Result<Response, Refusal> {
    let since = state.clock.now() - RESTORABLE;
    let cursor = Cursor::read(&cursor)?;
    let list = deleted(&state.db, bearer.member.id, since, cursor).await?;
    page(&list, &viewer, &here)
}

fn page(list: &List, viewer: &Viewer, here: &Here) -> Result<Response, Refusal> {
    let entries = list.entries.iter();
    let page = Reviews {
        reviews: entries.map(|entry| Review::of(entry, viewer)).collect(),
        next: here.after(list.older),
    };
    listed(&page, page.next.as_deref())
}
