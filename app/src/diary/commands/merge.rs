//! Two movies that are one: the reviews of one go to the other, and can come back.

use std::collections::HashSet;

use entity::review::{ActiveModel, Column, Entity};
use entity::{movie_alias, movie_merge, movie_merge_review};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};

use crate::accounts::{self, MemberId};
use crate::catalog::MovieId;
use crate::catalog::commands::{Moved, retire, revive};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::tally;
use crate::posters::commands::adopt;
use crate::revision::{self, Change};
use crate::web::Error;

/// Lets the movie `from` go into `into`, with every review, deleted ones too. What moved
/// is written down. `false` when one of them went elsewhere meanwhile.
pub async fn merge(
    tx: &DatabaseTransaction,
    clock: &Clock,
    from: MovieId,
    into: MovieId,
) -> Result<bool, DbErr> {
    let Some(moved) = retire(tx, from, into).await? else {
        return Ok(false);
    };
    let row = movie_merge::ActiveModel {
        from_id: Set(from),
        into_id: Set(into),
        imdb_id: Set(moved.imdb_id),
        tmdb_id: Set(moved.tmdb_id),
        merged_at: Set(clock.now()),
        undone_at: Set(None),
        ..Default::default()
    };
    let merge = movie_merge::Entity::insert(row)
        .exec_with_returning(tx)
        .await?;
    write_down(tx, merge.id, from).await?;
    tally::hold(tx).await?;
    let both = tally::who_saw_both(tx, [from, into]).await?;
    move_reviews(tx, from, into, None).await?;
    tally::keep_moved(tx, [from, into], both).await?;
    adopt(tx, from, into).await?;
    // What led to the one leads to the other now, in one step.
    let on = movie_alias::ActiveModel {
        leads_to: Set(into),
        ..Default::default()
    };
    movie_alias::Entity::update_many()
        .set(on)
        .filter(movie_alias::Column::LeadsTo.eq(from))
        .exec(tx)
        .await?;
    let alias = movie_alias::ActiveModel {
        movie_id: Set(from),
        leads_to: Set(into),
        merge_id: Set(merge.id),
    };
    movie_alias::Entity::insert(alias)
        .exec_without_returning(tx)
        .await?;
    Ok(true)
}

/// Notes which reviews are about to move.
async fn write_down(tx: &DatabaseTransaction, merge: i64, from: MovieId) -> Result<(), DbErr> {
    let reviews: Vec<i64> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::MovieId.eq(from))
        .into_tuple()
        .all(tx)
        .await?;
    for some in reviews.chunks(1000) {
        let rows = some.iter().map(|review| movie_merge_review::ActiveModel {
            merge_id: Set(merge),
            review_id: Set(*review),
        });
        movie_merge_review::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Moves the reviews of `from` to `into`: all, or those that `merge` once moved.
async fn move_reviews(
    tx: &DatabaseTransaction,
    from: MovieId,
    into: MovieId,
    merge: Option<i64>,
) -> Result<(), DbErr> {
    use sea_orm::QueryTrait;
    let mut moving = Entity::update_many()
        .set(ActiveModel {
            movie_id: Set(into),
            ..Default::default()
        })
        .filter(Column::MovieId.eq(from));
    if let Some(merge) = merge {
        let moved = movie_merge_review::Entity::find()
            .select_only()
            .column(movie_merge_review::Column::ReviewId)
            .filter(movie_merge_review::Column::MergeId.eq(merge))
            .into_query();
        moving = moving.filter(Column::Id.in_subquery(moved));
    }
    moving.exec(tx).await?;
    Ok(())
}

/// Parts again what a merge made one: the movie that went stands for itself, with the
/// reviews that it brought. Those written since stay. Returns the movie that is back.
pub async fn undo_merge(
    db: &Db,
    clock: &Clock,
    admin: MemberId,
    id: i64,
) -> Result<MovieId, Error> {
    let (clock, now) = (clock.clone(), clock.now());
    db.write(move |tx| {
        Box::pin(async move {
            accounts::commands::hold_admin(tx, admin).await?;
            let merge = movie_merge::Entity::find_by_id(id)
                .filter(movie_merge::Column::UndoneAt.is_null())
                .lock_exclusive()
                .one(tx)
                .await?
                .ok_or(Error::NotFound)?;
            let alias = movie_alias::Entity::find_by_id(merge.from_id)
                .one(tx)
                .await?
                .ok_or(Error::NotFound)?;
            lead_back(tx, &merge, alias.leads_to).await?;
            let moved = Moved {
                imdb_id: merge.imdb_id,
                tmdb_id: merge.tmdb_id,
            };
            revive(tx, merge.from_id, alias.leads_to, &moved).await?;
            let movies = [alias.leads_to, merge.from_id];
            tally::hold(tx).await?;
            move_reviews(tx, alias.leads_to, merge.from_id, Some(id)).await?;
            let both = tally::who_saw_both(tx, movies).await?;
            tally::keep_moved(tx, movies, both).await?;
            let undone = movie_merge::ActiveModel {
                id: Set(id),
                undone_at: Set(Some(now)),
                ..Default::default()
            };
            movie_merge::Entity::update(undone).exec(tx).await?;
            for movie in [alias.leads_to, merge.from_id] {
                revision::note(tx, &clock, Change::Movie(movie)).await?;
            }
            Ok(merge.from_id)
        })
    })
    .await
}

/// Ends the alias of the movie that comes back; those that went into it before, and led
/// on from there, lead to it again.
async fn lead_back(
    tx: &DatabaseTransaction,
    merge: &movie_merge::Model,
    stays: MovieId,
) -> Result<(), DbErr> {
    movie_alias::Entity::delete_by_id(merge.from_id)
        .exec(tx)
        .await?;
    let led: Vec<(MovieId, MovieId)> = movie_alias::Entity::find()
        .select_only()
        .column(movie_alias::Column::MovieId)
        .column(movie_merge::Column::IntoId)
        .inner_join(movie_merge::Entity)
        .filter(movie_alias::Column::LeadsTo.eq(stays))
        .into_tuple()
        .all(tx)
        .await?;
    let mut back = HashSet::from([merge.from_id]);
    while let Some((movie, _)) = led
        .iter()
        .find(|(movie, into)| back.contains(into) && !back.contains(movie))
    {
        back.insert(*movie);
    }
    let home = movie_alias::ActiveModel {
        leads_to: Set(merge.from_id),
        ..Default::default()
    };
    movie_alias::Entity::update_many()
        .set(home)
        .filter(movie_alias::Column::MovieId.is_in(back))
        .exec(tx)
        .await?;
    Ok(())
}
