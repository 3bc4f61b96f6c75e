//! The page of a review.

use axum::extract::State;

use crate::accounts::Viewer;
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::components::review_page::{ReviewPageView, review_page, review_title};
use crate::diary::components::{RenderContext, entry};
use crate::diary::{page_meta, queries};
use crate::paths;
use crate::web::{Error, Page};

/// `GET /reviews/{id}`: one review. Its fragment is the entry of a list.
pub async fn show(
    paths::Review { id }: paths::Review,
    viewer: Viewer,
    State(db): State<Db>,
    State(clock): State<Clock>,
) -> Result<Page, Error> {
    let review = queries::find(&db, &viewer, id)
        .await?
        .ok_or(Error::NotFound)?;
    let viewings = queries::visible_viewings(&db, &viewer, review.member_id, review.movie_id);
    let mut other_viewings = viewings.await?;
    other_viewings.retain(|viewing| viewing.id != id);
    let context = RenderContext::new(&viewer, clock.now());
    let main = review_page(&ReviewPageView {
        review: &review,
        other_viewings: &other_viewings,
        context,
    });
    Ok(Page::new(review_title(&review), main)
        .fragment(entry(&review, context, true))
        .meta(page_meta::review_meta(&review)))
}
