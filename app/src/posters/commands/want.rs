//! Whether a movie is to get a poster, and from where.

use entity::movie_poster::{ActiveModel, Column, Entity, Model, PosterFault, PosterState};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QuerySelect,
};

use crate::catalog::commands::move_poster_corrections;
use crate::catalog::{MovieId, Picture};
use crate::clock::Clock;
use crate::config::SourceName;
use crate::db::Db;
use crate::queue::{Lease, Queue, back_off};
use crate::revision::{self, Change};

/// The posters to fetch.
pub const QUEUE: Queue = Queue {
    table: "movie_poster",
    taken: "fetching",
};

/// Makes the row of a new movie. Its poster is expected where the catalog is asked.
pub async fn expect(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: MovieId,
    asks_catalog: bool,
) -> Result<(), DbErr> {
    let state = match asks_catalog {
        true => PosterState::Expected,
        false => PosterState::None,
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

/// The catalog knows nothing of `movie`: no poster comes.
pub async fn stop_expecting(tx: &DatabaseTransaction, movie: MovieId) -> Result<(), DbErr> {
    let this = Condition::all().add(Column::MovieId.eq(movie));
    expect_none(tx, this).await?;
    Ok(())
}

/// Nobody is asked any more: no movie waits in vain, but for posters that were
/// [promised](super::promise).
pub async fn expect_no_more(db: &Db, clock: &Clock) -> Result<(), DbErr> {
    let by_now = Condition::all().add(Column::TryAt.lte(clock.now()));
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            match expect_none(tx, by_now).await? {
                0 => Ok(()),
                _ => revision::note(tx, &clock, Change::All).await,
            }
        })
    })
    .await
}

/// Of those that are expected, these do not come. Returns how many those are.
async fn expect_none(tx: &DatabaseTransaction, which: Condition) -> Result<u64, DbErr> {
    let none = ActiveModel {
        state: Set(PosterState::None),
        ..Default::default()
    };
    let gone_without = Entity::update_many()
        .set(none)
        .filter(which)
        .filter(Column::State.eq(PosterState::Expected))
        .exec(tx)
        .await?;
    Ok(gone_without.rows_affected)
}

/// Keeps what the catalog says of the poster of `movie`: that there is none, or where it
/// can be fetched. `true` when it is to be fetched now.
pub async fn want(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: MovieId,
    source: SourceName,
    picture: Option<&Picture>,
) -> Result<bool, DbErr> {
    let Some(row) = hold(tx, movie).await? else {
        return Ok(false);
    };
    let url = picture.map(|picture| picture.url.to_string());
    let is_settled = matches!(
        row.state,
        PosterState::Ready | PosterState::Wanted | PosterState::Fetching
    );
    let is_new = row.url != url || !is_settled;
    let page = picture.and_then(|picture| picture.page.as_ref());
    let said = ActiveModel {
        movie_id: Set(movie),
        source: Set(picture.map(|_| source.name().to_owned())),
        url: Set(url),
        page: Set(page.map(ToString::to_string)),
        ..Default::default()
    };
    let change = match picture {
        // What is shown stays, whoever knows no poster any more.
        None => ActiveModel {
            state: Set(at_rest(&row)),
            fault: Set(None),
            ..said
        },
        Some(_) if row.pinned || !is_new => said,
        Some(_) => wanted(said, clock),
    };
    let is_wanted = change.state == Set(PosterState::Wanted);
    Entity::update(change).exec(tx).await?;
    Ok(is_wanted)
}

/// What looking for a poster again comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looking {
    /// It is looked for.
    Again,
    /// A member chose the one that is shown.
    Pinned,
    /// Nobody said from where it can be fetched, and nobody is asked.
    Nowhere,
}

/// Has the poster of `movie` fetched again at once; `is_asked`: the catalog is asked anew
/// where it is.
pub async fn look_again(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: MovieId,
    is_asked: bool,
) -> Result<Looking, DbErr> {
    let Some(row) = hold(tx, movie).await? else {
        return Ok(Looking::Nowhere);
    };
    let key = ActiveModel {
        movie_id: Set(movie),
        ..Default::default()
    };
    let change = match (&row.url, &row.poster) {
        _ if row.pinned => return Ok(Looking::Pinned),
        _ if row.state == PosterState::Fetching => return Ok(Looking::Again),
        (Some(_), _) => wanted(key, clock),
        (None, None) if is_asked => ActiveModel {
            state: Set(PosterState::Expected),
            ..key
        },
        // The one that is shown stays until the catalog has another.
        (None, Some(_)) if is_asked => return Ok(Looking::Again),
        (None, _) => return Ok(Looking::Nowhere),
    };
    Entity::update(change).exec(tx).await?;
    Ok(Looking::Again)
}

/// Gives the poster of a movie that goes to the one that stays in its place, where that has
/// none.
pub async fn adopt(tx: &DatabaseTransaction, from: MovieId, into: MovieId) -> Result<(), DbErr> {
    let (Some(leaving), Some(staying)) = (hold(tx, from).await?, hold(tx, into).await?) else {
        return Ok(());
    };
    let left = ActiveModel {
        movie_id: Set(from),
        state: Set(at_rest(&leaving)),
        fault: Set(None),
        ..Default::default()
    };
    Entity::update(left).exec(tx).await?;
    if leaving.poster.is_none() || staying.poster.is_some() {
        return Ok(());
    }
    let is_open = !matches!(staying.state, PosterState::None | PosterState::Failed);
    let mut adopting = staying.into_active_model();
    adopting.poster = Set(leaving.poster);
    adopting.pinned = Set(leaving.pinned);
    // What is on its way still comes, unless a member chose.
    if leaving.pinned || !is_open {
        adopting.state = Set(PosterState::Ready);
        adopting.fault = Set(None);
    }
    Entity::update(adopting).exec(tx).await?;
    match leaving.pinned {
        true => move_poster_corrections(tx, from, into).await,
        false => Ok(()),
    }
}

/// Notes that the poster cannot be had.
pub async fn keep_fault(
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

/// Notes that the poster could not be had now: it is tried again, or was tried often enough.
pub async fn try_later(tx: &DatabaseTransaction, clock: &Clock, lease: Lease) -> Result<(), DbErr> {
    let Some(wait) = back_off(lease.tries) else {
        return keep_fault(tx, lease, PosterFault::Unreachable).await;
    };
    let later = ActiveModel {
        movie_id: Set(lease.movie),
        state: Set(PosterState::Wanted),
        try_at: Set(clock.now() + wait),
        ..Default::default()
    };
    Entity::update(later).exec(tx).await?;
    Ok(())
}

/// The row of `movie`, which nobody else changes until the transaction ends.
pub(super) async fn hold(tx: &DatabaseTransaction, movie: MovieId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(movie).lock_exclusive().one(tx).await
}

/// The state of a row of which nothing is wanted.
pub(super) fn at_rest(row: &Model) -> PosterState {
    match row.poster {
        Some(_) => PosterState::Ready,
        None => PosterState::None,
    }
}

/// To be fetched now, as if for the first time.
pub(super) fn wanted(row: ActiveModel, clock: &Clock) -> ActiveModel {
    ActiveModel {
        state: Set(PosterState::Wanted),
        try_at: Set(clock.now()),
        tries: Set(0),
        fault: Set(None),
        ..row
    }
}
