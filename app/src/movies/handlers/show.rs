//! The page of a movie.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use crate::accounts::Viewer;
use crate::catalog::{self, MovieId};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::components::RenderContext;
use crate::diary::components::list::{EntryListView, list_page};
use crate::diary::{Cursor, EntryPageCache, ListScope, queries};
use crate::lists::components::of_movie::movie_lists;
use crate::lists::queries::lists_of_movie;
use crate::movies::components::page::{self as components, MoviePermissions};
use crate::movies::page_meta;
use crate::movies::queries::{MovieDetails, MovieDetailsCache, locate_movie};
use crate::paths;
use crate::watchlist::queries::is_on_watchlist;
use crate::web::ui::title_with_year;
use crate::web::{Done, Error};

/// `GET /movies/{id}`: a movie and its reviews. Redirects if the movie was merged into another.
pub async fn show(
    path: paths::Movie,
    viewer: Viewer,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(lists): State<Arc<EntryPageCache>>,
    State(cache): State<Arc<MovieDetailsCache>>,
    Query(query): Query<paths::OlderParams>,
) -> Result<Response, Error> {
    let cursor = Cursor::parse_older(&query.older)?;
    let location = locate_movie(&db, &viewer, path.id)
        .await?
        .ok_or(Error::NotFound)?;
    if let Some(id) = location.leads_to {
        return Ok(Done::redirect_to(paths::Movie { id }).into_response());
    }
    let revision = location.revision_number();
    let details = cache.get(&db, &viewer, path.id, revision).await?;
    let details = details.as_ref().as_ref().ok_or(Error::NotFound)?;
    let list = lists
        .page(&db, &viewer, ListScope::Movie(path.id), cursor, revision)
        .await?;
    let context = RenderContext::new(&viewer, clock.now());
    let view = EntryListView {
        title: title_with_year(&details.movie.title, details.movie.year),
        head: head(&db, &viewer, details).await?,
        list: &list,
        path: &path,
        query: &query,
        empty_message: html! { "No reviews of this film yet, or none that you can see." },
    };
    Ok(list_page(view, context)
        .meta(page_meta::movie_meta(details))
        .into_response())
}

/// Everything above the reviews.
async fn head(db: &Db, viewer: &Viewer, details: &MovieDetails) -> Result<Markup, Error> {
    let is_admin = viewer.member.as_ref().is_some_and(|member| member.is_admin);
    let permissions = MoviePermissions {
        can_log: viewer.member.is_some(),
        is_on_watchlist: match viewer.id() {
            Some(member) => is_on_watchlist(db, member, details.movie.id).await?,
            None => false,
        },
        can_correct: is_admin || !details.viewings.is_empty(),
    };
    let lists = lists_of_movie(db, viewer, details.movie.id).await?;
    Ok(html! {
        (components::head(details, permissions))
        (movie_lists(details.movie.id, &lists))
        @if is_admin { (admin_controls(db, details.movie.id).await?) }
        h2 { "Reviews" }
    })
}

/// Merges and corrections that an admin can undo.
async fn admin_controls(db: &Db, movie: MovieId) -> Result<Markup, Error> {
    let merges = queries::merges_into(db, movie).await?;
    let corrections = catalog::queries::corrections_of(db, movie).await?;
    Ok(html! {
        (components::merges(&merges))
        (components::corrections(&corrections))
    })
}
