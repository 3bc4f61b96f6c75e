//! The fetch state of a movie's poster: whether one is expected, its URL, retries and failures.

use entity::movie_poster::{ActiveModel, Column, Entity, Model, PosterFault, PosterState};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QuerySelect,
};

use crate::catalog::commands::move_poster_corrections;
use crate::catalog::{MovieId, RemotePoster};
use crate::clock::Clock;
use crate::config::SourceName;
use crate::db::Db;
use crate::queue::{Lease, Queue, retry_delay};
use crate::revision::{self, Change};

pub const POSTER_QUEUE: Queue = Queue {
    table: "movie_poster",
    leased_state: "fetching",
};

/// Creates the poster row of a new movie, as `AwaitingFacts` if a catalog lookup will follow.
pub async fn create_row(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: MovieId,
    catalog_enabled: bool,
) -> Result<(), DbErr> {
    let state = if catalog_enabled {
        PosterState::AwaitingFacts
    } else {
        PosterState::None
    };
    let row = ActiveModel {
        movie_id: Set(movie),
        state: Set(state),
        try_at: Set(clock.now()),
        tries: Set(0),
        pinned: Set(false),
        ..Default::default()
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Call this when the catalog lookup found nothing: no poster is expected any more.
pub async fn clear_expected(tx: &DatabaseTransaction, movie: MovieId) -> Result<(), DbErr> {
    let of_movie = Condition::all().add(Column::MovieId.eq(movie));
    clear_expected_where(tx, of_movie).await?;
    Ok(())
}

/// Clears every expected poster when online lookups are switched off, except those that
/// [`expect_generated`](super::expect_generated) still covers.
pub async fn clear_all_expected(db: &Db, clock: &Clock) -> Result<(), DbErr> {
    let due = Condition::all().add(Column::TryAt.lte(clock.now()));
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            match clear_expected_where(tx, due).await? {
                0 => Ok(()),
                _ => revision::record_change(tx, &clock, Change::All).await,
            }
        })
    })
    .await
}

/// Returns the number of movies that were changed.
async fn clear_expected_where(
    tx: &DatabaseTransaction,
    condition: Condition,
) -> Result<u64, DbErr> {
    let change = ActiveModel {
        state: Set(PosterState::None),
        ..Default::default()
    };
    let updated = Entity::update_many()
        .set(change)
        .filter(condition)
        .filter(Column::State.eq(PosterState::AwaitingFacts))
        .exec(tx)
        .await?;
    Ok(updated.rows_affected)
}

/// Stores the poster URL that the catalog has for `movie`; `None` if it has none. Returns
/// whether a fetch was queued.
pub async fn set_source(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: MovieId,
    source: SourceName,
    picture: Option<&RemotePoster>,
) -> Result<bool, DbErr> {
    let Some(row) = lock_poster(tx, movie).await? else {
        return Ok(false);
    };
    let url = picture.map(|picture| picture.url.to_string());
    let is_settled = matches!(
        row.state,
        PosterState::Ready | PosterState::Queued | PosterState::Fetching
    );
    let is_new = row.url != url || !is_settled;
    let page = picture.and_then(|picture| picture.page.as_ref());
    let source_columns = ActiveModel {
        movie_id: Set(movie),
        source: Set(picture.map(|_| source.name().to_owned())),
        url: Set(url),
        page: Set(page.map(ToString::to_string)),
        ..Default::default()
    };
    let change = match picture {
        // The current poster stays, even if the catalog no longer has one.
        None => ActiveModel {
            state: Set(settled_state(&row)),
            fault: Set(None),
            ..source_columns
        },
        Some(_) if row.pinned || !is_new => source_columns,
        Some(_) => set_queued(source_columns, clock),
    };
    let is_wanted = change.state == Set(PosterState::Queued);
    Entity::update(change).exec(tx).await?;
    Ok(is_wanted)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PosterRequeue {
    Queued,
    /// A member chose the current poster; it is not replaced.
    Pinned,
    /// No URL is known, and there is no catalog to look it up in.
    NoSource,
}

/// Queues the poster of `movie` to be fetched again now. `catalog_queued` says whether the
/// movie's catalog lookup was queued again too.
pub async fn requeue_poster(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: MovieId,
    catalog_queued: bool,
) -> Result<PosterRequeue, DbErr> {
    let Some(row) = lock_poster(tx, movie).await? else {
        return Ok(PosterRequeue::NoSource);
    };
    let key = ActiveModel {
        movie_id: Set(movie),
        ..Default::default()
    };
    let change = match (&row.url, &row.poster) {
        _ if row.pinned => return Ok(PosterRequeue::Pinned),
        _ if row.state == PosterState::Fetching => return Ok(PosterRequeue::Queued),
        (Some(_), _) => set_queued(key, clock),
        (None, None) if catalog_queued => ActiveModel {
            state: Set(PosterState::AwaitingFacts),
            ..key
        },
        // The current poster stays until the catalog has another.
        (None, Some(_)) if catalog_queued => return Ok(PosterRequeue::Queued),
        (None, _) => return Ok(PosterRequeue::NoSource),
    };
    Entity::update(change).exec(tx).await?;
    Ok(PosterRequeue::Queued)
}

/// Moves the poster of a merged movie to the movie that remains, unless that one has a poster.
pub async fn adopt_poster(
    tx: &DatabaseTransaction,
    from: MovieId,
    into: MovieId,
) -> Result<(), DbErr> {
    let (Some(leaving), Some(staying)) =
        (lock_poster(tx, from).await?, lock_poster(tx, into).await?)
    else {
        return Ok(());
    };
    let release = ActiveModel {
        movie_id: Set(from),
        state: Set(settled_state(&leaving)),
        fault: Set(None),
        ..Default::default()
    };
    Entity::update(release).exec(tx).await?;
    if leaving.poster.is_none() || staying.poster.is_some() {
        return Ok(());
    }
    let is_pending = !matches!(staying.state, PosterState::None | PosterState::Failed);
    let mut adopting = staying.into_active_model();
    adopting.poster = Set(leaving.poster);
    adopting.pinned = Set(leaving.pinned);
    // A pending fetch continues, unless a member chose the adopted poster.
    if leaving.pinned || !is_pending {
        adopting.state = Set(PosterState::Ready);
        adopting.fault = Set(None);
    }
    Entity::update(adopting).exec(tx).await?;
    if leaving.pinned {
        move_poster_corrections(tx, from, into).await
    } else {
        Ok(())
    }
}

pub async fn mark_failed(
    tx: &DatabaseTransaction,
    lease: Lease,
    fault: PosterFault,
) -> Result<(), DbErr> {
    let failed = ActiveModel {
        movie_id: Set(lease.movie),
        state: Set(PosterState::Failed),
        fault: Set(Some(fault)),
        ..Default::default()
    };
    Entity::update(failed).exec(tx).await?;
    Ok(())
}

/// Schedules the next try, or records the fault after the last one.
pub async fn retry_later(
    tx: &DatabaseTransaction,
    clock: &Clock,
    lease: Lease,
    fault: PosterFault,
) -> Result<(), DbErr> {
    let Some(delay) = retry_delay(lease.tries) else {
        return mark_failed(tx, lease, fault).await;
    };
    let change = ActiveModel {
        movie_id: Set(lease.movie),
        state: Set(PosterState::Queued),
        try_at: Set(clock.now() + delay),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}

/// Locks the poster row of `movie` exclusively until the transaction ends.
pub(super) async fn lock_poster(
    tx: &DatabaseTransaction,
    movie: MovieId,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(movie).lock_exclusive().one(tx).await
}

/// The state of a row with no fetch pending.
pub(super) fn settled_state(row: &Model) -> PosterState {
    match row.poster {
        Some(_) => PosterState::Ready,
        None => PosterState::None,
    }
}

/// Makes the fetch due now and resets its tries.
pub(super) fn set_queued(row: ActiveModel, clock: &Clock) -> ActiveModel {
    ActiveModel {
        state: Set(PosterState::Queued),
        try_at: Set(clock.now()),
        tries: Set(0),
        fault: Set(None),
        ..row
    }
}
