//! Finding a movie while somebody types.

use std::sync::Arc;

use axum::extract::{Query, State};

use crate::accounts::Member;
use crate::catalog::{self, Added, Asked, Outside};
use crate::db::Db;
use crate::diary::components::log_box;
use crate::paths;
use crate::posters;
use crate::web::ui::plural;
use crate::web::{Error, Page};

/// `GET /movies/suggest`
pub async fn suggest(
    _: paths::SuggestMovies,
    _: Member,
    State(db): State<Db>,
    State(outside): State<Arc<Outside>>,
    Query(paths::Query { q }): Query<paths::Query>,
) -> Result<Page, Error> {
    let movies = catalog::suggest(&db, &Asked::parse(&q)).await?;
    let page = Page::new(
        "What did you watch?",
        log_box::found(&q, &movies, &Added::default()),
    );
    let found = plural(movies.len(), "known film", "known films");
    let posters = posters::queries::of(db.reader(), movies.iter().map(|movie| movie.id)).await?;
    Ok(page
        .fragment(log_box::suggestions(
            &q,
            &movies,
            &posters,
            !outside.is_off(),
        ))
        .announce(found))
}

/// `GET /movies/found`
pub async fn find(
    _: paths::FindMovies,
    _: Member,
    State(db): State<Db>,
    State(outside): State<Arc<Outside>>,
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
