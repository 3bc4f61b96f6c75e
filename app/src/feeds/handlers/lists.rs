//! The feed of a list.

use axum::response::Response;

use crate::feeds::list_document::render_list;
use crate::feeds::request::{FeedRequest, public_response};
use crate::lists::queries::{find_list, latest_entries};
use crate::paths;
use crate::web::Error;

/// `GET /lists/{id}/feed.atom`: the films that were added last to a public list.
pub async fn show(
    paths::ListFeed { id }: paths::ListFeed,
    request: FeedRequest,
) -> Result<Response, Error> {
    let (db, anybody) = (&request.db, request.anonymous_viewer());
    let list = find_list(db, &anybody, id).await?;
    let list = list.ok_or(Error::NotFound)?;
    let entries = latest_entries(db, &anybody, id).await?;
    let body = render_list(&request, &list, &entries)?;
    Ok(public_response(request.respond_with(body)))
}
