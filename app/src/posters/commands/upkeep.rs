//! Asking again for what gave up, and forgetting what nobody shows any more.

use chrono::TimeDelta;
use entity::movie_facts::{self, FactsState};
use entity::movie_poster::{ActiveModel, Column, Entity, PosterState};
use entity::poster;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect, QueryTrait,
};

use super::want::wanted;
use crate::catalog;
use crate::clock::Clock;
use crate::db::Db;
use crate::posters::name::FileName;
use crate::posters::store::Store;
use crate::revision::{self, Change};

/// How long the files of a picture stay that no movie has any more: as long as those who
/// were shown it may keep its address.
const SUPERSEDED: TimeDelta = TimeDelta::days(365);

/// How many pictures are forgotten at once.
const MOST: u64 = 100;

/// Asks again for the posters that were given up, and for those of `missing`, whose files
/// are not there. Returns how many movies that are.
pub async fn retry(db: &Db, clock: &Clock, missing: Vec<String>) -> Result<u64, DbErr> {
    let clock = clock.clone();
    let change = wanted(ActiveModel::default(), &clock);
    db.write(move |tx| {
        Box::pin(async move {
            // Where nobody could be asked, nobody said whether there is one.
            let mut count = match catalog::commands::retry(tx, &clock).await? {
                0 => 0,
                _ => expect_again(tx).await?,
            };
            let failed = Condition::all().add(Column::State.eq(PosterState::Failed));
            count += ask(tx, change.clone(), failed).await?;
            for some in missing.chunks(500) {
                let theirs = Condition::all().add(Column::Poster.is_in(some));
                // What a member chose is lost.
                let change = ActiveModel {
                    pinned: Set(false),
                    ..change.clone()
                };
                count += ask(tx, change, theirs).await?;
            }
            if count > 0 {
                revision::note(tx, &clock, Change::All).await?;
            }
            Ok(count)
        })
    })
    .await
}

/// Waits for what the catalog says of movies that it is asked about.
async fn expect_again(tx: &DatabaseTransaction) -> Result<u64, DbErr> {
    let asked = movie_facts::Entity::find()
        .select_only()
        .column(movie_facts::Column::MovieId)
        .filter(movie_facts::Column::State.eq(FactsState::Wanted))
        .into_query();
    let expected = ActiveModel {
        state: Set(PosterState::Expected),
        ..Default::default()
    };
    let expecting = Entity::update_many()
        .set(expected)
        .filter(Column::State.eq(PosterState::None))
        .filter(Column::MovieId.in_subquery(asked))
        .exec(tx)
        .await?;
    Ok(expecting.rows_affected)
}

async fn ask(
    tx: &DatabaseTransaction,
    change: ActiveModel,
    which: Condition,
) -> Result<u64, DbErr> {
    let asked = Entity::update_many()
        .set(change)
        .filter(which)
        .filter(Column::Url.is_not_null())
        .exec(tx)
        .await?;
    Ok(asked.rows_affected)
}

/// Forgets pictures that no movie has had for a year, and removes their files. Returns how
/// many pictures.
pub async fn forget_superseded(db: &Db, clock: &Clock, store: &Store) -> Result<usize, DbErr> {
    let before = clock.now() - SUPERSEDED;
    let old: Vec<String> = poster::Entity::find()
        .select_only()
        .column(poster::Column::Hash)
        .filter(poster::Column::SupersededAt.lt(before))
        .filter(Expr::exists(shown()).not())
        .limit(MOST)
        .into_tuple()
        .all(db.reader())
        .await?;
    let mut count = 0;
    for hash in &old {
        let forgotten = hash.clone();
        let is_forgotten = db
            .write(move |tx| {
                Box::pin(async move {
                    let gone = poster::Entity::delete_by_id(forgotten)
                        .filter(poster::Column::SupersededAt.lt(before))
                        .filter(Expr::exists(shown()).not())
                        .exec(tx)
                        .await?;
                    Ok::<_, DbErr>(gone.rows_affected == 1)
                })
            })
            .await?;
        if is_forgotten {
            count += 1;
            remove(store, hash).await;
        }
    }
    Ok(count)
}

/// A movie with that picture.
fn shown() -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(
            Expr::col((Entity, Column::Poster)).equals((poster::Entity, poster::Column::Hash)),
        )
        .take()
}

/// What cannot be removed now is found when files are looked for that no row names.
async fn remove(store: &Store, hash: &str) {
    for file in FileName::all(hash) {
        if let Err(error) = store.remove(&file).await {
            tracing::warn!(%error, "a file of a poster stays behind");
        }
    }
}
