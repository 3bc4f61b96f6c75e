//! Takes back the goals of an archive. Its settings, corrections and posters stay: others see them,
//! or the member has lived with them since.

use entity::import_outcome::{Column, Entity, Model, RowRole, RowState};
use entity::import_row;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::{EDITED_HERE, STAYS, forget};
use crate::goals::Goal;
use crate::goals::commands::remove_same_goal;
use crate::transfer::files::row::RowFact;
use crate::transfer::work::account::{ACCOUNT_ROLES, goal_in};
use crate::transfer::work::lease::ImportBatch;
use crate::transfer::work::plan::replace_outcomes;

pub(super) async fn take_back_account(
    tx: &DatabaseTransaction,
    batch: &ImportBatch,
) -> Result<(), DbErr> {
    let import = batch.import.id;
    let mut rows: Vec<Model> = Entity::find()
        .filter(Column::ImportId.eq(import))
        .filter(Column::State.eq(RowState::Written))
        .filter(Column::Role.is_in(ACCOUNT_ROLES))
        .all(tx)
        .await?;
    for row in &mut rows {
        if row.role != RowRole::Goal {
            row.reason = Some(STAYS.to_owned());
            continue;
        }
        let goal = goal_of(tx, row).await?;
        let is_removed = match goal {
            Some(goal) => remove_same_goal(tx, batch.import.member_id, goal).await?,
            None => false,
        };
        match is_removed {
            true => forget(row),
            false => row.reason = Some(EDITED_HERE.to_owned()),
        }
    }
    replace_outcomes(tx, import, rows).await
}

/// There are at most a few dozen goals.
async fn goal_of(tx: &DatabaseTransaction, row: &Model) -> Result<Option<Goal>, DbErr> {
    let content: Option<String> = import_row::Entity::find_by_id((row.import_id, row.row))
        .select_only()
        .column(import_row::Column::Content)
        .into_tuple()
        .one(tx)
        .await?;
    let fact = content.and_then(|content| serde_json::from_str::<RowFact>(&content).ok());
    Ok(fact.as_ref().and_then(goal_in))
}
