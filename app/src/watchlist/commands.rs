//! Changes to watchlists.

mod append;
mod bulk_insert;
mod order;

use chrono::NaiveDate;
use entity::watchlist_entry::{ActiveModel, Column, Entity};
use entity::{Visibility, watchlist};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, QueryFilter,
};

use crate::accounts::{MemberId, commands::lock_member_shared};
use crate::catalog::{
    self, KnownMovie, MovieId, MovieRef, OnlineCatalog, ResolveError,
    commands::lock_movie_shared_query,
};
use crate::db::{self, Db};
use crate::diary::DiaryWriter;
use crate::diary::commands::finish_resolving;
use crate::events::{Event, EventSender};

pub use append::{SavedFilm, append_films, take_off_films};
pub use bulk_insert::{BulkEntry, bulk_insert_entries};
pub use order::move_entry;

#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Several movies match what was typed.
    #[error("several movies match")]
    Ambiguous(Vec<KnownMovie>),
    /// The chosen movie does not exist.
    #[error("no such movie")]
    MovieGone,
    /// The account is disabled or deleted.
    #[error("no such member")]
    MemberGone,
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<ResolveError> for SaveError {
    fn from(unresolved: ResolveError) -> Self {
        match unresolved {
            ResolveError::NotFound => Self::MovieGone,
            ResolveError::Ambiguous(movies) => Self::Ambiguous(movies),
            ResolveError::Database(error) => Self::Database(error),
        }
    }
}

/// A film to save for later.
#[derive(Clone, Debug)]
pub struct NewEntry {
    pub movie_ref: MovieRef,
    /// `None` leaves the note of a film that is on the list already.
    pub note: Option<String>,
    /// In the member's time zone.
    pub today: NaiveDate,
}

/// Saves a film for later; one that is on the list already stays where it is. Returns the movie,
/// and whether it is new on the list.
pub async fn save_movie(
    writer: &DiaryWriter,
    events: &EventSender,
    online: &OnlineCatalog,
    member: MemberId,
    new: NewEntry,
) -> Result<(MovieId, bool), SaveError> {
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
                    .ok_or(SaveError::MemberGone)?;
                let row = tx.query_one(&lock_movie_shared_query(resolved.id)).await?;
                let movie = finish_resolving(tx, clock, catalog_enabled, resolved, row).await?;
                let entry = ActiveModel {
                    member_id: Set(member),
                    movie_id: Set(movie.id),
                    note: Set(new.note.clone().unwrap_or_default()),
                    added_at: Set(clock.now()),
                    added_on: Set(new.today),
                    is_listed: Set(true),
                    taken_off_by: Set(None),
                    merged_by: Set(None),
                    ..Default::default()
                };
                let is_new = store_entry(tx, member, movie.id, entry, new.note.is_some()).await?;
                raise_version(tx, member).await?;
                Ok::<_, SaveError>((movie, is_new))
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
    member: MemberId,
    movie: MovieId,
    mut entry: ActiveModel,
    changes_note: bool,
) -> Result<bool, DbErr> {
    lock_watchlist(tx, member).await?;
    let known = Entity::find_by_id((member, movie)).one(tx).await?;
    if let Some(known) = &known {
        if !changes_note {
            entry.note = Set(known.note.clone());
        }
        if known.is_listed {
            entry.added_at = Set(known.added_at);
            entry.added_on = Set(known.added_on);
            entry.position = Set(known.position);
            Entity::update(entry).exec(tx).await?;
            return Ok(false);
        }
    }
    entry.position = Set(order::end_position(tx, member).await?);
    if known.is_some() {
        Entity::update(entry).exec(tx).await?;
    } else {
        Entity::insert(entry).exec_without_returning(tx).await?;
    }
    Ok(true)
}

/// One change of a member's watchlist at a time, so that positions stay in order.
async fn lock_watchlist(tx: &DatabaseTransaction, member: MemberId) -> Result<(), DbErr> {
    db::advisory_lock(tx, &format!("watchlist {member}")).await
}

/// Records that the member has changed the films. What else changes watchlists changes the
/// revision of the site.
async fn raise_version(tx: &DatabaseTransaction, member: MemberId) -> Result<(), DbErr> {
    let row = watchlist::ActiveModel {
        member_id: Set(member),
        visibility: Set(None),
        version: Set(1),
    };
    let version = Expr::col((watchlist::Entity, watchlist::Column::Version));
    let raise = OnConflict::column(watchlist::Column::MemberId)
        .value(watchlist::Column::Version, version.add(1))
        .to_owned();
    watchlist::Entity::insert(row)
        .on_conflict(raise)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

fn listed(member: MemberId) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(Column::MemberId.eq(member))
        .filter(Column::IsListed.eq(true))
}

fn entry(member: MemberId, movie: MovieId) -> Condition {
    Condition::all()
        .add(Column::MemberId.eq(member))
        .add(Column::MovieId.eq(movie))
        .add(Column::IsListed.eq(true))
}

/// Takes a film off the list. Returns whether it was on it.
pub async fn remove_movie(db: &Db, member: MemberId, movie: MovieId) -> Result<bool, DbErr> {
    db.write(move |tx| {
        Box::pin(async move {
            let removed = Entity::delete_many()
                .filter(entry(member, movie))
                .exec(tx)
                .await?;
            raise_version(tx, member).await?;
            Ok(removed.rows_affected > 0)
        })
    })
    .await
}

/// Puts a film back that was taken off because it was logged. Returns whether it was taken off.
pub async fn keep_movie(db: &Db, member: MemberId, movie: MovieId) -> Result<bool, DbErr> {
    let back = ActiveModel {
        is_listed: Set(true),
        taken_off_by: Set(None),
        ..Default::default()
    };
    db.write(move |tx| {
        Box::pin(async move {
            let kept = Entity::update_many()
                .set(back)
                .filter(Column::MemberId.eq(member))
                .filter(Column::MovieId.eq(movie))
                .filter(Column::TakenOffBy.is_not_null())
                .filter(Column::MergedBy.is_null())
                .exec(tx)
                .await?;
            raise_version(tx, member).await?;
            Ok(kept.rows_affected > 0)
        })
    })
    .await
}

/// Returns whether the film is on the list.
pub async fn change_note(
    db: &Db,
    member: MemberId,
    movie: MovieId,
    note: String,
) -> Result<bool, DbErr> {
    db.write(move |tx| {
        Box::pin(async move {
            let changed = Entity::update_many()
                .col_expr(Column::Note, Expr::value(note))
                .filter(entry(member, movie))
                .exec(tx)
                .await?;
            raise_version(tx, member).await?;
            Ok(changed.rows_affected > 0)
        })
    })
    .await
}

/// Sets who may see the watchlist; `None` for those who may see the diary.
pub async fn change_visibility(
    db: &Db,
    member: MemberId,
    visibility: Option<Visibility>,
) -> Result<(), DbErr> {
    db.write(move |tx| {
        Box::pin(async move {
            let row = watchlist::ActiveModel {
                member_id: Set(member),
                visibility: Set(visibility),
                version: Set(0),
            };
            let update = OnConflict::column(watchlist::Column::MemberId)
                .update_column(watchlist::Column::Visibility)
                .to_owned();
            watchlist::Entity::insert(row)
                .on_conflict(update)
                .exec_without_returning(tx)
                .await?;
            Ok(())
        })
    })
    .await
}
