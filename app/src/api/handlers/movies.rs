//! `/api/movies`: listing, searching, showing and correcting movies.

use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::routing::TypedPath;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Attempts;
use crate::AppState;
use crate::accounts::{Member, Viewer};
use crate::api::body::{Json, PathId, StrictQuery};
use crate::api::caller::{ReadAccess, WriteAccess};
use crate::api::etag::{JsonWithEtag, check_if_match};
use crate::api::pagination::{RequestUri, empty_as_none, list_response};
use crate::api::problem::ApiError;
use crate::api::schema::{Correction, History, Movie, MovieSummary, Movies};
use crate::catalog::queries::{self, MOVIES_PER_PAGE, MovieOrder, search_movies};
use crate::catalog::{CatalogQuery, MovieId};
use crate::diary::policy::movies_visible_to;
use crate::movies::commands::{self, CorrectionError};
use crate::movies::{MovieDetails, find_correctable, locate_movie};
use crate::paths;
use crate::posters;
use crate::web::Error;

/// The filters of the list of movies.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct MovieQuery {
    /// A search: the beginning of a title; words from the title, the year and the directors, all of
    /// which must match; or an id or address at IMDb, TMDB or Wikidata. Lists the 48 best matches,
    /// best first.
    #[param(required = false, example = "matrix 1999")]
    query: String,
    /// Only movies of this genre, given by its slug.
    #[param(example = "science-fiction")]
    genre: Option<String>,
    /// Only movies by this director, given by their id.
    director: Option<i64>,
    /// The `cursor` in the `next` address of the previous page. Not together with `query`, whose
    /// results have only one page.
    #[serde(deserialize_with = "empty_as_none")]
    #[param(value_type = Option<String>)]
    cursor: Option<i64>,
}

const CURSOR_WITH_QUERY: &str = "A query has only one page. Leave out the cursor.";

/// List movies
///
/// By title, or the best matches of a query. Members see all movies; without a token, you see those
/// with a review that you may see.
#[utoipa::path(
    get,
    path = "/api/movies",
    tag = "Movies",
    security((), ("token" = [])),
    params(MovieQuery),
    responses((status = 200, description = "A page of movies.", body = Movies))
)]
pub async fn list(
    viewer: Viewer,
    State(state): State<AppState>,
    uri: RequestUri,
    StrictQuery(params): StrictQuery<MovieQuery>,
) -> Result<Response, ApiError> {
    let db = &state.db;
    let among = movies_visible_to(&viewer)
        .add_option(params.genre.as_deref().map(queries::in_genre))
        .add_option(params.director.map(queries::directed_by));
    let search = CatalogQuery::parse(&params.query);
    let cursor = params.cursor;
    if cursor.is_some() && !search.is_blank() {
        return Err(Error::BadRequest(CURSOR_WITH_QUERY.to_owned()).into());
    }
    let (movies, has_more) = if search.is_blank() {
        queries::list_movies(db, among, MovieOrder::Title, cursor, MOVIES_PER_PAGE).await?
    } else {
        let found = search_movies(db, &search, among, MOVIES_PER_PAGE).await?;
        (found, false)
    };
    let ids = movies.iter().map(|movie| movie.id);
    let posters = posters::queries::posters_of(db.reader(), ids).await?;
    let last = movies.last().filter(|_| has_more);
    let summaries = movies.iter().map(|movie| MovieSummary::of(movie, &posters));
    let page = Movies {
        next: uri.next_page(last.map(|movie| movie.id)),
        movies: summaries.collect(),
    };
    list_response(&page, page.next.as_deref())
}

/// Show a movie
///
/// A movie that was merged into another redirects to it.
#[utoipa::path(
    get,
    path = "/api/movies/{id}",
    tag = "Movies",
    security((), ("token" = [])),
    params(("id" = i64, Path, description = "The id of the movie.")),
    responses(
        (status = 200, description = "The movie.", body = Movie),
        (status = 307, description = "The movie was merged into another.", headers(("location" = String, description = "The address of the other movie.")))
    )
)]
pub async fn show(
    viewer: Viewer,
    State(state): State<AppState>,
    PathId(id): PathId,
) -> Result<Response, ApiError> {
    movie_response(&state, &viewer, id, |id| paths::ApiMovie { id }, movie_body).await
}

/// Responds with the body that `body_of` makes of a movie. A movie that was merged into another
/// redirects to the same resource of the other.
async fn movie_response<P: TypedPath>(
    state: &AppState,
    viewer: &Viewer,
    id: MovieId,
    address: fn(MovieId) -> P,
    body_of: fn(&MovieDetails) -> Result<JsonWithEtag, Error>,
) -> Result<Response, ApiError> {
    let AppState {
        db, movie_details, ..
    } = state;
    let place = locate_movie(db, viewer, id).await?.ok_or(Error::NotFound)?;
    if let Some(other) = place.leads_to {
        let location = [(LOCATION, address(other).to_string())];
        return Ok((StatusCode::TEMPORARY_REDIRECT, location).into_response());
    }
    let details = movie_details
        .get(db, viewer, id, place.revision_number())
        .await?;
    let loaded = details.as_ref().as_ref().ok_or(Error::NotFound)?;
    Ok(body_of(loaded)?.into_response())
}

fn movie_body(details: &MovieDetails) -> Result<JsonWithEtag, Error> {
    JsonWithEtag::strong(&Movie::from(details), &details.movie.correctable_fields())
}

/// Show your viewings of a movie
///
/// Also shows how your rating has changed.
#[utoipa::path(
    get,
    path = "/api/movies/{id}/history",
    tag = "Movies",
    params(("id" = i64, Path, description = "The id of the movie.")),
    responses(
        (status = 200, description = "Your viewings.", body = History),
        (status = 307, description = "The movie was merged into another.", headers(("location" = String, description = "The address of the other movie.")))
    )
)]
pub async fn history(
    _: ReadAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    PathId(id): PathId,
) -> Result<Response, ApiError> {
    movie_response(
        &state,
        &viewer,
        id,
        |id| paths::ApiHistory { id },
        history_body,
    )
    .await
}

fn history_body(details: &MovieDetails) -> Result<JsonWithEtag, Error> {
    JsonWithEtag::weak(&History::from(details.viewings.as_slice()))
}

/// Correct a movie
///
/// For members who have logged the movie, and for admins. If the corrected movie already exists,
/// an admin merges the two; other members move their own reviews to it. The response is the movie
/// that has your reviews then.
#[utoipa::path(
    patch,
    path = "/api/movies/{id}",
    tag = "Movies",
    request_body = Correction,
    params(
        ("id" = i64, Path, description = "The id of the movie."),
        ("if-match" = Option<String>, Header, description = "The ETag of the movie as it was read."),
    ),
    responses(
        (status = 200, description = "The movie after the correction.", body = Movie)
    )
)]
pub async fn correct(
    WriteAccess(bearer): WriteAccess,
    viewer: Viewer,
    State(app): State<AppState>,
    PathId(id): PathId,
    headers: HeaderMap,
    Json(correction): Json<Correction>,
) -> Result<Response, ApiError> {
    let member = &bearer.member;
    let mut attempts = Attempts::allowed_by(&headers);
    let remaining_id = loop {
        let result = try_to_correct(&app, &viewer, member, id, &headers, &correction).await;
        if !attempts.should_retry(&result) {
            break result?;
        }
    };
    show(viewer, State(app), PathId(remaining_id)).await
}

async fn try_to_correct(
    app: &AppState,
    viewer: &Viewer,
    member: &Member,
    id: MovieId,
    headers: &HeaderMap,
    correction: &Correction,
) -> Result<MovieId, ApiError> {
    let AppState {
        db, clock, events, ..
    } = app;
    let movie = find_correctable(db, member, id)
        .await?
        .ok_or(Error::NotFound)?;
    check_if_match(headers, &movie.correctable_fields())?;
    let form = correction.clone().into_form(&movie);
    let checked = form.validate(&movie, clock.today(viewer.zone));
    let corrected = checked.map_err(ApiError::InvalidFields)?;
    match commands::correct_movie(&app.diary, events, member, movie, corrected).await {
        Err(CorrectionError::Stale) => Err(ApiError::PreconditionFailed),
        Err(why) => Err(ApiError::InvalidFields(why.into_field_errors()?)),
        Ok(remaining_id) => Ok(remaining_id),
    }
}
