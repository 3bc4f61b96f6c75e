//! What several stages store.

use entity::import_outcome::{RowRole, RowState};
use entity::{import_outcome, import_upload};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter,
};

/// SQLite allows 32,766 values per statement.
const ROWS_PER_INSERT: usize = 500;

pub(super) fn empty_outcome(import: i64, member: i64) -> import_outcome::Model {
    import_outcome::Model {
        import_id: import,
        row: 0,
        member_id: member,
        state: RowState::Matched,
        role: RowRole::None,
        kind: String::new(),
        film: None,
        merged_into: None,
        reason: None,
        detail: None,
        warning: None,
        own_key: None,
        movie_id: None,
        day_key: None,
        list_id: None,
        review_id: None,
        review_hash: None,
        filled_in: None,
        deleted_at: None,
    }
}

pub(super) async fn insert_all<M>(tx: &DatabaseTransaction, models: Vec<M>) -> Result<(), DbErr>
where
    M: sea_orm::ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity> + Send,
{
    let mut rows: Vec<_> = models
        .into_iter()
        .map(|model| model.into_active_model().reset_all())
        .collect();
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(ROWS_PER_INSERT));
        M::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
        rows = rest;
    }
    Ok(())
}

/// The sweep then deletes the files of the import.
pub(super) async fn forget_files(tx: &DatabaseTransaction, import: i64) -> Result<(), DbErr> {
    import_upload::Entity::update_many()
        .col_expr(import_upload::Column::Object, Expr::value(None::<String>))
        .filter(import_upload::Column::ImportId.eq(import))
        .exec(tx)
        .await?;
    Ok(())
}
