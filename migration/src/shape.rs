//! What tables are made of. Steps that were released stand on these: they never change,
//! new ones may come.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::big_integer;

/// 64 bits, never used again.
pub(crate) fn id() -> ColumnDef {
    big_integer("id").auto_increment().primary_key().take()
}

/// An index of these columns, in this order.
pub(crate) fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create()
        .name(format!("idx_{table}_{}", columns.join("_")))
        .table(table)
        .take();
    for column in columns {
        index.col(*column);
    }
    index
}

/// The row goes with its owner.
pub(crate) fn owned_by(
    table: &'static str,
    column: &'static str,
    owner: &'static str,
) -> ForeignKeyCreateStatement {
    reference(table, column, owner, "id", ForeignKeyAction::Cascade)
}

/// The row keeps what it points to.
pub(crate) fn points_to(
    table: &'static str,
    column: &'static str,
    other: &'static str,
) -> ForeignKeyCreateStatement {
    reference(table, column, other, "id", ForeignKeyAction::Restrict)
}

/// What follows for the row when the one that it points to goes.
pub(crate) fn reference(
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

/// Takes `tables` down again, the last one first.
pub(crate) async fn drop(
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
