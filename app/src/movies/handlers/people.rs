//! The movies by one person.

use axum::extract::{Query, State};

use crate::accounts::Viewer;
use crate::db::Db;
use crate::movies::components::group::page;
use crate::movies::queries::{MovieGroupKey, movie_group};
use crate::paths;
use crate::web::{Error, Page};

/// `GET /people/{id}`: movies that a person directed.
pub async fn show(
    path: paths::Person,
    viewer: Viewer,
    State(db): State<Db>,
    Query(list): Query<paths::MovieListParams>,
) -> Result<Page, Error> {
    let group = movie_group(&db, &viewer, &MovieGroupKey::Person(path.id), list.after).await?;
    let movies = group.ok_or(Error::NotFound)?;
    let lead = "Their films on this site.";
    Ok(page(&movies, lead, |after| paths::with(path, after)))
}
