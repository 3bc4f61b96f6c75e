//! Copying a list.

use entity::Visibility;
use entity::list_entry::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::{ListError, insert_list};
use crate::accounts::{MemberId, commands::lock_member_shared};
use crate::catalog::commands::lock_movie_changes;
use crate::clock::Clock;
use crate::db::Db;
use crate::lists::form::{ListFields, MAX_TITLE_CHARS};
use crate::lists::queries::ListDetails;

/// Copies a list that the member may see, with its films, notes and order. At first, only the
/// member sees the copy. Returns its id.
pub async fn copy_list(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    original: &ListDetails,
) -> Result<i64, ListError> {
    let fields = ListFields {
        title: copy_title(&original.title),
        description: original.description.clone(),
        visibility: Visibility::Private,
        ranked: original.ranked,
    };
    let (now, original) = (clock.now(), original.id);
    db.write(move |tx| {
        Box::pin(async move {
            lock_member_shared(tx, member)
                .await?
                .ok_or(ListError::MemberGone)?;
            // Otherwise the copy might have a movie that is merged into another meanwhile.
            lock_movie_changes(tx).await?;
            let copy = insert_list(tx, member, fields, now).await?;
            let entries = Entity::find()
                .filter(Column::ListId.eq(original))
                .filter(Column::MergedBy.is_null())
                .all(tx)
                .await?;
            for some in entries.chunks(1000) {
                let rows = some.iter().map(|entry| ActiveModel {
                    list_id: Set(copy),
                    movie_id: Set(entry.movie_id),
                    note: Set(entry.note.clone()),
                    position: Set(entry.position),
                    added_at: Set(now),
                    added_by: Set(Some(member)),
                    merged_by: Set(None),
                });
                Entity::insert_many(rows).exec_without_returning(tx).await?;
            }
            Ok(copy)
        })
    })
    .await
}

fn copy_title(original: &str) -> String {
    let title = format!("Copy of {original}");
    title.chars().take(MAX_TITLE_CHARS).collect()
}
