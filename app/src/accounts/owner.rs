//! Reading something together with the member whose it is: a second read costs more than what
//! is in it.

use entity::member;
use sea_orm::{
    DbErr, EntityTrait, FromQueryResult, IdenStatic, Iterable, QueryResult, QuerySelect, Select,
};

/// What stands before the columns of the owner.
const OF_OWNER: &str = "owner_";

/// The same with the columns of the member, who must have been joined.
pub fn with_owner<E: EntityTrait>(found: Select<E>) -> Select<E> {
    member::Column::iter().fold(found, |found, column| {
        found.column_as(column, format!("{OF_OWNER}{}", column.as_str()))
    })
}

/// The member of a row that was read so.
pub fn owner(row: &QueryResult) -> Result<member::Model, DbErr> {
    member::Model::from_query_result(row, OF_OWNER)
}
