//! What answers the addresses of movies.

use axum::extract::{Query, State};
use maud::html;

use super::components;
use crate::accounts::{Member, Viewer};
use crate::catalog;
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::components::list::{Shown, page};
use crate::diary::components::{Eye, log_box};
use crate::diary::{Cursor, Scope, queries};
use crate::paths;
use crate::web::ui::plural;
use crate::web::{Error, Page};

/// `GET /movies/{id}`
pub async fn show(
    path: paths::Movie,
    viewer: Viewer,
    State(db): State<Db>,
    State(clock): State<Clock>,
    Query(query): Query<paths::Older>,
) -> Result<Page, Error> {
    let cursor = Cursor::read(&query.older)?;
    if !queries::is_movie_visible(&db, &viewer, path.id).await? {
        return Err(Error::NotFound);
    }
    let movie = catalog::find(db.reader(), path.id)
        .await?
        .ok_or(Error::NotFound)?;
    let list = queries::list(&db, &viewer, Scope::Movie(path.id), cursor).await?;
    let eye = Eye::new(&viewer, clock.now());
    let head = html! {
        (components::head(&movie, viewer.member.is_some()))
        h2 { "Reviews" }
    };
    let shown = Shown {
        title: format!("{} ({})", movie.title, movie.year),
        head,
        list: &list,
        path: &path,
        is_first: cursor.is_none(),
        when_empty: "Nobody has written about this film yet, or not for you to see.",
    };
    Ok(page(shown, eye))
}

/// `GET /movies/suggest`
pub async fn suggest(
    _: paths::SuggestMovies,
    _: Member,
    State(db): State<Db>,
    Query(paths::Query { q }): Query<paths::Query>,
) -> Result<Page, Error> {
    let movies = catalog::suggest(&db, &q).await?;
    let page = Page::new("What did you watch?", log_box::found(&q, &movies));
    let found = plural(movies.len(), "known film", "known films");
    Ok(page
        .fragment(log_box::suggestions(&q, &movies))
        .announce(found))
}
