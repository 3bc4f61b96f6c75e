//! The page of a movie.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use crate::accounts::{Admin, Viewer};
use crate::catalog::{self, MovieId};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::components::Eye;
use crate::diary::components::list::{Shown, page};
use crate::diary::{Cursor, Lists, Scope, commands, queries};
use crate::movies::about;
use crate::movies::components::page::{self as components, May};
use crate::movies::queries::{Sheet, Sheets, place};
use crate::paths;
use crate::web::form::Nothing;
use crate::web::{Done, Error, Form};

/// `GET /movies/{id}`
pub async fn show(
    path: paths::Movie,
    viewer: Viewer,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(lists): State<Arc<Lists>>,
    State(sheets): State<Arc<Sheets>>,
    Query(query): Query<paths::Older>,
) -> Result<Response, Error> {
    let cursor = Cursor::read(&query.older)?;
    let place = place(&db, &viewer, path.id).await?.ok_or(Error::NotFound)?;
    if let Some(id) = place.leads_to {
        return Ok(Done::at(paths::Movie { id }).into_response());
    }
    let revision = place.revision();
    let sheet = sheets.of(&db, &viewer, path.id, revision).await?;
    let sheet = sheet.as_ref().as_ref().ok_or(Error::NotFound)?;
    let list = lists
        .page(&db, &viewer, Scope::Movie(path.id), cursor, revision)
        .await?;
    let eye = Eye::new(&viewer, clock.now());
    let shown = Shown {
        title: format!("{} ({})", sheet.movie.title, sheet.movie.year),
        head: head(&db, &viewer, sheet).await?,
        list: &list,
        path: &path,
        is_first: cursor.is_none(),
        when_empty: html! { "Nobody has written about this film yet, or not for you to see." },
    };
    Ok(page(shown, eye).about(about::movie(sheet)).into_response())
}

/// What stands above the reviews of a movie.
async fn head(db: &Db, viewer: &Viewer, sheet: &Sheet) -> Result<Markup, Error> {
    let is_admin = viewer.member.as_ref().is_some_and(|member| member.is_admin);
    let may = May {
        log: viewer.member.is_some(),
        correct: is_admin || !sheet.viewings.is_empty(),
    };
    Ok(html! {
        (components::head(sheet, may))
        @if is_admin { (for_admins(db, sheet.movie.id).await?) }
        h2 { "Reviews" }
    })
}

/// What was changed, for those who can take it back.
async fn for_admins(db: &Db, movie: MovieId) -> Result<Markup, Error> {
    let merges = queries::merges(db, movie).await?;
    let corrections = catalog::queries::corrections(db, movie).await?;
    Ok(html! {
        (components::merges(&merges))
        (components::corrections(&corrections))
    })
}

/// `POST /movies/merges/{id}/undoing`
pub async fn undo_merge(
    paths::MergeUndoing { id }: paths::MergeUndoing,
    Admin(admin): Admin,
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Form<Nothing>,
) -> Result<Done, Error> {
    let movie = commands::undo_merge(&db, &clock, admin.id, id).await?;
    Ok(Done::at(paths::Movie { id: movie }))
}
