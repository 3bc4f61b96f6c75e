//! What the member corrected of movies, and the posters that they chose.

use chrono::{DateTime, Utc};
use entity::movie_correction::{Column, CorrectedField, Entity};
use entity::movie_poster;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, DbErr, DerivePartialModel, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
};

use super::movies::movie_items;
use super::{PAGE_ROWS, movie_of, next_cursor};
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::Db;
use crate::transfer::archive_items::{CorrectionItem, PictureItem};

#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "Entity")]
struct CorrectionRow {
    id: i64,
    movie_id: MovieId,
    field: CorrectedField,
    old_value: String,
    new_value: String,
    corrected_at: DateTime<Utc>,
}

/// The next corrections that stand, and where to go on. Only the latest of each field of a movie.
pub async fn corrections_after(
    db: &Db,
    member: MemberId,
    after: Option<i64>,
) -> Result<(Vec<CorrectionItem>, Option<i64>), DbErr> {
    let fields = Column::Field.ne(CorrectedField::Poster);
    let (rows, last) = standing_after(db, latest(member).filter(fields), after).await?;
    let movies = movie_items(db, rows.iter().map(|row| row.movie_id)).await?;
    let items = rows.into_iter().map(|row| CorrectionItem {
        movie: movie_of(&movies, row.movie_id),
        field: match row.field {
            CorrectedField::Title => "title",
            CorrectedField::Year => "year",
            CorrectedField::Directors => "directors",
            CorrectedField::Poster => "poster",
        }
        .to_owned(),
        old_value: row.old_value,
        new_value: row.new_value,
        corrected_at: row.corrected_at,
    });
    Ok((items.collect(), last))
}

/// How many posters of the member are on display.
pub async fn count_pictures(db: &Db, member: MemberId) -> Result<i64, DbErr> {
    let count = shown_pictures(member).count(db.reader()).await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

fn shown_pictures(member: MemberId) -> Select<Entity> {
    let shown = movie_poster::Entity::find()
        .select_only()
        .column(movie_poster::Column::Poster)
        .filter(movie_poster::Column::Pinned.eq(true))
        .filter(movie_poster::Column::Poster.is_not_null())
        .into_query();
    latest(member)
        .filter(Column::Field.eq(CorrectedField::Poster))
        .filter(Column::NewValue.in_subquery(shown))
}

/// The next posters of the member that are on display, each with its hash, and where to go on.
pub async fn pictures_after(
    db: &Db,
    member: MemberId,
    after: Option<i64>,
) -> Result<(Vec<(PictureItem, String)>, Option<i64>), DbErr> {
    let (rows, last) = standing_after(db, shown_pictures(member), after).await?;
    let movies = movie_items(db, rows.iter().map(|row| row.movie_id)).await?;
    let items = rows.into_iter().map(|row| {
        let item = PictureItem {
            movie: movie_of(&movies, row.movie_id),
            file: format!("pictures/{}.webp", row.new_value),
        };
        (item, row.new_value)
    });
    Ok((items.collect(), last))
}

/// The member’s corrections that nobody undid or overrode.
fn latest(member: MemberId) -> Select<Entity> {
    let last = Entity::find()
        .select_only()
        .column_as(Expr::col(Column::Id).max(), "id")
        .filter(Column::UndoneAt.is_null())
        .group_by(Column::MovieId)
        .group_by(Column::Field)
        .into_query();
    Entity::find()
        .filter(Column::MemberId.eq(member))
        .filter(Column::Id.in_subquery(last))
}

async fn standing_after(
    db: &Db,
    corrections: Select<Entity>,
    after: Option<i64>,
) -> Result<(Vec<CorrectionRow>, Option<i64>), DbErr> {
    let rows: Vec<CorrectionRow> = corrections
        .filter(Column::Id.gt(after.unwrap_or_default()))
        .order_by_asc(Column::Id)
        .limit(PAGE_ROWS)
        .into_partial_model()
        .all(db.reader())
        .await?;
    let last = next_cursor(&rows, |row| row.id);
    Ok((rows, last))
}
