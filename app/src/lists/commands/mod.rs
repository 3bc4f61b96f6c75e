//! Changes to lists. Each takes the lock of its list, so that simultaneous ones lose nothing.

pub mod address;
mod append;
mod bulk_insert;
mod copy;
mod entries;
mod lines;
mod order;
mod people;

use chrono::{DateTime, TimeDelta, Utc};
use entity::list::{ActiveModel, Column, Entity, Model};
use entity::{list_key, member};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, JoinType,
    QueryFilter, QuerySelect, RelationTrait,
};

use super::form::ListFields;
use super::policy::changed_by;
use crate::accounts::{MemberId, commands::lock_member_shared};
use crate::clock::Clock;
use crate::db::{self, Db};
use crate::diary::commands::RESTORE_WINDOW;
use crate::secret;
use crate::web;

pub use append::{
    AppendedFilm, append_films, delete_if_empty, insert_older_list, set_last_change, take_off_films,
};
pub use bulk_insert::{BulkList, BulkListEntry, bulk_insert_list};
pub use copy::copy_list;
pub use entries::{
    AddError, EntryChange, NewListEntry, add_movie, change_entry, change_note, move_entry,
    remove_movie,
};
pub use lines::{Added, add_lines};
pub use order::Target;
pub use people::{InviteError, accept_invitation, invite_member, remove_member};

/// How long a key prevents the same list from being made twice.
const KEY_LIFETIME: TimeDelta = TimeDelta::days(90);

#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// There is no such list, or the member may not change it.
    #[error("no such list")]
    Gone,
    /// It has changed since the member read it.
    #[error("it has changed in the meantime")]
    Stale,
    /// The key was already used for a different list.
    #[error("the key was used for a different list")]
    KeyReused,
    /// The account is disabled or deleted.
    #[error("no such member")]
    MemberGone,
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<ListError> for web::Error {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Gone => Self::NotFound,
            ListError::Stale => Self::Conflict(
                "Nothing was saved. This list has changed in the meantime.".to_owned(),
            ),
            ListError::KeyReused => Self::Conflict(
                "Nothing was saved. Another list was made with the same form or idempotency key. \
                 Open a new form, or send a new key."
                    .to_owned(),
            ),
            ListError::MemberGone => Self::SignInRequired,
            ListError::Database(error) => error.into(),
        }
    }
}

/// Makes a list, once per key. Returns its id, and whether it is new.
pub async fn create_list(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    fields: ListFields,
    key: String,
) -> Result<(i64, bool), ListError> {
    let body_hash = secret::sha256_hex(format!("{fields:?}").as_bytes());
    let row = (key.clone(), body_hash.clone(), clock.now());
    let created = db
        .write(move |tx| {
            Box::pin(async move {
                lock_member_shared(tx, member)
                    .await?
                    .ok_or(ListError::MemberGone)?;
                let (key, body_hash, now) = row;
                let list = insert_list(tx, member, fields, now).await?;
                let row = list_key::ActiveModel {
                    member_id: Set(member),
                    key: Set(key),
                    body_hash: Set(body_hash),
                    list_id: Set(list),
                    created_at: Set(now),
                };
                list_key::Entity::insert(row)
                    .exec_without_returning(tx)
                    .await?;
                Ok(list)
            })
        })
        .await;
    match created {
        Ok(list) => Ok((list, true)),
        Err(ListError::Database(error)) if db::is_unique_violation(&error) => {
            let used = list_key::Entity::find_by_id((member, key))
                .one(db.reader())
                .await?
                .ok_or(error)?;
            match used.body_hash == body_hash {
                true => Ok((used.list_id, false)),
                false => Err(ListError::KeyReused),
            }
        }
        Err(error) => Err(error),
    }
}

async fn insert_list(
    tx: &DatabaseTransaction,
    member: MemberId,
    fields: ListFields,
    now: DateTime<Utc>,
) -> Result<i64, DbErr> {
    let row = ActiveModel {
        member_id: Set(member),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        deleted_at: Set(None),
        ..list_columns(fields)
    };
    let list = Entity::insert(row).exec_with_returning(tx).await?;
    Ok(list.id)
}

fn list_columns(fields: ListFields) -> ActiveModel {
    ActiveModel {
        title: Set(fields.title),
        description: Set(fields.description),
        visibility: Set(fields.visibility),
        ranked: Set(fields.ranked),
        ..Default::default()
    }
}

/// Changes the member's own list, if it still has that version.
pub async fn update_list(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    id: i64,
    fields: ListFields,
    version: i32,
) -> Result<(), ListError> {
    let now = clock.now();
    db.write(move |tx| {
        Box::pin(async move {
            let list = lock_own_list(tx, id, member).await?;
            if list.version != version {
                return Err(ListError::Stale);
            }
            let change = ActiveModel {
                id: Set(id),
                version: Set(version + 1),
                updated_at: Set(now),
                ..list_columns(fields)
            };
            Entity::update(change).exec(tx).await?;
            Ok(())
        })
    })
    .await
}

/// Deletes the member's own list; with a `version`, only if it still has that version. It can be
/// restored for a day.
pub async fn delete_list(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    id: i64,
    version: Option<i32>,
) -> Result<(), ListError> {
    let now = clock.now();
    db.write(move |tx| {
        Box::pin(async move {
            let list = lock_own_list(tx, id, member).await?;
            if version.is_some_and(|version| version != list.version) {
                return Err(ListError::Stale);
            }
            let deletion = ActiveModel {
                id: Set(id),
                deleted_at: Set(Some(now)),
                ..Default::default()
            };
            Entity::update(deletion).exec(tx).await?;
            Ok(())
        })
    })
    .await
}

/// Restores the member's own list. Returns `false` when it is too late or there is no such list.
pub async fn restore_list(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    id: i64,
) -> Result<bool, DbErr> {
    let since = clock.now() - RESTORE_WINDOW;
    db.write(move |tx| {
        Box::pin(async move {
            let restorable = Condition::any()
                .add(Column::DeletedAt.is_null())
                .add(Column::DeletedAt.gt(since));
            let restored = Entity::update_many()
                .col_expr(Column::DeletedAt, Expr::value(None::<DateTime<Utc>>))
                .filter(Column::Id.eq(id))
                .filter(Column::MemberId.eq(member))
                .filter(restorable)
                .exec(tx)
                .await?;
            Ok(restored.rows_affected > 0)
        })
    })
    .await
}

/// Permanently deletes the lists that can no longer be restored, and expired idempotency keys.
/// Returns the number of lists.
pub async fn purge(db: &Db, clock: &Clock) -> Result<u64, DbErr> {
    let now = clock.now();
    db.write(move |tx| {
        Box::pin(async move {
            let purged = Entity::delete_many()
                .filter(Column::DeletedAt.lte(now - RESTORE_WINDOW))
                .exec(tx)
                .await?;
            list_key::Entity::delete_many()
                .filter(list_key::Column::CreatedAt.lte(now - KEY_LIFETIME))
                .exec(tx)
                .await?;
            Ok(purged.rows_affected)
        })
    })
    .await
}

/// Takes the lock of the list until the transaction ends. Fails unless the member owns it.
async fn lock_own_list(
    tx: &DatabaseTransaction,
    id: i64,
    member: MemberId,
) -> Result<Model, ListError> {
    let list = lock_list(tx, id, member).await?;
    match list.member_id == member {
        true => Ok(list),
        false => Err(ListError::Gone),
    }
}

/// Takes the lock of the list until the transaction ends. Fails unless the member may change its
/// films.
async fn lock_list(
    tx: &DatabaseTransaction,
    id: i64,
    member: MemberId,
) -> Result<Model, ListError> {
    db::advisory_lock(tx, &format!("list {id}")).await?;
    let list = Entity::find_by_id(id)
        .join(JoinType::InnerJoin, entity::list::Relation::Member.def())
        .filter(member::Column::DisabledAt.is_null())
        .filter(Column::DeletedAt.is_null())
        .filter(changed_by(member))
        .one(tx)
        .await?;
    list.ok_or(ListError::Gone)
}

/// Records that the films of a list have changed.
async fn touch(tx: &DatabaseTransaction, list: i64, clock: &Clock) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::UpdatedAt, Expr::value(clock.now()))
        .filter(Column::Id.eq(list))
        .exec(tx)
        .await?;
    Ok(())
}
