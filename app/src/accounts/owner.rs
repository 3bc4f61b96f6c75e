//! Loads a row together with the member it belongs to in one query, which is cheaper than two.

use entity::member;
use sea_orm::{
    DbErr, EntityTrait, FromQueryResult, IdenStatic, Iterable, QueryResult, QuerySelect, Select,
};

/// Prefix of the member's columns in the result.
const OWNER_PREFIX: &str = "owner_";

/// Adds the member's columns to `found`, which must already join the member table.
pub fn select_owner<E: EntityTrait>(select: Select<E>) -> Select<E> {
    member::Column::iter().fold(select, |found, column| {
        found.column_as(column, format!("{OWNER_PREFIX}{}", column.as_str()))
    })
}

/// Reads the member from a row selected by [`select_owner`].
pub fn owner_of_row(row: &QueryResult) -> Result<member::Model, DbErr> {
    member::Model::from_query_result(row, OWNER_PREFIX)
}
