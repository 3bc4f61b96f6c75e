//! What happens to the rows of imports when reviews and movies change, in the same transaction:
//! later imports then know what was deleted here, and which movie a review is of.

use chrono::{DateTime, Utc};
use entity::import_outcome::{Column, Entity};
use entity::{import_film, review};
use futures_util::future::BoxFuture;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};

use crate::catalog::MovieId;
use crate::clock::Clock;
use crate::diary::{DiaryChange, DiaryFollower, FollowNotice};

/// Keeps what imports wrote in step with reviews, movies and members.
#[derive(Clone, Debug)]
pub struct ImportFollower {
    pub clock: Clock,
}

impl DiaryFollower for ImportFollower {
    fn follow<'a>(
        &'a self,
        tx: &'a DatabaseTransaction,
        change: &'a DiaryChange,
    ) -> BoxFuture<'a, Result<Option<FollowNotice>, DbErr>> {
        Box::pin(async move {
            match *change {
                DiaryChange::Deleted(ref reviews) => {
                    set_deleted(tx, reviews, Some(self.clock.now())).await?;
                }
                DiaryChange::Restored(review) => set_deleted(tx, &[review.id], None).await?,
                DiaryChange::MovieChanged(review) => {
                    let of_review = Column::ReviewId.eq(review.id);
                    set_movie(tx, Expr::value(review.movie), of_review).await?;
                    mark_edited(tx, review.id).await?;
                }
                DiaryChange::Merged { from, into, .. } => merge_movies(tx, from, into).await?,
                DiaryChange::MergeUndone { stays, .. } => follow_reviews(tx, stays).await?,
                DiaryChange::Logged(_)
                | DiaryChange::Imported(_)
                | DiaryChange::MemberDisabled(_) => {}
            }
            Ok(None)
        })
    }
}

async fn set_deleted(
    tx: &DatabaseTransaction,
    reviews: &[i64],
    deleted_at: Option<DateTime<Utc>>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::DeletedAt, Expr::value(deleted_at))
        .filter(Column::ReviewId.is_in(reviews.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

async fn set_movie(
    tx: &DatabaseTransaction,
    movie: SimpleExpr,
    which: SimpleExpr,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::MovieId, movie)
        .filter(which)
        .exec(tx)
        .await?;
    Ok(())
}

/// Another movie is an edit, too.
async fn mark_edited(tx: &DatabaseTransaction, review: i64) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::ReviewHash, Expr::value(None::<String>))
        .filter(Column::ReviewId.eq(review))
        .exec(tx)
        .await?;
    Ok(())
}

async fn merge_movies(tx: &DatabaseTransaction, from: MovieId, into: MovieId) -> Result<(), DbErr> {
    set_movie(tx, Expr::value(into), Column::MovieId.eq(from)).await?;
    import_film::Entity::update_many()
        .col_expr(import_film::Column::MovieId, Expr::value(into))
        .filter(import_film::Column::MovieId.eq(from))
        .exec(tx)
        .await?;
    Ok(())
}

/// Rows go where their reviews have gone.
async fn follow_reviews(tx: &DatabaseTransaction, stays: MovieId) -> Result<(), DbErr> {
    let theirs = Query::select()
        .column((review::Entity, review::Column::MovieId))
        .from(review::Entity)
        .and_where(
            Expr::col((review::Entity, review::Column::Id)).equals((Entity, Column::ReviewId)),
        )
        .take();
    let exists = Expr::exists(theirs.clone());
    let movie = SimpleExpr::SubQuery(None, Box::new(theirs.into()));
    let which = Column::MovieId.eq(stays).and(exists);
    set_movie(tx, movie, which).await
}
