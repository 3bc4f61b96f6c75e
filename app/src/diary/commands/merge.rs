//! Merging two movies that are the same.

use entity::review::{ActiveModel, Column, Entity};
use entity::{movie_alias, movie_merge, movie_merge_review};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};

use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::catalog::commands::retire_movie;
use crate::clock::Clock;
use crate::diary::{DiaryChange, DiaryWriter, tally};
use crate::posters::commands::adopt_poster;
use crate::revision::{self, Change, ChangedReview};

/// Merges the movie `from` into `into` and moves all its reviews, deleted ones included. Records
/// what was moved. Returns `false` if one of the two was merged into another movie meanwhile.
pub async fn merge_movies(
    tx: &DatabaseTransaction,
    writer: &DiaryWriter,
    from: MovieId,
    into: MovieId,
) -> Result<bool, DbErr> {
    let Some(moved) = retire_movie(tx, from, into).await? else {
        return Ok(false);
    };
    let row = movie_merge::ActiveModel {
        from_id: Set(from),
        into_id: Set(into),
        imdb_id: Set(moved.imdb_id),
        tmdb_id: Set(moved.tmdb_id),
        merged_at: Set(writer.clock.now()),
        undone_at: Set(None),
        ..Default::default()
    };
    let merge = movie_merge::Entity::insert(row)
        .exec_with_returning(tx)
        .await?;
    record_reviews_to_move(tx, merge.id, from).await?;
    tally::lock_tallies(tx).await?;
    let reviewed_both = tally::reviewers_of_both(tx, [from, into]).await?;
    move_reviews(tx, from, into, Condition::all()).await?;
    tally::recount_after_move(tx, [from, into], reviewed_both).await?;
    let merge = merge.id;
    writer
        .tell_followers(tx, DiaryChange::Merged { merge, from, into })
        .await?;
    adopt_poster(tx, from, into).await?;
    // Aliases of `from` now lead to `into`, so that an alias is always a single step.
    let redirect = movie_alias::ActiveModel {
        leads_to: Set(into),
        ..Default::default()
    };
    movie_alias::Entity::update_many()
        .set(redirect)
        .filter(movie_alias::Column::LeadsTo.eq(from))
        .exec(tx)
        .await?;
    let alias = movie_alias::ActiveModel {
        movie_id: Set(from),
        leads_to: Set(into),
        merge_id: Set(merge),
    };
    movie_alias::Entity::insert(alias)
        .exec_without_returning(tx)
        .await?;
    Ok(true)
}

/// Records which reviews are about to move, so that the merge can be undone.
async fn record_reviews_to_move(
    tx: &DatabaseTransaction,
    merge: i64,
    from: MovieId,
) -> Result<(), DbErr> {
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

/// Moves the reviews of `member`, deleted ones included, from one movie to another. Both movies
/// stay. The caller must hold [`lock_movie_changes`](crate::catalog::commands::lock_movie_changes).
pub async fn move_own_reviews(
    tx: &DatabaseTransaction,
    clock: &Clock,
    member: MemberId,
    from: MovieId,
    into: MovieId,
) -> Result<(), DbErr> {
    tally::lock_tallies(tx).await?;
    let own = Condition::all().add(Column::MemberId.eq(member));
    move_reviews(tx, from, into, own).await?;
    tally::recount_after_move(tx, [from, into], vec![member]).await?;
    let change = ChangedReview {
        member,
        movies: vec![from, into],
        is_public: true,
    };
    revision::record_change(tx, clock, Change::Review(change)).await
}

/// Moves those reviews of `from` that meet the condition to `into`.
pub(super) async fn move_reviews(
    tx: &DatabaseTransaction,
    from: MovieId,
    into: MovieId,
    which: Condition,
) -> Result<(), DbErr> {
    let movie = ActiveModel {
        movie_id: Set(into),
        ..Default::default()
    };
    Entity::update_many()
        .set(movie)
        .filter(Column::MovieId.eq(from))
        .filter(which)
        .exec(tx)
        .await?;
    Ok(())
}
