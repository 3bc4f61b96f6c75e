//! What answers the addresses of movies.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::components;
use crate::accounts::{Admin, Member, Viewer};
use crate::catalog::queries::{PAGE, find_among};
use crate::catalog::{self, Added, Asked, Known, Outside};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::components::list::{Shown, page};
use crate::diary::components::{Eye, log_box};
use crate::diary::policy::movies_visible_to;
use crate::diary::{Cursor, Scope, commands, queries};
use crate::paths;
use crate::web::form::Nothing;
use crate::web::ui::plural;
use crate::web::{Done, Error, Form, Page};

/// `GET /movies`
pub async fn list(
    _: paths::Movies,
    viewer: Viewer,
    State(db): State<Db>,
    State(outside): State<Outside>,
    Query(paths::MovieList { q, after }): Query<paths::MovieList>,
) -> Result<Page, Error> {
    let among = movies_visible_to(&viewer);
    let asked = Asked::parse(&q);
    let (movies, has_more) = match asked.is_empty() {
        true => catalog::queries::list(&db, among, after).await?,
        false => (find_among(&db, &asked, among, PAGE).await?, false),
    };
    let list = components::List {
        typed: q.trim(),
        movies: &movies,
        has_more,
        asks_catalog: viewer.member.is_some() && !outside.is_off(),
    };
    Ok(Page::new("Movies", components::movies(&list))
        .fragment(components::items(&list))
        .announce(plural(movies.len(), "film", "films")))
}

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
    Ok(page(shown, eye).into_response())
}

/// What stands above the reviews of a movie.
async fn head(db: &Db, viewer: &Viewer, movie: &Known) -> Result<Markup, Error> {
    let merges = match &viewer.member {
        Some(member) if member.is_admin => queries::merges(db, movie.id).await?,
        _ => Vec::new(),
    };
    let said = catalog::queries::said(db, movie.id).await?;
    Ok(html! {
        (components::head(movie, viewer.member.is_some()))
        (components::facts(&said))
        (components::merges(&merges))
        h2 { "Reviews" }
    })
}

/// `GET /movies/suggest`
pub async fn suggest(
    _: paths::SuggestMovies,
    _: Member,
    State(db): State<Db>,
    State(outside): State<Outside>,
    Query(paths::Query { q }): Query<paths::Query>,
) -> Result<Page, Error> {
    let movies = catalog::suggest(&db, &Asked::parse(&q)).await?;
    let page = Page::new(
        "What did you watch?",
        log_box::found(&q, &movies, &Added::default()),
    );
    let found = plural(movies.len(), "known film", "known films");
    Ok(page
        .fragment(log_box::suggestions(&q, &movies, !outside.is_off()))
        .announce(found))
}

/// `GET /movies/found`
pub async fn find(
    _: paths::FindMovies,
    _: Member,
    State(db): State<Db>,
    State(outside): State<Outside>,
    Query(paths::Find { q, links }): Query<paths::Find>,
) -> Result<Page, Error> {
    let asked = Asked::parse(&q);
    let here = catalog::suggest(&db, &asked).await?;
    let more = catalog::find_outside(&db, &outside, &asked, true, &here).await?;
    let fragment = match links.is_empty() {
        true => log_box::more_suggestions(&more),
        false => log_box::more_links(&more),
    };
    let found = plural(
        more.hits.len(),
        "film from the catalog",
        "films from the catalog",
    );
    Ok(
        Page::new("What did you watch?", log_box::found(&q, &here, &more))
            .fragment(fragment)
            .announce(found),
    )
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
