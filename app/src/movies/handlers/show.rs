//! The page of a movie.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use crate::accounts::{Admin, Viewer};
use crate::catalog::{self, Known};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::components::Eye;
use crate::diary::components::list::{Shown, page};
use crate::diary::{Cursor, Scope, commands, queries};
use crate::movies::about;
use crate::movies::components::page as components;
use crate::movies::queries::may_correct;
use crate::paths;
use crate::posters;
use crate::web::form::Nothing;
use crate::web::{Done, Error, Form};

/// `GET /movies/{id}`
pub async fn show(
    path: paths::Movie,
    viewer: Viewer,
    State(db): State<Db>,
    State(clock): State<Clock>,
    Query(query): Query<paths::Older>,
) -> Result<Response, Error> {
    let cursor = Cursor::read(&query.older)?;
    if let Some(id) = catalog::leads_to(db.reader(), path.id).await? {
        return Ok(Done::at(paths::Movie { id }).into_response());
    }
    if !queries::is_movie_visible(&db, &viewer, path.id).await? {
        return Err(Error::NotFound);
    }
    let movie = catalog::find(db.reader(), path.id)
        .await?
        .ok_or(Error::NotFound)?;
    let list = queries::list(&db, &viewer, Scope::Movie(path.id), cursor).await?;
    let eye = Eye::new(&viewer, clock.now());
    let head = head(&db, &viewer, &movie).await?;
    let shown = Shown {
        title: format!("{} ({})", movie.title, movie.year),
        head,
        list: &list,
        path: &path,
        is_first: cursor.is_none(),
        when_empty: "Nobody has written about this film yet, or not for you to see.",
    };
    let about = about::movie(&db, &movie, None).await?;
    Ok(page(shown, eye).about(about).into_response())
}

/// What stands above the reviews of a movie.
async fn head(db: &Db, viewer: &Viewer, movie: &Known) -> Result<Markup, Error> {
    let said = catalog::queries::said(db, movie.id).await?;
    let poster = posters::queries::about(db.reader(), movie.id).await?;
    let may = components::May {
        log: viewer.member.is_some(),
        correct: match &viewer.member {
            Some(member) => may_correct(db, member, movie.id).await?,
            None => false,
        },
    };
    Ok(html! {
        (components::head(movie, &said, &poster, may))
        (for_admins(db, viewer, movie).await?)
        h2 { "Reviews" }
    })
}

/// What was changed, for those who can take it back.
async fn for_admins(db: &Db, viewer: &Viewer, movie: &Known) -> Result<Markup, Error> {
    if !viewer.member.as_ref().is_some_and(|member| member.is_admin) {
        return Ok(html! {});
    }
    let merges = queries::merges(db, movie.id).await?;
    let corrections = catalog::queries::corrections(db, movie.id).await?;
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
