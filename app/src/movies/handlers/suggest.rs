//! Search as you type in the "What did you watch?" field.

use std::sync::Arc;

use axum::extract::{Query, State};

use crate::accounts::Member;
use crate::catalog::{self, CatalogQuery, OnlineCatalog, OnlineMatches};
use crate::db::Db;
use crate::diary::components::log_box::search_page;
use crate::movies::components::suggestions::{catalog_links, catalog_suggestions, suggestions};
use crate::paths;
use crate::posters;
use crate::web::ui::plural;
use crate::web::{Error, Page};

/// `GET /movies/suggest`: movies on this site that match the typed text.
pub async fn suggest(
    _: paths::SuggestMovies,
    _: Member,
    State(db): State<Db>,
    State(online): State<Arc<OnlineCatalog>>,
    Query(paths::SearchParams { q }): Query<paths::SearchParams>,
) -> Result<Page, Error> {
    let movies = catalog::suggest_movies(&db, &CatalogQuery::parse(&q)).await?;
    let page = Page::new(
        "What did you watch?",
        search_page(&q, &movies, &OnlineMatches::default()),
    );
    let announcement = plural(movies.len(), "film found", "films found");
    let posters =
        posters::queries::posters_of(db.reader(), movies.iter().map(|movie| movie.id)).await?;
    Ok(page
        .fragment(suggestions(&q, &movies, &posters, !online.is_off()))
        .announce(announcement))
}

/// `GET /movies/found`: more matches, from the online catalog.
pub async fn find_in_catalog(
    _: paths::FindMovies,
    _: Member,
    State(db): State<Db>,
    State(online): State<Arc<OnlineCatalog>>,
    Query(paths::FindMoviesParams { q, links }): Query<paths::FindMoviesParams>,
) -> Result<Page, Error> {
    let query = CatalogQuery::parse(&q);
    let local_matches = catalog::suggest_movies(&db, &query).await?;
    let catalog_matches =
        catalog::search_online(&db, &online, &query, true, &local_matches).await?;
    let fragment = if links.is_empty() {
        catalog_suggestions(&catalog_matches)
    } else {
        catalog_links(&catalog_matches)
    };
    let announcement = plural(
        catalog_matches.hits.len(),
        "film from the catalog",
        "films from the catalog",
    );
    Ok(Page::new(
        "What did you watch?",
        search_page(&q, &local_matches, &catalog_matches),
    )
    .fragment(fragment)
    .announce(announcement))
}
