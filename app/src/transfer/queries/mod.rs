//! Reads imports, as pages and the API show them.

mod details;
mod films;
mod overview;
mod rows;
mod summary;

use entity::import_upload;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::files::inspect::Inspection;
use super::files::question::{Answers, Question, each_once};
use crate::db::Db;

pub use details::{ImportDetails, find_import};
pub use films::{FILMS_PER_PAGE, ImportFilm, ImportFilmPage, film_of_row, find_film, import_films};
pub use overview::{FilmCounts, ReasonCount, film_counts, reason_counts, written_counts};
pub use rows::{ImportRowPage, ImportRowView, ROWS_PER_PAGE, RowFilter, find_row, import_rows};
pub use summary::{ImportSummary, imports_of};

/// What the files of an import are, in the order in which they were uploaded.
pub(super) async fn inspections_of(
    db: &impl ConnectionTrait,
    import: i64,
) -> Result<Vec<Inspection>, DbErr> {
    let uploads = import_upload::Entity::find()
        .filter(import_upload::Column::ImportId.eq(import))
        .order_by_asc(import_upload::Column::Number)
        .all(db)
        .await?;
    let inspections = uploads
        .iter()
        .filter_map(|upload| upload.inspection.as_ref());
    inspections
        .map(|json| serde_json::from_str(json).map_err(|error| DbErr::Json(error.to_string())))
        .collect()
}

/// What would still be open about the files with these answers, each question once.
pub async fn open_questions(
    db: &Db,
    import: i64,
    answers: &Answers,
) -> Result<Vec<Question>, DbErr> {
    let inspections = inspections_of(db.reader(), import).await?;
    let questions = inspections.iter().flat_map(|of| of.questions(answers));
    Ok(each_once(questions))
}
