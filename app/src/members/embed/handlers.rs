//! Handler for embedded diaries.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::components::{EmbedOptions, EmbedView, embed_document};
use crate::accounts::{Site, Viewer};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::diary::{EntryPageCache, ListScope};
use crate::members::queries::find_diary_owner;
use crate::paths;
use crate::web::headers::EMBEDDABLE;
use crate::web::{CacheValidators, Error};

/// `GET /embed/{username}`: the latest entries of a public diary, for an `<iframe>`.
pub async fn show(
    paths::Embed { username }: paths::Embed,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(config): State<Arc<Config>>,
    State(site): State<Site>,
    State(lists): State<Arc<EntryPageCache>>,
    query: Result<Query<paths::EmbedParams>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let (now, anonymous) = (clock.now(), Viewer::anonymous(site.zone()));
    let options = EmbedOptions::from_params(&query.unwrap_or_default());
    let owner = find_diary_owner(&db, &anonymous, &username)
        .await?
        .ok_or(Error::NotFound)?;
    let revision = owner.revision_number();
    let revised_at = owner.revision.map(|revision| revision.changed_at);
    let changed_at = revised_at.unwrap_or(owner.created_at);
    let parts = (
        &owner.username,
        options,
        &config.site_name,
        revision,
        changed_at,
    );
    let validators = CacheValidators::new(parts, changed_at, now);
    if validators.matches(&headers) {
        return Ok(allow_framing(validators.not_modified()));
    }
    let scope = ListScope::Diary(owner.id);
    let list = lists.page(&db, &anonymous, scope, None, revision).await?;
    let view = EmbedView::new(&owner, &list.entries, options, &config.site_name);
    let response = embed_document(&view).into_response();
    Ok(allow_framing(validators.apply_to(response)))
}

/// Allows framing. Caches must revalidate before they reuse the response.
fn allow_framing(response: Response) -> Response {
    let revalidate = [(CACHE_CONTROL, HeaderValue::from_static("public, no-cache"))];
    (EMBEDDABLE, revalidate, response).into_response()
}
