//! Handlers of films that may be the same.

use axum::extract::State;
use serde::Deserialize;

use crate::accounts::Admin;
use crate::admin::components::doubles;
use crate::catalog::MovieId;
use crate::catalog::queries::likely_doubles;
use crate::db::Db;
use crate::diary::DiaryWriter;
use crate::diary::commands::merge_doubles;
use crate::paths;
use crate::web::{Done, Error, Form, Page};

/// Titles on the page. Those that are merged make room for others.
const TITLES: u64 = 100;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergeForm {
    from: MovieId,
    into: MovieId,
}

/// `GET /admin/doubles`: films that may be the same.
pub async fn show(_: paths::AdminDoubles, _: Admin, State(db): State<Db>) -> Result<Page, Error> {
    let found = likely_doubles(&db, TITLES).await?;
    Ok(Page::new(
        "Films that may be the same",
        doubles::page(&found),
    ))
}

/// `POST /admin/doubles`: merges two films.
pub async fn merge(
    _: paths::AdminDoubles,
    Admin(admin): Admin,
    State(writer): State<DiaryWriter>,
    Form(form): Form<MergeForm>,
) -> Result<Done, Error> {
    merge_doubles(&writer, admin.id, form.from, form.into).await?;
    Ok(Done::redirect_to(paths::AdminDoubles))
}
