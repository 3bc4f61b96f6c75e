//! Notes, order and visibility of the member's own watchlist.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use entity::Visibility;

use super::show::watchlist_page;
use crate::AppState;
use crate::accounts::{Member, Viewer};
use crate::db::Db;
use crate::paths;
use crate::watchlist::commands;
use crate::watchlist::form::{RawNote, RawPosition, RawWatchlistVisibility, check_note};
use crate::watchlist::params::WatchlistOrder;
use crate::watchlist::queries::find_watchlist_owner;
use crate::web::form::OUTDATED_FORM;
use crate::web::{Done, Error, FieldErrors, Form, WantsFragment};

/// `POST /movies/{id}/watchlisting/note`: changes the note of a film.
pub async fn update_note(
    paths::WatchlistingNote { id }: paths::WatchlistingNote,
    member: Member,
    State(db): State<Db>,
    Form(raw): Form<RawNote>,
) -> Result<Done, Error> {
    let mut errors = FieldErrors::default();
    let Some(note) = check_note("note", &raw.note, &mut errors) else {
        let message = errors.get("note").unwrap_or(OUTDATED_FORM);
        return Err(Error::BadRequest(message.to_owned()));
    };
    if !commands::change_note(&db, member.id, id, note).await? {
        return Err(Error::NotFound);
    }
    let watchlist = paths::Watchlist::of(&member.username);
    Ok(Done::redirect_to(format!("{watchlist}#film-{id}")))
}

/// `POST /movies/{id}/watchlisting/position`: moves a film in the order by hand.
pub async fn update_position(
    paths::WatchlistingPosition { id }: paths::WatchlistingPosition,
    viewer: Viewer,
    member: Member,
    State(state): State<AppState>,
    WantsFragment(wants_fragment): WantsFragment,
    Form(raw): Form<RawPosition>,
) -> Result<Response, Error> {
    let before = raw.parse();
    let before = before.ok_or_else(|| Error::BadRequest(OUTDATED_FORM.to_owned()))?;
    if !commands::move_entry(&state.db, member.id, id, before).await? {
        return Err(Error::NotFound);
    }
    let params = paths::WatchlistParams {
        sort: WatchlistOrder::ByHand.name().to_owned(),
        ..paths::WatchlistParams::default()
    };
    if wants_fragment {
        let owner = find_watchlist_owner(&state.db, &viewer, &member.username).await?;
        let owner = owner.ok_or(Error::NotFound)?;
        let page = watchlist_page(&state, &viewer, &owner, &params, None).await?;
        return Ok(page
            .announce("Moved.")
            .status(StatusCode::OK)
            .into_response());
    }
    let watchlist = paths::with(paths::Watchlist::of(&member.username), params);
    Ok(Done::redirect_to(format!("{watchlist}#film-{id}")).into_response())
}

/// `POST /settings/watchlist`: sets who may see the watchlist.
pub async fn update_visibility(
    _: paths::SettingsWatchlist,
    member: Member,
    State(db): State<Db>,
    Form(raw): Form<RawWatchlistVisibility>,
) -> Result<Done, Error> {
    let visibility = match raw.visibility.as_str() {
        "" => None,
        name => {
            let visibility = Visibility::parse(name);
            Some(visibility.ok_or_else(|| Error::BadRequest(OUTDATED_FORM.to_owned()))?)
        }
    };
    commands::change_visibility(&db, member.id, visibility).await?;
    Ok(Done::redirect_to(paths::Watchlist::of(&member.username)))
}
