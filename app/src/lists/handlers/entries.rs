//! Notes and places of films on a list, and removing them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::show::{ShownList, list_page};
use crate::AppState;
use crate::accounts::{Member, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::lists::commands::{self, Target};
use crate::lists::queries::find_list;
use crate::paths;
use crate::watchlist::form::{RawNote, RawPosition, check_note};
use crate::web::form::{EmptyForm, OUTDATED_FORM};
use crate::web::{Done, Error, FieldErrors, Form, WantsFragment};

/// `POST /lists/{id}/entries/{movie}/note`: changes the note of a film.
pub async fn update_note(
    paths::ListEntryNote { id, movie }: paths::ListEntryNote,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    Form(raw): Form<RawNote>,
) -> Result<Done, Error> {
    let mut errors = FieldErrors::default();
    let Some(note) = check_note("note", &raw.note, &mut errors) else {
        let message = errors.get("note").unwrap_or(OUTDATED_FORM);
        return Err(Error::BadRequest(message.to_owned()));
    };
    match commands::change_note(&db, &clock, member.id, id, movie, note).await? {
        true => Ok(Done::redirect_to(anchor(id, movie))),
        false => Err(Error::NotFound),
    }
}

/// `POST /lists/{id}/entries/{movie}/ending`: takes a film off a list.
pub async fn destroy(
    paths::ListEntryEnding { id, movie }: paths::ListEntryEnding,
    viewer: Viewer,
    member: Member,
    State(state): State<AppState>,
    wants: WantsFragment,
    _: Form<EmptyForm>,
) -> Result<Response, Error> {
    commands::remove_movie(&state.db, &state.clock, member.id, id, movie).await?;
    let location = paths::List { id }.to_string();
    changed_list(&state, &viewer, id, wants, ("Removed.", location)).await
}

/// `POST /lists/{id}/entries/{movie}/position`: moves a film.
pub async fn update_position(
    paths::ListEntryPosition { id, movie }: paths::ListEntryPosition,
    viewer: Viewer,
    member: Member,
    State(state): State<AppState>,
    wants: WantsFragment,
    Form(raw): Form<RawPosition>,
) -> Result<Response, Error> {
    let before = raw.parse();
    let before = before.ok_or_else(|| Error::BadRequest(OUTDATED_FORM.to_owned()))?;
    let target = before.map_or(Target::End, Target::Before);
    if !commands::move_entry(&state.db, &state.clock, member.id, id, movie, target).await? {
        return Err(Error::NotFound);
    }
    changed_list(&state, &viewer, id, wants, ("Moved.", anchor(id, movie))).await
}

/// The place of a film on the page of its list.
fn anchor(list: i64, movie: i64) -> String {
    format!("{}#film-{movie}", paths::List { id: list })
}

/// The list as it is now, or where it is.
pub(super) async fn changed_list(
    state: &AppState,
    viewer: &Viewer,
    id: i64,
    WantsFragment(wants_fragment): WantsFragment,
    (announcement, location): (&str, String),
) -> Result<Response, Error> {
    if !wants_fragment {
        return Ok(Done::redirect_to(location).into_response());
    }
    let list = find_list(&state.db, viewer, id)
        .await?
        .ok_or(Error::NotFound)?;
    let page = list_page(state, viewer, &list, ShownList::default()).await?;
    Ok(page
        .announce(announcement)
        .status(StatusCode::OK)
        .into_response())
}
