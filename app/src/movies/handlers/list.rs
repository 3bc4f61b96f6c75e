//! The list of movies.

use std::sync::Arc;

use axum::extract::{Query, State};

use crate::accounts::Viewer;
use crate::catalog::queries::{Order, PAGE, find_among};
use crate::catalog::{self, Asked, Outside};
use crate::db::Db;
use crate::diary::policy::movies_visible_to;
use crate::movies::components::list;
use crate::paths;
use crate::posters;
use crate::web::ui::plural;
use crate::web::{Error, Page};

/// `GET /movies`
pub async fn show(
    _: paths::Movies,
    viewer: Viewer,
    State(db): State<Db>,
    State(outside): State<Arc<Outside>>,
    Query(paths::MovieList { q, after }): Query<paths::MovieList>,
) -> Result<Page, Error> {
    let among = movies_visible_to(&viewer);
    let asked = Asked::parse(&q);
    let (movies, has_more) = match asked.is_empty() {
        true => catalog::queries::list(&db, among, Order::Title, after, PAGE).await?,
        false => (find_among(&db, &asked, among, PAGE).await?, false),
    };
    let posters = posters::queries::of(db.reader(), movies.iter().map(|movie| movie.id)).await?;
    let shown = list::Shown {
        typed: q.trim(),
        movies: &movies,
        posters: &posters,
        has_more,
        asks_catalog: viewer.member.is_some() && !outside.is_off(),
    };
    Ok(Page::new("Movies", list::page(&shown))
        .fragment(list::items(&shown))
        .announce(plural(movies.len(), "film", "films")))
}
