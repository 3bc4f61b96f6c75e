//! The movie that a correction or a poster is about. Only those who logged a film may change it.

use entity::import_outcome::{Column, Entity, Model};
use entity::{import_film, review};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::catalog::MovieId;
use crate::transfer::work::ImportWorker;
use crate::transfer::work::lease::Job;

/// Why a correction or a poster is left out.
pub(in crate::transfer) const NOT_LOGGED: &str = "not_logged";

/// The movie that the row is about, if the member has logged it. The reviews of the import are
/// written by now.
pub(super) async fn logged_movie(
    worker: &ImportWorker,
    job: &Job,
    outcome: &Model,
) -> Result<Option<MovieId>, DbErr> {
    let db = worker.diary.db.reader();
    let import = job.import.id;
    // What was written for the film, even if it was typed.
    let written: Option<Option<MovieId>> = Entity::find()
        .select_only()
        .column(Column::MovieId)
        .filter(Column::ImportId.eq(import))
        .filter(Column::Film.eq(outcome.film))
        .filter(Column::MovieId.is_not_null())
        .into_tuple()
        .one(db)
        .await?;
    let matched: Option<Option<MovieId>> = import_film::Entity::find()
        .select_only()
        .column(import_film::Column::MovieId)
        .filter(import_film::Column::ImportId.eq(import))
        .filter(import_film::Column::Number.eq(outcome.film))
        .into_tuple()
        .one(db)
        .await?;
    let Some(movie) = written.flatten().or(matched.flatten()) else {
        return Ok(None);
    };
    let logged: Option<MovieId> = review::Entity::find()
        .select_only()
        .column(review::Column::MovieId)
        .filter(review::Column::MemberId.eq(job.import.member_id))
        .filter(review::Column::MovieId.eq(movie))
        .filter(review::Column::DeletedAt.is_null())
        .into_tuple()
        .one(db)
        .await?;
    Ok(logged)
}
