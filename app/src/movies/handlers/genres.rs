//! The movies of one genre.

use axum::extract::{Query, State};

use crate::accounts::Viewer;
use crate::db::Db;
use crate::movies::components::group::page;
use crate::movies::queries::{MovieGroupKey, movie_group};
use crate::paths;
use crate::web::{Error, Page};

/// `GET /genres/{slug}`: movies of a genre.
pub async fn show(
    path: paths::Genre,
    viewer: Viewer,
    State(db): State<Db>,
    Query(list): Query<paths::MovieListParams>,
) -> Result<Page, Error> {
    let group = movie_group(
        &db,
        &viewer,
        &MovieGroupKey::Genre(path.slug.clone()),
        list.after,
    )
    .await?;
    let movies = group.ok_or(Error::NotFound)?;
    let lead = "Films of this genre on this site.";
    Ok(page(&movies, lead, |after| {
        paths::with(path.clone(), after)
    }))
}
