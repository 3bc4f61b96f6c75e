//! The list of movies, all or those that match a search.

use axum::extract::{Query, State};

use crate::accounts::Viewer;
use crate::catalog::queries::{MOVIES_PER_PAGE, MovieOrder, search_movies};
use crate::catalog::{self, CatalogQuery, Catalogs, FoundFilms};
use crate::db::Db;
use crate::diary::policy::movies_visible_to;
use crate::movies::components::list;
use crate::paths;
use crate::posters;
use crate::watchlist::queries::marks_of;
use crate::web::ui::plural;
use crate::web::{Error, Page};

/// `GET /movies`: movies that the viewer may see, by title or by search.
pub async fn show(
    _: paths::Movies,
    viewer: Viewer,
    State(db): State<Db>,
    State(catalogs): State<Catalogs>,
    Query(paths::MovieListParams { q, after }): Query<paths::MovieListParams>,
) -> Result<Page, Error> {
    let among = movies_visible_to(&viewer);
    let query = CatalogQuery::parse(&q);
    let (movies, has_more) = if query.is_blank() {
        catalog::queries::list_movies(&db, among, MovieOrder::Title, after, MOVIES_PER_PAGE).await?
    } else {
        let found = search_movies(&db, &query, among, MOVIES_PER_PAGE).await?;
        (found, false)
    };
    let ids = || movies.iter().map(|movie| movie.id);
    let posters = posters::queries::posters_of(db.reader(), ids()).await?;
    let marks = marks_of(&db, &viewer, ids()).await?;
    let elsewhere = find_elsewhere(&catalogs, &db, &viewer, &query).await?;
    let view = list::MovieListView {
        query: q.trim(),
        unread_link: query.unread_link.as_ref(),
        movies: &movies,
        posters: &posters,
        marks: &marks,
        has_more,
        in_catalog: elsewhere.in_catalog().collect(),
        asks_online: viewer.member.is_some() && !catalogs.online.is_off() && !elsewhere.is_enough,
    };
    Ok(Page::new("Films", list::page(&view))
        .fragment(list::items(&view))
        .announce(plural(movies.len(), "film", "films")))
}

/// What the local catalog has besides, for members, who can log it.
async fn find_elsewhere(
    catalogs: &Catalogs,
    db: &Db,
    viewer: &Viewer,
    query: &CatalogQuery,
) -> Result<FoundFilms, Error> {
    if viewer.member.is_none() || query.is_blank() {
        return Ok(FoundFilms::default());
    }
    Ok(catalog::find_films(db, &catalogs.local, query).await?)
}
