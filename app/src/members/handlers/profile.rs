//! The page of a member.

use std::sync::Arc;

use axum::extract::{Query, State};
use chrono::NaiveDate;

use super::views;
use crate::accounts::Viewer;
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::Lists;
use crate::diary::components::Eye;
use crate::members::about;
use crate::members::components::profile::{Shown, page};
use crate::members::look::Looked;
use crate::members::queries::{Owner, owner};
use crate::paths;
use crate::stats::{Numbers, Overview, Stats};
use crate::web::{Error, Page};

/// Whose diary is looked at, by whom, and how.
pub(super) struct Scene<'a> {
    pub(super) db: &'a Db,
    pub(super) eye: Eye<'a>,
    pub(super) today: NaiveDate,
    pub(super) owner: &'a Owner,
    pub(super) lists: &'a Lists,
    pub(super) numbers: &'a Numbers<'a>,
    pub(super) overview: &'a Overview,
    pub(super) look: &'a paths::Look,
    pub(super) looked: Looked,
}

/// `GET /users/{username}`
pub async fn show(
    path: paths::User,
    viewer: Viewer,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(stats): State<Arc<Stats>>,
    State(lists): State<Arc<Lists>>,
    Query(look): Query<paths::Look>,
) -> Result<Page, Error> {
    let looked = Looked::read(&look)?;
    let owner = owner(&db, &viewer, &path.username).await?;
    let owner = owner.ok_or(Error::NotFound)?;
    let numbers = stats.of(&db, &viewer, owner.id, owner.revision());
    let overview = numbers.overview().await?;
    let scene = Scene {
        db: &db,
        eye: Eye::new(&viewer, clock.now()),
        today: clock.today(viewer.zone),
        owner: &owner,
        lists: &lists,
        numbers: &numbers,
        overview: &overview,
        look: &look,
        looked,
    };
    let part = views::show(&scene).await?;
    let view = scene.looked.view;
    let shown = Shown::new(&owner, &overview, scene.today, view);
    Ok(page(&shown, part).about(about::diary(&owner, view)))
}
