//! The secret address of a list, and what it shows.

use chrono::{DateTime, Utc};
use entity::{AddressPurpose, list, list_address, list_entry, movie};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QuerySelect,
    RelationTrait, Select,
};

use super::entries::{in_order, shown};
use crate::accounts::queries::find_address_owner;
use crate::db::Db;
use crate::lists::policy::existing;
use crate::secret;
use crate::watchlist;
use crate::watchlist::queries::{FilmListAddress, LISTED_FILM_COLUMNS, ListedFilm};

/// All films of the list or watchlist with this secret address; `None` if there is none, or its
/// owner is disabled.
pub async fn films_at_address(db: &Db, code: &str) -> Result<Option<Vec<ListedFilm>>, DbErr> {
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

/// The secret address of a list.
pub async fn load_address(db: &Db, list: i64) -> Result<FilmListAddress, DbErr> {
    let created_at: Option<DateTime<Utc>> = list_address::Entity::find_by_id(list)
        .select_only()
        .column(list_address::Column::CreatedAt)
        .into_tuple()
        .one(db.reader())
        .await?;
    let without_tmdb_id = match created_at {
        Some(_) => count_without_tmdb_id(db, list).await?,
        None => 0,
    };
    Ok(FilmListAddress {
        created_at,
        without_tmdb_id,
    })
}

/// All films of the list, in its order.
async fn all_films(db: &Db, list: i64) -> Result<Vec<ListedFilm>, DbErr> {
    in_order(with_movies(list))
        .select_only()
        .columns(LISTED_FILM_COLUMNS)
        .into_model()
        .all(db.reader())
        .await
}

async fn count_without_tmdb_id(db: &Db, list: i64) -> Result<u64, DbErr> {
    with_movies(list)
        .filter(movie::Column::TmdbId.is_null())
        .count(db.reader())
        .await
}

fn with_movies(list: i64) -> Select<list_entry::Entity> {
    shown(list).join(JoinType::InnerJoin, list_entry::Relation::Movie.def())
}
