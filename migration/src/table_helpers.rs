//! Helpers that build columns, indexes and keys. Released migrations use them, so existing helpers
//! never change; new ones may be added.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::big_integer;

/// A 64-bit primary key whose values are never reused.
pub(crate) fn primary_key_id() -> ColumnDef {
    big_integer("id").auto_increment().primary_key().take()
}

/// Builds an index on `columns`, in this order.
pub(crate) fn index_on(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create()
        .name(format!("idx_{table}_{}", columns.join("_")))
        .table(table)
        .take();
    for column in columns {
        index.col(*column);
    }
    index
}

/// A foreign key with ON DELETE CASCADE.
pub(crate) fn cascading_key(
    table: &'static str,
    column: &'static str,
    owner: &'static str,
) -> ForeignKeyCreateStatement {
    foreign_key(table, column, owner, "id", ForeignKeyAction::Cascade)
}

/// A foreign key with ON DELETE RESTRICT.
pub(crate) fn restricting_key(
    table: &'static str,
    column: &'static str,
    other: &'static str,
) -> ForeignKeyCreateStatement {
    foreign_key(table, column, other, "id", ForeignKeyAction::Restrict)
}

pub(crate) fn foreign_key(
    table: &'static str,
    column: &'static str,
    other: &'static str,
    key: &'static str,
    on_delete: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from(table, column)
        .to(other, key)
        .on_delete(on_delete)
        .take()
}

/// Drops `tables` in reverse order.
pub(crate) async fn drop_tables(
    manager: &SchemaManager<'_>,
    tables: &[TableCreateStatement],
) -> Result<(), DbErr> {
    let names = tables.iter().rev();
    for table in names.filter_map(TableCreateStatement::get_table_name) {
        let gone = Table::drop().table(table.clone()).take();
        manager.drop_table(gone).await?;
    }
    Ok(())
}
