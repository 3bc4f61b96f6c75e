//! Adding films to a list, their notes, and removing them.

use chrono::{DateTime, Utc};
use entity::list_entry::{ActiveModel, Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, QueryFilter,
};

use super::order::{Target, position_for};
use super::{ListError, lock_list, touch};
use crate::accounts::{MemberId, commands::lock_member_shared};
use crate::catalog::{
    self, KnownMovie, MovieId, MovieRef, OnlineCatalog, ResolveError,
    commands::lock_movie_shared_query,
};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::DiaryWriter;
use crate::diary::commands::finish_resolving;
use crate::events::{Event, EventSender};

#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// Several movies match what was typed.
    #[error("several movies match")]
    Ambiguous(Vec<KnownMovie>),
    /// The chosen movie does not exist.
    #[error("no such movie")]
    MovieGone,
    #[error(transparent)]
    List(#[from] ListError),
}

impl From<DbErr> for AddError {
    fn from(error: DbErr) -> Self {
        Self::List(error.into())
    }
}

impl From<ResolveError> for AddError {
    fn from(unresolved: ResolveError) -> Self {
        match unresolved {
            ResolveError::NotFound => Self::MovieGone,
            ResolveError::Ambiguous(movies) => Self::Ambiguous(movies),
            ResolveError::Database(error) => error.into(),
        }
    }
}

/// A film to put on a list.
#[derive(Clone, Debug)]
pub struct NewListEntry {
    pub movie_ref: MovieRef,
    /// `None` leaves the note of a film that is on the list already.
    pub note: Option<String>,
    /// `None` for the end; a film that is on the list already stays where it is.
    pub target: Option<Target>,
}

/// Puts a film on a list whose films the member may change. Returns the movie, and whether it is
/// new on the list.
pub async fn add_movie(
    writer: &DiaryWriter,
    events: &EventSender,
    online: &OnlineCatalog,
    member: MemberId,
    list: i64,
    new: NewListEntry,
) -> Result<(MovieId, bool), AddError> {
    let catalog_enabled = !online.is_off();
    let (db, writer) = (&writer.db, writer.clone());
    let (movie, is_new) = db
        .write(move |tx| {
            Box::pin(async move {
                let clock = &writer.clock;
                let resolved =
                    catalog::resolve(tx, clock, &writer.local_catalog, &new.movie_ref).await?;
                lock_member_shared(tx, member)
                    .await?
                    .ok_or(ListError::MemberGone)?;
                let row = tx.query_one(&lock_movie_shared_query(resolved.id)).await?;
                let movie = finish_resolving(tx, clock, catalog_enabled, resolved, row).await?;
                // A movie that was made for a list that is gone is not kept: the transaction fails.
                lock_list(tx, list, member).await?;
                let is_new = store_entry(tx, clock.now(), member, (list, movie.id), new).await?;
                touch(tx, list, clock).await?;
                Ok::<_, AddError>((movie, is_new))
            })
        })
        .await?;
    if movie.facts_queued {
        events.send(Event::FactsQueued(movie.id));
    }
    Ok((movie.id, is_new))
}

/// Returns whether the film was not on the list before.
async fn store_entry(
    tx: &DatabaseTransaction,
    now: DateTime<Utc>,
    member: MemberId,
    (list, movie): (i64, MovieId),
    new: NewListEntry,
) -> Result<bool, DbErr> {
    let known = Entity::find_by_id((list, movie)).one(tx).await?;
    let is_listed = known
        .as_ref()
        .is_some_and(|entry| entry.merged_by.is_none());
    let target = match (new.target, is_listed) {
        (None, true) => None,
        (target, _) => Some(target.unwrap_or(Target::End)),
    };
    let mut entry = ActiveModel {
        list_id: Set(list),
        movie_id: Set(movie),
        ..Default::default()
    };
    if let Some(target) = target
        && let Some(position) = position_for(tx, list, movie, target).await?
    {
        entry.position = Set(position);
    }
    if let Some(note) = new.note {
        entry.note = Set(note);
    } else if known.is_none() {
        entry.note = Set(String::new());
    }
    if !is_listed {
        entry.added_at = Set(now);
        entry.added_by = Set(Some(member));
        entry.merged_by = Set(None);
    }
    match known {
        None => {
            Entity::insert(entry).exec_without_returning(tx).await?;
        }
        Some(_) if entry != unchanged(list, movie) => {
            Entity::update(entry).exec(tx).await?;
        }
        Some(_) => {}
    }
    Ok(!is_listed)
}

fn unchanged(list: i64, movie: MovieId) -> ActiveModel {
    ActiveModel {
        list_id: Set(list),
        movie_id: Set(movie),
        ..Default::default()
    }
}

/// Takes a film off a list. Returns whether it was on it.
pub async fn remove_movie(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    list: i64,
    movie: MovieId,
) -> Result<bool, ListError> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            lock_list(tx, list, member).await?;
            let removed = Entity::delete_many().filter(entry(list, movie)).exec(tx);
            let is_removed = removed.await?.rows_affected > 0;
            touch(tx, list, &clock).await?;
            Ok(is_removed)
        })
    })
    .await
}

/// Returns whether the film is on the list.
pub async fn change_note(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    list: i64,
    movie: MovieId,
    note: String,
) -> Result<bool, ListError> {
    let change = EntryChange {
        note: Some(note),
        ..EntryChange::default()
    };
    change_entry(db, clock, member, list, movie, change).await
}

/// Moves a film. Returns whether it, and the one that it moves before, are on the list.
pub async fn move_entry(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    list: i64,
    movie: MovieId,
    target: Target,
) -> Result<bool, ListError> {
    let change = EntryChange {
        target: Some(target),
        ..EntryChange::default()
    };
    change_entry(db, clock, member, list, movie, change).await
}

/// What changes about a film on a list.
#[derive(Clone, Debug, Default)]
pub struct EntryChange {
    pub note: Option<String>,
    pub target: Option<Target>,
    /// The note that it must still have.
    pub expected_note: Option<String>,
}

/// Changes the note and the place of a film, or one of them. Returns whether it is on the list.
pub async fn change_entry(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    list: i64,
    movie: MovieId,
    change: EntryChange,
) -> Result<bool, ListError> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            lock_list(tx, list, member).await?;
            let Some(listed) = Entity::find().filter(entry(list, movie)).one(tx).await? else {
                return Ok(false);
            };
            let EntryChange {
                note,
                target,
                expected_note,
            } = change;
            if expected_note.is_some_and(|expected| expected != listed.note) {
                return Err(ListError::Stale);
            }
            if let Some(note) = note {
                store_note(tx, list, movie, note).await?;
            }
            if let Some(target) = target.filter(|target| *target != Target::Before(movie)) {
                let Some(position) = position_for(tx, list, movie, target).await? else {
                    return Ok(false);
                };
                Entity::update_many()
                    .col_expr(Column::Position, Expr::value(position))
                    .filter(entry(list, movie))
                    .exec(tx)
                    .await?;
            }
            touch(tx, list, &clock).await?;
            Ok(true)
        })
    })
    .await
}

async fn store_note(
    tx: &DatabaseTransaction,
    list: i64,
    movie: MovieId,
    note: String,
) -> Result<bool, DbErr> {
    let changed = Entity::update_many()
        .col_expr(Column::Note, Expr::value(note))
        .filter(entry(list, movie))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected > 0)
}

fn entry(list: i64, movie: MovieId) -> Condition {
    Condition::all()
        .add(Column::ListId.eq(list))
        .add(Column::MovieId.eq(movie))
        .add(Column::MergedBy.is_null())
}
