//! The page of a review.

use axum::extract::State;
use maud::html;

use crate::accounts::Viewer;
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::components::{RenderContext, entry};
use crate::diary::{page_meta, queries};
use crate::paths;
use crate::web::ui::{movie_year, title_with_year};
use crate::web::{Error, Page};

/// `GET /reviews/{id}`: one review.
pub async fn show(
    paths::Review { id }: paths::Review,
    viewer: Viewer,
    State(db): State<Db>,
    State(clock): State<Clock>,
) -> Result<Page, Error> {
    let review = queries::find(&db, &viewer, id)
        .await?
        .ok_or(Error::NotFound)?;
    let context = RenderContext::new(&viewer, clock.now());
    let name = title_with_year(&review.title, review.year);
    let title = format!("{name} by {}", review.display_name);
    let main = html! {
        h1.hidden { bdi { (review.title) } " " (movie_year(review.year)) " by " bdi { (review.display_name) } }
        ol.entries.single { (entry(&review, context, false)) }
    };
    Ok(Page::new(title, main)
        .fragment(entry(&review, context, true))
        .meta(page_meta::review_meta(&review)))
}
