//! Sets, changes and removes goals.
//!
//! No revision changes: pages read goals anew, and nothing else shows them.

use entity::goal::{ActiveModel, Column, Entity};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::Goal;
use crate::accounts::{self, MemberId};
use crate::db::Db;
use crate::web;

#[derive(Debug, thiserror::Error)]
pub enum SetGoalError {
    /// It is no longer the goal on which the change is based.
    #[error("it has changed in the meantime")]
    Stale,
    /// The account is disabled or deleted.
    #[error("no such member")]
    MemberGone,
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<SetGoalError> for web::Error {
    fn from(error: SetGoalError) -> Self {
        match error {
            SetGoalError::Stale => Self::Conflict(
                "Nothing was saved. This goal has changed in the meantime.".to_owned(),
            ),
            SetGoalError::MemberGone => Self::SignInRequired,
            SetGoalError::Database(error) => error.into(),
        }
    }
}

/// Sets the goal of a year, or replaces it. Fails with [`SetGoalError::Stale`] if `expected` is
/// given and is no longer the goal. Returns whether the year had no goal.
pub async fn set_goal(
    db: &Db,
    member: MemberId,
    goal: Goal,
    expected: Option<Goal>,
) -> Result<bool, SetGoalError> {
    db.write(move |tx| {
        Box::pin(async move {
            accounts::commands::lock_member_shared(tx, member)
                .await?
                .ok_or(SetGoalError::MemberGone)?;
            let update = Entity::update_many()
                .set(goal_columns(goal))
                .filter(is_goal(member, goal.year, expected));
            if update.exec(tx).await?.rows_affected == 1 {
                return Ok(false);
            }
            if expected.is_some() {
                return Err(SetGoalError::Stale);
            }
            upsert_goals(tx, &[(member, goal)]).await?;
            Ok(true)
        })
    })
    .await
}

/// Returns `false` if the year has no goal, or no longer the one that is `expected`.
pub async fn remove_goal(
    db: &Db,
    member: MemberId,
    year: i32,
    expected: Option<Goal>,
) -> Result<bool, DbErr> {
    db.write(move |tx| {
        Box::pin(async move {
            let delete = Entity::delete_many().filter(is_goal(member, year, expected));
            Ok(delete.exec(tx).await?.rows_affected == 1)
        })
    })
    .await
}

/// Removes a goal, unless it has changed since. Returns whether it did.
pub async fn remove_same_goal(
    tx: &DatabaseTransaction,
    member: MemberId,
    goal: Goal,
) -> Result<bool, DbErr> {
    let delete = Entity::delete_many().filter(is_goal(member, goal.year, Some(goal)));
    Ok(delete.exec(tx).await?.rows_affected == 1)
}

/// Sets goals of many members at once. Two programs may set the first goal of a year at once, so
/// an existing goal is replaced.
pub async fn upsert_goals(
    tx: &DatabaseTransaction,
    goals: &[(MemberId, Goal)],
) -> Result<(), DbErr> {
    let rows = goals.iter().map(|(member, goal)| ActiveModel {
        member_id: Set(*member),
        year: Set(goal.year),
        ..goal_columns(*goal)
    });
    let replace = OnConflict::columns([Column::MemberId, Column::Year])
        .update_columns([Column::Films, Column::RewatchesCount])
        .to_owned();
    Entity::insert_many(rows)
        .on_conflict(replace)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

fn goal_columns(goal: Goal) -> ActiveModel {
    ActiveModel {
        films: Set(goal.films.cast_signed()),
        rewatches_count: Set(goal.rewatches_count),
        ..Default::default()
    }
}

fn is_goal(member: MemberId, year: i32, expected: Option<Goal>) -> Condition {
    let of_year = Condition::all()
        .add(Column::MemberId.eq(member))
        .add(Column::Year.eq(year));
    match expected {
        None => of_year,
        Some(Goal {
            films,
            rewatches_count,
            ..
        }) => of_year
            .add(Column::Films.eq(films.cast_signed()))
            .add(Column::RewatchesCount.eq(rewatches_count)),
    }
}
