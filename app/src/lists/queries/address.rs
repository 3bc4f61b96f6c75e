//! The secret address of a list, and what it shows.

use chrono::{DateTime, Utc};
use entity::{AddressPurpose, list, list_address, list_entry};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait};

use super::entries::{in_order, shown};
use crate::accounts::queries::find_address_owner;
use crate::db::Db;
use crate::lists::policy::existing;
use crate::secret;
use crate::watchlist;
use crate::watchlist::queries::{IMPORT_LIST_COLUMNS, ImportListFilm};

/// All films of the list or watchlist with this secret address; `None` if there is none, or its
/// owner is disabled.
pub async fn films_at_address(db: &Db, code: &str) -> Result<Option<Vec<ImportListFilm>>, DbErr> {
    if let Some(list) = find_by_address(db, code).await? {
        return Ok(Some(all_films(db, list).await?));
    }
    match find_address_owner(db, AddressPurpose::Watchlist, code).await? {
        Some(owner) => Ok(Some(watchlist::queries::all_films(db, owner.id).await?)),
        None => Ok(None),
    }
}

async fn find_by_address(db: &Db, code: &str) -> Result<Option<i64>, DbErr> {
    list_address::Entity::find()
        .select_only()
        .column(list_address::Column::ListId)
        .join(JoinType::InnerJoin, list_address::Relation::List.def())
        .join(JoinType::InnerJoin, list::Relation::Member.def())
        .filter(list_address::Column::CodeHash.eq(secret::sha256_hex(code.as_bytes())))
        .filter(existing())
        .into_tuple()
        .one(db.reader())
        .await
}

/// When the secret address of a list was created; `None` without one.
pub async fn address_created_at(db: &Db, list: i64) -> Result<Option<DateTime<Utc>>, DbErr> {
    list_address::Entity::find_by_id(list)
        .select_only()
        .column(list_address::Column::CreatedAt)
        .into_tuple()
        .one(db.reader())
        .await
}

/// All films of the list, in its order.
async fn all_films(db: &Db, list: i64) -> Result<Vec<ImportListFilm>, DbErr> {
    in_order(shown(list))
        .join(JoinType::InnerJoin, list_entry::Relation::Movie.def())
        .select_only()
        .columns(IMPORT_LIST_COLUMNS)
        .into_model()
        .all(db.reader())
        .await
}
