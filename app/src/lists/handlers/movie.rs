//! Adding a movie to a list from its own page.

use axum::extract::State;

use crate::AppState;
use crate::accounts::{Member, Viewer};
use crate::catalog::{self, MovieRef};
use crate::lists::commands::{self, AddError, NewListEntry};
use crate::lists::components::of_movie::movie_lists;
use crate::lists::form::RawListing;
use crate::lists::queries::lists_of_movie;
use crate::paths;
use crate::web::form::OUTDATED_FORM;
use crate::web::{Done, Error, Form};

/// `POST /movies/{id}/listing`: adds a movie to a list.
pub async fn create(
    paths::MovieListing { id }: paths::MovieListing,
    viewer: Viewer,
    member: Member,
    State(state): State<AppState>,
    Form(raw): Form<RawListing>,
) -> Result<Done, Error> {
    let list = raw.list.parse();
    let list = list.map_err(|_| Error::BadRequest(OUTDATED_FORM.to_owned()))?;
    let new = NewListEntry {
        movie_ref: MovieRef::Existing(id),
        note: None,
        target: None,
    };
    let AppState {
        diary,
        events,
        online_catalog,
        ..
    } = &state;
    let added = commands::add_movie(diary, events, online_catalog, member.id, list, new).await;
    let (id, _) = added.map_err(|error| match error {
        AddError::Ambiguous(_) | AddError::MovieGone => Error::NotFound,
        AddError::List(error) => error.into(),
    })?;
    let movie = catalog::find(state.db.reader(), id).await?;
    let title = movie.ok_or(Error::NotFound)?.title;
    let lists = lists_of_movie(&state.db, &viewer, id).await?;
    Ok(Done::redirect_to(paths::Movie { id })
        .fragment(movie_lists(id, &lists))
        .announce(format!("Added {title} to the list.")))
}
