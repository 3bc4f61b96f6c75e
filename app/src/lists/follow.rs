//! What happens to lists when movies are merged and separated, in the same transaction.

use entity::list_entry::{Column, Entity};
use entity::movie_merge_list_entry as moved_entry;
use futures_util::future::BoxFuture;
use sea_orm::{DatabaseTransaction, DbErr};

use super::commands::address::revoke_addresses_of;
use crate::diary::{DiaryChange, DiaryFollower, FollowNotice, MergedEntries};

/// Moves entries with merged movies, and revokes addresses of disabled members. Reviews change
/// nothing on lists.
#[derive(Clone, Copy, Debug)]
pub struct ListFollower;

impl DiaryFollower for ListFollower {
    fn follow<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        change: &'a DiaryChange,
    ) -> BoxFuture<'a, Result<Option<FollowNotice>, DbErr>> {
        Box::pin(async move {
            match *change {
                DiaryChange::Merged { merge, from, into } => {
                    merged_entries().merge(tx, merge, from, into).await?;
                }
                DiaryChange::MergeUndone { merge, from, stays } => {
                    merged_entries().separate(tx, merge, from, stays).await?;
                }
                DiaryChange::MemberDisabled(member) => revoke_addresses_of(tx, member).await?,
                DiaryChange::Logged(_)
                | DiaryChange::Imported(_)
                | DiaryChange::Deleted(_)
                | DiaryChange::Restored(_)
                | DiaryChange::MovieChanged(_) => {}
            }
            Ok(None)
        })
    }
}

fn merged_entries() -> MergedEntries<Entity, moved_entry::Entity> {
    MergedEntries {
        owner: Column::ListId,
        movie: Column::MovieId,
        merged_by: Column::MergedBy,
        is_listed: None,
        moved_by: moved_entry::Column::MergeId,
        moved_owner: moved_entry::Column::ListId,
    }
}
