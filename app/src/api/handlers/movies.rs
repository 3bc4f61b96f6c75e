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
    /// The beginning of a title, words of title, year and directors, or an id or address at
    /// IMDb, TMDB or Wikidata: then the best 48 are listed, the best first.
    #[param(required = false, example = "matrix 1999")]
    query: String,
    /// Only those of the genre of this slug.
    #[param(example = "science-fiction")]
    genre: Option<String>,
    /// Only those that the person of this id directed.
    director: Option<i64>,
    /// Where an earlier page said that the list goes on. A query lists the best, and goes no
    /// further.
    #[serde(deserialize_with = "maybe")]
    cursor: Option<i64>,
}

const NO_FURTHER: &str = "A query lists the best that fit, and has no second page.";

/// Lists films
///
/// All by their titles, or those that fit a query. Members see all that are here, others those
/// of which they may read a review.
#[utoipa::path(
    get,
    path = "/api/movies",
    tag = "Movies",
    security((), ("token" = [])),
    params(MovieQuery),
    responses((status = 200, description = "A page of films.", body = Movies))
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

/// Shows a film
///
/// One that turned out to be another is found there: the answer is a redirect.
#[utoipa::path(
    get,
    path = "/api/movies/{id}",
    tag = "Movies",
    security((), ("token" = [])),
    params(("id" = i64, Path, description = "Which film.")),
    responses(
        (status = 200, description = "The film.", body = Movie),
        (status = 307, description = "It is another one.", headers(("location" = String, description = "Which one.")))
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

/// Shows when one saw a film
///
/// And how one’s rating of it moved.
#[utoipa::path(
    get,
    path = "/api/movies/{id}/history",
    tag = "Movies",
    params(("id" = i64, Path, description = "Which film.")),
    responses(
        (status = 200, description = "One's own viewings of it.", body = History),
        (status = 307, description = "It is another one.", headers(("location" = String, description = "Which one.")))
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

/// Corrects a film
///
/// Whoever has logged it may, and admins. A JSON merge patch. One that turns out to be another
/// that is here becomes one with it: then the answer is that one.
#[utoipa::path(
    patch,
    path = "/api/movies/{id}",
    tag = "Movies",
    request_body = Correction,
    params(
        ("id" = i64, Path, description = "Which film."),
        ("if-match" = Option<String>, Header, description = "The ETag of what is corrected."),
    ),
    responses(
        (status = 200, description = "As it is now.", body = Movie)
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
