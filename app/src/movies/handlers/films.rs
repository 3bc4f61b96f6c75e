//! What this site has of a person, and of a genre.

use axum::extract::{Query, State};

use crate::accounts::Viewer;
use crate::db::Db;
use crate::movies::components::films::page;
use crate::movies::queries::{Of, films};
use crate::paths;
use crate::web::{Error, Page};

/// `GET /people/{id}`
pub async fn of_person(
    path: paths::Person,
    viewer: Viewer,
    State(db): State<Db>,
    Query(list): Query<paths::MovieList>,
) -> Result<Page, Error> {
    let films = films(&db, &viewer, &Of::Person(path.id), list.after).await?;
    let films = films.ok_or(Error::NotFound)?;
    let lead = "What this site has of their films.";
    Ok(page(&films, lead, |after| paths::with(path, after)))
}

/// `GET /genres/{slug}`
pub async fn of_genre(
    path: paths::Genre,
    viewer: Viewer,
    State(db): State<Db>,
    Query(list): Query<paths::MovieList>,
) -> Result<Page, Error> {
    let films = films(&db, &viewer, &Of::Genre(path.slug.clone()), list.after).await?;
    let films = films.ok_or(Error::NotFound)?;
    let lead = "What this site has of this genre.";
    Ok(page(&films, lead, |after| paths::with(path.clone(), after)))
}
