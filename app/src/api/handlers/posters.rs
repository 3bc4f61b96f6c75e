//! Posters: sending one, and having one looked for.

use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode};

use crate::AppState;
use crate::api::body::{Id, is_of};
use crate::api::caller::{Writer, confirm};
use crate::api::problem::{Problem, Refusal};
use crate::movies::commands;
use crate::movies::{find_to_correct, unfit};
use crate::posters::Trouble;
use crate::web::{Error, File};

/// Look for a movie’s poster again
///
/// Open to members who logged the movie and to admins. The poster arrives some time after the
/// answer.
#[utoipa::path(
    post,
    path = "/api/movies/{id}/poster-sync",
    tag = "Movies",
    params(("id" = i64, Path, description = "The id of the movie.")),
    responses(
        (status = 202, description = "The search has begun."),
        (status = 409, description = "A member chose the poster, or there is no catalog to ask.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::api) async fn sync(
    Writer(bearer): Writer,
    State(state): State<AppState>,
    Id(id): Id,
) -> Result<StatusCode, Refusal> {
    let AppState {
        db,
        clock,
        events,
        outside,
        ..
    } = &state;
    find_to_correct(db, &bearer.member, id).await?;
    commands::look_again(db, clock, events, outside, id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Send a movie’s poster
///
/// The body is a JPEG, PNG or WebP file of at most 10 MB. Open to members who logged the movie and
/// to admins.
#[utoipa::path(
    put,
    path = "/api/movies/{id}/poster",
    tag = "Movies",
    params(("id" = i64, Path, description = "The id of the movie.")),
    request_body(description = "The file. Its format is recognised by its contents.", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"), (Vec<u8> = "application/octet-stream"))),
    responses((status = 204, description = "The poster is replaced."))
)]
pub(in crate::api) async fn replace(
    Writer(bearer): Writer,
    State(state): State<AppState>,
    Id(id): Id,
    headers: HeaderMap,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let AppState {
        db, clock, posters, ..
    } = &state;
    find_to_correct(db, &bearer.member, id).await?;
    is_of(&headers, &PICTURES)?;
    let place = posters.place_for_upload().ok_or(Error::Busy)?;
    let File(picture) = File::from_request(request, &()).await?;
    // The picture may have been long on its way.
    confirm(&state, &headers).await?;
    let kept = posters.keep(picture).await.map_err(unkept)?;
    drop(place);
    commands::replace_poster(db, clock, bearer.member.id, id, kept).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a picture may be sent as. Which of them it is, is told by what is in it.
const PICTURES: [&str; 4] = [
    "image/jpeg",
    "image/png",
    "image/webp",
    "application/octet-stream",
];

fn unkept(trouble: Trouble) -> Refusal {
    match trouble {
        Trouble::Fault(fault) => Refusal::Unfit {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            advice: unfit(fault).to_owned(),
            wrong: None,
        },
        trouble => Refusal::Error(Error::Store(trouble.to_string())),
    }
}
