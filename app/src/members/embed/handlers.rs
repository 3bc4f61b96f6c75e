//! What answers the address of an embedded diary.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::components::{Look, Shown, document};
use crate::accounts::{Site, Viewer};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::diary::{Lists, Scope};
use crate::members::queries::owner;
use crate::paths;
use crate::web::headers::IN_FRAMES;
use crate::web::{Error, Validators};

/// `GET /embed/{username}`
pub async fn show(
    paths::Embed { username }: paths::Embed,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(config): State<Arc<Config>>,
    State(site): State<Site>,
    State(lists): State<Arc<Lists>>,
    query: Result<Query<paths::EmbedLook>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let (now, anybody) = (clock.now(), Viewer::anonymous(site.zone()));
    let look = Look::of(&query.unwrap_or_default());
    let owner = owner(&db, &anybody, &username)
        .await?
        .ok_or(Error::NotFound)?;
    let revision = owner.revision();
    let noted = owner.revision.map(|revision| revision.changed_at);
    let changed_at = noted.unwrap_or(owner.created_at);
    let parts = (
        &owner.username,
        look,
        &config.site_name,
        revision,
        changed_at,
    );
    let validators = Validators::of(parts, changed_at, now);
    if validators.are_known_by(&headers) {
        return Ok(framable(validators.not_modified()));
    }
    let scope = Scope::Diary(owner.id);
    let list = lists.page(&db, &anybody, scope, None, revision).await?;
    let shown = Shown::new(&owner, &list.entries, look, &config.site_name);
    let answer = document(&shown).into_response();
    Ok(framable(validators.put_on(answer)))
}

/// Whoever keeps it asks whether it is still so.
fn framable(response: Response) -> Response {
    let fresh = [(CACHE_CONTROL, HeaderValue::from_static("public, no-cache"))];
    (IN_FRAMES, fresh, response).into_response()
}
