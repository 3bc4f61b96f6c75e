//! Sending a poster, looking for one again, and asking whether it has come.

use std::sync::Arc;

use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Query;
use entity::movie_poster::PosterFault;
use maud::{Markup, html};

use super::correction::page;
use crate::accounts::{Auth, Member, Viewer, confirm};
use crate::catalog::{Known, Outside};
use crate::clock::Clock;
use crate::db::Db;
use crate::events::Events;
use crate::movies::commands;
use crate::movies::components::correction::unfit;
use crate::movies::form::RawCorrection;
use crate::movies::queries::{find_to_correct, titles};
use crate::paths;
use crate::posters::components::selector;
use crate::posters::{self, Place, Poster, Posters, Trouble, poster};
use crate::web::form::Nothing;
use crate::web::ui::partial;
use crate::web::{Done, Error, Fields, Form, Page, Upload};

/// The most movies that a page asks about at once.
const MOST: usize = 100;

/// `POST /movies/{id}/poster`
pub async fn create(
    paths::MoviePoster { id }: paths::MoviePoster,
    member: Member,
    auth: Auth,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(outside): State<Arc<Outside>>,
    State(posters): State<Arc<Posters>>,
    request: Request,
) -> Result<Response, Error> {
    let movie = find_to_correct(&db, &member, id).await?;
    let place = posters.place_for_upload().ok_or(Error::Busy)?;
    let Upload(picture) = Upload::from_request(request, &()).await?;
    // The picture may have been long on its way.
    confirm(&auth, &db, &clock).await?;
    let kept = posters.keep(picture).await;
    drop(place);
    let fault = match kept {
        Ok(kept) => {
            let id = commands::replace_poster(&db, &clock, member.id, id, kept).await?;
            return Ok(Done::at(paths::Movie { id }).into_response());
        }
        Err(Trouble::Fault(fault)) => fault,
        Err(trouble) => return Err(not_kept(&trouble)),
    };
    let page = refused(&db, &outside, &movie, fault).await?;
    Ok(page.into_response())
}

fn not_kept(trouble: &Trouble) -> Error {
    match trouble.is_for_want_of_room() {
        true => Error::Full(trouble.to_string()),
        false => Error::Store(trouble.to_string()),
    }
}

/// The form again, with what is wrong with the picture.
async fn refused(
    db: &Db,
    outside: &Outside,
    movie: &Known,
    fault: PosterFault,
) -> Result<Page, Error> {
    let errors = Fields::one("poster", unfit(fault));
    let page = page(db, outside, movie, &RawCorrection::of(movie), &errors).await?;
    Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY))
}

/// `POST /movies/{id}/poster-sync`
pub async fn sync(
    paths::PosterSync { id }: paths::PosterSync,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(events): State<Events>,
    State(outside): State<Arc<Outside>>,
    _: Form<Nothing>,
) -> Result<Done, Error> {
    find_to_correct(&db, &member, id).await?;
    commands::look_again(&db, &clock, &events, &outside, id).await?;
    Ok(Done::at(paths::Movie { id }))
}

/// `GET /movies/posters`
pub async fn waiting(
    _: paths::WaitingPosters,
    viewer: Viewer,
    State(db): State<Db>,
    Query(waiting): Query<paths::Waiting>,
) -> Result<Page, Error> {
    let places = places(waiting);
    let movies: Vec<_> = places.iter().map(|(_, movie)| *movie).collect();
    let titles = titles(&db, &viewer, &movies).await?;
    let stay = titles.values().map(|(stays, _)| *stays);
    let posters = posters::queries::of(db.reader(), stay).await?;
    let come = places.iter().filter_map(|(place, movie)| {
        let (stays, title) = titles.get(movie)?;
        let shown = posters.get(stays).filter(|it| **it != Poster::OnItsWay)?;
        let drawn = poster(*stays, title, shown, *place);
        Some((selector(*movie, *place), drawn))
    });
    let come: Vec<(String, Markup)> = come.collect();
    let fragment = html! { @for (place, drawn) in &come { (partial(place, "outerHTML", drawn)) } };
    let main = html! { @for (_, drawn) in &come { (drawn) } };
    Ok(Page::new("Posters", main).fragment(fragment))
}

/// Each place that waits, and the movie whose poster it waits for.
fn places(waiting: paths::Waiting) -> Vec<(Place, i64)> {
    let by_place = Place::ALL.into_iter().zip([
        waiting.entry,
        waiting.line,
        waiting.day,
        waiting.card,
        waiting.head,
    ]);
    let each = by_place.flat_map(|(place, movies)| movies.into_iter().map(move |id| (place, id)));
    each.take(MOST).collect()
}
