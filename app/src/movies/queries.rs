//! What of movies a viewer may see and change.

use std::collections::HashMap;

use entity::movie;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::accounts::{Member, Viewer};
use crate::catalog::{self, Known, MovieId};
use crate::db::Db;
use crate::diary::policy::movies_visible_to;
use crate::diary::queries::has_seen;
use crate::web::Error;

/// Whether `member` may correct `movie`: who has logged it may, and admins.
pub async fn may_correct(db: &Db, member: &Member, movie: MovieId) -> Result<bool, DbErr> {
    match member.is_admin {
        true => Ok(true),
        false => has_seen(db.reader(), member.id, movie).await,
    }
}

/// The movie of that id, if `member` may correct it.
pub async fn find_to_correct(db: &Db, member: &Member, movie: MovieId) -> Result<Known, Error> {
    let may = may_correct(db, member, movie).await?;
    if !may || catalog::leads_to(db.reader(), movie).await?.is_some() {
        return Err(Error::NotFound);
    }
    catalog::find(db.reader(), movie)
        .await?
        .ok_or(Error::NotFound)
}

/// Of those of `movies` that `viewer` may know of: the movie that stays in its place, where
/// it went into another, and its title.
pub async fn titles(
    db: &Db,
    viewer: &Viewer,
    movies: &[MovieId],
) -> Result<HashMap<MovieId, (MovieId, String)>, DbErr> {
    if movies.is_empty() {
        return Ok(HashMap::new());
    }
    let led = catalog::queries::all_lead_to(db.reader(), movies).await?;
    let stays = |movie: &MovieId| led.get(movie).copied().unwrap_or(*movie);
    let titles: Vec<(MovieId, String)> = movie::Entity::find()
        .select_only()
        .columns([movie::Column::Id, movie::Column::Title])
        .filter(movie::Column::Id.is_in(movies.iter().map(stays)))
        .filter(movies_visible_to(viewer))
        .into_tuple()
        .all(db.reader())
        .await?;
    let titles: HashMap<MovieId, String> = titles.into_iter().collect();
    let named = movies.iter().filter_map(|movie| {
        let stays = stays(movie);
        Some((*movie, (stays, titles.get(&stays)?.clone())))
    });
    Ok(named.collect())
}
