//! Search as you type in the box for a film.

use std::sync::Arc;

use axum::extract::{Query, State};

use crate::accounts::Member;
use crate::catalog::{self, CatalogQuery, KnownMovie, MovieId, OnlineCatalog, OnlineMatches};
use crate::db::Db;
use crate::diary;
use crate::diary::components::log_box::search_page;
use crate::diary::components::search_box::{SearchPurpose, unread_link_message};
use crate::movies::components::suggestions::{
    SuggestionsView, catalog_links, catalog_suggestions, suggestions,
};
use crate::paths;
use crate::posters;
use crate::web::ui::plural;
use crate::web::{Error, Page};

/// `GET /movies/suggest`: movies on this site that match the typed text.
pub async fn suggest(
    _: paths::SuggestMovies,
    member: Member,
    State(db): State<Db>,
    State(online): State<Arc<OnlineCatalog>>,
    Query(params): Query<paths::SuggestParams>,
) -> Result<Page, Error> {
    let purpose = SearchPurpose::of(&params);
    let (typed, query) = (params.q.trim(), CatalogQuery::parse(&params.q));
    let mut movies = catalog::suggest_movies(&db, &query).await?;
    leave_out(&mut movies, changed_movie(&db, &member, purpose).await?);
    let ids = movies.iter().map(|movie| movie.id);
    let view = SuggestionsView {
        typed,
        query: &query,
        purpose,
        movies: &movies,
        posters: &posters::queries::posters_of(db.reader(), ids).await?,
        catalog_enabled: !online.is_off(),
    };
    let page = search_page(typed, &query, &movies, &OnlineMatches::default());
    Ok(Page::new("What did you watch?", page)
        .fragment(suggestions(&view))
        .announce(announcement(&query, &movies)))
}

fn announcement(query: &CatalogQuery, movies: &[KnownMovie]) -> String {
    query.unread_link.as_ref().map_or_else(
        || plural(movies.len(), "film found", "films found"),
        unread_link_message,
    )
}

/// `GET /movies/found`: more matches, from the online catalog.
pub async fn find_in_catalog(
    _: paths::FindMovies,
    member: Member,
    State(db): State<Db>,
    State(online): State<Arc<OnlineCatalog>>,
    Query(params): Query<paths::SuggestParams>,
) -> Result<Page, Error> {
    let purpose = SearchPurpose::of(&params);
    let query = CatalogQuery::parse(&params.q);
    let movies = catalog::suggest_movies(&db, &query).await?;
    let mut found = catalog::search_online(&db, &online, &query, true, &movies).await?;
    leave_out(
        &mut found.existing,
        changed_movie(&db, &member, purpose).await?,
    );
    let fragment = if params.links.is_empty() {
        catalog_suggestions(purpose, &found)
    } else {
        catalog_links(&found)
    };
    let announcement = plural(
        found.hits.len(),
        "film from the catalog",
        "films from the catalog",
    );
    let page = search_page(params.q.trim(), &query, &movies, &found);
    Ok(Page::new("What did you watch?", page)
        .fragment(fragment)
        .announce(announcement))
}

/// The movie of the review for which another one is searched.
async fn changed_movie(
    db: &Db,
    member: &Member,
    purpose: SearchPurpose,
) -> Result<Option<MovieId>, Error> {
    let SearchPurpose::ChangeMovie(id) = purpose else {
        return Ok(None);
    };
    let review = diary::queries::find_own(db, member.id, id).await?;
    Ok(Some(review.ok_or(Error::NotFound)?.movie_id))
}

fn leave_out(movies: &mut Vec<KnownMovie>, changed: Option<MovieId>) {
    movies.retain(|movie| Some(movie.id) != changed);
}
