//! The films of a list or watchlist, for other programs.

use axum::http::HeaderMap;
use axum::response::Response;

use crate::db::Db;
use crate::lists::queries::films_at_address;
use crate::watchlist::film_list::{FILM_LIST_TYPE, render_film_list};
use crate::web::{Error, respond_unless_cached, unlisted};

/// The films of the list or watchlist with this secret address.
pub(super) async fn film_list(db: &Db, headers: &HeaderMap, code: &str) -> Result<Response, Error> {
    let films = films_at_address(db, code).await?.ok_or(Error::NotFound)?;
    let body = render_film_list(&films)
        .map_err(|error| Error::Internal(format!("a list of films: {error}")))?;
    Ok(unlisted(respond_unless_cached(
        headers,
        FILM_LIST_TYPE,
        body,
    )))
}
