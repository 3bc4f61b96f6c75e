//! Undoes corrections and restores the previous values.

use entity::movie;
use entity::movie_correction::{ActiveModel, Column, CorrectedField, Entity, Model};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::correct::{current_identity_key, write_corrected_fields};
use super::lock::lock_movie_exclusive;
use crate::catalog::queries::{MovieId, not_undone};
use crate::clock::Clock;
use crate::db;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoneCorrection {
    pub movie: MovieId,
    pub field: CorrectedField,
    /// The value to restore.
    pub value: String,
    /// Whether an earlier correction of the field is in effect, so that the catalog still must
    /// not change it.
    pub is_pinned: bool,
}

/// Marks a correction as undone. `None` when it does not exist, is undone already, or is not the
/// latest of its field. The caller restores the value: with [`restore_corrected_value`], or for
/// posters with the functions of `posters`.
pub async fn mark_undone(
    tx: &DatabaseTransaction,
    clock: &Clock,
    id: i64,
) -> Result<Option<UndoneCorrection>, DbErr> {
    let found = Entity::find_by_id(id)
        .filter(Column::UndoneAt.is_null())
        .lock_exclusive()
        .one(tx)
        .await?;
    let Some(correction) = found else {
        return Ok(None);
    };
    let others: Vec<Model> = Entity::find()
        .filter(not_undone(correction.movie_id))
        .filter(Column::Field.eq(correction.field))
        .filter(Column::Id.ne(id))
        .order_by_asc(Column::Id)
        .all(tx)
        .await?;
    if others.last().is_some_and(|last| last.id > id) {
        return Ok(None);
    }
    let undone = ActiveModel {
        id: Set(id),
        undone_at: Set(Some(clock.now())),
        ..Default::default()
    };
    Entity::update(undone).exec(tx).await?;
    Ok(Some(UndoneCorrection {
        movie: correction.movie_id,
        field: correction.field,
        value: correction.old_value,
        is_pinned: !others.is_empty(),
    }))
}

/// Restores the title, year or directors from before a correction. `false` when another movie
/// has that identity by now, or this one was merged.
pub async fn restore_corrected_value(
    tx: &DatabaseTransaction,
    undone: &UndoneCorrection,
) -> Result<bool, DbErr> {
    let Some(known) = lock_movie_exclusive(tx, undone.movie).await? else {
        return Ok(false);
    };
    let mut restored = known.clone();
    match undone.field {
        CorrectedField::Title => restored.title.clone_from(&undone.value),
        CorrectedField::Year => restored.year = undone.value.parse().ok(),
        CorrectedField::Directors => {
            restored.directors = undone.value.lines().map(str::to_owned).collect();
        }
        CorrectedField::Poster => return Ok(true),
    }
    let identity = current_identity_key(tx, &restored).await?;
    let duplicate = movie::Entity::find()
        .filter(movie::Column::IdentityKey.eq(identity))
        .filter(movie::Column::Id.ne(undone.movie))
        .one(tx)
        .await?;
    if duplicate.is_some() {
        return Ok(false);
    }
    match write_corrected_fields(tx, &known, &restored).await {
        Ok(()) => Ok(true),
        // Somebody logged a movie of that identity a moment ago.
        Err(error) if db::is_unique_violation(&error) => Ok(false),
        Err(error) => Err(error),
    }
}
