//! Search as you type in the box for a film.

use axum::extract::{Query, State};

use crate::accounts::Member;
use crate::catalog::{self, CatalogQuery, Catalogs, FoundFilm, MovieId, OnlineMatches};
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

/// `GET /movies/suggest`: films that match the typed text, here and in the local catalog.
pub async fn suggest(
    _: paths::SuggestMovies,
    member: Member,
    State(db): State<Db>,
    State(catalogs): State<Catalogs>,
    Query(params): Query<paths::SuggestParams>,
) -> Result<Page, Error> {
    let purpose = SearchPurpose::of(&params);
    let (typed, query) = (params.q.trim(), CatalogQuery::parse(&params.q));
    let mut found = catalog::find_films(&db, &catalogs.local, &query).await?;
    let changed = changed_movie(&db, &member, purpose).await?;
    found.films.retain(|film| !is_movie(film, changed));
    let ids = found.known().map(|movie| movie.id);
    let view = SuggestionsView {
        typed,
        query: &query,
        purpose,
        films: &found.films,
        posters: &posters::queries::posters_of(db.reader(), ids).await?,
        asks_online: !catalogs.online.is_off() && !found.is_enough,
    };
    let page = search_page(typed, &query, &found, &OnlineMatches::default());
    Ok(Page::new("What did you watch?", page)
        .fragment(suggestions(&view))
        .announce(announcement(&query, &found.films)))
}

fn announcement(query: &CatalogQuery, films: &[FoundFilm]) -> String {
    query.unread_link.as_ref().map_or_else(
        || plural(films.len(), "film found", "films found"),
        unread_link_message,
    )
}

/// `GET /movies/found`: more matches, from the online catalog.
pub async fn find_in_catalog(
    _: paths::FindMovies,
    member: Member,
    State(db): State<Db>,
    State(catalogs): State<Catalogs>,
    Query(params): Query<paths::SuggestParams>,
) -> Result<Page, Error> {
    let purpose = SearchPurpose::of(&params);
    let query = CatalogQuery::parse(&params.q);
    let found = catalog::find_films(&db, &catalogs.local, &query).await?;
    let mut matches = catalog::search_online(&db, &catalogs.online, &query, true, &found).await?;
    let changed = changed_movie(&db, &member, purpose).await?;
    matches.existing.retain(|movie| Some(movie.id) != changed);
    let fragment = if params.links.is_empty() {
        catalog_suggestions(purpose, &matches)
    } else {
        catalog_links(&matches)
    };
    let announcement = plural(
        matches.hits.len(),
        "film from the catalog",
        "films from the catalog",
    );
    let page = search_page(params.q.trim(), &query, &found, &matches);
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

fn is_movie(film: &FoundFilm, id: Option<MovieId>) -> bool {
    matches!(film, FoundFilm::Known(movie) if Some(movie.id) == id)
}
