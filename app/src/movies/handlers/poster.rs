//! Uploads a poster, fetches one again, and lets pages poll for pending posters.

use std::sync::Arc;

use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Query;
use entity::movie_poster::PosterFault;
use maud::{Markup, html};

use super::correction::page;
use crate::accounts::{Auth, Member, Viewer, recheck_session};
use crate::catalog::{KnownMovie, OnlineCatalog};
use crate::clock::Clock;
use crate::db::Db;
use crate::events::EventSender;
use crate::movies::commands;
use crate::movies::components::correction::fault_message;
use crate::movies::form::RawCorrection;
use crate::movies::queries::{find_correctable, visible_titles};
use crate::paths;
use crate::posters::components::poster_selector;
use crate::posters::{self, Poster, PosterSlot, Posters, poster};
use crate::web::form::EmptyForm;
use crate::web::ui::partial;
use crate::web::{Done, Error, FieldErrors, Form, Page, Upload, read_if_accepted};

/// Posters per request; any more are ignored until the next poll.
const MAX_POSTERS: usize = 100;

/// `POST /movies/{id}/poster`: uploads a poster.
pub async fn create(
    paths::MoviePoster { id }: paths::MoviePoster,
    member: Member,
    auth: Auth,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(online): State<Arc<OnlineCatalog>>,
    State(posters): State<Arc<Posters>>,
    request: Request,
) -> Result<Response, Error> {
    let movie = find_correctable(&db, &member, id)
        .await?
        .ok_or(Error::NotFound)?;
    let permit = posters.start_upload(&clock, member.id);
    let (permit, request) = read_if_accepted(permit, request)?;
    let request = permit.meter(request);
    let Upload(picture) = Upload::from_request(request, &()).await?;
    // The upload may have taken long: check that the session is still valid.
    recheck_session(&auth, &db, &clock).await?;
    let fault = match posters.save(picture).await {
        Ok(kept) => {
            let id = commands::replace_poster(&db, &clock, member.id, id, kept).await?;
            return Ok(Done::redirect_to(paths::Movie { id }).into_response());
        }
        Err(error) => error.into_fault()?,
    };
    let page = rejected_picture(&db, &online, &movie, fault).await?;
    Ok(page.into_response())
}

/// The form again, with the error of the rejected picture.
async fn rejected_picture(
    db: &Db,
    online: &OnlineCatalog,
    movie: &KnownMovie,
    fault: PosterFault,
) -> Result<Page, Error> {
    let errors = FieldErrors::single("poster", fault_message(fault));
    let page = page(
        db,
        online,
        movie,
        &RawCorrection::from_movie(movie),
        &errors,
    )
    .await?;
    Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY))
}

/// `POST /movies/{id}/poster-sync`: looks up and fetches the catalog's poster again.
pub async fn sync(
    paths::PosterSync { id }: paths::PosterSync,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(events): State<EventSender>,
    State(online): State<Arc<OnlineCatalog>>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    find_correctable(&db, &member, id)
        .await?
        .ok_or(Error::NotFound)?;
    commands::refetch_poster(&db, &clock, &events, &online, id).await?;
    Ok(Done::redirect_to(paths::Movie { id }))
}

/// `GET /movies/posters`: of the listed posters, those that are no longer pending.
pub async fn poll_posters(
    _: paths::WaitingPosters,
    viewer: Viewer,
    State(db): State<Db>,
    Query(query): Query<paths::WaitingPostersParams>,
) -> Result<Page, Error> {
    let slots = pending_slots(query);
    let movies: Vec<_> = slots.iter().map(|(_, movie)| *movie).collect();
    let titles = visible_titles(&db, &viewer, &movies).await?;
    let remaining_ids = titles.values().map(|(stays, _)| *stays);
    let posters = posters::queries::posters_of(db.reader(), remaining_ids).await?;
    let arrived = slots.iter().filter_map(|(slot, movie)| {
        let (remaining, title) = titles.get(movie)?;
        let available = posters
            .get(remaining)
            .filter(|state| **state != Poster::Pending)?;
        let markup = poster(*remaining, title, available, *slot);
        Some((poster_selector(*movie, *slot), markup))
    });
    let come: Vec<(String, Markup)> = arrived.collect();
    let fragment = html! { @for (place, drawn) in &come { (partial(place, "outerHTML", drawn)) } };
    let main = html! { @for (_, drawn) in &come { (drawn) } };
    Ok(Page::new("Posters", main).fragment(fragment))
}

/// Pairs of slot and movie, from the query string.
fn pending_slots(query: paths::WaitingPostersParams) -> Vec<(PosterSlot, i64)> {
    let by_slot = PosterSlot::ALL.into_iter().zip([
        query.entry,
        query.line,
        query.day,
        query.card,
        query.wall,
        query.strip,
        query.head,
    ]);
    let pairs = by_slot.flat_map(|(slot, movies)| movies.into_iter().map(move |id| (slot, id)));
    pairs.take(MAX_POSTERS).collect()
}
