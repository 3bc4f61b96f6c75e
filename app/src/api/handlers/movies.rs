//! Films: finding, showing and correcting them.

use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::routing::TypedPath;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Tries;
use crate::AppState;
use crate::accounts::{Member, Viewer};
use crate::api::body::{Id, Json, Query};
use crate::api::caller::{Reader, Writer};
use crate::api::list::{Here, listed, maybe};
use crate::api::problem::Refusal;
use crate::api::schema::{Correction, Film, History, Movie, Movies};
use crate::api::tag::{Tagged, expect};
use crate::catalog::queries::{self, Order, PAGE, find_among};
use crate::catalog::{Asked, MovieId};
use crate::diary::policy::movies_visible_to;
use crate::movies::commands::{self, NotCorrected};
use crate::movies::{Sheet, find_to_correct, place};
use crate::paths;
use crate::posters;
use crate::web::Error;

/// Which films.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct MovieQuery {
    /// What to find: the beginning of a title; words of titles, year and directors, all of which
    /// must match; or an id or address at IMDb, TMDB or Wikidata. Lists the 48 best matches, best
    /// first.
    #[param(required = false, example = "matrix 1999")]
    query: String,
    /// Only movies of this genre, given by its slug.
    #[param(example = "science-fiction")]
    genre: Option<String>,
    /// Only movies by this director, given by the id of the person.
    director: Option<i64>,
    /// The cursor in `next` of the page before. Not together with `query`, which has only one page.
    #[serde(deserialize_with = "maybe")]
    #[param(value_type = Option<String>)]
    cursor: Option<i64>,
}

const NO_FURTHER: &str = "A query lists the best that fit, and has no second page.";

/// List movies
///
/// All by title, or those that match a query. Members see all movies, others those of which they
/// may see a review.
#[utoipa::path(
    get,
    path = "/api/movies",
    tag = "Movies",
    security((), ("token" = [])),
    params(MovieQuery),
    responses((status = 200, description = "A page of movies.", body = Movies))
)]
pub(in crate::api) async fn list(
    viewer: Viewer,
    State(state): State<AppState>,
    here: Here,
    Query(wanted): Query<MovieQuery>,
) -> Result<Response, Refusal> {
    let db = &state.db;
    let among = movies_visible_to(&viewer)
        .add_option(wanted.genre.as_deref().map(queries::of_genre))
        .add_option(wanted.director.map(queries::directed_by));
    let asked = Asked::parse(&wanted.query);
    let cursor = wanted.cursor;
    if cursor.is_some() && !asked.is_empty() {
        return Err(Refusal::Error(Error::BadRequest(NO_FURTHER.to_owned())));
    }
    let (movies, has_more) = match asked.is_empty() {
        true => queries::list(db, among, Order::Title, cursor, PAGE).await?,
        false => (find_among(db, &asked, among, PAGE).await?, false),
    };
    let ids = movies.iter().map(|movie| movie.id);
    let posters = posters::queries::of(db.reader(), ids).await?;
    let last = movies.last().filter(|_| has_more);
    let page = Movies {
        next: here.after(last.map(|movie| movie.id)),
        movies: movies
            .iter()
            .map(|movie| Film::of(movie, &posters))
            .collect(),
    };
    listed(&page, page.next.as_deref())
}

/// Show a movie
///
/// A movie that was merged into another leads there by a redirect.
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
pub(in crate::api) async fn show(
    viewer: Viewer,
    State(state): State<AppState>,
    Id(id): Id,
) -> Result<Response, Refusal> {
    of_one(&state, &viewer, id, |id| paths::ApiMovie { id }, shown).await
}

/// What `answer` makes of a film; one that went into another is found at its address there.
async fn of_one<P: TypedPath>(
    state: &AppState,
    viewer: &Viewer,
    id: MovieId,
    address: fn(MovieId) -> P,
    answer: fn(&Sheet) -> Result<Tagged, Error>,
) -> Result<Response, Refusal> {
    let AppState { db, sheets, .. } = state;
    let place = place(db, viewer, id).await?.ok_or(Error::NotFound)?;
    if let Some(other) = place.leads_to {
        let there = [(LOCATION, address(other).to_string())];
        return Ok((StatusCode::TEMPORARY_REDIRECT, there).into_response());
    }
    let sheet = sheets.of(db, viewer, id, place.revision()).await?;
    let sheet = sheet.as_ref().as_ref().ok_or(Error::NotFound)?;
    Ok(answer(sheet)?.into_response())
}

fn shown(sheet: &Sheet) -> Result<Tagged, Error> {
    Tagged::of(&Movie::from(sheet), &sheet.movie.facts())
}

/// Show your viewings of a movie
///
/// And how your rating changed.
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
pub(in crate::api) async fn history(
    _: Reader,
    viewer: Viewer,
    State(state): State<AppState>,
    Id(id): Id,
) -> Result<Response, Refusal> {
    of_one(&state, &viewer, id, |id| paths::ApiHistory { id }, seen).await
}

fn seen(sheet: &Sheet) -> Result<Tagged, Error> {
    Tagged::new(&History::from(sheet.viewings.as_slice()))
}

/// Correct a movie
///
/// A merge patch, open to members who logged the movie and to admins. If it turns out to be a movie
/// that is already here, the two are merged, and the answer is that one.
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
pub(in crate::api) async fn correct(
    Writer(bearer): Writer,
    viewer: Viewer,
    State(app): State<AppState>,
    Id(id): Id,
    headers: HeaderMap,
    Json(correction): Json<Correction>,
) -> Result<Response, Refusal> {
    let member = &bearer.member;
    let mut tries = Tries::of(&headers);
    let stays = loop {
        let tried = try_to_correct(&app, &viewer, member, id, &headers, &correction).await;
        if !tries.go_on(&tried) {
            break tried?;
        }
    };
    show(viewer, State(app), Id(stays)).await
}

async fn try_to_correct(
    app: &AppState,
    viewer: &Viewer,
    member: &Member,
    id: MovieId,
    headers: &HeaderMap,
    correction: &Correction,
) -> Result<MovieId, Refusal> {
    let AppState {
        db, clock, events, ..
    } = app;
    let movie = find_to_correct(db, member, id).await?;
    expect(headers, &movie.facts())?;
    let typed = correction.clone().typed(&movie);
    let said = typed.check(&movie, clock.today(viewer.zone));
    let said = said.map_err(Refusal::Fields)?;
    match commands::correct(db, clock, events, member, movie, said).await {
        Err(NotCorrected::Stale) => Err(Refusal::Stale),
        Err(why) => Err(Refusal::Fields(why.told()?)),
        Ok(stays) => Ok(stays),
    }
}
