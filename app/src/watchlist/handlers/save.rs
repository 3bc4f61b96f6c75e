//! Saving films for later, and taking them off.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;

use crate::accounts::{Member, Viewer};
use crate::catalog::{self, KnownMovie, MovieId, MovieRef, OnlineCatalog};
use crate::db::Db;
use crate::diary::components::log_box::log_box;
use crate::diary::components::search_box::LOG_BOX_ID;
use crate::diary::components::toast;
use crate::diary::{DiaryWriter, RawReview};
use crate::events::EventSender;
use crate::paths;
use crate::watchlist::commands::{self, NewEntry, SaveError};
use crate::watchlist::components::save::{SAVE_FOR_LATER, save_button, save_form};
use crate::watchlist::form::check_entry;
use crate::web::form::EmptyForm;
use crate::web::ui::partial;
use crate::web::{Done, Error, FieldErrors, Form, Page};

/// `POST /movies/{id}/watchlisting`: saves a film that is here.
pub async fn create(
    paths::Watchlisting { id }: paths::Watchlisting,
    viewer: Viewer,
    member: Member,
    State(writer): State<DiaryWriter>,
    State(events): State<EventSender>,
    State(online): State<Arc<OnlineCatalog>>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    let new = NewEntry {
        movie_ref: MovieRef::Existing(id),
        note: None,
        today: writer.clock.today(viewer.zone),
    };
    match commands::save_movie(&writer, &events, &online, member.id, new).await {
        Ok((movie, _)) => saved(&writer.db, movie).await,
        Err(SaveError::MemberGone) => Err(Error::SignInRequired),
        Err(SaveError::Database(error)) => Err(error.into()),
        Err(SaveError::MovieGone | SaveError::Ambiguous(_)) => Err(Error::NotFound),
    }
}

async fn saved(db: &Db, movie: MovieId) -> Result<Done, Error> {
    let title = title_of(db, movie).await?;
    Ok(Done::redirect_to(paths::Movie { id: movie })
        .fragment(save_button(movie, &title, true))
        .announce(format!("Saved {title} for later.")))
}

async fn title_of(db: &Db, movie: MovieId) -> Result<String, Error> {
    let movie = catalog::find(db.reader(), movie).await?;
    Ok(movie.ok_or(Error::NotFound)?.title)
}

/// `POST /movies/{id}/watchlisting/ending`: takes a film off the watchlist.
pub async fn destroy(
    paths::WatchlistingEnding { id }: paths::WatchlistingEnding,
    member: Member,
    State(db): State<Db>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    commands::remove_movie(&db, member.id, id).await?;
    let title = title_of(&db, id).await?;
    Ok(Done::redirect_to(paths::Movie { id })
        .fragment(save_button(id, &title, false))
        .announce(format!("Took {title} off your watchlist.")))
}

/// `POST /movies/{id}/watchlisting/keeping`: keeps a film that was logged on the watchlist.
pub async fn keep(
    paths::WatchlistingKeeping { id }: paths::WatchlistingKeeping,
    member: Member,
    State(db): State<Db>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    if !commands::keep_movie(&db, member.id, id).await? {
        return Err(Error::NotFound);
    }
    saved(&db, id).await
}

/// `POST /watchlist`: saves a film that the form describes, also one that only a catalog knows.
pub async fn create_from_form(
    _: paths::WatchlistEntries,
    viewer: Viewer,
    member: Member,
    State(writer): State<DiaryWriter>,
    State(events): State<EventSender>,
    State(online): State<Arc<OnlineCatalog>>,
    Form(raw): Form<RawReview>,
) -> Result<Response, Error> {
    if !raw.by.is_empty() && raw.by != member.account_mark() {
        return Err(Error::OtherMember);
    }
    let new = match check_entry(&raw, writer.clock.today(viewer.zone)) {
        Ok(new) => new,
        Err(errors) => return Ok(form_again(&member, &raw, &errors, &[])),
    };
    match commands::save_movie(&writer, &events, &online, member.id, new).await {
        Ok((movie, _)) => Ok(saved_from_box(&writer.db, movie).await?.into_response()),
        Err(SaveError::Ambiguous(candidates)) => {
            let errors = FieldErrors::default();
            Ok(form_again(&member, &raw, &errors, &candidates))
        }
        Err(SaveError::MovieGone) => Err(Error::NotFound),
        Err(SaveError::MemberGone) => Err(Error::SignInRequired),
        Err(SaveError::Database(error)) => Err(error.into()),
    }
}

/// Empties the box, and says what was saved.
async fn saved_from_box(db: &Db, movie: MovieId) -> Result<Done, Error> {
    let title = title_of(db, movie).await?;
    let message = format!("Saved {title} for later.");
    let undo = paths::WatchlistingEnding { id: movie }.to_string();
    let fragment = html! {
        (partial(&format!("#{LOG_BOX_ID}"), "outerHTML", &log_box(true)))
        (partial("#toasts", "innerHTML", &toast(&message, "Undo", &undo)))
    };
    Ok(Done::redirect_to(paths::Movie { id: movie })
        .fragment(fragment)
        .announce(message))
}

fn form_again(
    member: &Member,
    raw: &RawReview,
    errors: &FieldErrors,
    candidates: &[KnownMovie],
) -> Response {
    let main = save_form(&member.account_mark(), raw, errors, candidates);
    Page::new(SAVE_FOR_LATER, main)
        .status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response()
}
