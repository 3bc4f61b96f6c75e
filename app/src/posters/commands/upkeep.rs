//! Asking again for what gave up, and forgetting what nobody shows any more.

use chrono::TimeDelta;
use entity::movie_poster::{ActiveModel, Column, Entity, PosterState};
use entity::poster;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect,
};

use super::want::wanted;
use crate::clock::Clock;
use crate::db::Db;
use crate::posters::name::FileName;
use crate::posters::store::Store;

/// How long the files of a picture stay that no movie has any more: as long as those who
/// were shown it may keep its address.
const SUPERSEDED: TimeDelta = TimeDelta::days(365);

/// How many pictures are forgotten at once.
const MOST: u64 = 100;

/// Asks again for the posters that were given up, and for those of `missing`, whose files
/// are not there. Returns how many movies that are.
pub async fn retry(db: &Db, clock: &Clock, missing: Vec<String>) -> Result<u64, DbErr> {
    let change = wanted(ActiveModel::default(), clock);
    db.write(move |tx| {
        Box::pin(async move {
            let mut count = 0;
            let failed = Condition::all().add(Column::State.eq(PosterState::Failed));
            count += ask(tx, change.clone(), failed).await?;
            for some in missing.chunks(500) {
                let theirs = Condition::all().add(Column::Poster.is_in(some));
                count += ask(tx, change.clone(), theirs).await?;
            }
            Ok(count)
        })
    })
    .await
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
        .limit(MOST)
        .into_tuple()
        .all(db.reader())
        .await?;
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
            remove(store, hash).await;
        }
    }
    Ok(old.len())
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
